package sandbox

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
)

// table is one that a sandbox fills.
type table struct {
	name    string
	columns []string
}

// tables are in the order in which they can be filled. Sample data is the one
// thing that writes the tables of all nouns: row by row through their
// services it would take a minute at every first start.
var tables = []table{
	{"card_system", []string{"id", "name", "primary_color", "website", "contact_email"}},
	{"card_system_city", []string{"card_system_id", "postal_code", "name"}},
	{"organizer", []string{"id", "name", "city", "is_school", "account_id"}},
	{"organizer_card_system", []string{"organizer_id", "card_system_id"}},
	{"rights_grant", []string{"subject_kind", "subject", "organizer_id", "role", "granted_by", "granted_at"}},
	{"activity", []string{
		"id", "organizer_id", "title", "location", "calendar_type", "calendar", "first_at", "last_at", "checkin_margin_minutes",
		"checkin_points", "checkin_limit_volume", "checkin_limit_period",
	}},
	{"activity_card_system", []string{"activity_id", "card_system_id"}},
	{"passholder", []string{
		"id", "name", "first_name", "date_of_birth", "gender", "street", "postal_code", "city", "email", "phone_number",
		"insz_cipher", "insz_hash", "insz_hash_key", "registration_organizer_id", "created_at",
	}},
	{"group_pass", []string{"id", "card_system_id", "name", "email", "street", "postal_code", "city", "tickets_per_year", "socialtariff_until", "created_at"}},
	{"card", []string{
		"id", "card_system_id", "uitpas_number", "chip", "card_type", "status", "passholder_id", "group_pass_id", "counter_id", "replaces",
		"status_reason", "status_at", "created_at",
	}},
	{"membership", []string{"passholder_id", "card_system_id", "status", "since"}},
	{"social_tariff", []string{"id", "passholder_id", "card_system_id", "valid", "suspended_until", "ground"}},
	{"account", []string{"id", "owner_kind", "unit", "derived", "posted_in", "posted_out", "overdraft"}},
	{"checkin", []string{
		"id", "passholder_id", "activity_id", "organizer_id", "card_system_id", "uitpas_number", "points", "period", "occurred_at", "channel", "cancelled_at",
	}},
	{"transfer", []string{
		"id", "occurred_at", "recorded_at", "card_system_id", "debit_id", "credit_id", "amount", "unit", "code", "group_id", "reverses",
	}},
	{"usage_counter", []string{"subject", "rule", "period", "used", "max"}},
}

// seeded tells whether the sandbox is there, and keeps two programs that
// start at once from making it twice.
func seeded(ctx context.Context, tx *db.Tx) (bool, error) {
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext('openbalie sandbox'))"); err != nil {
		return false, fmt.Errorf("wait for another sandbox: %w", err)
	}
	var there bool
	err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM organizer WHERE id = $1)", TestOrganizer).Scan(&there)
	if err != nil {
		return false, fmt.Errorf("look for a sandbox: %w", err)
	}
	return there, nil
}

// write fills the tables.
func write(ctx context.Context, tx *db.Tx, w *world) error {
	// The history is older than the months that every database has.
	_, err := tx.Exec(ctx, `SELECT ensure_month('transfer', m::date)
		FROM generate_series(date_trunc('month', $1::timestamp), date_trunc('month', $2::timestamp), interval '1 month') m`,
		w.today.Add(-historyDays-31).Begin(time.UTC), w.now.UTC())
	if err != nil {
		return fmt.Errorf("make partitions for the history: %w", err)
	}
	for _, t := range tables {
		if _, err := tx.CopyFrom(ctx, t.name, t.columns, pgx.CopyFromRows(w.rows[t.name])); err != nil {
			return fmt.Errorf("write %s: %w", t.name, err)
		}
	}
	return nil
}

// dayRange is what COPY takes for days; a range without bounds is all time.
func dayRange(r period.Range) pgtype.Range[pgtype.Date] {
	bound := func(d period.Day, kind pgtype.BoundType) (pgtype.Date, pgtype.BoundType) {
		if d.IsZero() {
			return pgtype.Date{}, pgtype.Unbounded
		}
		return pgtype.Date{Time: date(d), Valid: true}, kind
	}
	out := pgtype.Range[pgtype.Date]{Valid: true}
	out.Lower, out.LowerType = bound(r.From, pgtype.Inclusive)
	out.Upper, out.UpperType = bound(r.Until, pgtype.Exclusive)
	return out
}

// refresh moves the calendars that a sandbox of another day left behind. What
// somebody changed about an activity stays; only its dates move.
func refresh(ctx context.Context, tx *db.Tx, acts []*act, today period.Day) error {
	var ids, calendars []string
	var first, last []*time.Time
	for _, a := range acts {
		c, err := a.dates(today)
		if err != nil {
			return err
		}
		ids, calendars = append(ids, a.id), append(calendars, c.json)
		first, last = append(first, c.first), append(last, c.last)
	}
	_, err := tx.Exec(ctx, `
		UPDATE activity a SET calendar = n.calendar::jsonb, first_at = n.first, last_at = n.last
		  FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) AS n (id, calendar, first, last)
		 WHERE a.id = n.id AND a.calendar <> n.calendar::jsonb`, ids, calendars, first, last)
	if err != nil {
		return fmt.Errorf("move the calendars to today: %w", err)
	}
	return nil
}
