package reader_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/bridge/chip"
	"github.com/openbalie/openbalie/bridge/pcsc"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
	"github.com/openbalie/openbalie/bridge/reader"
)

func TestMain(m *testing.M) { pcsctest.Main(m) }

// patience is how long the real card service may take: it looks for cards each
// 0.4 seconds, gives up on a mute one after three, and waits for five at a time.
const patience = 30 * time.Second

// desk is a Watch at work and the picture its events add up to.
type desk struct {
	t       testing.TB
	rig     pcsctest.Rig
	watcher *reader.Watcher
	events  <-chan reader.Event
	view    reader.View
	stop    func() // ends the Watch and waits for it
}

func sit(tb testing.TB, rig pcsctest.Rig) *desk {
	tb.Helper()
	return sitWith(tb, rig, func(*reader.Watcher) {})
}

func sitWith(tb testing.TB, rig pcsctest.Rig, set func(*reader.Watcher)) *desk {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	events, done := make(chan reader.Event), make(chan struct{})
	w := reader.New(rig.Service(), time.Now)
	set(w)
	go func() {
		defer close(done)
		w.Watch(ctx, events)
	}()
	d := &desk{t: tb, rig: rig, watcher: w, events: events, stop: func() { cancel(); <-done }}
	tb.Cleanup(d.stop)
	return d
}

// next returns the next event.
func (d *desk) next() reader.Event {
	d.t.Helper()
	select {
	case e, ok := <-d.events:
		if !ok {
			d.t.Fatal("the events ended")
		}
		d.view.Apply(e)
		return e
	case <-time.After(patience):
		d.t.Fatalf("nothing happened; readers: %v", d.view.Readers())
		return reader.Event{}
	}
}

// expect checks the next event in one line: kind, reader, state and card.
func (d *desk) expect(want ...string) []reader.Event {
	d.t.Helper()
	var got []string
	var events []reader.Event
	for range want {
		e := d.next()
		got, events = append(got, line(e)), append(events, e)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Fatalf("wrong events (-want +got):\n%s", diff)
	}
	return events
}

// until skips events up to this one.
func (d *desk) until(want string) {
	d.t.Helper()
	for line(d.next()) != want {
	}
}

// quiet checks that nothing happens for a while.
func (d *desk) quiet(while time.Duration) {
	d.t.Helper()
	select {
	case e := <-d.events:
		d.t.Fatalf("%s; wanted nothing", line(e))
	case <-time.After(while):
	}
}

// opened expects what comes first: the service and two empty readers.
func (d *desk) opened() *desk {
	d.t.Helper()
	d.expect("service ok", "added 0 empty", "added 1 empty")
	return d
}

// line says an event in a line. A reader goes by the last digit of its name.
func line(e reader.Event) string {
	r := e.Reader.Name
	if r != "" {
		r = r[len(r)-1:]
	}
	card := string(e.Card.Kind) + " " + string(e.Card.UID) + string(e.Card.Problem)
	switch e.Kind {
	case reader.ServiceChanged:
		return "service " + string(e.Service)
	case reader.ReaderAdded:
		return "added " + r + " " + string(e.Reader.State)
	case reader.ReaderChanged:
		return "changed " + r + " " + string(e.Reader.State)
	case reader.ReaderRemoved:
		return "removed " + r
	case reader.CardPresented:
		return "presented " + r + " " + card
	case reader.CardRemoved:
		return "lifted " + r + " " + card
	default:
		return "?"
	}
}

const (
	anna = "04A1B2C3D4E580"
	bert = "04F0E1D2C3B481"
)

// stage is a test with the rig it plays on.
type stage struct {
	testing.TB

	rig pcsctest.Rig
}

