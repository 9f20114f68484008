//go:build windows || cgo

package pcsc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/ebfe/scard"
)

// System returns the card service of this computer. It stamps wake-ups with now.
func System(now func() time.Time) Service { return system{now} }

type system struct{ now func() time.Time }

// closing is how long letting go may take before it is left behind.
const closing = time.Second

// escape is the function code of SCardControl that reaches the reader itself
// (CCID driver, SCARDCONTOL.md; on Windows that of Microsoft's driver).
var escape = map[bool]uint16{true: 3500, false: 1}[runtime.GOOS == "windows"]

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
	caller := newCaller()
	if left, err := caller.one(ctx, "open a session", open, release); err != nil {
		if !left {
			caller.end()
		}
		return nil, err
	}
	return &session{now: s.now, scard: c, caller: caller, stale: true}, nil
}

// session is one PC/SC context.
type session struct {
	now    func() time.Time
	scard  *scard.Context
	caller *caller
	left   bool // a call was left behind and releases the context in its time
	inside bool // a transaction, which has the caller's goroutine

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

// Unpower switches off the card in a reader.
func (s *session) Unpower(ctx context.Context, reader string) error {
	return s.call(ctx, "switch the card off", func() error {
		c, err := s.scard.Connect(reader, scard.ShareDirect, scard.ProtocolUndefined)
		if err != nil {
			return err
		}
		return c.Disconnect(scard.UnpowerCard)
	}, nil)
}

// Close ends the session. A call that was left behind does so itself.
func (s *session) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	err := s.call(ctx, "close the session", s.scard.Release, nil)
	if errors.Is(err, ErrDead) {
		return nil
	}
	if !s.left {
		s.left = true // no further use, whatever came of it
		s.caller.end()
	}
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
	return c.exchange(ctx, "send a command", command, c.scard.Transmit)
}

// Escape sends a command to the reader.
func (c *card) Escape(ctx context.Context, command []byte) ([]byte, error) {
	return c.exchange(ctx, "command the reader", command, func(command []byte) ([]byte, error) {
		return c.scard.Control(scard.CtlCode(escape), command)
	})
}

// exchange has the library send a command. It answers in 64 KiB, of which the
// caller gets its part; nothing of a person stays in the rest.
func (c *card) exchange(ctx context.Context, tried string, command []byte, send func([]byte) ([]byte, error)) ([]byte, error) {
	var answer []byte
	err := c.session.call(ctx, tried, func() error {
		raw, err := send(command)
		answer = bytes.Clone(raw)
		clear(raw)
		return err
	}, c.disconnect)
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// Transaction runs talk while no other program can come in between.
func (c *card) Transaction(ctx context.Context, talk func() error) error {
	s := c.session
	if s.left {
		return fmt.Errorf("begin a transaction: %w", ErrDead)
	}
	var result error
	left, why := s.caller.run(func() {
		s.inside = true
		result = c.transact(ctx, talk)
		s.inside = false
	})
	if left {
		s.left = true
		return why
	}
	return result
}

// transact is the transaction, in the caller's goroutine.
func (c *card) transact(ctx context.Context, talk func() error) error {
	if err := c.session.call(ctx, "begin a transaction", c.scard.BeginTransaction, c.disconnect); err != nil {
		return err
	}
	err := talk()
	if c.session.left {
		return err // talk closed the session
	}
	if ctx.Err() != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), closing)
		defer cancel()
	}
	end := func() error { return c.scard.EndTransaction(scard.LeaveCard) }
	// A card that was reset or lifted in between has no transaction to end.
	_ = c.session.call(ctx, "end a transaction", end, c.disconnect)
	return err
}

// Reconnect reaches the card anew.
func (c *card) Reconnect(ctx context.Context, reset bool) error {
	first := scard.LeaveCard
	if reset {
		first = scard.ResetCard
	}
	return c.session.call(ctx, "connect to the card again", func() error {
		return c.scard.Reconnect(scard.ShareShared, scard.ProtocolAny, first)
	}, c.disconnect)
}

// Close lets go of the card and leaves it as it is.
func (c *card) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	return c.session.call(ctx, "let go of the card", func() error { return c.scard.Disconnect(scard.LeaveCard) }, nil)
}

func (c *card) disconnect() { _ = c.scard.Disconnect(scard.LeaveCard) }

// call makes one call on the session's context. If it is left behind, late
// and the release of the context wait for it.
func (s *session) call(ctx context.Context, tried string, f func() error, late func()) error {
	if s.left {
		return fmt.Errorf("%s: %w", tried, ErrDead)
	}
	after := func() {
		if late != nil {
			late()
		}
		_ = s.scard.Release()
	}
	if s.inside {
		return s.caller.make(ctx, tried, f, after)
	}
	left, err := s.caller.one(ctx, tried, f, after)
	s.left = left
	return err
}
