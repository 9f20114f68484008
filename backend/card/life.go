package card

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/who"
)

// Transition gives a card another status and leaves an event. It is, with what
// the stock does to many cards at once, the only way: a step that the table does
// not have, or that somebody else was before, is ErrTransition and changes
// nothing.
func Transition(ctx context.Context, tx *db.Tx, by who.Actor, cardID uuid.UUID, to Status, reason Reason, change Change) error {
	moved, err := move(ctx, tx, by, []uuid.UUID{cardID}, to, reason, change)
	if err != nil {
		return err
	}
	if len(moved) == 1 {
		return nil
	}
	c, err := ByID(ctx, tx, cardID)
	if err != nil {
		return err
	}
	if Legal(c.Type, c.Status, to, reason) {
		return ErrHolderChanged
	}
	return ErrTransition.With("status", string(c.Status))
}

// QueueTransition is [Transition] in a batch, for a card that is locked and was
// looked at. One that cannot go there after all is ErrTransition.
func QueueTransition(b *db.Batch, by who.Actor, c Card, to Status, reason Reason, change Change) error {
	if change.At.IsZero() {
		return errNoTime
	}
	if !Legal(c.Type, c.Status, to, reason) {
		return ErrTransition.With("status", string(c.Status))
	}
	queueMove(b, by, []uuid.UUID{c.ID}, to, reason, change, func(moved []uuid.UUID) error {
		if len(moved) != 1 {
			return ErrHolderChanged
		}
		return nil
	})
	return nil
}

// QueueLock locks the cards with these numbers in a batch, in the order of their
// ids, until the transaction ends.
func QueueLock(b *db.Batch, numbers []Number) {
	b.Queue(`SELECT id FROM card WHERE uitpas_number = ANY ($1) ORDER BY id FOR UPDATE`, numbers)
}

// QueueByNumber reads a card in a batch; an unknown number gives none.
func QueueByNumber(b *db.Batch, n Number, out *[]Card) {
	queue(b, out, "uitpas_number = $1", string(n))
}

// Issue makes a digital card with a new number of the card system's ranges, not
// in use yet. It returns cardsystem.ErrNoNumbers when none is left.
func Issue(ctx context.Context, tx *db.Tx, systemID int, socialTariff bool, at time.Time) (Card, error) {
	for {
		serial, err := cardsystem.TakeSerial(ctx, tx, systemID)
		if err != nil {
			return Card{}, err
		}
		n, err := NewNumber(serial, socialTariff)
		if err != nil {
			return Card{}, fmt.Errorf("number a card %q: %w", serial, err)
		}
		c := Card{ID: db.NewID(), CardSystemID: systemID, Number: n, Type: Digital, Status: Provisioned, StatusAt: at}
		// A card of plastic may have the number: suppliers count too.
		if added, err := addUnlessNumbered(ctx, tx, c); err != nil || added {
			return c, err
		}
	}
}

// Lock returns a card as it is and keeps others from changing it until the
// transaction ends, or ErrUnknown.
func Lock(ctx context.Context, tx *db.Tx, n Number) (Card, error) {
	return only(lock(ctx, tx, "uitpas_number = $1", string(n)))
}

// LockAll returns the cards that exist among ids, in the order of their ids, and
// keeps others from changing them until the transaction ends.
func LockAll(ctx context.Context, tx *db.Tx, ids ...uuid.UUID) ([]Card, error) {
	return lock(ctx, tx, "id = ANY ($1)", ids)
}

// LockOf is LockAll for the cards of a person.
func LockOf(ctx context.Context, tx *db.Tx, passholderID uuid.UUID) ([]Card, error) {
	return lock(ctx, tx, "passholder_id = $1", passholderID)
}

func only(cards []Card, err error) (Card, error) {
	if err != nil {
		return Card{}, err
	}
	if len(cards) == 0 {
		return Card{}, ErrUnknown
	}
	return cards[0], nil
}

// Hand makes the cards of one person those of another, when two records of one
// person are merged or parted. It is all of them or ErrHolderChanged. Of two
// cards in use in one card system, one is to be blocked before.
func Hand(ctx context.Context, tx *db.Tx, from, to uuid.UUID, ids ...uuid.UUID) error {
	ids = slices.Compact(slices.SortedFunc(slices.Values(ids), compare))
	cards, err := LockAll(ctx, tx, ids...)
	if err != nil {
		return err
	}
	if len(cards) != len(ids) || slices.ContainsFunc(cards, func(c Card) bool { return c.PassholderID != from }) {
		return ErrHolderChanged
	}
	return hand(ctx, tx, to, ids)
}

// spell turns a constraint that stopped a change into the refusal it stands for.
func spell(err error) error {
	if err == nil {
		return nil
	}
	switch db.Constraint(err) {
	case "card_one_active":
		return ErrOtherActive
	case "card_one_holder", "card_active_has_holder", "card_stock_has_none":
		return ErrHolder
	}
	return fmt.Errorf("change cards: %w", err)
}

func compare(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }

var errNoTime = errors.New("a change needs its time")
