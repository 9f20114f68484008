package pcsctest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/openbalie/openbalie/bridge/pcsc"
)

// Codes of the card service that a script may want to give.
const (
	Stopped      = 0x8010001E
	NoService    = 0x8010001D
	Broken       = 0x80100013
	Forbidden    = 0x8010006A
	Unresponsive = 0x80100066
	Gone         = 0x80100069
	WasReset     = 0x80100068
	Taken        = 0x8010000B
	NoReader     = 0x80100009
	Unsupported  = 0x8010001F
)

// Fake is a scripted card service. It is safe for concurrent use, also inside
// a synctest bubble if it is made there.
type Fake struct {
	mu      sync.Mutex
	changed chan struct{} // closed at every change, and then another
	refusal error         // what Open answers; nil while the service runs
	life    int           // sessions of an earlier life are dead
	opened  int           // sessions now open
	places  map[string]*place
}

// place is one reader.
type place struct {
	slot   pcsc.Slot
	card   *inserted
	held   bool     // another program has the card
	taken  bool     // by a transaction
	fails  []uint32 // what the next attempts to connect answer
	resets int      // by whom ever: a connection from before must be made anew
}

// NewFake returns a running service with two empty readers, named as those of
// the real one.
func NewFake() *Fake {
	f := &Fake{changed: make(chan struct{}), places: map[string]*place{}}
	f.Plug(f.Reader(0))
	f.Plug(f.Reader(1))
	return f
}

// Service returns the fake itself.
func (f *Fake) Service() pcsc.Service { return f }

// Reader returns the name of the reader in a slot.
func (f *Fake) Reader(slot int) string { return fmt.Sprintf("Virtual PCD 00 %02d", slot) }

// Plug adds an empty reader.
func (f *Fake) Plug(reader string) {
	f.change(func() { f.places[reader] = &place{slot: pcsc.Slot{Reader: reader}} })
}

// PlugMute adds a reader with something in it that never answers, as the slot
// for a security module looks.
func (f *Fake) PlugMute(reader string) {
	f.change(func() {
		f.places[reader] = &place{slot: pcsc.Slot{Reader: reader, Count: 1, Present: true, Mute: true}, card: &inserted{Card: Card{Mute: true}}}
	})
}

// Unplug takes a reader away, with what is in it.
func (f *Fake) Unplug(reader string) { f.change(func() { delete(f.places, reader) }) }

// Insert puts a card into a slot.
func (f *Fake) Insert(tb testing.TB, slot int, c Card) {
	tb.Helper()
	f.at(tb, slot, func(p *place) { p.put(c) })
}

// Lay puts a card on a reader that was plugged in.
func (f *Fake) Lay(reader string, c Card) {
	f.change(func() { f.places[reader].put(c) })
}

// Remove lifts the card from a slot, if there is one.
func (f *Fake) Remove(tb testing.TB, slot int) {
	tb.Helper()
	f.at(tb, slot, (*place).lift)
}

// Swap exchanges the card in a slot between two looks of whoever watches.
func (f *Fake) Swap(tb testing.TB, slot int, c Card) {
	tb.Helper()
	f.at(tb, slot, func(p *place) { p.lift(); p.put(c) })
}

// Hold lets another program keep the card in a slot, or give it back.
func (f *Fake) Hold(tb testing.TB, slot int, held bool) {
	tb.Helper()
	f.at(tb, slot, func(p *place) { p.held = held })
}

// Reset lets another program reset the card in a slot.
func (f *Fake) Reset(tb testing.TB, slot int) {
	tb.Helper()
	f.at(tb, slot, (*place).reset)
}

// Fail has the next attempts to connect to the card in a slot answer these codes.
func (f *Fake) Fail(tb testing.TB, slot int, codes ...uint32) {
	tb.Helper()
	f.at(tb, slot, func(p *place) { p.fails = append(p.fails, codes...) })
}

// Kill ends the service without a word.
func (f *Fake) Kill(testing.TB) { f.Refuse(NoService) }

// Refuse ends the service; new sessions get this code.
func (f *Fake) Refuse(code uint32) {
	f.change(func() { f.refusal, f.life = pcsc.Fail("open a session", code), f.life+1 })
}

// Restart brings the service back, with or without its two readers.
func (f *Fake) Restart(_ testing.TB, readers bool) {
	f.change(func() {
		f.refusal, f.life, f.places = nil, f.life+1, map[string]*place{}
		for slot := range 2 {
			if readers {
				f.places[f.Reader(slot)] = &place{slot: pcsc.Slot{Reader: f.Reader(slot)}}
			}
		}
	})
}

// Open starts a session.
func (f *Fake) Open(ctx context.Context) (pcsc.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if f.refusal != nil {
		return nil, f.refusal
	}
	f.opened++
	return &fakeSession{fake: f, life: f.life}, nil
}

// Opened returns how many sessions are open: none once all is closed.
func (f *Fake) Opened() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.opened
}

func (f *Fake) at(tb testing.TB, slot int, do func(*place)) {
	tb.Helper()
	f.change(func() {
		if p := f.places[f.Reader(slot)]; p != nil {
			do(p)
		}
	})
}

func (f *Fake) change(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
	f.tell()
}

func (f *Fake) tell() {
	close(f.changed)
	f.changed = make(chan struct{})
}

func (p *place) put(c Card) {
	p.card = &inserted{Card: c}
	p.slot = pcsc.Slot{Reader: p.slot.Reader, Count: p.slot.Count + 1, Present: true, Mute: p.card.silent()}
	if !p.slot.Mute {
		p.slot.ATR = bytes.Clone(c.ATR)
	}
}

func (p *place) reset() {
	if p.card != nil {
		p.resets++
		p.card.power()
	}
}

