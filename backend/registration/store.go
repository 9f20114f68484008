package registration

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/money"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/who"
)

type row struct {
	ID            uuid.UUID `gorm:"primaryKey"`
	Reason        string
	PassholderID  uuid.UUID
	CardSystemID  int
	CardID        *uuid.UUID
	ReplacesID    *uuid.UUID
	OrganizerID   string
	HouseholdID   *uuid.UUID
	PriceCents    int64
	PriceRowID    *uuid.UUID
	Explanation   json.RawMessage `gorm:"type:jsonb"`
	VoucherNumber string
	Payment       string
	Receipt       int64
	EidReadID     *uuid.UUID
	Before        json.RawMessage `gorm:"type:jsonb"`
	Actor         string
	Channel       string
	At            time.Time
	Day           period.Day `gorm:"type:date"`
	VoidedAt      *time.Time
	VoidedBy      string
}

func (row) TableName() string { return "registration" }

// before is what an undo has to put back.
type before struct {
	OldCard    card.Status `json:"oldCard,omitempty"`    // what the replaced card was
	Membership string      `json:"membership,omitempty"` // what the membership was: "NONE", "ENDED", "ACTIVE"
	Tariff     *uuid.UUID  `json:"tariff,omitempty"`     // the change of the social tariff
	Person     bool        `json:"person,omitempty"`     // the person is new
	Moved      *moved      `json:"moved,omitempty"`      // where they lived
}

const unmade = "NONE"

// queueSale writes a sale in a batch, and numbers its receipt: one at the counter
// waits for the other, so that no number is missing.
func queueSale(b *db.Batch, by who.Actor, r *Registration, q price.Quote, eidReadID uuid.UUID, was before) error {
	explanation, err := json.Marshal(r.Explanation)
	if err != nil {
		return fmt.Errorf("write a registration: %w", err)
	}
	undo, err := json.Marshal(was)
	if err != nil {
		return fmt.Errorf("write a registration: %w", err)
	}
	b.Queue(`
		WITH next AS (
		  INSERT INTO receipt_counter AS c (organizer_id, last) VALUES ($1, 1)
		  ON CONFLICT (organizer_id) DO UPDATE SET last = c.last + 1 RETURNING last)
		INSERT INTO registration (organizer_id, id, reason, passholder_id, card_system_id, card_id, replaces_id, household_id, price_cents,
		       price_row_id, explanation, voucher_number, payment, eid_read_id, before, actor, channel, at, day, receipt)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, last FROM next
		RETURNING receipt`,
		r.OrganizerID, r.ID, string(r.Reason), r.PassholderID, r.CardSystemID, unlessNil(r.CardID), unlessNil(r.ReplacesID),
		unlessNil(r.HouseholdID), int64(r.Cents), unlessNil(q.ID), string(explanation), r.Voucher, string(r.Payment), unlessNil(eidReadID),
		string(undo), by.Key(), string(r.Channel), r.At, period.DayOf(r.At, period.Brussels())).
		QueryRow(func(added pgx.Row) error { return added.Scan(&r.Receipt) })
	return nil
}

func (r row) registration(number *string) (Registration, error) {
	out := Registration{
		ID: r.ID, Reason: price.Reason(r.Reason), PassholderID: r.PassholderID, CardSystemID: r.CardSystemID, CardID: orNil(r.CardID),
		ReplacesID: orNil(r.ReplacesID), OrganizerID: r.OrganizerID, HouseholdID: orNil(r.HouseholdID), Cents: money.Cents(r.PriceCents),
		Voucher: r.VoucherNumber, Payment: Payment(r.Payment), Receipt: r.Receipt, Channel: Channel(r.Channel), At: r.At,
	}
	if number != nil {
		out.Number = card.Number(*number)
	}
	if r.VoidedAt != nil {
		out.VoidedAt = *r.VoidedAt
	}
	if err := json.Unmarshal(r.Explanation, &out.Explanation); err != nil {
		return Registration{}, fmt.Errorf("read a registration: %w", err)
	}
	return out, nil
}

// numbered is a sale with the number of its card.
type numbered struct {
	Sale         row `gorm:"embedded"`
	UitpasNumber *string
}

