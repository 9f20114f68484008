//go:build windows || cgo

package pcsc

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ebfe/scard"
)

// System returns the card service of this computer. It stamps wake-ups with now.
func System(now func() time.Time) Service { return system{now} }

type system struct{ now func() time.Time }

// closing is how long letting go may take before it is left behind.
const closing = time.Second

// Open starts a session.
func (s system) Open(ctx context.Context) (Session, error) {
	var c *scard.Context
	open := func() (err error) {
		c, err = scard.EstablishContext()
		return err
	}
	release := func() {
		if c != nil {
			_ = c.Release()
		}
	}
	if _, err := call(ctx, "open a session", open, release); err != nil {
		return nil, err
	}
	return &session{now: s.now, scard: c, stale: true}, nil
}

// session is one PC/SC context.
type session struct {
	now   func() time.Time
	scard *scard.Context
	left  bool // a call was left behind and releases the context in its time

	// What Wait remembers from one time to the next.
	names    []string          // the readers, as last listed
	stale    bool              // the list may be out of date
	states   map[string]uint32 // what each reader said last, handed back to it
	announce uint32            // the same for the announcer
	slots    Slots             // the same, read
}

// Connect reaches the card in a reader, shared with other programs.
func (s *session) Connect(ctx context.Context, reader string) (Card, error) {
	var c *scard.Card
	err := s.call(ctx, "connect to the card", func() (err error) {
		c, err = s.scard.Connect(reader, scard.ShareShared, scard.ProtocolAny)
		return err
	}, func() {
		if c != nil {
			_ = c.Disconnect(scard.LeaveCard)
		}
	})
	if err != nil {
		return nil, err
	}
	return &card{session: s, scard: c}, nil
}

// Close ends the session. A call that was left behind does so itself.
func (s *session) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	err := s.call(ctx, "close the session", s.scard.Release, nil)
	if errors.Is(err, ErrDead) {
		return nil
	}
	s.left = true // no further use, whatever came of it
	return err
}

// card is one PC/SC handle.
type card struct {
	session *session
	scard   *scard.Card
}

// ATR asks for the answer to reset.
func (c *card) ATR(ctx context.Context) ([]byte, error) {
	var status *scard.CardStatus
	err := c.session.call(ctx, "ask for the answer to reset", func() (err error) {
		status, err = c.scard.Status()
		return err
	}, c.disconnect)
	if err != nil {
		return nil, err
	}
	return status.Atr, nil
}

// Transmit sends one command and returns the answer.
func (c *card) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if len(command) == 0 {
		return nil, fmt.Errorf("send a command: %w: it is empty", ErrFailed)
	}
	var answer []byte
	err := c.session.call(ctx, "send a command", func() (err error) {
		answer, err = c.scard.Transmit(command)
		return err
	}, c.disconnect)
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// Close lets go of the card and leaves it as it is.
func (c *card) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	return c.session.call(ctx, "let go of the card", func() error { return c.scard.Disconnect(scard.LeaveCard) }, nil)
}

func (c *card) disconnect() { _ = c.scard.Disconnect(scard.LeaveCard) }

// call makes one call on the session's context. If it must be left behind, late
// and the release of the context wait for it.
func (s *session) call(ctx context.Context, tried string, f func() error, late func()) error {
	if s.left {
		return fmt.Errorf("%s: %w", tried, ErrDead)
	}
	left, err := call(ctx, tried, f, func() {
		if late != nil {
			late()
		}
		_ = s.scard.Release()
	})
	s.left = left
	return err
}
