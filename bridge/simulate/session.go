package simulate

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/openbalie/openbalie/bridge/chip"
	"github.com/openbalie/openbalie/bridge/pcsc"
)

type session struct {
	readers *Readers
	closed  bool
}

// Wait implements [pcsc.Session].
func (s *session) Wait(ctx context.Context, known pcsc.Slots) (pcsc.Slots, time.Time, error) {
	if s.closed {
		return nil, time.Time{}, fmt.Errorf("wait: %w", pcsc.ErrDead)
	}
	for {
		slots, changed := s.readers.seen()
		if known == nil || !slots.Equal(known) {
			return slots, s.readers.now(), nil
		}
		select {
		case <-ctx.Done():
			return nil, time.Time{}, ctx.Err()
		case <-changed:
		}
	}
}

// Look implements [pcsc.Session]. Sample readers tell of every change.
func (s *session) Look(context.Context) {}

// Connect implements [pcsc.Session].
func (s *session) Connect(ctx context.Context, reader string) (pcsc.Card, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.closed {
		return nil, fmt.Errorf("connect to %s: %w", reader, pcsc.ErrDead)
	}
	c := &card{readers: s.readers, reader: reader}
	found, movement, err := s.readers.card(reader)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", reader, err)
	}
	c.placed, c.movement = found, movement
	return c, nil
}

// Unpower implements [pcsc.Session]. No sample card is ever stuck.
func (s *session) Unpower(ctx context.Context, _ string) error { return ctx.Err() }

// Close implements [pcsc.Session].
func (s *session) Close() error {
	s.closed = true
	return nil
}

// card is a connection with what lies on a reader.
type card struct {
	readers  *Readers
	reader   string
	placed   placed
	movement uint16 // another one by now means that it was lifted
}

func (c *card) still(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	switch _, movement, err := c.readers.card(c.reader); {
	case err != nil:
		return err
	case movement != c.movement:
		return pcsc.ErrRemoved
	default:
		return nil
	}
}

// ATR implements [pcsc.Card].
func (c *card) ATR(ctx context.Context) ([]byte, error) {
	if err := c.still(ctx); err != nil {
		return nil, fmt.Errorf("ask %s for the answer to reset: %w", c.reader, err)
	}
	return slices.Clone(c.placed.atr), nil
}

var (
	ok           = []byte{0x90, 0x00}
	notSupported = []byte{0x6A, 0x81}
	notFound     = []byte{0x6A, 0x82}
)

// Transmit implements [pcsc.Card]. Passes know one command; identity cards
// answer as chips do, and take their time.
func (c *card) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if err := c.still(ctx); err != nil {
		return nil, fmt.Errorf("send a command to %s: %w", c.reader, err)
	}
	if c.placed.chip != nil {
		answer := c.placed.chip.Answer(command)
		if err := c.carry(ctx, len(command)+len(answer)); err != nil {
			return nil, fmt.Errorf("send a command to %s: %w", c.reader, err)
		}
		return answer, nil
	}
	if len(c.placed.uid) == 0 {
		if a := c.placed.applet; len(a) > 0 && bytes.Contains(command, a) {
			return slices.Clone(ok), nil
		}
		return slices.Clone(notFound), nil
	}
	if !chip.IsGetUID(command) {
		return slices.Clone(notSupported), nil
	}
	uid, err := hex.DecodeString(string(c.placed.uid))
	if err != nil {
		return nil, fmt.Errorf("read the sample card: %w", err)
	}
	return append(uid, ok...), nil
}

// carry waits as long as bytes take on the wire, unless the card is lifted
// meanwhile.
func (c *card) carry(ctx context.Context, bytes int) error {
	arrived := time.NewTimer(commandTime + time.Duration(bytes)*c.placed.wire)
	defer arrived.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-arrived.C:
		return c.still(ctx)
	}
}

// commandTime is what a reader takes for a command, however short.
const commandTime = 3 * time.Millisecond

// Transaction implements [pcsc.Card]. No other program is here.
func (c *card) Transaction(ctx context.Context, talk func() error) error {
	if err := c.still(ctx); err != nil {
		return fmt.Errorf("begin a transaction on %s: %w", c.reader, err)
	}
	return talk()
}

// Reconnect implements [pcsc.Card].
func (c *card) Reconnect(ctx context.Context, reset bool) error {
	if reset && c.placed.chip != nil {
		c.placed.chip.PowerCycle()
	}
	return c.still(ctx)
}

// Escape implements [pcsc.Card]. These readers are silent.
func (c *card) Escape(context.Context, []byte) ([]byte, error) {
	return nil, fmt.Errorf("command %s: %w", c.reader, pcsc.ErrFailed)
}

// Close implements [pcsc.Card].
func (c *card) Close() error { return nil }

// card returns what lies on a reader, and the movement that brought it there.
func (r *Readers) card(reader string) (placed, uint16, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.slots, func(s *slot) bool { return s.plugged && s.name == reader })
	if i < 0 {
		return placed{}, 0, pcsc.ErrUnknownReader
	}
	switch s := r.slots[i]; {
	case s.card == nil:
		return placed{}, 0, pcsc.ErrRemoved
	case s.silent():
		return placed{}, 0, pcsc.ErrMute
	default:
		return *s.card, s.count, nil
	}
}
