package checkin

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// loaded is all that one query knows about a request.
type loaded struct {
	Facts
	account     uuid.UUID    // the organizer's
	period      period.Range // in which the limit counts
	fingerprint []byte       // of what the Idempotency-Key did; nil: nothing yet
	outcome     []byte
}

// The facts of one check-in. A limit whose period was changed leaves counters
// of both periods, hence a row for each; [load] picks the right one.
var (
	factsSelect = `
SELECT a.organizer_id, a.title, a.calendar_type, a.calendar, a.time_zone, a.checkin_margin_minutes, a.checkin_points,
       a.checkin_limit_volume, a.checkin_limit_period, o.account_id,
       EXISTS (SELECT FROM rights_grant g
                WHERE g.subject_kind = $4 AND g.subject = $5 AND g.organizer_id = a.organizer_id AND g.role IN ('` + writerRoles + `')),
       c.id, c.card_system_id, c.uitpas_number, c.status, c.passholder_id, c.group_pass_id,
       EXISTS (SELECT FROM membership m WHERE m.passholder_id = c.passholder_id AND m.status = 'ACTIVE'),
       lower(u.period), upper(u.period), u.used, i.fingerprint, i.outcome
  FROM (VALUES (1)) AS request
  LEFT JOIN activity a ON a.id = $2
  LEFT JOIN organizer o ON o.id = a.organizer_id
  LEFT JOIN idempotency i ON i.actor = $6 AND i.key = $7`
	factsCounter = `
  LEFT JOIN usage_counter u ON u.subject = c.passholder_id AND u.rule = 'checkin:' || $2
        AND u.period @> ($3::timestamptz AT TIME ZONE a.time_zone)::date`

	factsByNumber = factsSelect + `
  LEFT JOIN card c ON c.uitpas_number = $1` + factsCounter

	// The card in use, of the oldest membership; without one the newest card,
	// which says why there is none.
	factsByPassholder = factsSelect + `
  LEFT JOIN LATERAL (
       SELECT k.* FROM card k
         LEFT JOIN membership m ON m.passholder_id = k.passholder_id AND m.card_system_id = k.card_system_id
        WHERE k.passholder_id = $1
        ORDER BY k.status <> 'ACTIVE', CASE WHEN k.status = 'ACTIVE' THEN m.since END NULLS LAST, k.status_at DESC, k.id
        LIMIT 1) c ON true` + factsCounter
)

// writerRoles stands in the query as text: a list of constants is cheaper than
// a parameter.
var writerRoles = strings.Join(rights.RolesWith(rights.CheckinsWrite), `', '`)

// load reads the facts of a request in one round trip.
func load(ctx context.Context, q db.Q, by who.Actor, in request, now time.Time) (loaded, error) {
	sql, whose := factsByNumber, any(string(in.number))
	if in.number == "" {
		sql, whose = factsByPassholder, param(in.passholder)
	}
	rows, err := q.Query(ctx, sql, whose, in.activity, now, string(by.Kind), by.Subject, by.Key(), in.key)
	if err != nil {
		return loaded{}, fmt.Errorf("load check-in facts: %w", err)
	}
	defer rows.Close()
	var out loaded
	for rows.Next() {
		var r factsRow
		if err := rows.Scan(r.columns()...); err != nil {
			return loaded{}, fmt.Errorf("load check-in facts: %w", err)
		}
		if out.Activity == nil && out.Card == nil {
			if out, err = r.loaded(by, in.activity, now); err != nil {
				return loaded{}, err
			}
		}
		if r.used.Valid && r.counterPeriod() == out.period {
			out.Used = int(r.used.Int32)
		}
	}
	return out, rows.Err()
}

// factsRow is a row as it comes; what was not found is NULL.
type factsRow struct {
	organizer, title, calendarType, timeZone, limitPeriod pgtype.Text
	calendar                                              []byte
	margin, points, volume                                pgtype.Int4
	account                                               pgtype.UUID
	mayWrite, activeMember                                bool
	card, passholder, group                               pgtype.UUID
	cardSystem                                            pgtype.Int4
	number, status                                        pgtype.Text
	from, until                                           pgtype.Date
	used                                                  pgtype.Int4
	fingerprint, outcome                                  []byte
}

func (r *factsRow) columns() []any {
	return []any{
		&r.organizer, &r.title, &r.calendarType, &r.calendar, &r.timeZone, &r.margin, &r.points, &r.volume, &r.limitPeriod,
		&r.account, &r.mayWrite, &r.card, &r.cardSystem, &r.number, &r.status, &r.passholder, &r.group, &r.activeMember,
		&r.from, &r.until, &r.used, &r.fingerprint, &r.outcome,
	}
}

func (r *factsRow) loaded(by who.Actor, activityID string, now time.Time) (loaded, error) {
	out := loaded{account: r.account.Bytes, fingerprint: r.fingerprint, outcome: r.outcome}
	out.MayWrite, out.ActiveMember = r.mayWrite || by.Kind == who.System, r.activeMember
	if r.card.Valid {
		out.Card = &card.Card{
			ID: r.card.Bytes, CardSystemID: int(r.cardSystem.Int32), Number: card.Number(r.number.String),
			Status: card.Status(r.status.String), PassholderID: r.passholder.Bytes, GroupPassID: r.group.Bytes,
		}
	}
	if !r.organizer.Valid {
		return out, nil
	}
	a := &activity.Activity{
		ID: activityID, OrganizerID: r.organizer.String, Title: r.title.String, TimeZone: r.timeZone.String,
		CalendarType: activity.CalendarType(r.calendarType.String), Margin: time.Duration(r.margin.Int32) * time.Minute,
		Points: int(r.points.Int32), Limit: activity.Limit{Volume: int(r.volume.Int32), Period: period.Period(r.limitPeriod.String)},
	}
	if err := json.Unmarshal(r.calendar, &a.Calendar); err != nil {
		return loaded{}, fmt.Errorf("read the calendar of activity %s: %w", a.ID, err)
	}
	out.Activity, out.period = a, a.Limit.Period.Range(now, a.Zone())
	return out, nil
}

func (r *factsRow) counterPeriod() period.Range {
	day := func(d pgtype.Date) period.Day {
		if !d.Valid || d.InfinityModifier != pgtype.Finite {
			return period.Day{}
		}
		return period.DayOf(d.Time, time.UTC)
	}
	return period.Range{From: day(r.from), Until: day(r.until)}
}
