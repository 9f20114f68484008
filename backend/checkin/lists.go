package checkin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
)

// standing is what decides about one person at any activity.
type standing struct {
	card         *card.Card
	activeMember bool
	used         map[counterKey]int
	done         map[counterKey]done
}

// counterKey is an activity and the days of one of its limit's periods.
type counterKey struct {
	activity string
	period   period.Range
}

type done struct {
	id uuid.UUID
	at time.Time
}

const (
	standingSQL = `
SELECT c.id, c.card_system_id, c.uitpas_number, c.status,
       EXISTS (SELECT FROM membership m WHERE m.passholder_id = p.id AND m.status = 'ACTIVE')
  FROM passholder p
  LEFT JOIN LATERAL (
       SELECT k.* FROM card k
         LEFT JOIN membership m ON m.passholder_id = k.passholder_id AND m.card_system_id = k.card_system_id
        WHERE k.passholder_id = p.id
        ORDER BY k.status <> 'ACTIVE', CASE WHEN k.status = 'ACTIVE' THEN m.since END NULLS LAST, k.status_at DESC, k.id
        LIMIT 1) c ON true
 WHERE p.id = $1`

	usedSQL = `
SELECT substr(rule, length('checkin:') + 1), period::text, used FROM usage_counter WHERE subject = $1 AND rule = ANY ($2)`

	doneSQL = `
SELECT activity_id, period::text, id, occurred_at FROM checkin
 WHERE passholder_id = $1 AND activity_id = ANY ($2) AND cancelled_at IS NULL ORDER BY id`

	titlesSQL = `
SELECT c.id, c.organizer_id, coalesce(a.title, ''), coalesce(o.name, ''), c.cancelled_at IS NOT NULL
  FROM checkin c LEFT JOIN activity a ON a.id = c.activity_id LEFT JOIN organizer o ON o.id = c.organizer_id
 WHERE c.id = ANY ($1)`
)

// standingOf reads what decides about one person, in one round trip, or returns
// passholder.ErrUnknown.
func standingOf(ctx context.Context, q db.Q, id uuid.UUID, activities []activity.Activity) (standing, error) {
	ids, rules := make([]string, len(activities)), make([]string, len(activities))
	for i, a := range activities {
		ids[i], rules[i] = a.ID, rule(a.ID)
	}
	out := standing{used: map[counterKey]int{}, done: map[counterKey]done{}}
	var b pgx.Batch
	b.Queue(standingSQL, id).QueryRow(func(r pgx.Row) (err error) {
		out.card, out.activeMember, err = scanCard(r, id)
		return err
	})
	b.Queue(usedSQL, id, rules).Query(func(rows pgx.Rows) error {
		var k counterKey
		var n int
		_, err := pgx.ForEachRow(rows, []any{&k.activity, &k.period, &n}, func() error { out.used[k] = n; return nil })
		return err
	})
	b.Queue(doneSQL, id, ids).Query(func(rows pgx.Rows) error {
		var k counterKey
		var d done
		_, err := pgx.ForEachRow(rows, []any{&k.activity, &k.period, &d.id, &d.at}, func() error { out.done[k] = d; return nil })
		return err
	})
	err := q.SendBatch(ctx, &b).Close()
	if errors.Is(err, pgx.ErrNoRows) {
		return standing{}, passholder.ErrUnknown
	}
	if err != nil {
		return standing{}, fmt.Errorf("read what a person may save: %w", err)
	}
	return out, nil
}

func scanCard(r pgx.Row, holder uuid.UUID) (*card.Card, bool, error) {
	var id pgtype.UUID
	var system *int32
	var number, status *string
	var member bool
	if err := r.Scan(&id, &system, &number, &status, &member); err != nil || !id.Valid {
		return nil, member, err
	}
	return &card.Card{
		ID: id.Bytes, CardSystemID: int(*system), Number: card.Number(*number), Status: card.Status(*status),
		PassholderID: holder,
	}, member, nil
}

// act is what the history shows of a check-in.
type act struct {
	organizer, title, organizerName string
	cancelled                       bool
}

func actsOf(ctx context.Context, q db.Q, ids []uuid.UUID) (map[uuid.UUID]act, error) {
	rows, err := q.Query(ctx, titlesSQL, ids)
	if err != nil {
		return nil, fmt.Errorf("read check-ins: %w", err)
	}
	out := map[uuid.UUID]act{}
	var id uuid.UUID
	var a act
	_, err = pgx.ForEachRow(rows, []any{&id, &a.organizer, &a.title, &a.organizerName, &a.cancelled}, func() error {
		out[id] = a
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read check-ins: %w", err)
	}
	return out, nil
}
