package reader_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/bridge/pcsc"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
	"github.com/openbalie/openbalie/bridge/reader"
)

// inFakeTime plays on the scripted service while time stands still unless
// everyone waits.
func inFakeTime(t *testing.T, play func(fake *pcsctest.Fake, d *desk)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := pcsctest.NewFake()
		d := sit(t, fake).opened()
		play(fake, d)
		d.stop()
		if n := fake.Opened(); n != 0 {
			t.Errorf("%d sessions were left open", n)
		}
	})
}

func TestAReaderThatIsUnpluggedWithItsCardLeavesNoSession(t *testing.T) {
	t.Parallel()
	for name, card := range map[string]pcsctest.Card{"a pass": pcsctest.Pass(anna), "an identity card": identityCard(2)} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
				time.Sleep(time.Second)
				before := fake.Opened() // that of the monitor, and one for each reader
				for range 3 {
					fake.Plug("ACS ACR122U 7")
					fake.Lay("ACS ACR122U 7", card)
					for d.next().Kind != reader.CardPresented {
					}
					fake.Unplug("ACS ACR122U 7")
					for d.next().Kind != reader.ReaderRemoved {
					}
					time.Sleep(time.Minute)
				}
				if n := fake.Opened(); n != before {
					d.t.Errorf("%d sessions, %d before", n, before)
				}
			})
		})
	}
}

func TestACardIsReadWithoutAnyPause(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		fake.Insert(d.t, 0, pcsctest.Pass(anna))
		e := d.expect("changed 0 present", "presented 0 pass "+anna)[1]
		if late := time.Since(e.Woke); late != 0 {
			d.t.Fatalf("it took %s", late)
		}
	})
}

func TestATwinSwappedBetweenTwoLooksIsLiftedAndPresented(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		fake.Insert(d.t, 0, pcsctest.Pass(anna))
		first := d.expect("changed 0 present", "presented 0 pass "+anna)[1]
		fake.Swap(d.t, 0, pcsctest.Pass(bert))
		second := d.expect("lifted 0 pass "+anna, "presented 0 pass "+bert)[1]
		if first.Card.PresentationID == second.Card.PresentationID {
			d.t.Fatal("both have the same presentation")
		}
	})
}

func TestACardTremblingInTheFieldIsPresentedOnce(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		fake.Insert(d.t, 0, pcsctest.Pass(anna))
		id := d.expect("changed 0 present", "presented 0 pass "+anna)[1].Card.PresentationID
		fake.Remove(d.t, 0)
		d.expect("lifted 0 pass "+anna, "changed 0 empty")
		for range 3 {
			time.Sleep(900 * time.Millisecond)
			fake.Insert(d.t, 0, pcsctest.Pass(anna))
			d.expect("changed 0 present", "changed 0 present")
			if c := d.view.Readers()[0].Card; c == nil || c.PresentationID != id {
				d.t.Fatalf("the reader shows %+v, want presentation %s", c, id)
			}
			fake.Remove(d.t, 0)
			d.expect("changed 0 empty")
		}
		time.Sleep(time.Second)
		fake.Insert(d.t, 0, pcsctest.Pass(anna))
		if e := d.expect("changed 0 present", "presented 0 pass "+anna)[1]; e.Card.PresentationID == id {
			d.t.Fatal("after a second it is a new presentation")
		}
	})
}

func TestAnotherCardWithinASecondIsPresented(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		fake.Insert(d.t, 0, pcsctest.Pass(anna))
		d.expect("changed 0 present", "presented 0 pass "+anna)
		fake.Remove(d.t, 0)
		d.expect("lifted 0 pass "+anna, "changed 0 empty")
		fake.Insert(d.t, 0, pcsctest.Pass(bert))
		d.expect("changed 0 present", "presented 0 pass "+bert)
	})
}

func TestASlowApproachIsAskedThreeTimesIn150Milliseconds(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		fake.Fail(d.t, 0, pcsctest.Unresponsive, pcsctest.Gone, pcsctest.WasReset)
		fake.Insert(d.t, 0, pcsctest.Pass(anna))
		e := d.expect("changed 0 present", "presented 0 pass "+anna)[1]
		if took := time.Since(e.Woke); took != 150*time.Millisecond {
			d.t.Fatalf("it took %s", took)
		}
	})
}

