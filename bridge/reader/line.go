package reader

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/pcsc"
)

// patience is how long a read waits for a program that keeps the card, and for
// a card that hangs.
const patience = 10 * time.Second

// line is the way to an identity card, as package eid wants it.
type line struct {
	*connection

	answer []byte // the last one; at the next nobody needs it any more
}

// Transaction runs talk while no other program can come in between.
func (l *line) Transaction(ctx context.Context, talk func(eid.Transmit) error) error {
	if err := l.reach(ctx); err != nil {
		return err
	}
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	alarm := time.AfterFunc(patience, cancel)
	defer alarm.Stop()
	begun := false
	err := l.card.Transaction(waiting, func() error {
		begun = true
		alarm.Stop()
		defer l.wipe()
		return talk(l.transmit)
	})
	switch {
	case err == nil, begun:
		return err
	case waiting.Err() != nil && ctx.Err() == nil:
		return l.busy(err)
	default:
		return l.failed(err)
	}
}

// transmit sends one command.
func (l *line) transmit(ctx context.Context, command []byte) ([]byte, error) {
	l.wipe()
	if l.card == nil { // the command before cost us the connection
		return nil, eid.ErrGarbled
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer, err := l.card.Transmit(waiting, command)
	switch {
	case err == nil:
		l.answer = answer
		return answer, nil
	case waiting.Err() != nil && ctx.Err() == nil:
		return nil, l.busy(err)
	default:
		return nil, l.failed(err)
	}
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
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for woken := 0; ; {
		err := l.connect(waiting)
		if err == nil {
			return nil
		}
		l.spoilt(err)
		switch {
		case waiting.Err() != nil && ctx.Err() == nil:
			return l.busy(err)
		case errors.Is(err, pcsc.ErrBusy):
			_ = sleep(waiting, soon)
		case errors.Is(err, pcsc.ErrMute) && woken < 2:
			woken++
			_ = l.unpower(waiting)
		default:
			return l.failed(err)
		}
	}
}

// busy gives up on a call that does not return.
func (l *line) busy(err error) error {
	l.spoilt(err)
	return fmt.Errorf("%w: %w", ErrBusy, err)
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