// scenarios play on both rigs: what holds on the scripted service holds on the
// real one.
var scenarios = map[string]func(t stage){
	"a tap is presented and a lift is told": func(t stage) {
		d := sit(t, t.rig).opened()
		t.rig.Insert(t, 0, pcsctest.Pass(anna))
		in := d.expect("changed 0 present", "presented 0 pass "+anna)[1]
		if in.Woke.IsZero() || in.Card.PresentationID == "" || in.Reader.ID != reader.ID(t.rig.Reader(0)) {
			t.Fatalf("incomplete: %+v", in)
		}
		t.rig.Remove(t, 0)
		out := d.expect("lifted 0 pass "+anna, "changed 0 empty")[0]
		if out.Card.PresentationID != in.Card.PresentationID {
			t.Fatalf("another presentation was lifted: %v, %v", in, out)
		}
	},
	"two readers work side by side": func(t stage) {
		d := sit(t, t.rig).opened()
		t.rig.Insert(t, 1, pcsctest.Pass(anna))
		d.expect("changed 1 present", "presented 1 pass "+anna)
		t.rig.Insert(t, 0, pcsctest.Pass(bert))
		d.expect("changed 0 present", "presented 0 pass "+bert)
		t.rig.Remove(t, 1)
		d.expect("lifted 1 pass "+anna, "changed 1 empty")
	},
	"a card that lies there already is presented": func(t stage) {
		t.rig.Insert(t, 0, pcsctest.Pass(anna))
		d := sit(t, t.rig)
		for range 10 {
			if e := d.next(); e.Kind == reader.CardPresented {
				return
			}
		}
		t.Fatal("it was not")
	},
	"a card exchanged for another is lifted and the other presented": func(t stage) {
		d := sit(t, t.rig).opened()
		t.rig.Insert(t, 0, pcsctest.Pass(anna))
		d.expect("changed 0 present", "presented 0 pass "+anna)
		t.rig.Remove(t, 0)
		t.rig.Insert(t, 0, pcsctest.Pass(bert))
		for e := d.expect("lifted 0 pass " + anna)[0]; e.Kind != reader.CardPresented; e = d.next() {
			if e.Kind == reader.CardRemoved && e.Card.UID != chip.UID(anna) {
				t.Fatal(line(e))
			}
		}
		if got := d.view.Readers()[0].Card; got == nil || got.UID != bert {
			t.Fatalf("got %+v, want %s", got, bert)
		}
	},
	"a mute card is presented as mute": func(t stage) {
		d := sit(t, t.rig).opened()
		c := pcsctest.Pass(anna)
		c.Mute = true
		t.rig.Insert(t, 0, c)
		d.expect("changed 0 mute", "presented 0 other CARD_MUTE")
		t.rig.Remove(t, 0)
		d.expect("lifted 0 other CARD_MUTE", "changed 0 empty")
	},
	"a card gone during reading is never presented": func(t stage) {
		d := sit(t, t.rig).opened()
		c := pcsctest.Pass(anna)
		c.LiftAt = 1
		t.rig.Insert(t, 0, c)
		d.expect("changed 0 present", "changed 0 empty")
		t.rig.Remove(t, 0)
		t.rig.Insert(t, 0, pcsctest.Pass(anna))
		d.expect("changed 0 present", "presented 0 pass "+anna)
	},
	"a reader gone during reading holds up nobody": func(t stage) {
		d := sit(t, t.rig).opened()
		c := pcsctest.Pass(anna)
		c.Delay = 300 * time.Millisecond
		t.rig.Insert(t, 0, c)
		d.expect("changed 0 present")
		t.rig.Kill(t)
		d.expect("removed 0", "removed 1", "service down")
		t.rig.Restart(t, true)
		d.opened()
	},
	"a service that died is waited for and told afresh": func(t stage) {
		d := sit(t, t.rig).opened()
		t.rig.Insert(t, 0, pcsctest.Pass(anna))
		d.expect("changed 0 present", "presented 0 pass "+anna)
		t.rig.Kill(t)
		d.expect("lifted 0 pass "+anna, "removed 0", "removed 1", "service down")
		t.rig.Restart(t, true)
		d.opened()
		t.rig.Insert(t, 1, pcsctest.Pass(bert))
		d.expect("changed 1 present", "presented 1 pass "+bert)
	},
	"no readers are waited for": func(t stage) {
		t.rig.Restart(t, false)
		d := sit(t, t.rig)
		d.expect("service ok")
		d.quiet(300 * time.Millisecond)
		if n := len(d.view.Readers()); n != 0 || d.view.Service() != reader.OK {
			t.Fatalf("%d readers, service %s", n, d.view.Service())
		}
	},
	"a card that failed to answer is asked again": func(t stage) {
		d := sit(t, t.rig).opened()
		c := pcsctest.Pass(anna)
		c.Status, c.Succeed = 0x6300, 3
		t.rig.Insert(t, 0, c)
		d.expect("changed 0 present", "presented 0 pass "+anna)
	},
	"a card without a fixed number is presented with the reason": func(t stage) {
		d := sit(t, t.rig).opened()
		phone := pcsctest.Pass("08112233")
		phone.ATR = pcsctest.DESFire
		t.rig.Insert(t, 0, phone)
		d.expect("changed 0 present", "presented 0 other RANDOM_UID")
		passport := phone
		passport.Answer = func([]byte) []byte { return []byte{0x90, 0x00} }
		t.rig.Insert(t, 1, passport)
		d.expect("changed 1 present", "presented 1 other EID_CONTACTLESS")
	},
	"a card that refuses its number is presented as unknown": func(t stage) {
		d := sit(t, t.rig).opened()
		c := pcsctest.Pass(anna)
		c.Status = 0x6A81
		t.rig.Insert(t, 0, c)
		d.expect("changed 0 present", "presented 0 other CARD_UNKNOWN")
	},
	"a card in the slot that is no identity card is presented as foreign": func(t stage) {
		d := sit(t, t.rig).opened()
		t.rig.Insert(t, 0, pcsctest.Card{ATR: pcsctest.EID})
		d.expect("changed 0 present", "presented 0 other CARD_FOREIGN")
	},
}

func TestWatchOnTheRealCardService(t *testing.T) {
	for name, play := range scenarios {
		t.Run(name, func(t *testing.T) { play(stage{t, pcsctest.Start(t)}) })
	}
}

func TestWatchOnTheScriptedCardService(t *testing.T) {
	t.Parallel()
	for name, play := range scenarios {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := pcsctest.NewFake()
			t.Cleanup(func() {
				if n := fake.Opened(); n != 0 {
					t.Errorf("%d sessions were left open", n)
				}
			})
			play(stage{t, fake})
		})
	}
}

var _ = []pcsctest.Rig{(*pcsctest.Server)(nil), (*pcsctest.Fake)(nil)}

var _ pcsc.Service = (*pcsctest.Fake)(nil)
