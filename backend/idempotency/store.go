package idempotency

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
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
	var b db.Batch
	var fresh bool
	Queue(&b, by, key, fp, &fresh)
	if err := db.Send(ctx, tx, &b); err != nil {
		return false, fmt.Errorf("take an idempotency key: %w", err)
	}
	if fresh {
		return false, nil
	}
	return true, Again(ctx, tx, by, key, fp, out)
}

// Once does work in a transaction under a key, when there is one, and tells
// whether it was done before: then out is what came of it.
func Once[T any](ctx context.Context, d *db.DB, by who.Actor, key string, fp []byte, work func(tx *db.Tx) (T, error)) (out T, replayed bool, err error) {
	err = db.InTx(ctx, d, func(tx *db.Tx) error {
		var err error
		if key == "" {
			out, err = work(tx)
			return err
		}
		if replayed, err = Take(ctx, tx, by, key, fp, &out); err != nil || replayed {
			return err
		}
		if out, err = work(tx); err != nil {
			return err
		}
		return Keep(ctx, tx, by, key, fp, out)
	})
	return out, replayed, err
}

// Queue claims a key in a batch, as [Take] does. Where it turns out not to be
// fresh, [Again] has the outcome.
func Queue(b *db.Batch, by who.Actor, key string, fp []byte, fresh *bool) {
	b.Queue(`
		INSERT INTO idempotency (actor, key, fingerprint, outcome) VALUES ($1, $2, $3, 'null')
		ON CONFLICT DO NOTHING`, by.Key(), key, fp).Exec(func(tag pgconn.CommandTag) error {
		*fresh = tag.RowsAffected() == 1
		return nil
	})
}

// Again puts what was done before under a key in out.
func Again(ctx context.Context, tx *db.Tx, by who.Actor, key string, fp []byte, out any) error {
	kept, err := gorm.G[row](tx.Gorm()).Where("actor = ? AND key = ?", by.Key(), key).Take(ctx)
	if err != nil {
		return fmt.Errorf("read an idempotency key: %w", err)
	}
	return Replay(kept.Fingerprint, kept.Outcome, fp, out)
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
	tag, err := tx.Exec(ctx, `UPDATE idempotency SET outcome = $4 WHERE actor = $1 AND key = $2 AND fingerprint = $3`, by.Key(), key, fp, string(text))
	if err == nil && tag.RowsAffected() != 1 {
		err = pgx.ErrNoRows
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