func (p *place) lift() {
	if p.card != nil {
		p.card = nil
		p.slot = pcsc.Slot{Reader: p.slot.Reader, Count: p.slot.Count + 1}
	}
}

type fakeSession struct {
	fake   *Fake
	life   int
	closed bool
}

func (s *fakeSession) Wait(ctx context.Context, known pcsc.Slots) (pcsc.Slots, time.Time, error) {
	for {
		slots, changed, err := s.look()
		if err != nil {
			return nil, time.Now(), err
		}
		if known == nil || !slots.Equal(known) {
			return slots, time.Now(), nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, time.Now(), ctx.Err()
		}
	}
}

func (s *fakeSession) look() (pcsc.Slots, <-chan struct{}, error) {
	s.fake.mu.Lock()
	defer s.fake.mu.Unlock()
	if err := s.dead(); err != nil {
		return nil, nil, err
	}
	slots := pcsc.Slots{}
	for name, p := range s.fake.places {
		slots[name] = p.slot
	}
	return slots, s.fake.changed, nil
}

// dead says why a session is of no more use. The fake must be locked.
func (s *fakeSession) dead() error {
	switch {
	case s.closed:
		return pcsc.ErrDead
	case s.life != s.fake.life:
		return pcsc.Fail("speak with the service", Broken)
	default:
		return nil
	}
}

func (s *fakeSession) Look(context.Context) {} // it tells of every change

func (s *fakeSession) Connect(ctx context.Context, reader string) (pcsc.Card, error) {
	for {
		card, changed, err := s.connect(reader)
		if card != nil || err != nil {
			return card, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// connect returns nothing at all while another program has the card.
func (s *fakeSession) connect(reader string) (pcsc.Card, <-chan struct{}, error) {
	s.fake.mu.Lock()
	defer s.fake.mu.Unlock()
	const tried = "connect to the card"
	p := s.fake.places[reader]
	switch err := s.dead(); {
	case err != nil:
		return nil, nil, err
	case p == nil:
		return nil, nil, pcsc.Fail(tried, NoReader)
	case p.held:
		return nil, s.fake.changed, nil
	case len(p.fails) > 0:
		code := p.fails[0]
		p.fails = slices.Delete(p.fails, 0, 1)
		return nil, nil, pcsc.Fail(tried, code)
	case p.card == nil:
		return nil, nil, pcsc.Fail(tried, Gone)
	case p.card.silent():
		return nil, nil, pcsc.Fail(tried, Unresponsive)
	}
	if p.slot.Mute { // it was stuck
		p.slot.Mute, p.slot.ATR = false, bytes.Clone(p.card.ATR)
		s.fake.tell()
	}
	return &fakeCard{session: s, place: p, card: p.card, resets: p.resets}, nil, nil
}

func (s *fakeSession) Unpower(_ context.Context, reader string) error {
	s.fake.mu.Lock()
	defer s.fake.mu.Unlock()
	switch p := s.fake.places[reader]; {
	case s.dead() != nil:
		return s.dead()
	case p == nil:
		return pcsc.Fail("switch the card off", NoReader)
	default:
		p.reset()
		return nil
	}
}

func (s *fakeSession) Close() error {
	s.fake.mu.Lock()
	defer s.fake.mu.Unlock()
	if !s.closed {
		s.closed = true
		s.fake.opened--
	}
	return nil
}

type fakeCard struct {
	session *fakeSession
	place   *place
	card    *inserted
	resets  int // of the card when it was connected
}

func (c *fakeCard) ATR(context.Context) ([]byte, error) { return bytes.Clone(c.card.ATR), nil }

func (c *fakeCard) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if err := c.here(); err != nil {
		return nil, err
	}
	type outcome struct {
		answer []byte
		here   bool
	}
	done := make(chan outcome, 1)
	go func() {
		answer, here := c.card.answer(command)
		done <- outcome{answer, here}
	}()
	select {
	case o := <-done:
		if !o.here {
			c.session.fake.change(c.place.lift)
		}
		return o.answer, c.here()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (c *fakeCard) Transaction(ctx context.Context, talk func() error) error {
	for {
		changed, err := c.begin()
		switch {
		case err != nil:
			return err
		case changed == nil:
			defer c.session.fake.change(func() { c.place.taken = false })
			return talk()
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// begin takes the card, or returns what to wait for while another has it.
func (c *fakeCard) begin() (<-chan struct{}, error) {
	c.session.fake.mu.Lock()
	defer c.session.fake.mu.Unlock()
	if err := c.sound(); err != nil {
		return nil, err
	}
	if c.place.held || c.place.taken {
		return c.session.fake.changed, nil
	}
	c.place.taken = true
	return nil, nil
}

func (c *fakeCard) Reconnect(_ context.Context, reset bool) error {
	c.session.fake.mu.Lock()
	defer c.session.fake.mu.Unlock()
	if reset {
		c.place.reset()
	}
	c.resets = c.place.resets
	return c.sound()
}

func (c *fakeCard) Escape(_ context.Context, command []byte) ([]byte, error) {
	if c.card.Escape == nil {
		return nil, pcsc.Fail("command the reader", Unsupported)
	}
	c.card.Escape(command)
	return nil, c.here()
}

// here fails unless the card still lies where it was.
func (c *fakeCard) here() error {
	c.session.fake.mu.Lock()
	defer c.session.fake.mu.Unlock()
	return c.sound()
}

// sound is here with the fake locked.
func (c *fakeCard) sound() error {
	const tried = "send a command"
	switch err := c.session.dead(); {
	case err != nil:
		return err
	case c.place.card != c.card:
		return pcsc.Fail(tried, Gone)
	case c.place.resets != c.resets:
		return pcsc.Fail(tried, WasReset)
	default:
		return nil
	}
}

func (c *fakeCard) Close() error { return nil }
