package simulate

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/openbalie/openbalie/bridge/pcsc"
)

// Readers are simulated card readers. It is a [pcsc.Service].
type Readers struct {
	now      func() time.Time
	readerID func(name string) string

	mu      sync.Mutex
	slots   []*slot       // in the order they were first plugged in
	changed chan struct{} // closed and replaced at every change
}

// slot is one simulated reader and what lies on it.
type slot struct {
	name    string
	contact bool // a slot to put identity cards into
	plugged bool
	mute    bool // no card answers on it
	count   uint16
	card    *placed
	lifting *time.Timer // nil for a card that stays
}

// NewReaders returns simulated readers, of which one for passes and one for
// identity cards are plugged in. ReaderID gives the identity under which pages
// know a reader.
func NewReaders(now func() time.Time, readerID func(name string) string) *Readers {
	r := &Readers{now: now, readerID: readerID, changed: make(chan struct{})}
	r.slots = []*slot{{name: readerName(1), plugged: true}, {name: contactName, contact: true, plugged: true}}
	return r
}

const contactName = "OpenBalie practice eID reader"

func readerName(n int) string { return fmt.Sprintf("OpenBalie practice reader %d", n) }

// Open starts a session.
func (r *Readers) Open(context.Context) (pcsc.Session, error) {
	return &session{readers: r}, nil
}

// Close lifts nothing and stops the timers.
func (r *Readers) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.slots {
		s.stay()
	}
}

func (r *Readers) tell() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// seen is what the card service would say now; and what to wait for after.
func (r *Readers) seen() (pcsc.Slots, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	slots := pcsc.Slots{}
	for _, s := range r.slots {
		if s.plugged {
			slots[s.name] = s.seen()
		}
	}
	return slots, r.changed
}

func (s *slot) seen() pcsc.Slot {
	p := pcsc.Slot{Reader: s.name, Count: s.count, Present: s.card != nil}
	if p.Present {
		p.Mute = s.silent()
		if !p.Mute {
			p.ATR = slices.Clone(s.card.atr)
		}
	}
	return p
}

func (s *slot) silent() bool { return s.mute || s.card.mute }

// stay forgets that the card was to be lifted.
func (s *slot) stay() {
	if s.lifting != nil {
		s.lifting.Stop()
		s.lifting = nil
	}
}

// lift takes the card away, if there is one.
func (s *slot) lift() {
	s.stay()
	if s.card != nil {
		s.card = nil
		s.count++
	}
}

// put lays a card down, in place of the one that lies there.
func (r *Readers) put(s *slot, card placed, hold time.Duration) {
	s.lift()
	s.card = &card
	s.count++
	if hold > 0 {
		movement := s.count
		s.lifting = time.AfterFunc(hold, func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			if s.count == movement {
				s.lift()
				r.tell()
			}
		})
	}
	r.tell()
}
