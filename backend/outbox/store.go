package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
)

type row struct {
	ID          int64 `gorm:"primaryKey;->"`
	OrderingKey uuid.UUID
	Type        string
	Payload     json.RawMessage `gorm:"type:jsonb"`
	CreatedAt   time.Time       `gorm:"->"`
}

func (row) TableName() string { return "outbox" }

// Write leaves a message to be handled after tx has committed.
func Write(ctx context.Context, tx *db.Tx, key uuid.UUID, kind string, payload any) error {
	var b db.Batch
	if err := Queue(&b, key, kind, payload); err != nil {
		return err
	}
	if err := db.Send(ctx, tx, &b); err != nil {
		return fmt.Errorf("write %s to the outbox: %w", kind, err)
	}
	return nil
}

// Queue leaves a message in a batch.
func Queue(b *db.Batch, key uuid.UUID, kind string, payload any) error {
	text, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("write %s to the outbox: %w", kind, err)
	}
	b.Queue(`INSERT INTO outbox (ordering_key, type, payload) VALUES ($1, $2, $3)`, key, kind, string(text))
	return nil
}

// Claim takes the oldest messages out of the outbox, at most limit of them, for
// tx to hand on. When tx rolls back they are still there. A second claimer
// waits for the first, so that order is kept.
//
// A transaction that the snapshot ends before cannot have written what it
// shows: such an id is of another cluster, from which somebody copied the rows
// with a tool of their own, and nobody can wait for it.
func Claim(ctx context.Context, tx *db.Tx, limit int) ([]Message, error) {
	rows, err := tx.Query(ctx, `
		WITH claimed AS (
			DELETE FROM outbox WHERE id IN (
				SELECT id FROM outbox
				WHERE txid < pg_snapshot_xmin(pg_current_snapshot()) OR txid >= pg_snapshot_xmax(pg_current_snapshot())
				ORDER BY id LIMIT $1 FOR UPDATE)
			RETURNING id, ordering_key, type, payload, created_at)
		SELECT * FROM claimed ORDER BY id`, limit)
	if err != nil {
		return nil, fmt.Errorf("claim from the outbox: %w", err)
	}
	defer rows.Close()
	var out []Message
	for rows.Next() {
		var m Message
		if err := rows.Scan(&m.ID, &m.OrderingKey, &m.Type, &m.Payload, &m.CreatedAt); err != nil {
			return nil, fmt.Errorf("claim from the outbox: %w", err)
		}
		out = append(out, m)
	}
	return out, rows.Err()
}
