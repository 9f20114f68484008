package reader_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
	"github.com/openbalie/openbalie/bridge/reader"
)

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// mint makes the card of somebody.
func mint(g eidtest.Generation, seed uint64) *eidtest.Card {
	r := rand.New(rand.NewPCG(seed, 1))
	return eidtest.Mint(g, eidtest.Random(r, today), r)
}

// played is a minted card in a reader.
type played struct {
	*eidtest.Card

	commands atomic.Int32
	powered  atomic.Int32
	before   func(n int) // runs before each command, the first being 1
}

// card puts it into the hands of a rig. The emulator belongs to one goroutine
// at a time, but a reset may come from anywhere.
func (p *played) card() pcsctest.Card {
	var mu sync.Mutex
	e := &eidtest.Emulator{Card: p.Card}
	return pcsctest.Card{ATR: e.ATR(), Answer: func(command []byte) []byte {
		if n := int(p.commands.Add(1)); p.before != nil {
			p.before(n)
		}
		mu.Lock()
		defer mu.Unlock()
		return e.Answer(command)
	}, Powered: func() {
		p.powered.Add(1)
		mu.Lock()
		defer mu.Unlock()
		e.PowerCycle()
	}}
}

// insert puts a minted card into the first reader and returns its presentation.
func (d *desk) insert(p *played) string {
	d.t.Helper()
	d.rig.Insert(d.t, 0, p.card())
	return d.presented("presented 0 eid ").PresentationID
}

// presented skips events until a card is presented, and wants it to be this one.
func (d *desk) presented(want string) reader.Card {
	d.t.Helper()
	for {
		if e := d.next(); e.Kind == reader.CardPresented {
			if got := line(e); got != want {
				d.t.Fatalf("%s; wanted %s", got, want)
			}
			return e.Card
		}
	}
}

// heard is what a read told. The bytes are wiped when the card is lifted, so
// they are copied.
type heard struct {
	files eid.Files
	order []eid.File
	raw   [][]byte // as told
}

func (h *heard) tell(e eid.Event) error {
	h.files.Put(e.File, bytes.Clone(e.Raw))
	h.order, h.raw = append(h.order, e.File), append(h.raw, e.Raw)
	return e.Err
}

func (d *desk) read(id string, files ...eid.File) (*heard, error) {
	h := &heard{}
	_, err := d.watcher.Read(d.t.Context(), id, files, h.tell)
	return h, err
}

func (d *desk) reads(id string, card *eidtest.Card) {
	d.t.Helper()
	h, err := d.read(id, eid.All()...)
	if err != nil {
		d.t.Fatal(err)
	}
	whole(d.t, h.files, card.Want(), eid.All())
}

func whole(tb testing.TB, got, want eid.Files, files []eid.File) {
	tb.Helper()
	for _, f := range files {
		if !bytes.Equal(got.Of(f), want.Of(f)) {
			tb.Errorf("%s: %d bytes, want %d", f, len(got.Of(f)), len(want.Of(f)))
		}
	}
}

