package checkin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
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

// deed is a check-in that was decided upon.
type deed struct {
	by  who.Actor
	ask request
	f   loaded
	out Checkin
}

// meets keeps apart what one statement cannot do: two check-ins of one person,
// or one Idempotency-Key twice.
func (d deed) meets(other deed) bool {
	return d.out.PassholderID == other.out.PassholderID ||
		d.ask.key != "" && d.ask.key == other.ask.key && d.by.Key() == other.by.Key()
}

// registerSQL writes whole check-ins, all of them or none. The update of the
// holder's account is the lock: who comes second waits there, and then fails on
// the counter's CHECK or on the Idempotency-Key, which undoes the statement. No
// row comes back for a card that has changed since the facts were loaded. The
// check-in, its transfer and its audit entry share one id.
// What the Idempotency-Key keeps is a [Checkin] in JSON.
//
// There are two spellings, because the one for several costs more for one. It
// leaves out the accounts that are locked: nobody waits for somebody else's.
const (
	registerColumns = "uuid uuid uuid uuid int text daterange int text int text timestamptz text text text text text text bytea text"
	registerSQL     = `
WITH asked (id, holder, card, account, points, activity, period, volume, organizer, card_system, number, at, channel,
            actor_kind, actor_id, counter, actor, key, fingerprint, title) AS (VALUES %s),
unlocked AS (SELECT k.* FROM asked k JOIN account a ON a.id = k.holder FOR UPDATE OF a SKIP LOCKED),
held AS (
  UPDATE account a SET posted_in = a.posted_in + k.points, overdraft = greatest(0, a.overdraft - k.points)
    FROM unlocked k JOIN card c ON c.id = k.card AND c.status = 'ACTIVE' AND c.passholder_id = k.holder
   WHERE a.id = k.holder
  RETURNING k.*, a.posted_in - a.posted_out - a.pending_out AS remains
), counted AS (
  INSERT INTO usage_counter AS u (subject, rule, period, used, max)
  SELECT holder, 'checkin:' || activity, period, 1, volume FROM held
  ON CONFLICT (subject, rule, period) DO UPDATE SET used = u.used + 1, max = excluded.max
), registered AS (
  INSERT INTO checkin (id, passholder_id, activity_id, organizer_id, card_system_id, uitpas_number, points, period, occurred_at, channel)
  SELECT id, holder, activity, organizer, card_system, number, points, period, at, channel FROM held
), moved AS (
  INSERT INTO transfer (id, occurred_at, card_system_id, debit_id, credit_id, amount, unit, code, group_id)
  SELECT id, at, card_system, account, holder, points, 'POINT', 1, id FROM held
), noted AS (
  INSERT INTO audit (id, at, actor_kind, actor_id, organizer_id, action, subject_kind, subject_id)
  SELECT id, now(), actor_kind, actor_id, counter, 'checkin.registered', 'passholder', holder::text FROM held
), kept AS (
  INSERT INTO idempotency (actor, key, fingerprint, outcome)
  SELECT actor, key, fingerprint, jsonb_build_object('id', id, 'passholderId', holder, 'activityId', activity,
           'activityTitle', title, 'uitpasNumber', number, 'points', points, 'balance', greatest(0, remains),
           'debt', greatest(0, -remains), 'at', at)
    FROM held WHERE key <> ''
)
SELECT id, remains FROM held`
	registerOneSQL = `
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
SELECT $1::uuid, remains FROM held, counted`
)

var register = sizes(func(rows int) string {
	if rows == 1 {
		return registerOneSQL
	}
	return fmt.Sprintf(registerSQL, values(registerColumns, rows))
})

// errLost says that the world changed between the facts and the write.
var errLost = errors.New("check-in lost a race")

// write makes the check-in that was decided upon, or returns errLost.
func (s *Service) write(ctx context.Context, d deed) (Checkin, error) {
	remains, err := s.deeds.do(ctx, d, s.writeAll)
	switch constraint := db.Constraint(err); {
	case constraint == limit.Constraint, constraint == idempotency.Constraint:
		return Checkin{}, errLost
	case db.SQLState(err) == "40P01": // deadlock_detected
		return Checkin{}, errLost
	case db.SQLState(err) == "55P03": // lock_not_available: lock_timeout
		return Checkin{}, ErrBusy
	case err != nil:
		return Checkin{}, err
	}
	b := points.BalanceOf(remains)
	d.out.Balance, d.out.Debt = b.Points, b.Debt
	return d.out, nil
}

// writeAll makes several check-ins by one statement, and answers what remains
// on each holder's account.
func (s *Service) writeAll(ctx context.Context, deeds []deed) ([]answered[int], error) {
	args := make([]any, 0, len(deeds)*len(strings.Fields(registerColumns)))
	for _, d := range deeds {
		a, c, out := d.f.Activity, d.f.Card, d.out
		args = append(args, param(out.ID), param(out.PassholderID), param(c.ID), param(d.f.account), out.Points, out.ActivityID,
			d.f.period.String(), a.Limit.Volume, a.OrganizerID, c.CardSystemID, string(c.Number), out.At, string(d.ask.channel),
			string(d.by.Kind), d.by.ID, d.by.Counter, d.by.Key(), d.ask.key, d.ask.fingerprint, out.ActivityTitle)
	}
	// Who gets no row has lost, or met a lock.
	missing := errAlone
	if len(deeds) == 1 {
		missing = errLost
	}
	out := make([]answered[int], len(deeds))
	for i := range out {
		out[i].err = missing
	}
	rows, err := s.DB.Query(ctx, register[len(deeds)], args...)
	if err != nil {
		return nil, fmt.Errorf("write check-in: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id pgtype.UUID
		var remains int
		if err := rows.Scan(&id, &remains); err != nil {
			return nil, fmt.Errorf("write check-in: %w", err)
		}
		i := slices.IndexFunc(deeds, func(d deed) bool { return d.out.ID == id.Bytes })
		out[i] = answered[int]{answer: remains}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("write check-in: %w", err)
	}
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
