package membership

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/who"
)

// A TakenOver is a membership of another system, with the social tariffs that
// came along.
type TakenOver struct {
	PassholderID uuid.UUID
	CardSystemID int
	Since        time.Time
	Rights       []SocialTariff
}

// TakeOver writes many memberships at once, and their social tariffs with a
// first line of history. Who is a member already stays one as it is. A right
// that overlaps another violates social_tariff_no_overlap.
func TakeOver(ctx context.Context, tx *db.Tx, by who.Actor, list []TakenOver, now time.Time) error {
	people, systems, since := make([]uuid.UUID, len(list)), make([]int, len(list)), make([]time.Time, len(list))
	var tariffs, events [][]any
	for i, m := range list {
		people[i], systems[i], since[i] = m.PassholderID, m.CardSystemID, m.Since
		for _, t := range m.Rights {
			tariffs = append(tariffs, []any{t.ID, m.PassholderID, m.CardSystemID, dates(t), t.Ground})
			events = append(events, []any{db.NewID(), t.ID, m.PassholderID, m.CardSystemID, string(Granted), dates(t), t.Ground, now, by.Key(), by.Counter})
		}
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO membership (passholder_id, card_system_id, status, since)
		SELECT p, s, 'ACTIVE', t FROM unnest($1::uuid[], $2::integer[], $3::timestamptz[]) AS m (p, s, t) ORDER BY p, s
		ON CONFLICT DO NOTHING`, people, systems, since)
	if err != nil {
		return fmt.Errorf("take memberships over: %w", err)
	}
	_, err = tx.CopyFrom(ctx, "social_tariff", []string{"id", "passholder_id", "card_system_id", "valid", "ground"}, pgx.CopyFromRows(tariffs))
	if err != nil {
		return fmt.Errorf("take social tariffs over: %w", err)
	}
	_, err = tx.CopyFrom(ctx, "social_tariff_event", []string{"id", "social_tariff_id", "passholder_id", "card_system_id", "kind", "valid", "ground", "at", "actor", "organizer_id"},
		pgx.CopyFromRows(events))
	if err != nil {
		return fmt.Errorf("take social tariffs over: %w", err)
	}
	return nil
}

// dates are the days of a right as COPY takes them.
func dates(t SocialTariff) pgtype.Range[pgtype.Date] {
	days := t.days()
	return pgtype.Range[pgtype.Date]{
		Lower: pgtype.Date{Time: days.From.Begin(time.UTC), Valid: true}, LowerType: pgtype.Inclusive,
		Upper: pgtype.Date{Time: days.Until.Begin(time.UTC), Valid: true}, UpperType: pgtype.Exclusive, Valid: true,
	}
}