func list(ctx context.Context, q db.Q, where string, args ...any) ([]Registration, error) {
	rows, err := gorm.G[numbered](q.Gorm()).Raw(`SELECT r.*, c.uitpas_number FROM registration r LEFT JOIN card c ON c.id = r.card_id `+where, args...).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read registrations: %w", err)
	}
	out := make([]Registration, len(rows))
	for i, r := range rows {
		if out[i], err = r.Sale.registration(r.UitpasNumber); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ByID returns a sale, or ErrUnknown.
func ByID(ctx context.Context, q db.Q, id uuid.UUID) (Registration, error) {
	found, err := list(ctx, q, `WHERE r.id = ?`, id)
	if err != nil {
		return Registration{}, err
	}
	if len(found) == 0 {
		return Registration{}, ErrUnknown
	}
	return found[0], nil
}

// lock returns a sale that nobody else voids until tx ends, what its undo puts
// back, and whether it is the newest of the person that stands.
func lock(ctx context.Context, tx *db.Tx, id uuid.UUID) (r Registration, was before, newest bool, err error) {
	var text []byte
	err = tx.QueryRow(ctx, `
		SELECT r.before, NOT EXISTS (SELECT 1 FROM registration later
			WHERE later.passholder_id = r.passholder_id AND later.id > r.id AND later.voided_at IS NULL)
		FROM registration r WHERE r.id = $1 FOR UPDATE`, id).Scan(&text, &newest)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, was, false, ErrUnknown
	}
	if err != nil {
		return r, was, false, fmt.Errorf("read a registration: %w", err)
	}
	if err := json.Unmarshal(text, &was); err != nil {
		return r, was, false, fmt.Errorf("read a registration: %w", err)
	}
	r, err = ByID(ctx, tx, id)
	return r, was, newest, err
}

func markVoided(ctx context.Context, tx *db.Tx, by who.Actor, id uuid.UUID, now time.Time) error {
	if _, err := tx.Exec(ctx, `UPDATE registration SET voided_at = $2, voided_by = $3, before = before - 'moved' WHERE id = $1`, id, now, by.Key()); err != nil {
		return fmt.Errorf("void a registration: %w", err)
	}
	return nil
}

// queueCities lists in a batch the cities that card systems have under a postal
// code.
func queueCities(b *db.Batch, postalCode string, out *[]cardsystem.City) {
	b.Queue(`SELECT DISTINCT postal_code, name FROM card_system_city WHERE postal_code = $1`, postalCode).Query(func(rows pgx.Rows) (err error) {
		*out, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (c cardsystem.City, err error) {
			err = r.Scan(&c.PostalCode, &c.Name)
			return c, err
		})
		return err
	})
}

func citiesWith(ctx context.Context, q db.Q, postalCode string) ([]cardsystem.City, error) {
	var b db.Batch
	var out []cardsystem.City
	queueCities(&b, postalCode, &out)
	if err := db.Send(ctx, q, &b); err != nil {
		return nil, fmt.Errorf("read cities: %w", err)
	}
	return out, nil
}

// acted reports whether the record of somebody was made one with another, or,
// of somebody new, whether they have saved or spent points.
func acted(ctx context.Context, q db.Q, passholderID uuid.UUID, isNew bool) (bool, error) {
	var yes bool
	err := q.QueryRow(ctx, `SELECT p.merged_into IS NOT NULL OR $2 AND a.posted_in + a.posted_out + a.pending_out > 0
		FROM passholder p JOIN account a USING (id) WHERE p.id = $1`, passholderID, isNew).Scan(&yes)
	if err != nil {
		return false, fmt.Errorf("read an account: %w", err)
	}
	return yes, nil
}

// blockedHereToday reports whether the counter blocked a card on a day, as the
// last thing that happened to it.
func blockedHereToday(ctx context.Context, q db.Q, cardID uuid.UUID, counterID string, day period.Day) (bool, error) {
	var yes bool
	err := q.QueryRow(ctx, `
		SELECT coalesce((SELECT to_status = 'BLOCKED' AND organizer_id = $2 AND at >= $3 AND at < $4
			FROM card_event WHERE card_id = $1 ORDER BY id DESC LIMIT 1), false)`,
		cardID, counterID, day.Begin(period.Brussels()), day.End(period.Brussels())).Scan(&yes)
	if err != nil {
		return false, fmt.Errorf("read what happened to a card: %w", err)
	}
	return yes, nil
}

// sharesSystem reports whether a person belongs to a card system of the counter.
func sharesSystem(ctx context.Context, q db.Q, passholderID uuid.UUID, counterID string) (bool, error) {
	var yes bool
	err := q.QueryRow(ctx, `
		SELECT EXISTS (SELECT 1 FROM membership m JOIN organizer_card_system o USING (card_system_id)
			WHERE m.passholder_id = $1 AND o.organizer_id = $2)`, passholderID, counterID).Scan(&yes)
	if err != nil {
		return false, fmt.Errorf("read memberships: %w", err)
	}
	return yes, nil
}

func unlessNil(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

func orNil(id *uuid.UUID) uuid.UUID {
	if id == nil {
		return uuid.Nil
	}
	return *id
}
