//go:build linux && cgo

package pcsc_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ebfe/scard"

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
		if err := t.session.Unpower(t.Context(), t.rig.Reader(0)); err != nil {
			t.Fatalf("switch it off: %v", err)
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
		atOnce, late := context.WithTimeout(t.Context(), 4*time.Second) // less than a wait
		defer late()
		slots, _, err := s.Wait(atOnce, nil)
		if err != nil || slots == nil || len(slots) != 0 {
			t.Fatalf("%v, %v", slots, err)
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
		kept, err := t.session.Connect(t.Context(), t.rig.Reader(0)) // or the service does so itself in a while
		if err != nil {
			t.Fatal(err)
		}
		defer kept.Close()
		for len(powered) > 0 {
			<-powered
		}
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
	"a reader that is known and not there is told to be gone": func(t stage) {
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second) // less than a wait
		defer cancel()
		known := wait(t, t.session, nil)
		known["nowhere 00 00"] = pcsc.Slot{Reader: "nowhere 00 00"}
		if slots, _, err := t.session.Wait(ctx, known); err != nil || len(slots) != 2 {
			t.Fatalf("%v, %v", slots, err)
		}
	},
	"talk may close the session": func(t stage) {
		mine, theirs := two(t)
		failure := errors.New("talk")
		err := mine.Transaction(t.Context(), func() error { _ = t.session.Close(); return failure })
		if !errors.Is(err, failure) {
			t.Fatal(err)
		}
		if _, _, err := t.session.Wait(t.Context(), nil); !errors.Is(err, pcsc.ErrDead) {
			t.Fatal(err)
		}
		if err := theirs.Transaction(t.Context(), func() error { return nil }); err != nil && !errors.Is(err, pcsc.ErrReset) {
			t.Fatal(err)
		}
	},
	"a transaction whose context ends in it lets others in": func(t stage) {
		mine, theirs := two(t)
		ctx, cancel := context.WithCancel(t.Context())
		if err := mine.Transaction(ctx, func() error { cancel(); return nil }); err != nil {
			t.Fatal(err)
		}
		in, late := context.WithTimeout(t.Context(), 10*time.Second)
		defer late()
		if err := theirs.Transaction(in, func() error { return nil }); err != nil {
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

func TestACallThatWasNotBegunLeavesTheSessionSound(t *testing.T) {
	rig := pcsctest.Start(t)
	s := open(t, rig)
	slots := insert(t, rig, s, pcsctest.Pass(uid))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Connect(ended, rig.Reader(0)); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if _, _, err := s.Wait(ended, slots); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	wait(t, s, nil)
	if left, err := pcsc.Forget(t.Context()); left || err != nil {
		t.Fatalf("a call was left behind for the one before: %v", err)
	}
}

func TestASessionThatWasLeftBehindNeverHangs(t *testing.T) {
	rig := pcsctest.Start(t)
	mine, theirs := two(stage{t, rig, open(t, rig)})
	err := theirs.Transaction(t.Context(), func() error {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := mine.Transaction(ctx, func() error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := mine.Transaction(t.Context(), func() error { return nil }); !errors.Is(err, pcsc.ErrDead) {
			t.Error(err)
		}
		if _, err := mine.Transmit(t.Context(), chip.GetUID()); !errors.Is(err, pcsc.ErrDead) {
			t.Error(err)
		}
	}
}

func TestACallAfterATransactionIsLeftBehindLikeOthers(t *testing.T) {
	rig := pcsctest.Start(t)
	s := open(t, rig)
	slow := pcsctest.Pass(uid)
	slow.Delay = 500 * time.Millisecond
	insert(t, rig, s, slow)
	card, err := s.Connect(t.Context(), rig.Reader(0))
	if err != nil {
		t.Fatal(err)
	}
	if err := card.Transaction(t.Context(), func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := card.Transmit(ctx, chip.GetUID()); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
}

func TestOtherProgramsAreSeenAndLeftInPeace(t *testing.T) {
	rig := pcsctest.Start(t)
	s := open(t, rig)
	insert(t, rig, s, pcsctest.Pass(uid))
	mine, err := s.Connect(t.Context(), rig.Reader(0))
	if err != nil {
		t.Fatal(err)
	}
	if slot := wait(t, s, nil)[rig.Reader(0)]; !slot.InUse || slot.Exclusive {
		t.Errorf("in use by us: %+v", slot)
	}
	other, err := scard.EstablishContext()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Release() }()
	theirs, err := other.Connect(rig.Reader(0), scard.ShareShared, scard.ProtocolAny)
	if err != nil {
		t.Fatal(err)
	}
	if err := mine.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := theirs.Transmit(chip.GetUID()); err != nil {
		t.Fatal("their card was reset:", err)
	}
	_ = theirs.Disconnect(scard.LeaveCard)
	theirs, err = other.Connect(rig.Reader(0), scard.ShareExclusive, scard.ProtocolAny)
	if err != nil {
		t.Fatal("their card was kept:", err)
	}
	if slot := wait(t, s, nil)[rig.Reader(0)]; !slot.Exclusive {
		t.Errorf("theirs alone: %+v", slot)
	}
	if _, err := s.Connect(t.Context(), rig.Reader(0)); !errors.Is(err, pcsc.ErrBusy) {
		t.Fatal(err)
	}
	_ = theirs.Disconnect(scard.LeaveCard)
}

// A bridge runs for months, and asks for a service that is not there every few
// seconds.
func TestNothingIsLeftOfAThousandSessions(t *testing.T) {
	rig := pcsctest.Start(t)
	before := runtime.NumGoroutine()
	s := open(t, rig)
	slots := wait(t, s, nil)
	for range 50 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		_, _, _ = s.Wait(ctx, slots)
		cancel()
	}
	for range 500 { // pcscd has room for 200
		s, err := rig.Service().Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	rig.Kill(t)
	for range 500 {
		if _, err := rig.Service().Open(t.Context()); !errors.Is(err, pcsc.ErrDown) {
			t.Fatal(err)
		}
	}
	for begin := time.Now(); runtime.NumGoroutine() > before+20; time.Sleep(time.Millisecond) {
		if time.Since(begin) > 10*time.Second {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

func TestAWaitThatIsToLookDoesAndGoesOn(t *testing.T) {
	rig := pcsctest.Start(t)
	var asked atomic.Int32
	s, err := pcsc.System(func() time.Time { asked.Add(1); return time.Now() }).Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	slots := wait(t, s, nil)
	s.Look(t.Context()) // nobody waits
	asked.Store(0)
	over := make(chan struct{})
	go func() {
		defer close(over)
		until(t, s, slots, func(slots pcsc.Slots) bool { return slots[rig.Reader(0)].Present })
	}()
	for asked.Load() < 5 {
		time.Sleep(20 * time.Millisecond)
		s.Look(t.Context())
	}
	rig.Insert(t, 0, pcsctest.Pass(uid))
	<-over
}

// A wait that is given up before it began must not keep the others out for ever.
func TestAWaitThatNeverBeganLetsOthersWait(t *testing.T) {
	rig := pcsctest.Start(t)
	s := open(t, rig)
	slots := wait(t, s, nil)
	awake := make(chan struct{})
	pcsc.Drowsy(s, awake)
	time.AfterFunc(1500*time.Millisecond, func() { close(awake) }) // by then it was given up
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, _, err := s.Wait(ctx, slots); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	wait(t, open(t, rig), nil)
}

func TestAQuietWaitAsksOnce(t *testing.T) {
	pcsctest.Start(t)
	asked := 0
	s, err := pcsc.System(func() time.Time { asked++; return time.Now() }).Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	slots := wait(t, s, nil)
	asked = 0
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, _, err := s.Wait(ctx, slots); !errors.Is(err, context.DeadlineExceeded) || asked > 2 {
		t.Errorf("%v, woke %d times", err, asked)
	}
}

func TestNothingOfACardStaysInTheLibrarysMemory(t *testing.T) {
	t.Parallel()
	raw := []byte("Maria")
	answer, err := pcsc.Exchange(t.Context(), []byte{0x00}, func([]byte) ([]byte, error) { return raw, nil })
	if string(answer) != "Maria" || string(raw) != "\x00\x00\x00\x00\x00" || err != nil {
		t.Errorf("%q, %q, %v", answer, raw, err)
	}
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
