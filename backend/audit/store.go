package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/who"
)

type row struct {
	ID          uuid.UUID
	At          time.Time
	ActorKind   string
	ActorID     string
	OrganizerID string
	Action      string
	SubjectKind string
	SubjectID   string
	Detail      *json.RawMessage `gorm:"type:jsonb"`
}

func (row) TableName() string { return "audit" }

// Record writes an entry. Its time is the wall's, even where the sandbox
// travels in time.
func Record(ctx context.Context, tx *db.Tx, by who.Actor, e Entry) error {
	var b db.Batch
	if err := Queue(&b, by, e); err != nil {
		return err
	}
	if err := db.Send(ctx, tx, &b); err != nil {
		return fmt.Errorf("record %s: %w", e.Action, err)
	}
	return nil
}

// Queue writes an entry in a batch.
func Queue(b *db.Batch, by who.Actor, e Entry) error {
	id := db.NewID()
	sec, nsec := id.Time().UnixTime()
	var detail *string
	if e.Detail != nil {
		text, err := json.Marshal(e.Detail)
		if err != nil {
			return fmt.Errorf("record %s: %w", e.Action, err)
		}
		detail = new(string(text))
	}
	b.Queue(`
		INSERT INTO audit (id, at, actor_kind, actor_id, organizer_id, action, subject_kind, subject_id, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		id, time.Unix(sec, nsec).UTC(), string(by.Kind), by.ID, by.Counter, e.Action, e.SubjectKind, e.SubjectID, detail)
	return nil
}

// RecordRead writes an entry when a person reads about a person, and what for.
// What programs read is in the access log, by client.
func RecordRead(ctx context.Context, tx *db.Tx, by who.Actor, e Entry) error {
	if by.Kind != who.Person {
		return nil
	}
	return Record(ctx, tx, by, e.For(by.Purpose))
}

// RecordAll writes many entries at once, those of a bulk change.
func RecordAll(ctx context.Context, tx *db.Tx, by who.Actor, entries []Entry) error {
	columns := []string{"id", "at", "actor_kind", "actor_id", "organizer_id", "action", "subject_kind", "subject_id", "detail"}
	_, err := tx.CopyFrom(ctx, "audit", columns, pgx.CopyFromSlice(len(entries), func(i int) ([]any, error) {
		e, id := entries[i], db.NewID()
		sec, nsec := id.Time().UnixTime()
		var detail any
		if e.Detail != nil {
			text, err := json.Marshal(e.Detail)
			if err != nil {
				return nil, err
			}
			detail = text
		}
		return []any{id, time.Unix(sec, nsec).UTC(), string(by.Kind), by.ID, by.Counter, e.Action, e.SubjectKind, e.SubjectID, detail}, nil
	}))
	if err != nil {
		return fmt.Errorf("record many: %w", err)
	}
	return nil
}