func TestAMuteCardIsToldAfterHalfASecondAndItsVoiceAtOnce(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		c := pcsctest.Pass(anna)
		c.Mute = true
		fake.Insert(d.t, 0, c)
		e := d.expect("changed 0 mute", "presented 0 other CARD_MUTE")[1]
		if took := time.Since(e.Woke); took != 500*time.Millisecond {
			d.t.Fatalf("it took %s", took)
		}
		fake.Swap(d.t, 0, pcsctest.Pass(anna))
		d.expect("lifted 0 other CARD_MUTE", "changed 0 present", "presented 0 pass "+anna)
	})
}

func TestACardKeptByAnotherProgramIsBusyAfterTwoSecondsAndThenRead(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		fake.Hold(d.t, 0, true)
		fake.Insert(d.t, 0, pcsctest.Pass(anna))
		d.expect("changed 0 present")
		d.quiet(1900 * time.Millisecond)
		d.expect("presented 0 other READER_BUSY", "changed 0 busy")
		fake.Insert(d.t, 1, pcsctest.Pass(bert)) // the monitor and the other reader go on
		d.expect("changed 1 present", "presented 1 pass "+bert)
		d.quiet(time.Hour)
		fake.Hold(d.t, 0, false)
		d.expect("lifted 0 other READER_BUSY", "presented 0 pass "+anna, "changed 0 present")
	})
}

func TestACardLiftedWhileAnotherProgramKeepsItIsForgotten(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		fake.Hold(d.t, 0, true)
		fake.Insert(d.t, 0, pcsctest.Pass(anna))
		d.expect("changed 0 present")
		fake.Remove(d.t, 0)
		d.expect("changed 0 empty")
		fake.Hold(d.t, 0, false)
		d.quiet(time.Minute)
		fake.Insert(d.t, 0, pcsctest.Pass(bert))
		d.expect("changed 0 present", "presented 0 pass "+bert)
	})
}

func TestACardTakenForAWhileByWindowsItselfIsReadThen(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		fake.Fail(d.t, 0, pcsctest.Taken, pcsctest.Taken, pcsctest.Taken)
		fake.Insert(d.t, 0, pcsctest.Pass(anna))
		e := d.expect("changed 0 present", "presented 0 pass "+anna)[1]
		if took := time.Since(e.Woke); took != 300*time.Millisecond {
			d.t.Fatalf("it took %s", took)
		}
	})
}

func TestAModuleThatNeverAnswersIsShownButNotPresented(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		fake.PlugMute("ACS ACR1281 00 02")
		d.expect("added 2 mute")
		d.quiet(time.Minute)
		fake.Unplug("ACS ACR1281 00 02")
		d.expect("removed 2")
	})
}

func TestASlotNamedForAModuleIsLeftOut(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		fake.PlugMute("ACS ACR1252 1S CL Reader SAM 0")
		fake.Plug("SAMSUNG reader 7")
		d.expect("added 7 empty")
	})
}

func TestAReaderUnpluggedWithItsCardLiftsItFirst(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		fake.Insert(d.t, 0, pcsctest.Pass(anna))
		d.expect("changed 0 present", "presented 0 pass "+anna)
		fake.Unplug(fake.Reader(0))
		d.expect("lifted 0 pass "+anna, "removed 0")
		fake.Plug(fake.Reader(0))
		d.expect("added 0 empty")
	})
}

func TestAReaderUnpluggedDuringReadingIsOnlyRemoved(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		slow := pcsctest.Pass(anna)
		slow.Delay = time.Second
		fake.Insert(d.t, 0, slow)
		d.expect("changed 0 present")
		fake.Unplug(fake.Reader(0))
		d.expect("removed 0")
		d.quiet(time.Minute)
	})
}

func TestTheLostServiceIsSoughtWithGrowingPauses(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		begin := time.Now()
		fake.Refuse(pcsctest.Stopped)
		d.expect("removed 0", "removed 1", "service down")
		time.Sleep(20 * time.Second)
		fake.Restart(d.t, true)
		// 0.2 + 0.4 + 0.8 + 1.6 + 3.2 + 5 + 5 + 5 seconds
		d.opened()
		if took := time.Since(begin); took != 21200*time.Millisecond {
			d.t.Fatalf("found again after %s", took)
		}
		fake.Refuse(pcsctest.Stopped)
		d.expect("removed 0", "removed 1", "service down")
		fake.Restart(d.t, true)
		begin = time.Now()
		d.opened()
		if took := time.Since(begin); took != 200*time.Millisecond {
			d.t.Fatalf("after a good life the pauses begin anew; found after %s", took)
		}
	})
}

