//go:build linux && cgo

package pcsc_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/openbalie/openbalie/bridge/chip"
	"github.com/openbalie/openbalie/bridge/pcsc"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
)

func TestMain(m *testing.M) { pcsctest.Main(m) }

const uid = "04A1B2C3D4E580"

// stage is a test with the rig it plays on and a session there.
type stage struct {
	testing.TB

	rig     pcsctest.Rig
	session pcsc.Session
}

// conversations hold for the real and for the scripted card service alike.
var conversations = map[string]func(t stage){
	"the first wait returns at once, the next when a card comes or goes": func(t stage) {
		slots := wait(t, t.session, nil)
		if len(slots) != 2 || slots[t.rig.Reader(0)].Present || slots[t.rig.Reader(1)].Present {
			t.Fatalf("at first: %v", slots)
		}
		before := slots[t.rig.Reader(1)].Count
		t.rig.Insert(t, 1, pcsctest.Pass(uid))
		slots = until(t, t.session, slots, func(slots pcsc.Slots) bool { return slots[t.rig.Reader(1)].Present })
		if got := slots[t.rig.Reader(1)]; string(got.ATR) != string(pcsctest.Ultralight) || got.Count == before || got.Mute {
			t.Fatalf("with a card: %+v", got)
		}
		t.rig.Remove(t, 1)
		slots = until(t, t.session, slots, func(slots pcsc.Slots) bool { return !slots[t.rig.Reader(1)].Present })
		if got := slots[t.rig.Reader(1)]; len(got.ATR) != 0 {
			t.Fatalf("without it: %+v", got)
		}
	},
	"a card answers, and is gone when it is lifted": func(t stage) {
		slots := insert(t, t.rig, t.session, pcsctest.Pass(uid))
		card, err := t.session.Connect(t.Context(), t.rig.Reader(0))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := card.Transmit(t.Context(), chip.GetUID())
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := chip.ReadUID(answer); err != nil || got != uid {
			t.Fatalf("%q, %v", got, err)
		}
		if atr, err := card.ATR(t.Context()); err != nil || string(atr) != string(pcsctest.Ultralight) {
			t.Fatalf("%X, %v", atr, err)
		}
		t.rig.Remove(t, 0)
		until(t, t.session, slots, func(slots pcsc.Slots) bool { return !slots[t.rig.Reader(0)].Present })
		if _, err := card.Transmit(t.Context(), chip.GetUID()); !errors.Is(err, pcsc.ErrRemoved) {
			t.Fatalf("after lifting: %v", err)
		}
		_ = card.Close()
		if _, err := t.session.Connect(t.Context(), t.rig.Reader(0)); !errors.Is(err, pcsc.ErrRemoved) {
			t.Fatalf("an empty reader: %v", err)
		}
	},
	"a mute card is mute": func(t stage) {
		c := pcsctest.Pass(uid)
		c.Mute = true
		slots := insert(t, t.rig, t.session, c)
		if got := slots[t.rig.Reader(0)]; !got.Mute || len(got.ATR) != 0 {
			t.Fatalf("%+v", got)
		}
		if _, err := t.session.Connect(t.Context(), t.rig.Reader(0)); !errors.Is(err, pcsc.ErrMute) {
			t.Fatalf("connect: %v", err)
		}
	},
	"a reader nobody knows is unknown": func(t stage) {
		if _, err := t.session.Connect(t.Context(), "nowhere 00 00"); !errors.Is(err, pcsc.ErrUnknownReader) {
			t.Fatal(err)
		}
	},
	"a service without readers is waited on": func(t stage) {
		t.rig.Restart(t, false)
		s := open(t, t.rig)
		slots := wait(t, s, nil)
		if slots == nil || len(slots) != 0 {
			t.Fatalf("%v", slots)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, _, err := s.Wait(ctx, slots); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
	},
	"a wait ends soon after its context and the session goes on": func(t stage) {
		slots := wait(t, t.session, nil)
		for range 20 {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
			begin := time.Now()
			if _, _, err := t.session.Wait(ctx, slots); !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
			cancel()
			if took := time.Since(begin); took > 500*time.Millisecond {
				t.Fatalf("it took %s", took)
			}
		}
		insert(t, t.rig, t.session, pcsctest.Pass(uid))
	},
	"a service that dies is down, and back with a new session only": func(t stage) {
		slots := wait(t, t.session, nil)
		killed := make(chan struct{})
		time.AfterFunc(50*time.Millisecond, func() { defer close(killed); t.rig.Kill(t) })
		if _, _, err := t.session.Wait(t.Context(), slots); !errors.Is(err, pcsc.ErrDown) {
			t.Fatalf("during the wait: %v", err)
		}
		<-killed
		if _, err := t.rig.Service().Open(t.Context()); !errors.Is(err, pcsc.ErrDown) {
			t.Fatalf("a new session: %v", err)
		}
		t.rig.Restart(t, true)
		if _, _, err := t.session.Wait(t.Context(), slots); !errors.Is(err, pcsc.ErrDown) && !errors.Is(err, pcsc.ErrDead) {
			t.Fatalf("the old session: %v", err)
		}
		wait(t, open(t, t.rig), nil)
	},
	"a transaction keeps others out, and they get in after it": func(t stage) {
		mine, theirs := two(t)
		inside, over := make(chan struct{}), make(chan error, 1)
		go func() {
			<-inside
			over <- theirs.Transaction(t.Context(), func() error { return nil })
		}()
		err := mine.Transaction(t.Context(), func() error {
			close(inside)
			select {
			case <-over:
				return errors.New("another transaction came in between")
			case <-time.After(200 * time.Millisecond):
			}
			_, err := mine.Transmit(t.Context(), chip.GetUID())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := <-over; err != nil {
			t.Fatal(err)
		}
		failure := errors.New("talk")
		if err := mine.Transaction(t.Context(), func() error { return failure }); !errors.Is(err, failure) {
			t.Fatal(err)
		}
	},
	"a transaction that has to wait ends with its context": func(t stage) {
		mine, theirs := two(t)
		err := theirs.Transaction(t.Context(), func() error {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			if err := mine.Transaction(ctx, func() error { return errors.New("it came in") }); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	},
	"a card that another program reset is reached again": func(t stage) {
		mine, theirs := two(t)
		for _, reset := range []bool{false, true} {
			if err := theirs.Reconnect(t.Context(), true); err != nil {
				t.Fatal(err)
			}
			if err := mine.Transaction(t.Context(), func() error { return nil }); !errors.Is(err, pcsc.ErrReset) {
				t.Fatal(err)
			}
			if err := mine.Reconnect(t.Context(), reset); err != nil {
				t.Fatal(err)
			}
			if _, err := mine.Transmit(t.Context(), chip.GetUID()); err != nil {
				t.Fatal(err)
			}
			if reset {
				break
			}
			if _, err := theirs.Transmit(t.Context(), chip.GetUID()); err != nil {
				t.Fatal(err)
			}
		}
	},
	"a card that was switched off answers whoever connects next": func(t stage) {
		powered := make(chan struct{}, 8)
		c := pcsctest.Pass(uid)
		c.Powered = func() { powered <- struct{}{} }
		insert(t, t.rig, t.session, c)
		if err := t.session.Unpower(t.Context(), t.rig.Reader(0)); err != nil {
			t.Fatal(err)
		}
		<-powered
		card, err := t.session.Connect(t.Context(), t.rig.Reader(0))
		if err != nil {
			t.Fatal(err)
		}
		defer card.Close()
		if _, err := card.Transmit(t.Context(), chip.GetUID()); err != nil {
			t.Fatal(err)
		}
	},
	"a reader that takes no commands says so": func(t stage) {
		mine, _ := two(t)
		if _, err := mine.Escape(t.Context(), []byte{0xE0, 0x00, 0x00, 0x28, 0x01, 0x0A}); err == nil {
			t.Fatal("it took one")
		}
		if _, err := mine.Transmit(t.Context(), chip.GetUID()); err != nil {
			t.Fatal(err)
		}
	},
	"a closed session is dead": func(t stage) {
		s, err := t.rig.Service().Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Wait(t.Context(), nil); !errors.Is(err, pcsc.ErrDead) {
			t.Fatal(err)
		}
		if _, err := s.Connect(t.Context(), t.rig.Reader(0)); !errors.Is(err, pcsc.ErrDead) {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	},
}

func TestTheRealCardServiceConverses(t *testing.T) {
	for name, converse := range conversations {
		t.Run(name, func(t *testing.T) {
			rig := pcsctest.Start(t)
			converse(stage{t, rig, open(t, rig)})
		})
	}
}

func TestTheScriptedCardServiceConverses(t *testing.T) {
	t.Parallel()
	for name, converse := range conversations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rig := pcsctest.NewFake()
			converse(stage{t, rig, open(t, rig)})
		})
	}
}

func TestAnEmptyCommandIsAnErrorAndNoCrash(t *testing.T) {
	rig := pcsctest.Start(t)
	s := open(t, rig)
	insert(t, rig, s, pcsctest.Pass(uid))
	card, err := s.Connect(t.Context(), rig.Reader(0))
	if err != nil {
		t.Fatal(err)
	}
	defer card.Close()
	if _, err := card.Transmit(t.Context(), nil); !errors.Is(err, pcsc.ErrFailed) {
		t.Fatal(err)
	}
}

func TestACallLeftBehindTidiesUpAfterItself(t *testing.T) {
	rig := pcsctest.Start(t)
	s := open(t, rig)
	slow := pcsctest.Pass(uid)
	slow.Delay = time.Second
	slots := insert(t, rig, s, slow)
	card, err := s.Connect(t.Context(), rig.Reader(0))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	begin := time.Now()
	if _, err := card.Transmit(ctx, chip.GetUID()); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	_ = card.Close()
	if _, _, err := s.Wait(t.Context(), slots); !errors.Is(err, pcsc.ErrDead) {
		t.Fatalf("the session: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took > 500*time.Millisecond {
		t.Fatalf("it held us up for %s", took)
	}
	// Once it is back, nobody is connected to the card any more.
	other := open(t, rig)
	until(t, other, nil, func(slots pcsc.Slots) bool {
		slot := slots[rig.Reader(0)]
		return slot.Present && !slot.InUse
	})
}

// Two waits at once on the same readers crash the library; here they queue.
func TestManyWaitsAtOnceTakeTurns(t *testing.T) {
	rig := pcsctest.Start(t)
	var waits sync.WaitGroup
	for range 8 {
		s := open(t, rig)
		waits.Go(func() {
			slots, _, err := s.Wait(t.Context(), nil)
			for range 20 {
				if err != nil {
					t.Error(err)
					return
				}
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
				if _, _, e := s.Wait(ctx, slots); !errors.Is(e, context.DeadlineExceeded) {
					err = e
				}
				cancel()
			}
		})
	}
	waits.Wait()
}

// two inserts a card and connects to it for two programs.
func two(t stage) (mine, theirs pcsc.Card) {
	t.Helper()
	insert(t, t.rig, t.session, pcsctest.Pass(uid))
	cards := make([]pcsc.Card, 2)
	for i, s := range []pcsc.Session{t.session, open(t, t.rig)} {
		card, err := s.Connect(t.Context(), t.rig.Reader(0))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = card.Close() })
		cards[i] = card
	}
	return cards[0], cards[1]
}

func open(tb testing.TB, rig pcsctest.Rig) pcsc.Session {
	tb.Helper()
	s, err := rig.Service().Open(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

func wait(tb testing.TB, s pcsc.Session, known pcsc.Slots) pcsc.Slots {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 10*time.Second)
	defer cancel()
	slots, woke, err := s.Wait(ctx, known)
	if err != nil {
		tb.Fatal(err)
	}
	if late := time.Since(woke); late < 0 || late > time.Second {
		tb.Fatalf("woke %s ago", late)
	}
	return slots
}

func until(tb testing.TB, s pcsc.Session, known pcsc.Slots, reached func(pcsc.Slots) bool) pcsc.Slots {
	tb.Helper()
	for {
		if known = wait(tb, s, known); reached(known) {
			return known
		}
	}
}

// insert puts a card into the first reader and waits until it is seen.
func insert(tb testing.TB, rig pcsctest.Rig, s pcsc.Session, c pcsctest.Card) pcsc.Slots {
	tb.Helper()
	known := wait(tb, s, nil)
	rig.Insert(tb, 0, c)
	return until(tb, s, known, func(slots pcsc.Slots) bool { return slots[rig.Reader(0)].Present })
}
