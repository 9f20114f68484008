package reader

import (
	"context"
	"sync"

	"github.com/openbalie/openbalie/bridge/eid"
)

// stay is one presentation of a card and what was read of it. It is wiped when
// the card is lifted and the last read has left.
type stay struct {
	*task

	shown   Card
	reading chan struct{} // full while somebody reads

	mu    sync.Mutex
	users int
	ended bool

	// Of whoever reads, and of the wiping.
	files  map[eid.File]eid.Event
	report eid.Report
}

func newStay(t *task, shown Card) *stay {
	return &stay{task: t, shown: shown, reading: make(chan struct{}, 1), files: map[eid.File]eid.Event{}}
}

// enter makes sure that nothing is wiped until leave, unless it was already.
func (s *stay) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.users++
	}
	return !s.ended
}

func (s *stay) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users--
	s.wipe()
}

// end is called when the card is lifted.
func (s *stay) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	s.wipe()
}

// wipe leaves nothing of a person in memory. The stay must be locked.
func (s *stay) wipe() {
	if !s.ended || s.users > 0 {
		return
	}
	for _, e := range s.files {
		clear(e.Raw)
	}
	clear(s.files)
	s.report = eid.Report{}
}

// turn waits until nobody else reads.
func (s *stay) turn(ctx context.Context) error {
	select {
	case s.reading <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
