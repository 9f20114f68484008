package checkin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/limit"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/who"
)

type row struct {
	ID           uuid.UUID `gorm:"primaryKey"`
	PassholderID uuid.UUID
	ActivityID   string
	OrganizerID  string
	CardSystemID int
	UitpasNumber string
	Points       int
	Period       period.Range `gorm:"type:daterange"`
	OccurredAt   time.Time
	Channel      string
	CancelledAt  *time.Time
}

func (row) TableName() string { return "checkin" }

// rule names the counter of an activity's limit. The view ledger_fault holds
// it equal to the check-ins that are there.
func rule(activityID string) string { return "checkin:" + activityID }

// registerSQL writes a whole check-in, or nothing. The update of the holder's
// account is the lock: who comes second waits there, and then fails on the
// counter's CHECK or on the Idempotency-Key, which undoes the statement. No row
// comes back when the card has changed since the facts were loaded. The
// check-in, its transfer and its audit entry share one id. What the
// Idempotency-Key keeps is a [Checkin] in JSON.
const registerSQL = `
WITH held AS (
  UPDATE account a SET posted_in = a.posted_in + $5, overdraft = greatest(0, a.overdraft - $5)
    FROM card c
   WHERE a.id = $2 AND c.id = $3 AND c.status = 'ACTIVE' AND c.passholder_id = $2
  RETURNING a.posted_in - a.posted_out - a.pending_out AS remains
), counted AS (
  INSERT INTO usage_counter AS u (subject, rule, period, used, max)
  SELECT $2, 'checkin:' || $6::text, $7, 1, $8 FROM held
  ON CONFLICT (subject, rule, period) DO UPDATE SET used = u.used + 1, max = excluded.max
  RETURNING 1
), registered AS (
  INSERT INTO checkin (id, passholder_id, activity_id, organizer_id, card_system_id, uitpas_number, points, period, occurred_at, channel)
  SELECT $1, $2, $6, $9, $10, $11, $5, $7, $12, $13 FROM counted
), moved AS (
  INSERT INTO transfer (id, occurred_at, card_system_id, debit_id, credit_id, amount, unit, code, group_id)
  SELECT $1, $12, $10, $4, $2, $5, 'POINT', 1, $1 FROM counted
), noted AS (
  INSERT INTO audit (id, at, actor_kind, actor_id, organizer_id, action, subject_kind, subject_id)
  SELECT $1, now(), $14, $15, $16, 'checkin.registered', 'passholder', $2::text FROM counted
), kept AS (
  INSERT INTO idempotency (actor, key, fingerprint, outcome)
  SELECT $17, $18, $19, jsonb_build_object('id', $1::uuid, 'passholderId', $2::uuid, 'activityId', $6::text,
           'activityTitle', $20::text, 'uitpasNumber', $11::text, 'points', $5::bigint, 'balance', greatest(0, remains),
           'debt', greatest(0, -remains), 'at', $12::timestamptz)
    FROM held, counted WHERE $18 <> ''
)
SELECT remains FROM held, counted`

// errLost says that the world changed between the facts and the write.
var errLost = errors.New("check-in lost a race")

// write makes the check-in that was decided upon, or returns errLost.
func write(ctx context.Context, d *db.DB, by who.Actor, in request, f loaded, out Checkin) (Checkin, error) {
	var remains int
	err := d.QueryRow(ctx, registerSQL,
		param(out.ID), param(out.PassholderID), param(f.Card.ID), param(f.account), out.Points, out.ActivityID, f.period.String(), f.Activity.Limit.Volume,
		f.Activity.OrganizerID, f.Card.CardSystemID, string(f.Card.Number), out.At, string(in.channel),
		string(by.Kind), by.ID, by.Counter, by.Key(), in.key, in.fingerprint, out.ActivityTitle).Scan(&remains)
	switch constraint := db.Constraint(err); {
	case errors.Is(err, pgx.ErrNoRows), constraint == limit.Constraint, constraint == idempotency.Constraint:
		return Checkin{}, errLost
	case db.SQLState(err) == "40P01": // deadlock_detected
		return Checkin{}, errLost
	case db.SQLState(err) == "55P03": // lock_not_available: lock_timeout
		return Checkin{}, ErrBusy
	case err != nil:
		return Checkin{}, fmt.Errorf("write check-in: %w", err)
	}
	b := points.BalanceOf(remains)
	out.Balance, out.Debt = b.Points, b.Debt
	return out, nil
}

// param hands an id to pgx as what it encodes at once. A uuid.UUID would go
// through its driver.Valuer and text, which costs a tenth of a check-in.
func param(id uuid.UUID) pgtype.UUID { return pgtype.UUID{Bytes: id, Valid: true} }

func byID(ctx context.Context, q db.Q, id uuid.UUID) (row, error) {
	r, err := gorm.G[row](q.Gorm()).Where("id = ?", id).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row{}, ErrUnknown
	}
	if err != nil {
		return row{}, fmt.Errorf("read check-in: %w", err)
	}
	return r, nil
}

// cancel marks a check-in, once.
func cancel(ctx context.Context, tx *db.Tx, id uuid.UUID, at time.Time) error {
	n, err := gorm.G[row](tx.Gorm()).Where("id = ? AND cancelled_at IS NULL", id).Update(ctx, "cancelled_at", at)
	if err != nil {
		return fmt.Errorf("cancel check-in: %w", err)
	}
	if n == 0 {
		return ErrAlreadyCancelled
	}
	return nil
}