func TestAServiceThatForbidsUsIsToldAsDenied(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		fake.Refuse(pcsctest.Forbidden)
		d.expect("removed 0", "removed 1", "service down", "service denied")
		fake.Restart(d.t, true)
		d.opened()
		fake.Fail(d.t, 0, pcsctest.Forbidden, pcsctest.Forbidden)
		fake.Insert(d.t, 0, pcsctest.Pass(anna))
		d.expect("changed 0 present", "service denied", "service ok", "presented 0 pass "+anna)
	})
}

func TestNoEventIsLostOnASlowReceiver(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		for range 100 {
			fake.Insert(d.t, 0, pcsctest.Pass(anna))
			time.Sleep(3 * time.Second) // nobody receives
			fake.Remove(d.t, 0)
			time.Sleep(3 * time.Second)
			d.expect("changed 0 present", "presented 0 pass "+anna, "lifted 0 pass "+anna, "changed 0 empty")
		}
	})
}

func TestNothingIsToldAfterTheEnd(t *testing.T) {
	inFakeTime(t, func(fake *pcsctest.Fake, d *desk) {
		fake.Insert(d.t, 0, pcsctest.Pass(anna))
		d.expect("changed 0 present", "presented 0 pass "+anna)
		go d.stop()
		for e := range d.events {
			d.t.Errorf("told %s", line(e))
		}
	})
}

// tangled is a service whose calls panic or answer nonsense.
type tangled struct{ pcsc.Service }

func (s tangled) Open(ctx context.Context) (pcsc.Session, error) {
	session, err := s.Service.Open(ctx)
	return tangledSession{session}, err
}

type tangledSession struct{ pcsc.Session }

func (s tangledSession) Connect(ctx context.Context, reader string) (pcsc.Card, error) {
	card, err := s.Session.Connect(ctx, reader)
	return tangledCard{card}, err
}

type tangledCard struct{ pcsc.Card }

func (tangledCard) Transmit(context.Context, []byte) ([]byte, error) { return nil, nil }

func TestAnEmptyAnswerIsNoCrash(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := pcsctest.NewFake()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		events := make(chan reader.Event)
		go reader.New(tangled{fake}, time.Now).Watch(ctx, events)
		fake.Insert(t, 0, pcsctest.Pass(anna))
		for e := range events {
			if e.Kind == reader.CardPresented {
				if got := line(e); got != "presented 0 other CARD_UNKNOWN" {
					t.Errorf("got %s", got)
				}
				cancel()
			}
		}
	})
}

func TestFiftyStartsAndStopsLeaveNothingBehind(t *testing.T) {
	rig := pcsctest.Start(t)
	rig.Insert(t, 0, pcsctest.Pass(anna))
	sit(t, rig).stop() // what the first start needs for good is there
	before := runtime.NumGoroutine()
	begin := time.Now()
	for i := range 50 {
		d := sit(t, rig)
		for range i % 5 { // stopped at another moment each time
			d.next()
		}
		d.stop()
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("50 starts and stops took %s", took)
	}
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			stacks = stacks[:runtime.Stack(stacks, true)]
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks)
		}
	}
}

func TestTheViewIsWhatTheEventsAddUpTo(t *testing.T) {
	t.Parallel()
	var v reader.View
	if v.Service() != reader.Down || len(v.Readers()) != 0 {
		t.Fatal("before the first event the service is down and there are no readers")
	}
	b := reader.Reader{ID: "2", Name: "b", State: reader.Empty}
	a := reader.Reader{ID: "1", Name: "a", State: reader.Present, Card: &reader.Card{PresentationID: "p", Kind: reader.Pass}}
	for _, e := range []reader.Event{
		{Kind: reader.ServiceChanged, Service: reader.OK},
		{Kind: reader.ReaderAdded, Reader: b},
		{Kind: reader.ReaderAdded, Reader: reader.Reader{ID: "1", Name: "a"}},
		{Kind: reader.CardPresented, Reader: a, Card: *a.Card},
	} {
		v.Apply(e)
	}
	if diff := cmp.Diff([]reader.Reader{a, b}, v.Readers()); diff != "" {
		t.Fatal(diff)
	}
	v.Apply(reader.Event{Kind: reader.ReaderRemoved, Reader: a})
	if diff := cmp.Diff([]reader.Reader{b}, v.Readers()); diff != "" {
		t.Fatal(diff)
	}
}

func TestAnIDIsShortAndTheSameForTheSameName(t *testing.T) {
	t.Parallel()
	one, other := reader.ID("ACS ACR122U 00 00"), reader.ID("ACS ACR122U 01 00")
	if one == other || one != reader.ID("ACS ACR122U 00 00") || strings.Contains(one, "ACS") || len(one) != 16 {
		t.Fatalf("%q, %q", one, other)
	}
}
