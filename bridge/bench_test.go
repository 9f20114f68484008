//go:build bench && linux && cgo

package main_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ebfe/scard"

	"github.com/openbalie/openbalie/bridge/chip"
	"github.com/openbalie/openbalie/bridge/gateway"
	"github.com/openbalie/openbalie/bridge/pcsc"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
	"github.com/openbalie/openbalie/bridge/policy"
	"github.com/openbalie/openbalie/bridge/reader"
)

// BenchmarkTap measures from the return of GetStatusChange to the bytes on a
// page's socket, three times over on the same card service: within the process
// (the gateway's own histogram), from outside the real program (the page's
// clock against the event's), and the bare calls without a bridge (the floor).
// The virtual readers look for cards each 0.4 seconds, so a thousand taps take
// most of an hour: OPENBALIE_BENCH_TAPS says how many.
func BenchmarkTap(b *testing.B) {
	rig := pcsctest.Start(b)
	n := taps(b)
	floor := bareTaps(b, rig, n)
	inside := tapsInProcess(b, rig, n)
	outside := tapsOutside(b, rig, n)
	b.ReportMetric(0, "ns/op") // one run is one measurement
	b.ReportMetric(ms(inside.Quantile(0.5)), "p50-ms")
	b.ReportMetric(ms(inside.Quantile(0.99)), "p99-ms")
	table(b, fmt.Sprintf("%d taps: GetStatusChange returns → bytes written", n), [][]string{
		{"", "p50", "p99", "target"},
		{"bare loop (wake, connect, one APDU)", at(floor, 0.5), at(floor, 0.99), "the floor"},
		{"the bridge's own share", text(inside.Quantile(0.5)), text(inside.Quantile(0.99)), "p99 ≤ 1 ms"},
		{"the real program, seen by the page", at(outside, 0.5), at(outside, 0.99), "–"},
	})
}

// tapsInProcess runs the bridge within this process, with one page.
func tapsInProcess(b *testing.B, rig *pcsctest.Server, n int) *gateway.Share {
	b.Helper()
	listeners, err := gateway.Listen(b.Context(), 0)
	if err != nil {
		b.Fatal(err)
	}
	g := &gateway.Gateway{Origins: []string{origin}, MaxScope: policy.CardUID, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	ctx, stop := context.WithCancel(context.Background())
	events := make(chan reader.Event, 16)
	var running sync.WaitGroup
	running.Go(func() { reader.New(pcsc.System(time.Now), time.Now).Watch(ctx, events) })
	running.Go(func() { _ = g.Run(ctx, listeners, events) })
	defer running.Wait()
	defer stop()

	p := &process{t: b, port: listeners[0].Addr().(*net.TCPAddr).Port}
	for !p.healthy() {
		time.Sleep(time.Millisecond)
	}
	c, _ := p.connect()
	tapping(b, rig, c, n, func(note) {})
	return g.Share()
}

// tapsOutside runs the real program and compares the moment it was woken, which
// the event tells, with the moment the page has the event.
func tapsOutside(b *testing.B, rig *pcsctest.Server, n int) []time.Duration {
	b.Helper()
	p := launch(b, "run")
	c, _ := p.connect()
	var took []time.Duration
	tapping(b, rig, c, n, func(tap note) { took = append(took, tap.at.Sub(tap.Params.Wall)) })
	return took
}

func tapping(b *testing.B, rig *pcsctest.Server, c page, n int, seen func(note)) {
	b.Helper()
	chips := []string{anna, "04363CDAEE3880"} // the same again might only tremble
	for i := range n {
		rig.Insert(b, 0, pcsctest.Pass(chips[i%2]))
		seen(c.hears(method("card.presented")))
		rig.Remove(b, 0)
		c.hears(func(n note) bool { return n.Method == "reader.changed" && n.Params.Reader.State == "empty" })
	}
}

func bareTaps(b *testing.B, rig *pcsctest.Server, n int) []time.Duration {
	b.Helper()
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
	var took []time.Duration
	for range n {
		rig.Insert(b, 0, pcsctest.Pass(anna))
		woke := wait(true)
		card, err := ctx.Connect(name, scard.ShareShared, scard.ProtocolAny)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := card.Transmit(chip.GetUID()); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(woke))
		_ = card.Disconnect(scard.LeaveCard)
		rig.Remove(b, 0)
		wait(false)
	}
	return took
}

