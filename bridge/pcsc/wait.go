//go:build windows || cgo

package pcsc

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/ebfe/scard"
)

const (
	// announces is whether the system has the pseudo reader.
	announces = runtime.GOOS != "darwin"

	// recancel is the pause between two attempts to end a wait.
	recancel = 50 * time.Millisecond
)

// longest is how long a wait blocks before we look for readers ourselves.
func longest() time.Duration {
	if announces {
		return 5 * time.Second
	}
	return time.Second
}

// waiting is held by the one blocking wait of this process.
var waiting = make(chan struct{}, 1)

// Wait blocks until the slots differ from known.
func (s *session) Wait(ctx context.Context, known Slots) (Slots, time.Time, error) {
	for idle := 0; ; idle++ {
		if err := s.list(ctx); err != nil {
			return nil, s.now(), err
		}
		states := s.ask(known)
		atMost := longest()
		if known == nil || !s.lists(known) {
			atMost = 0 // we have something to tell already
		}
		woke, err := s.statusChange(ctx, states, atMost)
		switch {
		case err == nil:
			s.learn(states)
		case ctx.Err() != nil:
			return nil, woke, ctx.Err()
		case errors.Is(err, errTimeout):
			s.stale = true
			if atMost > 0 {
				idle = 0
			}
		case errors.Is(err, ErrUnknownReader):
			s.stale = true // unplugged since we listed it
		case errors.Is(err, ErrDenied):
			// Denied while we were in: pcsc-lite says so at times when the
			// service dies. Whether we are denied the next Open tells.
			return nil, woke, fmt.Errorf("%w: %s", ErrDown, err.Error())
		case !errors.Is(err, errCancelled):
			return nil, woke, err
		}
		if slots := s.current(); known == nil || !slots.Equal(known) {
			return slots, woke, nil
		}
		// A service that wakes us over and over for nothing must not cost a
		// whole processor.
		if idle > 3 {
			if err := pause(ctx, min(time.Duration(idle)*recancel, time.Second)); err != nil {
				return nil, woke, err
			}
		}
	}
}

// list brings the names of the readers up to date where that is needed.
func (s *session) list(ctx context.Context) error {
	if !s.stale {
		return nil
	}
	var names []string
	err := s.call(ctx, "list the readers", func() (err error) {
		names, err = s.scard.ListReaders()
		return err
	}, nil)
	if err != nil && !errors.Is(err, errNoReaders) {
		return err
	}
	slices.Sort(names)
	names = slices.Compact(names)
	s.names = slices.DeleteFunc(names, func(n string) bool { return n == "" || n == announcer })
	s.stale = false
	return nil
}

// lists reports whether the readers are those in known.
func (s *session) lists(known Slots) bool { return slices.Equal(s.names, known.Names()) }

// ask prepares the question: each reader gets back what it said last, unless
// the asker knows otherwise; then it answers at once.
func (s *session) ask(known Slots) []scard.ReaderState {
	states := make([]scard.ReaderState, 0, len(s.names)+1)
	if announces {
		states = append(states, scard.ReaderState{Reader: announcer, CurrentState: scard.StateFlag(s.announce)})
	}
	for _, name := range s.names {
		q := scard.ReaderState{Reader: name, CurrentState: scard.StateUnaware}
		if was, ok := known[name]; ok && was.Equal(s.slots[name]) {
			q.CurrentState = scard.StateFlag(s.states[name])
		}
		states = append(states, q)
	}
	return states
}

// learn takes in the answer.
func (s *session) learn(states []scard.ReaderState) {
	if s.states == nil {
		s.states, s.slots = map[string]uint32{}, Slots{}
	}
	for _, a := range states {
		state := uint32(a.EventState)
		switch {
		case a.Reader == announcer:
			s.stale = s.stale || state&stateChanged != 0
			s.announce = state &^ stateChanged
		case state&stateUnknown != 0:
			s.stale = true
			s.names = slices.DeleteFunc(s.names, func(n string) bool { return n == a.Reader })
			delete(s.slots, a.Reader)
		default:
			s.states[a.Reader] = state &^ stateChanged
			s.slots[a.Reader] = slotOf(a.Reader, state, a.Atr)
		}
	}
}

// current returns what is known of the readers listed now.
func (s *session) current() Slots {
	slots := make(Slots, len(s.names))
	for _, name := range s.names {
		if slot, ok := s.slots[name]; ok {
			slots[name] = slot
		}
	}
	return slots
}

// statusChange is the one blocking call. It returns the moment it woke up.
func (s *session) statusChange(ctx context.Context, states []scard.ReaderState, atMost time.Duration) (time.Time, error) {
	if len(states) == 0 { // macOS without readers
		err := pause(ctx, atMost)
		if err == nil {
			err = errTimeout
		}
		return s.now(), err
	}
	if s.left {
		return s.now(), ErrDead
	}
	select {
	case waiting <- struct{}{}:
	case <-ctx.Done():
		return s.now(), ctx.Err()
	}
	// The call ends by being cancelled, not by being left behind; only when
	// that does not work is it given up.
	alive, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	cancelled := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(cancelled)
		s.cancel(alive)
		giveUp()
	})
	// The call lets the next wait in when it is back, also once it was left
	// behind; one that was given up before it began is let off below.
	let := sync.OnceFunc(func() { <-waiting })
	var woke time.Time
	err := s.call(alive, "wait for cards", func() error {
		defer let()
		err := statusChange(s.scard, states, atMost)
		woke = s.now()
		return err
	}, nil)
	giveUp()
	if !stop() {
		<-cancelled
	}
	if s.left {
		return s.now(), err
	}
	let()
	return woke, err
}

// Look ends the call of a wait, which then begins another. Nothing comes of it
// when none is under way.
func (s *session) Look(ctx context.Context) {
	other := newCaller() // the session's own is in the wait
	if left, _ := other.one(ctx, "look again", s.scard.Cancel, func() {}); !left {
		other.end()
	}
}

// cancel tries to end the wait until alive ends, and for a second at most.
func (s *session) cancel(alive context.Context) {
	other := newCaller() // the session's own is in the wait
	for range int(closing / recancel) {
		left, _ := other.one(alive, "cancel the wait", s.scard.Cancel, func() {})
		if left {
			return
		}
		if pause(alive, recancel) != nil {
			break
		}
	}
	other.end()
}

// pause waits for d or for the end of ctx.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
