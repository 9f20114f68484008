package eid_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
)

// script is a line to a card that answers so and never breaks.
type script func(command []byte) []byte

func (s script) Transaction(_ context.Context, talk func(eid.Transmit) error) error {
	return talk(func(_ context.Context, command []byte) ([]byte, error) { return s(command), nil })
}

func (s script) Reconnect(context.Context, bool) error { return nil }

// ends are how readers say that a file ends though it does not.
var ends = []uint16{0x6B00, 0x6986, 0x9000}

// faults makes a line to a card on which some commands go wrong.
func faults(card *eidtest.Card, smart bool, fault func(n int, command []byte) eidtest.Fault) *eidtest.Line {
	return &eidtest.Line{Emulator: &eidtest.Emulator{Card: card, Smart: smart, Fault: fault}}
}

// eachReader runs a test on both kinds of readers and on every generation of
// cards, in a bubble where waiting takes no time.
func eachReader(t *testing.T, test func(t *testing.T, card *eidtest.Card, smart bool)) {
	t.Helper()
	for _, g := range eidtest.Generations() {
		for _, smart := range []bool{false, true} {
			card := mint(g, 1)
			t.Run(fmt.Sprintf("%s smart %t", g, smart), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { test(t, card, smart) })
			})
		}
	}
}

func TestALieAboutTheEndIsSeenThroughAtEveryCommand(t *testing.T) {
	t.Parallel()
	eachReader(t, func(t *testing.T, card *eidtest.Card, smart bool) {
		for at := 1; at < 40; at++ {
			for i, lie := range ends {
				reads, times := 0, []int{1, 2, 4}[(at+i)%3] // in a row
				line := faults(card, smart, func(_ int, command []byte) eidtest.Fault {
					if command[1] != 0xB0 {
						return eidtest.Fault{}
					}
					if reads++; reads >= at && reads < at+times {
						return eidtest.Fault{Status: lie}
					}
					return eidtest.Fault{}
				})
				whole(t, read(t, line, eid.Options{}), card, fmt.Sprintf("%d × %04X at %d", times, lie, at))
			}
		}
	})
}

// No card is known to say with 6C that less is left than there is. Should one,
// a file of which it said so would look whole in some places.
func TestALieAboutHowMuchIsLeftIsSeenThrough(t *testing.T) {
	t.Parallel()
	eachReader(t, func(t *testing.T, card *eidtest.Card, smart bool) {
		for at := 1; at < 30; at++ {
			begin, step := 1+at%23, 23
			if at < 8 { // the identity and the address, of which any entry may be the last
				begin, step = 2, 1
			}
			for left := begin; left < 256; left += step {
				reads := 0
				line := faults(card, smart, func(_ int, command []byte) eidtest.Fault {
					if command[1] != 0xB0 {
						return eidtest.Fault{}
					}
					if reads++; reads == at {
						return eidtest.Fault{Status: 0x6C00 | uint16(left)}
					}
					return eidtest.Fault{}
				})
				whole(t, read(t, line, eid.Options{}), card, fmt.Sprintf("6C%02X at %d", left, at))
			}
		}
	})
}

// Some readers break an answer off anywhere and then say that there is no more.
func TestALieAboutTheEndIsSeenThroughAtEveryOffset(t *testing.T) {
	t.Parallel()
	eachReader(t, func(t *testing.T, card *eidtest.Card, smart bool) {
		want := card.Want()
		tried, lies := 0, 0
		for _, f := range eid.All() {
			plan := []eid.File{eid.IdentityFile, f}
			if f == eid.IdentityFile {
				plan = plan[:1]
			}
			step := 1
			if testing.Short() {
				step = 37
			}
			for offset := 1; offset < len(want.Of(f)); offset += step {
				tried++
				lie := ends[offset%len(ends)]
				here, cut, lied := false, false, false
				line := faults(card, smart, func(_ int, command []byte) eidtest.Fault {
					if command[1] == 0xA4 {
						here = string(command[7:]) == string([]byte{byte(f >> 8), byte(f)})
					}
					if command[1] != 0xB0 || !here {
						return eidtest.Fault{}
					}
					at := int(command[2])<<8 | int(command[3])
					switch {
					case !cut && at < offset && (command[4] == 0 && at+256 > offset || at+int(command[4]) > offset):
						cut = smart || command[4] != 0 || at+256 <= len(card.Files.Of(f)) // 6C cuts nothing
						return eidtest.Fault{Short: offset - at}
					case !lied && (cut || at == offset):
						lied = true
						lies++
						return eidtest.Fault{Status: lie}
					default:
						return eidtest.Fault{}
					}
				})
				h := read(t, line, eid.Options{Files: plan})
				if e := h.events[f]; h.err != nil || e.Err != nil || string(e.Raw) != string(want.Of(f)) {
					t.Fatalf("%s cut at %d, then %04X: %d bytes, %v, %v", f, offset, lie, len(e.Raw), e.Err, h.err)
				}
			}
		}
		if lies < tried*9/10 { // all but where the end is proven before anybody can lie about it
			t.Errorf("lied to %d of %d times only", lies, tried)
		}
	})
}

