package gateway_test

import (
	"testing"
	"time"
)

// BenchmarkShare measures the gateway's part of a tap, from the event's hand-over
// to the bytes on one socket, with a rest between taps as in life.
func BenchmarkShare(b *testing.B) {
	tapped := open(b)
	page := tapped.page()
	go func() {
		for {
			if _, _, err := page.ReadMessage(); err != nil {
				return
			}
		}
	}()
	for b.Loop() {
		time.Sleep(20 * time.Millisecond)
		tapped.tell(presented(pass))
	}
	time.Sleep(20 * time.Millisecond)
	s := tapped.gateway.Share()
	b.ReportMetric(float64(s.Quantile(0.5).Microseconds()), "p50-µs")
	b.ReportMetric(float64(s.Quantile(0.99).Microseconds()), "p99-µs")
	b.ReportMetric(0, "ns/op")
}
