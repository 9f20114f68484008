//go:build linux && cgo

package reader_test

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/ebfe/scard"

	"github.com/openbalie/openbalie/bridge/chip"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
	"github.com/openbalie/openbalie/bridge/reader"
)

// BenchmarkTap measures our own share of a tap: from the moment the card
// service woke us to the moment the event is in the receiver's hands.
func BenchmarkTap(b *testing.B) {
	rig := pcsctest.Start(b)
	d := sit(b, rig).opened()
	var shares []time.Duration
	for i := range taps(b) {
		rig.Insert(b, 0, pcsctest.Pass([]string{anna, bert}[i%2])) // the same again might only tremble
		for e := d.next(); e.Kind != reader.ReaderChanged || e.Reader.State != reader.Empty; e = d.next() {
			if e.Kind == reader.CardPresented {
				shares = append(shares, time.Since(e.Woke))
				rig.Remove(b, 0)
			}
		}
	}
	report(b, shares)
}

// BenchmarkTapFloor is the floor under BenchmarkTap on the same card service:
// the bare calls, one after the other, with nothing around them.
func BenchmarkTapFloor(b *testing.B) {
	rig := pcsctest.Start(b)
	ctx, err := scard.EstablishContext()
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = ctx.Release() }()
	name := rig.Reader(0)
	states := []scard.ReaderState{{Reader: name}}
	wait := func(present bool) time.Time {
		for {
			if err := ctx.GetStatusChange(states, -1); err != nil {
				b.Fatal(err)
			}
			woke := time.Now()
			states[0].CurrentState = states[0].EventState &^ scard.StateChanged
			if (states[0].EventState&scard.StatePresent != 0) == present {
				return woke
			}
		}
	}
	wait(false)
	var shares []time.Duration
	for range taps(b) {
		rig.Insert(b, 0, pcsctest.Pass(anna))
		woke := wait(true)
		card, err := ctx.Connect(name, scard.ShareShared, scard.ProtocolAny)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := card.Transmit(chip.GetUID()); err != nil {
			b.Fatal(err)
		}
		shares = append(shares, time.Since(woke))
		_ = card.Disconnect(scard.LeaveCard)
		rig.Remove(b, 0)
		wait(false)
	}
	report(b, shares)
}

// taps returns how many taps to measure. The virtual readers look for cards
// each 0.4 seconds, so a thousand take a quarter of an hour.
func taps(b *testing.B) int {
	b.Helper()
	n, err := strconv.Atoi(os.Getenv("OPENBALIE_BENCH_TAPS"))
	if err != nil {
		return 100
	}
	return n
}

func report(b *testing.B, shares []time.Duration) {
	b.Helper()
	slices.Sort(shares)
	at := func(p int) float64 { return float64(shares[(len(shares)-1)*p/100].Nanoseconds()) / 1e6 }
	b.ReportMetric(0, "ns/op") // one run is one measurement
	b.ReportMetric(at(50), "p50-ms")
	b.ReportMetric(at(99), "p99-ms")
	b.ReportMetric(at(100), "max-ms")
	b.ReportMetric(float64(len(shares)), "taps")
}
