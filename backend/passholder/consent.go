package passholder

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/who"
)

// SetConsents writes down what somebody agreed to: a line of the history for
// every answer that differs from the last one. Consents that are absent stay as
// they are.
func SetConsents(ctx context.Context, tx *db.Tx, by who.Actor, id uuid.UUID, c Consents, through Channel, now time.Time) error {
	r, err := lock(ctx, tx, id)
	if err != nil {
		return err
	}
	given, err := ConsentsOf(ctx, tx, id)
	if err != nil {
		return err
	}
	fresh := Consents{}
	for kind, answer := range c {
		if last, asked := given[kind]; !asked || last != answer {
			fresh[kind], given[kind] = answer, answer
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	var b db.Batch
	queueConsents(&b, id, by, fresh, through, now)
	if err := db.Send(ctx, tx, &b); err != nil {
		return fmt.Errorf("write consents: %w", err)
	}
	// The newest answers beside the person, so that reading people is one row.
	if r.OptIn, err = json.Marshal(optInOf(given)); err != nil {
		return fmt.Errorf("write consents: %w", err)
	}
	r.UpdatedAt = now
	return save(ctx, tx, r, "write consents")
}

// queueConsents writes answers down in a batch, in one statement.
func queueConsents(b *db.Batch, id uuid.UUID, by who.Actor, c Consents, through Channel, now time.Time) {
	if len(c) == 0 {
		return
	}
	var ids []uuid.UUID
	var kinds []string
	var answers []bool
	for _, kind := range slices.Sorted(maps.Keys(c)) {
		ids, kinds, answers = append(ids, db.NewID()), append(kinds, string(kind)), append(answers, c[kind])
	}
	b.Queue(`INSERT INTO consent (id, passholder_id, kind, given, at, actor, organizer_id, channel)
		SELECT a.id, $2, a.kind, a.given, $5, $6, $7, $8 FROM unnest($1::uuid[], $3::text[], $4::boolean[]) AS a (id, kind, given)`,
		ids, id, kinds, answers, now, by.Key(), by.Counter, string(through))
}

// optInOf are the opt-ins as the public API names them: all of them, or none
// when nobody asked.
func optInOf(c Consents) map[string]bool {
	out := map[string]bool{}
	for _, kind := range optIns {
		if _, asked := c[kind]; asked {
			out[kind.Name()] = c[kind]
		}
	}
	return out
}

// ConsentsOf returns the newest answers of a person.
func ConsentsOf(ctx context.Context, q db.Q, id uuid.UUID) (Consents, error) {
	answers, err := Answers(ctx, q, id)
	if err != nil {
		return nil, err
	}
	out := Consents{}
	for _, a := range slices.Backward(answers) {
		out[a.Kind] = a.Given
	}
	return out, nil
}

// Answers returns the history of a person's consents, newest first.
func Answers(ctx context.Context, q db.Q, id uuid.UUID) ([]Answer, error) {
	rows, err := q.Query(ctx, `SELECT kind, given, at, actor, organizer_id, channel FROM consent
		WHERE passholder_id = $1 ORDER BY id DESC`, id)
	if err != nil {
		return nil, fmt.Errorf("read consents: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (a Answer, err error) {
		err = r.Scan(&a.Kind, &a.Given, &a.At, &a.Actor, &a.OrganizerID, &a.Channel)
		return a, err
	})
}