// readings hold on both rigs.
var readings = map[string]func(t stage){
	"cards of every generation are read, and a lift wipes them": func(t stage) {
		d := sit(t, t.rig).opened()
		for _, g := range eidtest.Generations() {
			p := &played{Card: mint(g, 1)}
			id := d.insert(p)
			h, err := d.read(id, eid.All()...)
			if err != nil {
				t.Fatal(g, err)
			}
			whole(t, h.files, p.Want(), eid.All())
			t.rig.Remove(t, 0)
			d.until("changed 0 empty")
			for i, raw := range h.raw {
				if len(bytes.Trim(raw, "\x00")) > 0 {
					t.Errorf("%s: %s is still in memory", g, h.order[i])
				}
			}
			if _, err := d.read(id, eid.IdentityFile); !errors.Is(err, reader.ErrNoPresentation) {
				t.Errorf("%s: once lifted: %v", g, err)
			}
		}
	},
	"what was read already comes from memory": func(t stage) {
		d := sit(t, t.rig).opened()
		p := &played{Card: mint(eidtest.V18, 2)}
		id := d.insert(p)
		some := []eid.File{eid.IdentityFile, eid.AddressFile, eid.IdentitySignature, eid.AddressSignature, eid.Certificate}
		if h, err := d.read(id, some...); err != nil || len(h.order) != len(some) {
			t.Fatal(h.order, err)
		}
		before := p.commands.Load()
		h, err := d.read(id, some...)
		if err != nil || p.commands.Load() != before {
			t.Fatalf("%d commands more; %v", p.commands.Load()-before, err)
		}
		whole(t, h.files, p.Want(), some)
		if h, err = d.read(id, eid.All()...); err != nil || len(h.order) != len(eid.All()) {
			t.Fatal(h.order, err)
		}
		whole(t, h.files, p.Want(), eid.All())
	},
	"two pages read the same card once": func(t stage) {
		d := sit(t, t.rig).opened()
		p := &played{Card: mint(eidtest.V17, 3)}
		id := d.insert(p)
		var pages sync.WaitGroup
		for range 4 {
			pages.Go(func() {
				h, err := d.read(id, eid.All()...)
				if err != nil {
					t.Error(err)
				}
				whole(t, h.files, p.Want(), eid.All())
			})
		}
		pages.Wait()
		if n := p.commands.Load(); n > 50 {
			t.Errorf("%d commands", n)
		}
	},
	"a page that goes away stops the read, and the next one goes on": func(t stage) {
		d := sit(t, t.rig).opened()
		p := &played{Card: mint(eidtest.V17, 4)}
		id := d.insert(p)
		gone := errors.New("gone")
		if _, err := d.watcher.Read(t.Context(), id, eid.All(), func(eid.Event) error { return gone }); !errors.Is(err, gone) {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		if _, err := d.watcher.Read(ctx, id, eid.All(), func(eid.Event) error { cancel(); return nil }); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		d.reads(id, p.Card)
	},
	"a card that is pulled at any moment is gone, and is read when it is back": func(t stage) {
		d := sit(t, t.rig).opened()
		for _, at := range []int{2, 3, 5, 9, 20} {
			p := &played{Card: mint(eidtest.V18, 5)}
			card := p.card()
			card.LiftAt = at
			t.rig.Insert(t, 0, card)
			id := d.presented("presented 0 eid ").PresentationID
			h, err := d.read(id, eid.All()...)
			if !errors.Is(err, eid.ErrRemoved) {
				t.Fatalf("pulled at %d: %v", at, err)
			}
			whole(t, h.files, p.Want(), h.order)
			t.rig.Remove(t, 0)
			d.until("changed 0 empty")
		}
		p := &played{Card: mint(eidtest.V18, 5)}
		d.reads(d.insert(p), p.Card)
	},
	"a lift ends a read at once though the card hangs": func(t stage) {
		d := sit(t, t.rig).opened()
		hang := make(chan struct{})
		release := sync.OnceFunc(func() { close(hang) })
		defer release()
		p := &played{Card: mint(eidtest.V17, 6)}
		asked := make(chan struct{}, 100)
		p.before = func(n int) {
			if n > 5 {
				asked <- struct{}{}
				<-hang
			}
		}
		id := d.insert(p)
		ended := make(chan error, 1)
		go func() { _, err := d.read(id, eid.All()...); ended <- err }()
		<-asked
		t.rig.Insert(t, 1, pcsctest.Pass(anna)) // another reader is not held up
		d.presented("presented 1 pass " + anna)
		if fake, ok := t.rig.(*pcsctest.Fake); ok {
			fake.Remove(t, 0) // a real driver is in the card's answer for as long as it hangs
			select {
			case err := <-ended:
				if !errors.Is(err, eid.ErrRemoved) {
					t.Fatal(err)
				}
			case <-time.After(patience):
				t.Fatal("it goes on")
			}
			return
		}
		release()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	},
	"another program's reset is mended": func(t stage) {
		d := sit(t, t.rig).opened()
		other, err := t.rig.Service().Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		p := &played{Card: mint(eidtest.V18, 7)}
		id := d.insert(p)
		card, err := other.Connect(t.Context(), t.rig.Reader(0))
		if err != nil {
			t.Fatal(err)
		}
		defer card.Close()
		resets := 0
		h := &heard{}
		_, err = d.watcher.Read(t.Context(), id, eid.All(), func(e eid.Event) error {
			resets++
			if err := card.Reconnect(t.Context(), true); err != nil {
				t.Error(err)
			}
			return h.tell(e)
		})
		if err != nil || resets != len(eid.All()) {
			t.Fatal(resets, err)
		}
		whole(t, h.files, p.Want(), eid.All())
	},
	"another program's transaction is waited for": func(t stage) {
		d := sit(t, t.rig).opened()
		other, err := t.rig.Service().Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		p := &played{Card: mint(eidtest.V18, 8)}
		id := d.insert(p)
		card, err := other.Connect(t.Context(), t.rig.Reader(0))
		if err != nil {
			t.Fatal(err)
		}
		defer card.Close()
		held, release := make(chan struct{}), make(chan struct{})
		var talk sync.WaitGroup
		talk.Go(func() {
			err := card.Transaction(t.Context(), func() error {
				close(held)
				<-release
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		<-held
		time.AfterFunc(300*time.Millisecond, func() { close(release) })
		d.reads(id, p.Card)
		talk.Wait()
	},
	"a service that dies during a read is found again": func(t stage) {
		d := sit(t, t.rig).opened()
		p := &played{Card: mint(eidtest.V18, 9)}
		var die sync.Once
		dying, killed := make(chan struct{}), make(chan struct{})
		p.before = func(n int) {
			if n > 8 {
				die.Do(func() {
					close(dying)
					time.Sleep(100 * time.Millisecond) // the real one waits for the card's answer
				})
			}
		}
		id := d.insert(p)
		go func() { defer close(killed); <-dying; t.rig.Kill(t) }()
		if _, err := d.read(id, eid.All()...); !errors.Is(err, eid.ErrRemoved) {
			t.Fatal(err)
		}
		<-killed
		d.until("service down")
		t.rig.Restart(t, true)
		d.opened()
		p = &played{Card: mint(eidtest.V18, 9)}
		d.reads(d.insert(p), p.Card)
	},
	"a card that is stuck is switched off and on": func(t stage) {
		d := sit(t, t.rig).opened()
		p := &played{Card: mint(eidtest.V17, 10)}
		card := p.card()
		card.Stuck = true
		t.rig.Insert(t, 0, card)
		d.reads(d.presented("presented 0 eid ").PresentationID, p.Card)
	},
	"a card that is not activated is presented as such": func(t stage) {
		d := sit(t, t.rig).opened()
		p := &played{Card: mint(eidtest.V18, 11)}
		p.Inactive = true
		t.rig.Insert(t, 0, p.card())
		id := d.presented("presented 0 eid CARD_NOT_ACTIVATED").PresentationID
		if _, err := d.read(id, eid.IdentityFile); !errors.Is(err, eid.ErrNotActivated) {
			t.Fatal(err)
		}
	},
	"other cards are named": func(t stage) {
		d := sit(t, t.rig).opened()
		for want, card := range map[string]pcsctest.Card{
			"presented 0 other MOBIB": {ATR: []byte{0x3B, 0x6F, 0x00, 0x00, 0x80, 0x5A, 0x0A, 0x06, 0x08, 0x10, 0x02, 0x00, 0x06, 0x38, 0x76, 0x45, 0x82, 0x90, 0x00}},
			"presented 0 other CARD_FOREIGN": {ATR: []byte{0x3B, 0x65, 0x00, 0x00, 0x20, 0x63, 0xCB, 0x68, 0x00}, Answer: func(command []byte) []byte {
				if bytes.Contains(command, []byte("1PAY.SYS.DDF01")) {
					return []byte{0x90, 0x00}
				}
				return []byte{0x6A, 0x82}
			}},
		} {
			t.rig.Insert(t, 0, card)
			id := d.presented(want).PresentationID
			if _, err := d.read(id, eid.IdentityFile); !errors.Is(err, reader.ErrNotEID) {
				t.Error(want, err)
			}
			t.rig.Remove(t, 0)
			d.until("changed 0 empty")
		}
	},
	"an identity card may answer a reset as no chip of its kind does": func(t stage) {
		d := sit(t, t.rig).opened()
		for _, atr := range [][]byte{
			{0x3B, 0x00},
			{0x3B, 0x02, 0x14, 0x50},
			{0x3B, 0x80, 0x80, 0x01, 0x01}, // as through the air
			{0x3B, 0x81, 0x80, 0x01, 0x80, 0x80},
		} {
			p := &played{Card: mint(eidtest.V18, 3)}
			card := p.card()
			card.ATR = atr
			t.rig.Insert(t, 0, card)
			d.reads(d.presented("presented 0 eid ").PresentationID, p.Card)
			t.rig.Remove(t, 0)
			d.until("changed 0 empty")
		}
	},
}

func TestReadOnTheRealCardService(t *testing.T) {
	for name, play := range readings {
		t.Run(name, func(t *testing.T) { play(stage{t, pcsctest.Start(t)}) })
	}
}

func TestReadOnTheScriptedCardService(t *testing.T) {
	t.Parallel()
	for name, play := range readings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(stage{t, pcsctest.NewFake()})
		})
	}
}
