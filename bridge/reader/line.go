package reader

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/pcsc"
)

// patience is how long a read waits, twice, for a program that keeps the card
// or for a card that hangs.
const patience = 5 * time.Second

// line is the way to an identity card, as package eid wants it.
type line struct {
	*connection

	answer []byte       // the last one; at the next nobody needs it any more
	steps  atomic.Int64 // that went well
}

// watch ends ctx with ErrBusy when nothing goes well for too long. One look now
// and then is enough: a timer for each command would cost more than the rest of it.
func (l *line) watch(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	seen := int64(-1)
	var set sync.Mutex // held until look is set
	var look *time.Timer
	set.Lock()
	defer set.Unlock()
	look = time.AfterFunc(patience, func() {
		set.Lock()
		defer set.Unlock()
		steps := l.steps.Load()
		if steps == seen {
			cancel(ErrBusy)
			return
		}
		seen = steps
		look.Reset(patience)
	})
	return ctx, func() { look.Stop(); cancel(nil) }
}

// Transaction runs talk while no other program can come in between.
func (l *line) Transaction(ctx context.Context, talk func(eid.Transmit) error) error {
	if err := l.reach(ctx); err != nil {
		return err
	}
	begun := false
	err := l.card.Transaction(ctx, func() error {
		begun = true
		return talk(l.transmit)
	})
	l.wipe() // talk may have been left in the middle of a command
	if err == nil || begun && ctx.Err() == nil {
		return err
	}
	return l.failed(err)
}

// transmit sends one command.
func (l *line) transmit(ctx context.Context, command []byte) ([]byte, error) {
	l.wipe()
	if l.card == nil { // the command before cost us the connection
		return nil, eid.ErrGarbled
	}
	answer, err := l.card.Transmit(ctx, command)
	if err != nil {
		return nil, l.failed(err)
	}
	l.answer = answer
	l.steps.Add(1)
	return answer, nil
}

// wipe leaves nothing of a person in memory.
func (l *line) wipe() {
	clear(l.answer)
	l.answer = nil
}

// Reconnect reaches the card anew.
func (l *line) Reconnect(ctx context.Context, reset bool) error {
	if l.card == nil {
		return l.reach(ctx)
	}
	err := l.card.Reconnect(ctx, reset)
	if err == nil {
		return nil
	}
	if l.spoilt(err); reset && aboutCard(err) {
		_ = l.unpower(ctx)
	}
	return l.reach(ctx)
}

// reach connects to the card. It waits for a program that has the card for
// itself, and wakes up a card that is stuck.
func (l *line) reach(ctx context.Context) error {
	for woken := 0; ; {
		err := l.connect(ctx)
		if err == nil {
			return nil
		}
		switch {
		case errors.Is(err, pcsc.ErrBusy) && sleep(ctx, soon) == nil:
		case errors.Is(err, pcsc.ErrMute) && woken < 2:
			woken++
			_ = l.unpower(ctx)
		default:
			return l.failed(err)
		}
	}
}

// failed names an error as package eid knows it. Where connecting anew cannot
// mend it, it lets go of the connection.
func (l *line) failed(err error) error {
	switch {
	case errors.Is(err, pcsc.ErrReset):
		return fmt.Errorf("%w: %w", eid.ErrReset, err)
	case errors.Is(err, pcsc.ErrGarbled), errors.Is(err, pcsc.ErrMute), errors.Is(err, pcsc.ErrFailed):
		return fmt.Errorf("%w: %w", eid.ErrGarbled, err)
	}
	l.spoilt(err)
	switch {
	case errors.Is(err, pcsc.ErrDead): // the next session may live
		return fmt.Errorf("%w: %w", eid.ErrGarbled, err)
	case errors.Is(err, pcsc.ErrRemoved), errors.Is(err, pcsc.ErrUnknownReader), errors.Is(err, pcsc.ErrDown):
		return fmt.Errorf("%w: %w", eid.ErrRemoved, err)
	default:
		return err
	}
}
