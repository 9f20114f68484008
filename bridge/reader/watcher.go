package reader

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/bridge/pcsc"
)

// Watcher watches the readers of one computer, and reads the identity cards in
// them. Its fields are set before Watch.
type Watcher struct {
	Beep bool // have readers that can do so sound when they read a pass

	service pcsc.Service
	now     func() time.Time
	ids     func() string

	mu    sync.Mutex
	stays map[string]*stay // of the cards that lie there, by presentation
}

// New returns a Watcher of the readers of a card service.
func New(service pcsc.Service, now func() time.Time) *Watcher {
	return &Watcher{
		service: service, now: now, stays: map[string]*stay{},
		ids: func() string { return uuid.Must(uuid.NewV7()).String() },
	}
}

// Watch sends an event for every change until ctx ends, then closes out and
// returns. It outlives the card service. It is the only sender on out, and
// waits for whoever receives. There is one Watch of a Watcher.
func (w *Watcher) Watch(ctx context.Context, out chan<- Event) {
	defer close(out)
	watch := &watch{Watcher: w, out: out, over: ctx.Done(), turn: make(chan struct{}, 1)}
	defer watch.courier.Wait()
	for pause := shortPause; ctx.Err() == nil; pause = longer(pause) {
		lived, err := watch.live(ctx)
		if lived {
			pause = shortPause
		}
		watch.lose(ctx, err) // at the end too: nothing read of a card remains
		_ = sleep(ctx, pause)
	}
}

// enter remembers a card that was presented.
func (w *Watcher) enter(id string, s *stay) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stays[id] = s
}

// leave forgets a card that was lifted, and all that was read of it.
func (w *Watcher) leave(id string) {
	w.mu.Lock()
	s := w.stays[id]
	delete(w.stays, id)
	w.mu.Unlock()
	if s != nil {
		s.end()
	}
}

// stay finds a card that lies there.
func (w *Watcher) stay(id string) *stay {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stays[id]
}
