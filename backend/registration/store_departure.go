package registration

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/who"
)

type departureRow struct {
	ID           uuid.UUID `gorm:"primaryKey"`
	PassholderID uuid.UUID
	Reason       string
	CardSystemID *int
	OrganizerID  string
	Actor        string
	Ended        json.RawMessage `gorm:"type:jsonb"`
	At           time.Time
	UndoneAt     *time.Time
	UndoneBy     string
}

func (departureRow) TableName() string { return "departure" }

func (r departureRow) departure() Departure {
	d := Departure{ID: r.ID, PassholderID: r.PassholderID, Why: membership.Reason(r.Reason), OrganizerID: r.OrganizerID, At: r.At}
	if r.CardSystemID != nil {
		d.CardSystemID = *r.CardSystemID
	}
	if r.UndoneAt != nil {
		d.UndoneAt = *r.UndoneAt
	}
	return d
}

func addDeparture(ctx context.Context, tx *db.Tx, by who.Actor, d Departure, what ended) error {
	text, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("write a departure: %w", err)
	}
	r := departureRow{ID: d.ID, PassholderID: d.PassholderID, Reason: string(d.Why), OrganizerID: d.OrganizerID, Actor: by.Key(), Ended: text, At: d.At}
	if d.CardSystemID != 0 {
		r.CardSystemID = &d.CardSystemID
	}
	if err := gorm.G[departureRow](tx.Gorm()).Create(ctx, &r); err != nil {
		return fmt.Errorf("write a departure: %w", err)
	}
	return nil
}

// lockDeparture returns a departure that nobody else undoes until tx ends, what
// it ended, and whether it is the person's newest that stands.
func lockDeparture(ctx context.Context, tx *db.Tx, id uuid.UUID) (d Departure, what ended, newest bool, err error) {
	r, err := gorm.G[departureRow](tx.Gorm(), clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return d, what, false, ErrDepartureUnknown
	}
	if err == nil {
		err = json.Unmarshal(r.Ended, &what)
	}
	if err != nil {
		return d, what, false, fmt.Errorf("read a departure: %w", err)
	}
	later, err := gorm.G[departureRow](tx.Gorm()).Where("passholder_id = ? AND id > ? AND undone_at IS NULL", r.PassholderID, id).Count(ctx, "*")
	if err != nil {
		return d, what, false, fmt.Errorf("read a departure: %w", err)
	}
	return r.departure(), what, later == 0, nil
}

func departuresOf(ctx context.Context, q db.Q, passholderID uuid.UUID) ([]Departure, error) {
	rows, err := gorm.G[departureRow](q.Gorm()).Where("passholder_id = ?", passholderID).Order("id DESC").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read departures: %w", err)
	}
	out := make([]Departure, len(rows))
	for i, r := range rows {
		out[i] = r.departure()
	}
	return out, nil
}

func markUndone(ctx context.Context, tx *db.Tx, by who.Actor, id uuid.UUID, now time.Time) error {
	if _, err := tx.Exec(ctx, `UPDATE departure SET undone_at = $2, undone_by = $3 WHERE id = $1`, id, now, by.Key()); err != nil {
		return fmt.Errorf("undo a departure: %w", err)
	}
	return nil
}
