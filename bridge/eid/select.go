package eid

import (
	"context"
	"fmt"
)

// Recognise finds out whether a card is an eID, by selecting its identity; it
// reads nothing. Otherwise it says ErrNotActivated, ErrMOBIB, ErrBankCard or
// ErrNotEID, or what went wrong on the way.
func Recognise(ctx context.Context, line Line, atr []byte) error {
	c := conversation{line: line, atr: atr}
	return c.attempt(ctx, func() error { return c.open(ctx, IdentityFile) })
}

// open selects a file. A card on which another program left another applet
// gets ours back first. One that never let a file be selected may know another
// way only.
func (c *conversation) open(ctx context.Context, f File) error {
	sw, err := c.pick(ctx, f, c.way)
	if err != nil || sw == done {
		return err
	}
	_, chosen, err := c.plain(ctx, selectApplet(applet))
	if err != nil {
		return err
	}
	ours := chosen == done || chosen == deactivated
	if ours {
		if sw, err = c.pick(ctx, f, c.way); err != nil || sw == done {
			return err
		}
	}
	for way := 1; way < len(ways) && !c.picked && !sw.inactive(); way++ {
		if other, err := c.pick(ctx, f, way); err != nil || other == done {
			return err
		}
	}
	return c.refused(ctx, f, sw, ours)
}

// pick selects a file in one of the ways, and remembers which one led to a file.
func (c *conversation) pick(ctx context.Context, f File, way int) (status, error) {
	for _, command := range ways[way](f) {
		if _, sw, err := c.plain(ctx, command); err != nil || sw != done {
			return sw, err
		}
	}
	c.way, c.picked = way, true
	return done, nil
}

// refused says why a file could not be selected. Ours means that the card has
// the eID applet.
func (c *conversation) refused(ctx context.Context, f File, sw status, ours bool) error {
	data, err := c.cardData(ctx)
	if fatal(err) {
		return err
	}
	ours = ours || err == nil
	switch {
	case err == nil && !data.Activated(), ours && sw.inactive():
		return fmt.Errorf("select %s: %w: status %04X", f, ErrNotActivated, sw)
	case ours && sw == noFile:
		return fmt.Errorf("select %s: %w", f, ErrAbsent)
	case ours:
		return fmt.Errorf("select %s: %w: status %04X", f, ErrRefused, sw)
	case calypso(c.atr):
		return ErrMOBIB
	}
	if _, sw, err = c.plain(ctx, selectApplet(payments)); fatal(err) {
		return err
	}
	if err == nil && sw == done {
		return ErrBankCard
	}
	return ErrNotEID
}

// cardData asks for the description of the chip, which other cards do not have.
func (c *conversation) cardData(ctx context.Context) (CardData, error) {
	raw, sw, err := c.plain(ctx, getCardData())
	if err != nil {
		return CardData{}, err
	}
	if sw>>8 == 0x6C {
		if raw, sw, err = c.plain(ctx, append(getCardData()[:4], byte(sw))); err != nil {
			return CardData{}, err
		}
	}
	if sw != done {
		return CardData{}, fmt.Errorf("get card data: %w: status %04X", ErrRefused, sw)
	}
	return ParseCardData(raw)
}
