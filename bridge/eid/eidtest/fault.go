package eidtest

import (
	"context"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
)

// Fault is what goes wrong with one command. The zero value is nothing.
type Fault struct {
	Status uint16        // the answer is this alone, and the card does not obey; 9000 is an empty answer
	Short  int           // at most this many bytes of the answer come, under 9000
	Delay  time.Duration // before the answer

	// What happens on the way to the card; only a Line can do these.
	Garbled bool // the answer does not get across
	Lifted  bool // the card is gone from here on
	Reset   bool // another program resets the card
}

// bend is the answer of a card with the fault.
func (f Fault) bend(e *Emulator, command []byte) []byte {
	if f.Status != 0 {
		return word(f.Status)
	}
	answer := e.obey(command)
	if data := len(answer) - 2; f.Short > 0 && data > f.Short && answer[data] == 0x90 {
		answer = append(answer[:f.Short:f.Short], 0x90, 0x00)
	}
	return answer
}

// Line is the way to an emulator without a card service.
type Line struct {
	*Emulator

	// Between runs before each transaction: another program's turn.
	Between func()

	Resets int // that Reconnect made

	lifted, reset bool
}

// Transaction runs talk with the card.
func (l *Line) Transaction(ctx context.Context, talk func(eid.Transmit) error) error {
	if l.Between != nil {
		l.Between()
	}
	if err := l.state(ctx); err != nil {
		return err
	}
	return talk(l.transmit)
}

// Reconnect reaches the card anew.
func (l *Line) Reconnect(ctx context.Context, reset bool) error {
	l.reset = false
	if reset {
		l.Resets++
		l.PowerCycle()
	}
	return l.state(ctx)
}

func (l *Line) transmit(ctx context.Context, command []byte) ([]byte, error) {
	if err := l.state(ctx); err != nil {
		return nil, err
	}
	answer, f := l.answer(command)
	switch {
	case f.Lifted:
		l.lifted = true
	case f.Reset:
		l.reset = true
		l.PowerCycle()
	case f.Garbled:
		return nil, eid.ErrGarbled
	}
	if err := l.state(ctx); err != nil {
		return nil, err
	}
	return answer, nil
}

func (l *Line) state(ctx context.Context) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case l.lifted:
		return eid.ErrRemoved
	case l.reset:
		return eid.ErrReset
	default:
		return nil
	}
}
