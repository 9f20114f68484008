//go:build linux && cgo

package eidtest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
	"github.com/openbalie/openbalie/bridge/pcsc"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
)

func TestMain(m *testing.M) { pcsctest.Main(m) }

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// wire is a line through a card service that connects anew for each file.
type wire struct {
	session pcsc.Session
	reader  string
}

func (w wire) Transaction(ctx context.Context, talk func(eid.Transmit) error) error {
	card, err := w.session.Connect(ctx, w.reader)
	if err != nil {
		return name(err)
	}
	defer card.Close()
	return talk(func(ctx context.Context, command []byte) ([]byte, error) {
		answer, err := card.Transmit(ctx, command)
		return answer, name(err)
	})
}

func (wire) Reconnect(context.Context, bool) error { return nil } // the next transaction does

func name(err error) error {
	for theirs, ours := range map[error]error{
		pcsc.ErrRemoved: eid.ErrRemoved, pcsc.ErrUnknownReader: eid.ErrRemoved, pcsc.ErrMute: eid.ErrRemoved,
		pcsc.ErrReset: eid.ErrReset, pcsc.ErrGarbled: eid.ErrGarbled, pcsc.ErrFailed: eid.ErrGarbled,
	} {
		if errors.Is(err, theirs) {
			return fmt.Errorf("%w: %w", ours, err)
		}
	}
	return err
}

// present puts an emulated card into a real reader and returns the way to it.
func present(t *testing.T, e *eidtest.Emulator, liftAt int) eid.Line {
	t.Helper()
	rig := pcsctest.Start(t)
	session, err := rig.Service().Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close() })
	rig.Insert(t, 0, pcsctest.Card{ATR: e.ATR(), Answer: e.Answer, LiftAt: liftAt})
	for known := pcsc.Slots(nil); len(known[rig.Reader(0)].ATR) == 0; {
		if known, _, err = session.Wait(t.Context(), known); err != nil {
			t.Fatal(err)
		}
	}
	return wire{session, rig.Reader(0)}
}

func read(t *testing.T, line eid.Line) (eid.Files, error) {
	t.Helper()
	var files eid.Files
	_, err := eid.Read(t.Context(), line, eid.Options{}, func(e eid.Event) error {
		files.Put(e.File, e.Raw)
		return e.Err
	})
	return files, err
}

func mint(g eidtest.Generation) *eidtest.Card {
	r := rand.New(rand.NewPCG(1, 1))
	return eidtest.Mint(g, eidtest.Random(r, today), r)
}

func TestEveryGenerationIsReadThroughARealCardService(t *testing.T) {
	for _, g := range eidtest.Generations() {
		t.Run(g.String(), func(t *testing.T) {
			card := mint(g)
			files, err := read(t, present(t, &eidtest.Emulator{Card: card}, 0))
			if err != nil || !same(files, card.Want()) {
				t.Fatal(err)
			}
			if v := eidtest.Profile(card.Authority).Verify(files, today); !v.Verified() {
				t.Fatal(v.Findings)
			}
		})
	}
}

func TestLiesAreSeenThroughOnARealCardService(t *testing.T) {
	card := mint(eidtest.V17)
	e := &eidtest.Emulator{Card: card, Smart: true, Fault: func(n int, command []byte) eidtest.Fault {
		if command[1] == 0xB0 && n%3 == 0 {
			return eidtest.Fault{Status: []uint16{0x6B00, 0x6986, 0x9000}[n/3%3]}
		}
		return eidtest.Fault{}
	}}
	files, err := read(t, present(t, e, 0))
	if err != nil || !same(files, card.Want()) {
		t.Fatal(err)
	}
}

func TestACardThatIsPulledIsGoneOnARealCardService(t *testing.T) {
	_, err := read(t, present(t, &eidtest.Emulator{Card: mint(eidtest.V18)}, 12))
	if !errors.Is(err, eid.ErrRemoved) && !errors.Is(err, eid.ErrGarbled) {
		t.Fatal(err)
	}
}

func same(a, b eid.Files) bool {
	for _, f := range eid.All() {
		if !cmp.Equal(a.Of(f), b.Of(f)) {
			return false
		}
	}
	return true
}
