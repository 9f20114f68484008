package idempotency

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/who"
)

type row struct {
	Actor       string `gorm:"primaryKey"`
	Key         string `gorm:"primaryKey"`
	Fingerprint []byte
	Outcome     json.RawMessage `gorm:"type:jsonb"`
	CreatedAt   time.Time       `gorm:"->"`
}

func (row) TableName() string { return "idempotency" }

// Take claims a key for tx. It reports true when the same request was done
// before, with its outcome in out; otherwise the caller does the work and ends
// with [Keep]. It waits for another transaction that holds the key.
func Take(ctx context.Context, tx *db.Tx, by who.Actor, key string, fp []byte, out any) (replayed bool, err error) {
	tag, err := tx.Exec(ctx, `
		INSERT INTO idempotency (actor, key, fingerprint, outcome) VALUES ($1, $2, $3, 'null')
		ON CONFLICT DO NOTHING`, by.Key(), key, fp)
	if err != nil {
		return false, fmt.Errorf("take an idempotency key: %w", err)
	}
	if tag.RowsAffected() == 1 {
		return false, nil
	}
	kept, err := gorm.G[row](tx.Gorm()).Where("actor = ? AND key = ?", by.Key(), key).Take(ctx)
	if err != nil {
		return false, fmt.Errorf("read an idempotency key: %w", err)
	}
	return true, Replay(kept.Fingerprint, kept.Outcome, fp, out)
}

// Replay puts a stored outcome in out, or returns ErrReused when the key was
// used for another request. Hot paths that read the row themselves end here.
func Replay(storedFingerprint, outcome, fp []byte, out any) error {
	if !bytes.Equal(storedFingerprint, fp) {
		return ErrReused
	}
	if err := json.Unmarshal(outcome, out); err != nil {
		return fmt.Errorf("read a stored outcome: %w", err)
	}
	return nil
}

// Keep stores the outcome of the work under a key that [Take] has claimed.
func Keep(ctx context.Context, tx *db.Tx, by who.Actor, key string, fp []byte, outcome any) error {
	text, err := json.Marshal(outcome)
	if err != nil {
		return fmt.Errorf("keep an outcome: %w", err)
	}
	n, err := gorm.G[row](tx.Gorm()).Where("actor = ? AND key = ? AND fingerprint = ?", by.Key(), key, fp).
		Update(ctx, "outcome", json.RawMessage(text))
	if err == nil && n != 1 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return fmt.Errorf("keep an outcome: %w", err)
	}
	return nil
}

// forgetBatch keeps each statement of Forget short.
const forgetBatch = 10_000

// Forget deletes the keys that were used before an instant.
func Forget(ctx context.Context, d *db.DB, before time.Time) error {
	for {
		tag, err := d.Exec(ctx, `
			DELETE FROM idempotency WHERE (actor, key) IN (
				SELECT actor, key FROM idempotency WHERE created_at < $1 LIMIT $2)`, before, forgetBatch)
		if err != nil {
			return fmt.Errorf("forget idempotency keys: %w", err)
		}
		if tag.RowsAffected() < forgetBatch {
			return nil
		}
	}
}
