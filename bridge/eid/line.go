package eid

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Transmit sends one command to a card and returns the answer, status word last.
type Transmit func(ctx context.Context, command []byte) ([]byte, error)

// Line is the way to one card. It belongs to one goroutine at a time. Its
// errors wrap ErrRemoved, ErrReset or ErrGarbled where they fit.
type Line interface {
	// Transaction runs talk while no other program can come in between. A
	// read keeps it for one file, because others want the card too and
	// Windows resets a card that is kept without a word for five seconds.
	Transaction(ctx context.Context, talk func(Transmit) error) error

	// Reconnect reaches the card anew after an error, and with reset
	// switches it off and on first.
	Reconnect(ctx context.Context, reset bool) error
}

const (
	breath = 25 * time.Millisecond // before a command that broke off is sent again
	rest   = 10 * time.Millisecond // what applets 1.0 and 1.1 need after 6C (commons-eid, BeIDCard.java)

	anew    = 6 // how often a file is begun anew
	fetches = 8 // parts that an answer may come in
)

// chunks are how much is asked for at once. Some readers fail with the most
// that a command can ask for, some with 252 (eid-mw, internalconst.h).
var chunks = []int{256, 252, 248, 128}

// conversation is what a read remembers of a card and its reader.
type conversation struct {
	line   Line
	send   Transmit // inside of a transaction
	atr    []byte
	way    int  // index in ways
	picked bool // a file was selected that way
	chunk  int  // index in chunks
	gentle bool // rest after 6C
	report Report
}

// attempt runs talk in a transaction, and anew after whatever can be mended:
// another program reset the card, a command did not get across, a file was
// doubtful. The ladder is: the same command again after a breath (see
// exchange), then a new connection, then a reset.
func (c *conversation) attempt(ctx context.Context, talk func() error) error {
	broken := 0
	for n := 1; ; n++ {
		err := c.line.Transaction(ctx, func(send Transmit) error {
			c.send = send
			return talk()
		})
		if err == nil || n == anew || ctx.Err() != nil {
			return err
		}
		switch {
		case errors.Is(err, ErrReset):
			err = c.reconnect(ctx, false, err)
		case errors.Is(err, ErrGarbled):
			broken++
			err = c.reconnect(ctx, broken > 1, err)
		case errors.Is(err, errDoubtful):
			err = nil
		}
		if err != nil {
			return err
		}
		c.report.Repeats++
	}
}

// reconnect reaches the card anew because of why, the gentle way unless reset.
func (c *conversation) reconnect(ctx context.Context, reset bool, why error) error {
	err := c.line.Reconnect(ctx, reset)
	if err != nil && !reset && !errors.Is(err, ErrRemoved) && ctx.Err() == nil {
		err = c.line.Reconnect(ctx, true)
	}
	if err != nil {
		return fmt.Errorf("reach the card again after «%w»: %w", why, err)
	}
	return nil
}

// exchange sends a command, once more when it broke off, and collects the
// answer. The command is made anew then, in case a smaller one gets across.
func (c *conversation) exchange(ctx context.Context, command func() []byte) ([]byte, status, error) {
	data, sw, err := c.once(ctx, command())
	if !errors.Is(err, ErrGarbled) {
		return data, sw, err
	}
	c.report.Repeats++
	if err := pause(ctx, breath); err != nil {
		return nil, 0, err
	}
	return c.once(ctx, command())
}

// once sends a command and fetches what the card holds ready after 61.
func (c *conversation) once(ctx context.Context, command []byte) ([]byte, status, error) {
	var all []byte
	for range fetches {
		c.report.Commands++
		answer, err := c.send(ctx, command)
		if err != nil {
			return nil, 0, err
		}
		data, sw, err := split(answer)
		if err != nil {
			return nil, 0, err
		}
		if sw>>8 == 0x64 || sw>>8 == 0x6F { // the card stumbled
			return nil, sw, fmt.Errorf("%w: status %04X", ErrGarbled, sw)
		}
		all = append(all, data...)
		if sw>>8 != 0x61 {
			return all, sw, nil
		}
		command = getResponse(byte(sw))
	}
	return nil, 0, fmt.Errorf("%w: it always has more to say", ErrGarbled)
}

// plain sends a command that does not depend on the chunk.
func (c *conversation) plain(ctx context.Context, command []byte) ([]byte, status, error) {
	return c.exchange(ctx, func() []byte { return command })
}

// pause waits, unless ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
