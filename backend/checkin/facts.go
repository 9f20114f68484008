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

// question asks for the facts of one check-in.
type question struct {
	by  who.Actor
	ask request
	now time.Time
}

// meets keeps those by number apart from those by person, who are found by
// another statement.
func (q question) meets(other question) bool { return (q.ask.number == "") != (other.ask.number == "") }

// The facts of check-ins, a question a row. A limit whose period was changed
// leaves counters of both periods, hence a row for each; [loadAll] picks the
// right one.
const (
	factsColumns = "int text text timestamptz text text text text"
	factsSelect  = `
SELECT q.n, a.organizer_id, a.title, a.calendar_type, a.calendar, a.time_zone, a.checkin_margin_minutes, a.checkin_points,
       a.checkin_limit_volume, a.checkin_limit_period, o.account_id,
       EXISTS (SELECT FROM rights_grant g
                WHERE g.subject_kind = q.kind AND g.subject = q.subject AND g.organizer_id = a.organizer_id AND g.role IN ('%s')),
       c.id, c.card_system_id, c.uitpas_number, c.status, c.passholder_id, c.group_pass_id,
       EXISTS (SELECT FROM membership m WHERE m.passholder_id = c.passholder_id AND m.status = 'ACTIVE'),
       lower(u.period), upper(u.period), u.used, i.fingerprint, i.outcome
  FROM (VALUES %s) AS q (n, whose, activity, at, kind, subject, actor, key)
  LEFT JOIN activity a ON a.id = q.activity
  LEFT JOIN organizer o ON o.id = a.organizer_id
  LEFT JOIN idempotency i ON i.actor = q.actor AND i.key = q.key
  LEFT JOIN %s ON true
  LEFT JOIN usage_counter u ON u.subject = c.passholder_id AND u.rule = 'checkin:' || q.activity
        AND u.period @> (q.at AT TIME ZONE a.time_zone)::date`

	byNumber = `LATERAL (SELECT * FROM card k WHERE k.uitpas_number = q.whose) c`

	// The card in use, of the oldest membership; without one the newest card,
	// which says why there is none.
	byPassholder = `LATERAL (
       SELECT k.* FROM card k
         LEFT JOIN membership m ON m.passholder_id = k.passholder_id AND m.card_system_id = k.card_system_id
        WHERE k.passholder_id = q.whose::uuid
        ORDER BY k.status <> 'ACTIVE', CASE WHEN k.status = 'ACTIVE' THEN m.since END NULLS LAST, k.status_at DESC, k.id
        LIMIT 1) c`
)

var (
	factsByNumber     = sizes(factsStatement(byNumber))
	factsByPassholder = sizes(factsStatement(byPassholder))
)

func factsStatement(whose string) func(rows int) string {
	// As text: a list of constants is cheaper than a parameter.
	roles := strings.Join(rights.RolesWith(rights.CheckinsWrite), `', '`)
	return func(rows int) string { return fmt.Sprintf(factsSelect, roles, values(factsColumns, rows), whose) }
}

// load reads the facts of a request in one round trip, which it may share.
func (s *Service) load(ctx context.Context, by who.Actor, in request, now time.Time) (loaded, error) {
	return s.questions.do(ctx, question{by, in, now}, s.loadAll)
}

// loadAll reads the facts of several requests, all by number or all by person.
func (s *Service) loadAll(ctx context.Context, asks []question) ([]answered[loaded], error) {
	statements := &factsByNumber
	if asks[0].ask.number == "" {
		statements = &factsByPassholder
	}
	args := make([]any, 0, len(asks)*len(strings.Fields(factsColumns)))
	for i, q := range asks {
		whose := string(q.ask.number)
		if whose == "" {
			whose = q.ask.passholder.String()
		}
		args = append(args, i, whose, q.ask.activity, q.now, string(q.by.Kind), q.by.Subject, q.by.Key(), q.ask.key)
	}
	rows, err := s.DB.Query(ctx, statements[len(asks)], args...)
	if err != nil {
		return nil, fmt.Errorf("load check-in facts: %w", err)
	}
	defer rows.Close()
	out, seen := make([]answered[loaded], len(asks)), make([]bool, len(asks))
	for rows.Next() {
		var r factsRow
		if err := rows.Scan(r.columns()...); err != nil {
			return nil, fmt.Errorf("load check-in facts: %w", err)
		}
		ask, its := asks[r.n], &out[r.n]
		if !seen[r.n] {
			seen[r.n] = true
			its.answer, its.err = r.loaded(ask.by, ask.ask.activity, ask.now)
		}
		if r.used.Valid && r.counterPeriod() == its.answer.period {
			its.answer.Used = int(r.used.Int32)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("load check-in facts: %w", err)
	}
	return out, nil
}

// factsRow is a row as it comes; what was not found is NULL.
type factsRow struct {
	n                                                     int
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
		&r.n, &r.organizer, &r.title, &r.calendarType, &r.calendar, &r.timeZone, &r.margin, &r.points, &r.volume, &r.limitPeriod,
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
