package registration

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
)

// home is where somebody lives.
type home struct {
	Street     string `json:"street"`
	PostalCode string `json:"postalCode"`
	City       string `json:"city"`
	Country    string `json:"country"`
}

func homeOf(d passholder.Details) home { return home{d.Street, d.PostalCode, d.City, d.Country} }

// moved is a move that came with a sale. It is kept for the undo, so for a day at
// most: see [ForgetMoves].
type moved struct {
	From home `json:"from"`
	To   home `json:"to"`
}

// move lets the person live where they will, and notes where they lived for an
// undo.
func (s *Service) move(ctx context.Context, tx *db.Tx, j *judged, now time.Time) error {
	if j.home == nil {
		return nil
	}
	j.was.Moved = &moved{homeOf(j.person.Details), homeOf(*j.home)}
	return passholder.Update(ctx, tx, s.Ring, j.person.ID, j.person.Version, *j.home, now)
}

// moveBack takes a move back, unless the address was changed again since.
func (s *Service) moveBack(ctx context.Context, tx *db.Tx, id uuid.UUID, m moved, now time.Time) error {
	p, err := passholder.Lock(ctx, tx, id)
	if err != nil || homeOf(p.Details) != m.To {
		return err
	}
	p.Street, p.PostalCode, p.City, p.Country = m.From.Street, m.From.PostalCode, m.From.City, m.From.Country
	return passholder.Update(ctx, tx, s.Ring, id, p.Version, p.Details, now)
}

// ForgetMovesOf forgets where somebody lived before.
func ForgetMovesOf(ctx context.Context, tx *db.Tx, passholderID uuid.UUID) error {
	_, err := tx.Exec(ctx, `UPDATE registration SET before = before - 'moved' WHERE passholder_id = $1 AND before ? 'moved'`, passholderID)
	if err != nil {
		return fmt.Errorf("forget a move: %w", err)
	}
	return nil
}

// moveLooksBack is how far [ForgetMoves] looks, in case nobody ran it for a while.
const moveLooksBack = 7 * 24 * time.Hour

// ForgetMoves forgets where people lived before, once their sales can no longer
// be voided.
func ForgetMoves(ctx context.Context, d *db.DB, now time.Time) error {
	today := period.DayOf(now, period.Brussels())
	_, err := d.Exec(ctx, `UPDATE registration SET before = before - 'moved' WHERE id >= uuid_floor($1) AND day < $2 AND before ? 'moved'`,
		now.Add(-moveLooksBack), today)
	if err != nil {
		return fmt.Errorf("forget moves: %w", err)
	}
	return nil
}
