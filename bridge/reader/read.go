package reader

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
)

// Why a card is not read, beside the errors of package eid.
var (
	ErrNoPresentation = errors.New("reader: the card does not lie there any more")
	ErrNotEID         = errors.New("reader: the card is no eID that can be read")
	ErrBusy           = errors.New("reader: another program keeps the card")
)

// notice is within what time the card service notices that a card is gone.
const notice = 500 * time.Millisecond

// Read reads files of the identity card of a presentation and tells each as
// soon as it is there, in the order of [eid.Read]. What was read already in
// this presentation comes from memory. There is one read of a presentation at a
// time; others wait.
//
// When the card is lifted, the read ends at once with [eid.ErrRemoved] and all
// that was read is wiped: tell must not keep the bytes. Read calls tell in its
// own goroutine, and waits for it.
func (w *Watcher) Read(ctx context.Context, presentationID string, files []eid.File, tell func(eid.Event) error) (eid.Report, error) {
	s := w.stay(presentationID)
	switch {
	case s == nil || !s.enter():
		return eid.Report{}, ErrNoPresentation
	case s.shown.Kind != EID:
		s.leave()
		return eid.Report{}, ErrNotEID
	case s.shown.Problem == CardNotActivated:
		s.leave()
		return eid.Report{}, eid.ErrNotActivated
	}
	defer s.leave()
	both, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)() //nolint:contextcheck // the time of the card, beside that of the caller
	err := s.turn(both)
	if err == nil {
		err = s.read(both, files, tell)
		<-s.reading
	}
	return s.report, s.reason(ctx, err)
}

// read tells what is known and reads the rest. The caller has the turn.
func (s *stay) read(ctx context.Context, files []eid.File, tell func(eid.Event) error) error {
	var missing []eid.File
	for _, f := range files {
		known, ok := s.files[f]
		if !ok {
			missing = append(missing, f)
		} else if err := tell(known); err != nil {
			return fmt.Errorf("tell %s: %w", f, err)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if missing[0] != eid.IdentityFile { // it proves the picture, and that this is still the card
		missing = append([]eid.File{eid.IdentityFile}, missing...)
	}
	l := &line{connection: s.borrow()}
	recognised := l.connection != nil
	if !recognised {
		l.connection = &connection{sessions: s.sessions, reader: s.reader}
	}
	defer l.close()
	ctx, calm := l.watch(ctx)
	defer calm()
	report, err := eid.Read(ctx, l, eid.Options{Files: missing, ATR: s.slot.ATR, Selected: recognised}, func(e eid.Event) error {
		if known, ok := s.files[e.File]; ok {
			if !bytes.Equal(known.Raw, e.Raw) {
				return fmt.Errorf("%w: another card", eid.ErrRemoved)
			}
			return nil
		}
		if e.Err == nil {
			s.files[e.File] = e
		}
		if !slices.Contains(files, e.File) {
			return nil
		}
		return tell(e)
	})
	s.report = report
	if err != nil && errors.Is(context.Cause(ctx), ErrBusy) {
		return fmt.Errorf("%w: %w", ErrBusy, err)
	}
	return err
}

// reason names what ended a read. A card that is pulled looks like a broken
// conversation at first; the card service says soon which it was, or, where the
// card is back already, when it is asked.
func (s *stay) reason(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if s.ctx.Err() == nil && errors.Is(err, eid.ErrRemoved) {
		s.monitor.Look(ctx)
	}
	if errors.Is(err, eid.ErrGarbled) || errors.Is(err, eid.ErrReset) {
		waiting, cancel := context.WithTimeout(ctx, notice)
		defer cancel()
		select {
		case <-s.ctx.Done():
		case <-waiting.Done():
		}
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case s.ctx.Err() != nil && !errors.Is(err, eid.ErrRemoved):
		return fmt.Errorf("%w: %w", eid.ErrRemoved, err)
	default:
		return err
	}
}