// After «no more» the file is selected anew and its last 32 bytes are compared.
// A reader that breaks off just behind them has not shown the end.
func TestALieThatFitsTheComparisonIsSeenThrough(t *testing.T) {
	t.Parallel()
	const compared = 32
	eachReader(t, func(t *testing.T, card *eidtest.Card, smart bool) {
		want := card.Want()
		for _, f := range []eid.File{eid.IdentityFile, eid.AddressFile} {
			for cut := compared; cut < min(len(want.Of(f)), 256); cut++ {
				for _, fits := range []eidtest.Fault{{Short: compared}, {Status: 0x6C00 | compared}} {
					lies, here := []eidtest.Fault{{Short: cut}, {Status: 0x6B00}, fits}, false
					line := faults(card, smart, func(_ int, command []byte) eidtest.Fault {
						if command[1] == 0xA4 {
							here = string(command[7:]) == string([]byte{byte(f >> 8), byte(f)})
						}
						if command[1] != 0xB0 || !here || len(lies) == 0 || !smart && command[4] == 0 && len(lies) == 3 { // a 6C cuts nothing
							return eidtest.Fault{}
						}
						lie := lies[0]
						lies = lies[1:]
						return lie
					})
					whole(t, read(t, line, eid.Options{}), card, fmt.Sprintf("%s cut at %d", f, cut))
					if len(lies) > 0 {
						t.Errorf("%s cut at %d: %d lies were not told", f, cut, len(lies))
					}
				}
			}
		}
	})
}

func TestACardThatIsPulledAtAnyCommandIsGone(t *testing.T) {
	t.Parallel()
	eachReader(t, func(t *testing.T, card *eidtest.Card, smart bool) {
		total := read(t, faults(card, smart, nil), eid.Options{}).report.Commands
		for at := 1; at <= total; at++ {
			h := read(t, faults(card, smart, func(n int, _ []byte) eidtest.Fault { return eidtest.Fault{Lifted: n >= at} }), eid.Options{})
			check(t, h, card, at)
			if at < total && !errors.Is(h.err, eid.ErrRemoved) { // the last one is not about the person
				t.Errorf("pulled at %d: %v", at, h.err)
			}
		}
	})
}

func TestWhatCanBeMendedIsMendedAtEveryCommand(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]eidtest.Fault{
		"reset by another program":  {Reset: true},
		"an answer that broke off":  {Garbled: true},
		"a card that stumbled":      {Status: 0x6F00},
		"a slow card":               {Delay: 500 * time.Millisecond},
		"a reader that cuts at 1":   {Short: 1},
		"a reader that cuts at 100": {Short: 100},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachReader(t, func(t *testing.T, card *eidtest.Card, smart bool) {
				for at := 1; at < 40; at++ {
					times := 1 + at%3
					line := faults(card, smart, func(n int, _ []byte) eidtest.Fault {
						if n >= at && n < at+times {
							return fault
						}
						return eidtest.Fault{}
					})
					h := read(t, line, eid.Options{})
					if name == "a reader that cuts at 1" && times > 1 {
						check(t, h, card, fmt.Sprint(at, times)) // a liar twice over
					} else {
						whole(t, h, card, fmt.Sprint(at, times))
					}
				}
			})
		})
	}
}

func TestAFaultThatStaysIsAClearError(t *testing.T) {
	t.Parallel()
	for want, fault := range map[error]eidtest.Fault{
		eid.ErrReset:     {Reset: true},
		eid.ErrGarbled:   {Garbled: true},
		eid.ErrTruncated: {Status: 0x6986},
	} {
		eachReader(t, func(t *testing.T, card *eidtest.Card, smart bool) {
			h := read(t, faults(card, smart, func(_ int, command []byte) eidtest.Fault {
				if command[1] == 0xB0 {
					return fault
				}
				return eidtest.Fault{}
			}), eid.Options{})
			if !errors.Is(h.err, want) || len(h.order) > 0 {
				t.Errorf("%v: %v", want, h.err)
			}
		})
	}
}

