//go:build linux && cgo

package reader_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ebfe/scard"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
	"github.com/openbalie/openbalie/bridge/pcsc"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
	"github.com/openbalie/openbalie/bridge/reader"
)

// These tests play everything that goes wrong with cards and readers on a real
// card service. What matters is always the same: the bytes that are told are
// the card's, what is not told has an error that says why, and the next read
// goes well, over the same line. Package eid has many more of the faults that
// need no card service. OPENBALIE_FAULTS says how many times more are played.

// faulty is an emulated card with faults that change from read to read.
type faulty struct {
	mu sync.Mutex
	e  eidtest.Emulator
	n  int // commands since the faults were set
}

// play sets the faults of the next read.
func (f *faulty) play(smart bool, fault func(n int, command []byte) eidtest.Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n, f.e.Smart = 0, smart
	f.e.Fault = func(_ int, command []byte) eidtest.Fault {
		f.n++
		if fault == nil {
			return eidtest.Fault{}
		}
		return fault(f.n, command)
	}
}

func (f *faulty) card() pcsctest.Card {
	return pcsctest.Card{ATR: f.e.ATR(), Answer: func(command []byte) []byte {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.e.Answer(command)
	}, Powered: func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.e.PowerCycle()
	}}
}

// bench is a card in the first reader and the way to it.
type bench struct {
	*testing.T

	rig     *pcsctest.Server
	line    eid.Line
	letGo   func() // of the line
	faulty  *faulty
	session pcsc.Session
}

// lay puts a minted card into the first reader.
func lay(t *testing.T, g eidtest.Generation) *bench {
	t.Helper()
	rig := pcsctest.Start(t)
	session, err := rig.Service().Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close() })
	b := &bench{T: t, rig: rig, letGo: func() {}, session: session, faulty: &faulty{e: eidtest.Emulator{Card: mint(g, 1)}}}
	b.relay()
	t.Cleanup(func() { b.letGo() })
	b.insert(0)
	return b
}

// relay lays a new line, that is not connected.
func (b *bench) relay() {
	b.letGo()
	b.line, b.letGo = reader.Line(b.rig.Service(), b.rig.Reader(0))
}

// insert puts the card into its reader until a command, if not 0.
func (b *bench) insert(liftAt int) {
	b.Helper()
	card := b.faulty.card()
	card.LiftAt = liftAt
	b.rig.Insert(b.T, 0, card)
	b.until(func(slot pcsc.Slot) bool { return len(slot.ATR) > 0 })
}

// remove lifts the card and waits until the service has seen that itself.
func (b *bench) remove() {
	b.Helper()
	b.rig.Remove(b.T, 0)
	b.until(func(slot pcsc.Slot) bool { return !slot.Present && slot.Count%2 == 0 })
}

func (b *bench) until(wanted func(pcsc.Slot) bool) {
	b.Helper()
	for known := pcsc.Slots(nil); known == nil || !wanted(known[b.rig.Reader(0)]); {
		var err error
		if known, _, err = b.session.Wait(b.Context(), known); err != nil {
			b.Fatal(err)
		}
	}
}

// read reads everything and checks whatever was told.
func (b *bench) read(tried string) error {
	b.Helper()
	want, told := b.faulty.e.Card.Want(), 0
	_, err := eid.Read(b.Context(), b.line, eid.Options{ATR: b.faulty.e.ATR()}, func(e eid.Event) error {
		if told++; e.Err == nil && !bytes.Equal(e.Raw, want.Of(e.File)) {
			b.Errorf("%s: %s: %d bytes, want %d", tried, e.File, len(e.Raw), len(want.Of(e.File)))
		}
		if e.Err != nil && !clear(e.Err) {
			b.Errorf("%s: %s: %v is not clear", tried, e.File, e.Err)
		}
		return e.Err
	})
	switch {
	case err == nil && told != len(eid.All()):
		b.Errorf("%s: no error, but %d files", tried, told)
	case err != nil && !clear(err):
		b.Errorf("%s: %v is not clear", tried, err)
	}
	return err
}

// whole reads everything and wants it all.
func (b *bench) whole(tried string) {
	b.Helper()
	if err := b.read(tried); err != nil {
		b.Errorf("%s: %v", tried, err)
	}
}