// BenchmarkIdle measures what the real program costs while nothing happens.
func BenchmarkIdle(b *testing.B) {
	rig := pcsctest.Start(b)
	var starts []time.Duration
	for range 10 {
		p := launch(b, "run")
		starts = append(starts, p.ready)
		_ = p.stop()
	}
	rows := [][]string{{"", "measured", "target"}, {"ready after start, median", at(starts, 0.5), "≤ 100 ms"}, {"ready after start, slowest of ten", at(starts, 1), "≤ 100 ms"}}

	idle := func(name string, target string, env []string, prepare func(*process)) {
		p := launch(b, "run", env...)
		prepare(p)
		time.Sleep(8 * time.Second) // until the pauses between attempts are at their longest
		moments, switches := p.wakeUps(b, 20*time.Second)
		rows = append(rows,
			[]string{name + ": wake-ups in 20 s", strconv.Itoa(moments), target},
			[]string{name + ": context switches of them all", strconv.Itoa(switches), "–"},
			[]string{name + ": resident memory", fmt.Sprintf("%.1f MB", p.resident(b)), "≤ 20 MB"})
		_ = p.stop()
	}
	idle("no page", "≤ 4", nil, func(*process) {})
	idle("one page, after 20 taps", "≤ 4, and pings", nil, func(p *process) {
		c, _ := p.connect()
		tapping(b, rig, c, 20, func(note) {})
		go func() { _, _, _ = c.conn.ReadMessage() }() // answers the pings
	})
	idle("no card service", "≤ 4", []string{"PCSCLITE_CSOCK_NAME=/nowhere/pcscd.comm"}, func(*process) {})
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ms(quantile(starts, 0.5)), "ready-ms")
	table(b, "the program while nothing happens", rows)
}

// wakeUps watches for a while and counts the moments in which any thread of the
// program ran, however often they handed over to each other then: that is what
// keeps a processor from sleeping.
func (p *process) wakeUps(b *testing.B, d time.Duration) (moments, switches int) {
	b.Helper()
	const look = 20 * time.Millisecond
	first := p.switches(b)
	before, running := first, false
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(look)
		now := p.switches(b)
		if now != before && !running {
			moments++
		}
		before, running = now, now != before
	}
	return moments, before - first
}

// switches counts how often the threads of the program went to sleep.
func (p *process) switches(b *testing.B) int {
	b.Helper()
	total := 0
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", p.cmd.Process.Pid))
	if err != nil || len(tasks) == 0 {
		b.Fatal("no threads to be seen", err)
	}
	for _, path := range tasks {
		total += field(b, path, "voluntary_ctxt_switches:")
	}
	return total
}

func (p *process) resident(b *testing.B) float64 {
	b.Helper()
	return float64(field(b, fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid), "VmRSS:")) / 1024
}

func field(b *testing.B, path, name string) int {
	b.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			n, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				b.Fatal(err)
			}
			return n
		}
	}
	b.Fatalf("%s has no %s", path, name)
	return 0
}

func taps(b *testing.B) int {
	b.Helper()
	n, err := strconv.Atoi(os.Getenv("OPENBALIE_BENCH_TAPS"))
	if err != nil {
		return 100
	}
	return n
}

func quantile(took []time.Duration, q float64) time.Duration {
	slices.Sort(took)
	return took[min(int(q*float64(len(took))), len(took)-1)]
}

func at(took []time.Duration, q float64) string { return text(quantile(took, q)) }

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func text(d time.Duration) string { return fmt.Sprintf("%.2f ms", ms(d)) }

func table(b *testing.B, title string, rows [][]string) {
	b.Helper()
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "\n%s\n", title)
	for _, row := range rows {
		for i, cell := range row {
			fmt.Fprintf(&out, "  %s%s", cell, strings.Repeat(" ", widths[i]-len([]rune(cell))))
		}
		out.WriteByte('\n')
	}
	_, _ = io.WriteString(os.Stdout, out.String())
}