func TestAReadEndsWithItsContext(t *testing.T) {
	t.Parallel()
	eachReader(t, func(t *testing.T, card *eidtest.Card, smart bool) {
		line := faults(card, smart, func(int, []byte) eidtest.Fault { return eidtest.Fault{Delay: 100 * time.Millisecond, Garbled: true} })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		_, err := eid.Read(ctx, line, eid.Options{}, func(eid.Event) error { return nil })
		if took := time.Since(begin); !errors.Is(err, context.DeadlineExceeded) || took > 1200*time.Millisecond {
			t.Errorf("%v after %s", err, took)
		}
	})
}

// Whatever goes wrong, what is told are the card's bytes, and whatever is not
// told has an error that says why. The next read goes well.
func TestNoFaultEverMakesUpAByte(t *testing.T) {
	t.Parallel()
	var cards []*eidtest.Card
	for _, g := range eidtest.Generations() {
		for seed := range uint64(8) {
			cards = append(cards, mint(g, seed))
		}
	}
	reads, mended, failed := 0, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		for range 25 { // a hundred checks of twenty-five reads, each with one after it
			card := cards[rapid.IntRange(0, len(cards)-1).Draw(rt, "card")]
			smart := rapid.Bool().Draw(rt, "smart")
			plan := map[int]eidtest.Fault{}
			for _, m := range rapid.SliceOfN(anyMishap(), 1, 8).Draw(rt, "mishaps") {
				plan[m.at] = m.fault
			}
			var h, next heard
			synctest.Test(t, func(t *testing.T) {
				line := faults(card, smart, func(n int, _ []byte) eidtest.Fault { return plan[n] })
				h = read(t, line, eid.Options{})
				line.Fault = nil
				if line.Transaction(t.Context(), func(eid.Transmit) error { return nil }) != nil { // it is put back
					line = &eidtest.Line{Emulator: line.Emulator}
					line.PowerCycle()
				}
				next = read(t, line, eid.Options{})
			})
			check(rt, h, card, "random")
			whole(rt, next, card, "the next read")
			reads++
			if h.err != nil {
				failed++
			} else if h.report.Repeats > 0 {
				mended++
			}
		}
	})
	t.Logf("%d reads: mended %d, gave up on %d", reads, mended, failed)
	if mended == 0 || failed == 0 {
		t.Errorf("the faults prove nothing: mended %d, gave up on %d", mended, failed)
	}
}

// mishap is a fault at a command.
type mishap struct {
	at    int
	fault eidtest.Fault
}

func anyMishap() *rapid.Generator[mishap] {
	return rapid.Custom(func(t *rapid.T) mishap {
		return mishap{rapid.IntRange(1, 60).Draw(t, "at"), anyFault(t)}
	})
}

// anyFault is mostly what readers do.
func anyFault(t *rapid.T) eidtest.Fault {
	switch rapid.IntRange(0, 19).Draw(t, "kind") {
	case 0, 1, 2, 3, 4, 5, 6:
		return eidtest.Fault{Status: rapid.SampledFrom(ends).Draw(t, "lie")}
	case 7, 8, 9:
		return eidtest.Fault{Short: rapid.IntRange(2, 255).Draw(t, "short")}
	case 10, 11:
		return eidtest.Fault{Garbled: true}
	case 12, 13:
		return eidtest.Fault{Reset: true}
	case 14:
		return eidtest.Fault{Status: rapid.SampledFrom([]uint16{0x6F00, 0x6400, 0x6A82, 0x6982, 0x6110}).Draw(t, "status")}
	case 15:
		return eidtest.Fault{Lifted: rapid.Bool().Draw(t, "lifted")}
	case 16:
		// But not 6C01, which after another such lie is how every file ends.
		return eidtest.Fault{Status: 0x6C00 | uint16(rapid.IntRange(2, 256).Draw(t, "left")&0xFF)}
	default:
		return eidtest.Fault{Delay: time.Duration(rapid.IntRange(50, 500).Draw(t, "ms")) * time.Millisecond}
	}
}