func clear(err error) bool {
	for _, known := range []error{
		eid.ErrNotEID, eid.ErrNotActivated, eid.ErrAbsent, eid.ErrRefused, eid.ErrTruncated, eid.ErrUnstable,
		eid.ErrMalformed, eid.ErrRemoved, eid.ErrReset, eid.ErrGarbled, reader.ErrBusy,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// times is how many of something are played.
func times(few int) int {
	if more, err := strconv.Atoi(os.Getenv("OPENBALIE_FAULTS")); err == nil {
		return few * more
	}
	return few
}

func once(at int, f eidtest.Fault) func(int, []byte) eidtest.Fault {
	return func(n int, _ []byte) eidtest.Fault {
		if n == at {
			return f
		}
		return eidtest.Fault{}
	}
}

// TestFaultsOnTheRealCardService plays them on a card of every generation.
func TestFaultsOnTheRealCardService(t *testing.T) {
	for _, g := range eidtest.Generations() {
		t.Run(g.String(), func(t *testing.T) {
			b := lay(t, g)
			for _, play := range []func(b *bench){
				everyCommand, slowly, randomly, resetByOthers, heldByOthers, pulled, killed,
			} {
				b.faulty.play(false, nil)
				play(b)
			}
		})
	}
}

// everyCommand has a command go wrong, one after the other.
func everyCommand(b *bench) {
	kinds := []eidtest.Fault{
		{Status: 0x6B00},
		{Status: 0x6986},
		{Status: 0x9000},
		{Short: 20},
		{Status: 0x6C20},
		{Status: 0x6F00},
		{Short: 100},
		{Status: 0x6C80},
		{Status: 0x6A82},
	}
	for at := 1; at < 34; at++ {
		for i := range times(1) {
			f := kinds[(at+i)%len(kinds)]
			b.faulty.play((at+i)%2 == 0, once(at, f))
			b.whole(fmt.Sprintf("%+v at %d", f, at))
		}
	}
}

// slowly has some answers come late.
func slowly(b *bench) {
	b.faulty.play(true, func(n int, _ []byte) eidtest.Fault {
		return eidtest.Fault{Delay: time.Duration(map[int]int{2: 50, 7: 200, 20: 500}[n]) * time.Millisecond}
	})
	b.whole("slowly")
}

// randomly has anything go wrong anywhere.
func randomly(b *bench) {
	r := rand.New(rand.NewPCG(uint64(b.faulty.e.Card.Generation), 7))
	failed := 0
	for i := range times(20) {
		plan := map[int]eidtest.Fault{}
		for range 1 + r.IntN(8) {
			f := eidtest.Fault{Status: []uint16{0x6B00, 0x6986, 0x9000, 0x6B00, 0x6986, 0x9000, 0x6F00, 0x6A82, 0x6110}[r.IntN(9)]}
			switch r.IntN(6) {
			case 0:
				f = eidtest.Fault{Short: 2 + r.IntN(250)}
			case 1:
				f = eidtest.Fault{Delay: time.Duration(r.IntN(50)) * time.Millisecond}
			}
			plan[1+r.IntN(50)] = f
		}
		b.faulty.play(r.IntN(2) == 0, func(n int, _ []byte) eidtest.Fault { return plan[n] })
		if b.read(fmt.Sprintf("read %d: %v", i, plan)) != nil {
			failed++
		}
		b.faulty.play(false, nil)
		b.whole(fmt.Sprintf("after read %d", i))
	}
	b.Logf("gave up on %d of %d random reads", failed, times(20))
}

// resetByOthers has another program connect and reset the card as fast as it can.
func resetByOthers(b *bench) {
	ctx, stop := context.WithCancel(b.Context())
	var other sync.WaitGroup
	resets := 0
	other.Go(func() {
		service, err := scard.EstablishContext()
		if err != nil {
			b.Error(err)
			return
		}
		defer func() { _ = service.Release() }()
		for ctx.Err() == nil {
			card, err := service.Connect(b.rig.Reader(0), scard.ShareShared, scard.ProtocolAny)
			if err != nil {
				continue
			}
			_ = card.Disconnect(scard.ResetCard)
			resets++
			time.Sleep(3 * time.Millisecond)
		}
	})
	good := 0
	for i := range times(5) {
		if b.read(fmt.Sprint("reset, read ", i)) == nil {
			good++
		}
	}
	stop()
	other.Wait()
	if resets == 0 || good == 0 {
		b.Errorf("%d resets, %d good reads", resets, good)
	}
	b.whole("in peace")
}

// heldByOthers has another program take the card for itself for a while.
func heldByOthers(b *bench) {
	b.relay()
	service, err := scard.EstablishContext()
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = service.Release() }()
	card, err := service.Connect(b.rig.Reader(0), scard.ShareExclusive, scard.ProtocolAny)
	if err != nil {
		b.Fatal(err)
	}
	short, cancel := context.WithTimeout(b.Context(), 150*time.Millisecond)
	defer cancel()
	if _, err := eid.Read(short, b.line, eid.Options{}, func(eid.Event) error { return nil }); err == nil {
		b.Error("read a card that another program has for itself")
	}
	time.AfterFunc(300*time.Millisecond, func() { _ = card.Disconnect(scard.LeaveCard) })
	b.whole("let go")
}

// pulled has the card go away at a command.
func pulled(b *bench) {
	for i := range times(1) {
		at := 1 + (5*int(b.faulty.e.Card.Generation)+17*i)%31
		b.remove()
		b.insert(at)
		if err := b.read(fmt.Sprint("pulled at ", at)); !errors.Is(err, eid.ErrRemoved) && !errors.Is(err, eid.ErrGarbled) {
			b.Errorf("pulled at %d: %v", at, err)
		}
	}
	b.remove()
	b.insert(0)
	b.whole("put back")
}

// killed has the card service die at a command.
func killed(b *bench) {
	for i := range times(1) {
		at, now := 2+(13*i+7*int(b.faulty.e.Card.Generation))%30, make(chan struct{})
		b.faulty.play(false, func(n int, _ []byte) eidtest.Fault {
			if n == at {
				close(now)
				return eidtest.Fault{Delay: 30 * time.Millisecond}
			}
			return eidtest.Fault{}
		})
		dead := make(chan struct{})
		go func() { defer close(dead); <-now; b.rig.Kill(b.T) }()
		if err := b.read(fmt.Sprint("killed at ", at)); err == nil {
			b.Errorf("killed at %d, yet read", at)
		}
		<-dead
		b.rig.Restart(b.T, true)
		_ = b.session.Close()
		var err error
		if b.session, err = b.rig.Service().Open(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.faulty.play(false, nil)
		b.insert(0)
		b.whole(fmt.Sprint("after it was killed at ", at))
	}
}

// The card service does not see by itself that a card is back which was pulled
// in the middle of a command and put back before it looked: it looks each 0.4
// seconds, and the read takes 0.1 to find the card gone.
func TestACardPutBackAtOnceIsReadOnTheRealCardService(t *testing.T) {
	d := sit(t, pcsctest.Start(t)).opened()
	p, pulled := &played{Card: mint(eidtest.V18, 1)}, make(chan struct{})
	p.before = func(n int) {
		if n == 11 { // answered; the next command is not
			close(pulled)
		}
	}
	card := p.card()
	card.LiftAt = 12
	d.rig.Insert(t, 0, card)
	id, over := d.presented("presented 0 eid ").PresentationID, make(chan error, 1)
	go func() {
		_, err := d.read(id, eid.All()...)
		over <- err
	}()
	<-pulled
	time.Sleep(150 * time.Millisecond)
	d.rig.Remove(t, 0)
	p = &played{Card: p.Card}
	d.rig.Insert(t, 0, p.card())
	if err := <-over; err == nil {
		t.Skip("the service took the card for the one before")
	} else if !errors.Is(err, eid.ErrRemoved) {
		t.Fatal(err)
	}
	d.reads(d.presented("presented 0 eid ").PresentationID, p.Card)
	d.rig.Remove(t, 0)
	d.until("changed 0 empty")
}

func TestOtherProgramsGetTheCardAfterUsOnTheRealCardService(t *testing.T) {
	d := sit(t, pcsctest.Start(t)).opened()
	service, err := scard.EstablishContext()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = service.Release() }()
	for name, lay := range map[string]func(){
		"a pass":                     func() { d.rig.Insert(t, 0, pcsctest.Pass(anna)); d.presented("presented 0 pass " + anna) },
		"an identity card":           func() { d.insert(&played{Card: mint(eidtest.V18, 1)}) },
		"an identity card once read": func() { p := &played{Card: mint(eidtest.V18, 1)}; d.reads(d.insert(p), p.Card) },
	} {
		lay()
		card, err := service.Connect(d.rig.Reader(0), scard.ShareExclusive, scard.ProtocolAny)
		for begin := time.Now(); err != nil && time.Since(begin) < patience; time.Sleep(10 * time.Millisecond) {
			card, err = service.Connect(d.rig.Reader(0), scard.ShareExclusive, scard.ProtocolAny)
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_ = card.Disconnect(scard.LeaveCard)
		d.rig.Remove(t, 0)
		d.until("changed 0 empty")
	}
}
