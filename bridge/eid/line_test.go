package eid_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
)

// ladder is a line that remembers how the card was reached anew.
type ladder struct {
	*eidtest.Line
	fail  func(reset bool) error
	steps []string
}

func (l *ladder) Reconnect(ctx context.Context, reset bool) error {
	l.steps = append(l.steps, map[bool]string{false: "connect", true: "reset"}[reset])
	if l.fail != nil {
		if err := l.fail(reset); err != nil {
			return err
		}
	}
	return l.Line.Reconnect(ctx, reset)
}

func TestTheLadderIsClimbedOneStepAtATime(t *testing.T) {
	t.Parallel()
	unreachable := errors.New("the reader is busy")
	for name, c := range map[string]struct {
		fault eidtest.Fault
		times int // that the fault comes, from the second command on
		fail  func(reset bool) error
		steps []string
		err   error
	}{
		"once more is enough":              {fault: eidtest.Fault{Garbled: true}, times: 1},
		"a card that stumbles once":        {fault: eidtest.Fault{Status: 0x6400}, times: 1},
		"the same, by another word":        {fault: eidtest.Fault{Status: 0x6F01}, times: 1},
		"then a new connection":            {fault: eidtest.Fault{Garbled: true}, times: 2, steps: []string{"connect"}},
		"then a reset":                     {fault: eidtest.Fault{Garbled: true}, times: 4, steps: []string{"connect", "reset"}},
		"another program's reset is known": {fault: eidtest.Fault{Reset: true}, times: 1, steps: []string{"connect"}},
		"no gentle way": {
			fault: eidtest.Fault{Garbled: true}, times: 2, steps: []string{"connect", "reset"},
			fail: func(reset bool) error { return map[bool]error{false: unreachable}[reset] },
		},
		"no way at all": {
			fault: eidtest.Fault{Garbled: true}, times: 2, steps: []string{"connect", "reset"}, err: unreachable,
			fail: func(bool) error { return unreachable },
		},
		"pulled meanwhile": {
			fault: eidtest.Fault{Garbled: true}, times: 2, steps: []string{"connect"}, err: eid.ErrRemoved,
			fail: func(bool) error { return eid.ErrRemoved },
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			card := mint(eidtest.V17, 1)
			line := &ladder{Line: faults(card, false, nil), fail: c.fail}
			line.Fault = func(n int, _ []byte) eidtest.Fault {
				if n >= 2 && n < 2+c.times {
					return c.fault
				}
				return eidtest.Fault{}
			}
			h := read(t, line, eid.Options{})
			if !errors.Is(h.err, c.err) || !slices.Equal(line.steps, c.steps) || h.report.Repeats == 0 && c.err == nil {
				t.Errorf("%s: %v after %v, %+v", name, h.err, line.steps, h.report)
			}
			if c.err == nil {
				whole(t, h, card, name)
			} else if len(h.order) > 0 {
				t.Errorf("%s: told %v", name, h.order)
			}
		})
	}
}

func TestWhoeverLeavesMeanwhileIsNotMadeToWaitForAReset(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		line := &ladder{Line: faults(mint(eidtest.V17, 1), false, func(int, []byte) eidtest.Fault { return eidtest.Fault{Garbled: true} })}
		line.fail = func(bool) error {
			cancel()
			return context.Canceled
		}
		if err := eid.Recognise(ctx, line, nil); !errors.Is(err, context.Canceled) || !slices.Equal(line.steps, []string{"connect"}) {
			t.Errorf("%v after %v", err, line.steps)
		}
	})
}

// piecemeal is a line to a card that says with 61 how much it holds ready, as
// cards with protocol T=0 do where the reader does not fetch it.
type piecemeal struct {
	*eidtest.Line
	wrong []byte // a GET RESPONSE that nobody asked for
}

func (p *piecemeal) Transaction(ctx context.Context, talk func(eid.Transmit) error) error {
	return p.Line.Transaction(ctx, func(send eid.Transmit) error {
		var held []byte
		return talk(func(ctx context.Context, command []byte) ([]byte, error) {
			if command[1] != 0xC0 {
				answer, err := send(ctx, command)
				if n := len(answer) - 2; err != nil || n < 2 || answer[n] != 0x90 {
					return answer, err
				}
				held = answer[:len(answer)-2]
				first := slices.Clone(held[:len(held)/2])
				held = held[len(held)/2:]
				return append(first, 0x61, byte(len(held))), nil
			}
			if len(command) != 5 || int(command[4]) != len(held) || len(held) == 0 {
				p.wrong = slices.Clone(command)
				return []byte{0x6F, 0x00}, nil
			}
			rest := held
			held = nil
			return append(rest, 0x90, 0x00), nil
		})
	})
}

func TestWhatTheCardHoldsReadyIsFetched(t *testing.T) {
	t.Parallel()
	card := mint(eidtest.V17, 1)
	line := &piecemeal{Line: faults(card, false, nil)}
	h := read(t, line, eid.Options{})
	whole(t, h, card, "61")
	if line.wrong != nil || h.report.Repeats > 0 {
		t.Errorf("asked %X, %+v", line.wrong, h.report)
	}
	synctest.Test(t, func(t *testing.T) {
		begin, sent := time.Now(), 0
		err := eid.Recognise(t.Context(), script(func([]byte) []byte {
			sent++
			return []byte{0x61, 0x01}
		}), nil)
		if !errors.Is(err, eid.ErrGarbled) || sent > 200 || time.Since(begin) > time.Second {
			t.Errorf("a card that always has more: %v after %d commands", err, sent)
		}
	})
}

func TestWhatIsReadIsTakenApart(t *testing.T) {
	t.Parallel()
	card := mint(eidtest.V18, 1)
	h := read(t, faults(card, false, nil), eid.Options{})
	id, err := eid.ParseIdentity(card.Want().Identity)
	if err != nil || id.Name == "" {
		t.Fatalf("%q, %v", id.Name, err)
	}
	address, err := eid.ParseAddress(card.Want().Address)
	if err != nil || address.IsZero() {
		t.Fatal(err)
	}
	size, _ := eid.ParsePicture(card.Want().Picture)
	if got := h.events[eid.IdentityFile].Identity; got.Name != id.Name || got.NationalNumber != id.NationalNumber {
		t.Error("the identity is another")
	}
	if got := h.events[eid.AddressFile].Address; got.Street != address.Street {
		t.Error("the address is another")
	}
	if got := h.events[eid.PictureFile].Picture; got != size || got == (eid.Picture{}) {
		t.Errorf("the picture is %v, want %v", got, size)
	}
	if h.report.Card.Applet != 0x18 {
		t.Errorf("the chip is %s", h.report.Card)
	}
}

// Nobody looks at a signature alone: it is told when all of the card was read.
func TestTheProofsAreToldLastAndTogether(t *testing.T) {
	t.Parallel()
	sent := 0
	line := faults(mint(eidtest.V17, 1), false, func(n int, _ []byte) eidtest.Fault {
		sent = n
		return eidtest.Fault{}
	})
	at := map[eid.File]int{}
	if _, err := eid.Read(t.Context(), line, eid.Options{}, func(e eid.Event) error {
		at[e.File] = sent
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	last := at[eid.Certificate]
	if at[eid.IdentitySignature] != last || at[eid.AddressSignature] != last {
		t.Errorf("told after so many commands: %v", at)
	}
	if at[eid.IdentityFile] >= at[eid.AddressFile] || at[eid.AddressFile] >= at[eid.PictureFile] || at[eid.PictureFile] >= last {
		t.Errorf("a file is not told as soon as it is there: %v", at)
	}
}
