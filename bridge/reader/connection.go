package reader

import (
	"context"
	"errors"
	"sync"

	"github.com/openbalie/openbalie/bridge/chip"
	"github.com/openbalie/openbalie/bridge/pcsc"
)

// sessions keeps one session with the card service ready for a reader.
type sessions struct {
	service pcsc.Service

	mu     sync.Mutex
	spare  pcsc.Session
	closed bool
}

// prepare opens a session before it is needed. If that fails, it is tried again then.
func (s *sessions) prepare(ctx context.Context) {
	if s.ready() {
		return
	}
	if session, err := s.service.Open(ctx); err == nil {
		s.giveBack(session)
	}
}

func (s *sessions) ready() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.spare != nil || s.closed
}

// take returns the session that is ready, or a new one.
func (s *sessions) take(ctx context.Context) (pcsc.Session, error) {
	s.mu.Lock()
	session := s.spare
	s.spare = nil
	s.mu.Unlock()
	if session != nil {
		return session, nil
	}
	return s.service.Open(ctx)
}

// giveBack keeps a sound session for the next, or closes it.
func (s *sessions) giveBack(session pcsc.Session) {
	s.mu.Lock()
	if s.spare == nil && !s.closed {
		s.spare, session = session, nil
	}
	s.mu.Unlock()
	if session != nil {
		_ = session.Close()
	}
}

// close ends the session that is ready, and those that come back later.
func (s *sessions) close() {
	s.mu.Lock()
	session := s.spare
	s.spare, s.closed = nil, true
	s.mu.Unlock()
	if session != nil {
		_ = session.Close()
	}
}

// connection is the way to the card in a reader. It belongs to one goroutine.
type connection struct {
	sessions *sessions
	reader   string
	session  pcsc.Session // nil until it is needed
	card     pcsc.Card    // nil unless connected
}

// open gets a session.
func (c *connection) open(ctx context.Context) (err error) {
	if c.session == nil {
		c.session, err = c.sessions.take(ctx)
	}
	return err
}

// connect reaches the card.
func (c *connection) connect(ctx context.Context) (err error) {
	if c.card != nil {
		return nil
	}
	if err := c.open(ctx); err != nil {
		return err
	}
	c.card, err = c.session.Connect(ctx, c.reader)
	return err
}

// unpower switches off a card that is stuck, so that it starts anew.
func (c *connection) unpower(ctx context.Context) error {
	c.letGo()
	if err := c.open(ctx); err != nil {
		return err
	}
	return c.session.Unpower(ctx, c.reader)
}

// spoilt lets go of the card, and of the session too unless err leaves it sound.
func (c *connection) spoilt(err error) {
	c.letGo()
	if c.session != nil && !sound(err) {
		_ = c.session.Close()
		c.session = nil
	}
}

// sound reports whether a session is of further use after an error.
func sound(err error) bool {
	return aboutCard(err) || errors.Is(err, pcsc.ErrBusy) || errors.Is(err, chip.ErrNoNumber)
}

// letGo lets other programs have the card.
func (c *connection) letGo() {
	if c.card != nil {
		_ = c.card.Close()
		c.card = nil
	}
}

// close lets go of everything.
func (c *connection) close() {
	c.letGo()
	if c.session != nil {
		c.sessions.giveBack(c.session)
		c.session = nil
	}
}
