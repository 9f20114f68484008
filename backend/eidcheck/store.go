package eidcheck

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

type row struct {
	ID          uuid.UUID `gorm:"primaryKey"`
	At          time.Time
	Actor       string
	OrganizerID string
	Verdict     json.RawMessage `gorm:"type:jsonb"`
	FilesSHA256 []byte          `gorm:"column:files_sha256"`
	InszCipher  []byte
	ExpiresAt   time.Time
}

func (row) TableName() string { return "eid_read" }

// add keeps a read.
func add(ctx context.Context, tx *db.Tx, ring *secret.Ring, by who.Actor, k Kept) error {
	verdict, err := json.Marshal(k.Verdict)
	if err != nil {
		return fmt.Errorf("keep eID read: %w", err)
	}
	r := row{
		ID: k.ID, At: k.At, Actor: by.Key(), OrganizerID: by.Counter, Verdict: verdict, FilesSHA256: k.FilesSHA256,
		ExpiresAt: k.At.Add(Life),
	}
	if !k.INSZ.IsZero() {
		if r.InszCipher, err = ring.Seal(k.INSZ, k.ID[:]); err != nil {
			return fmt.Errorf("keep eID read: %w", err)
		}
	}
	if err := gorm.G[row](tx.Gorm()).Create(ctx, &r); err != nil {
		return fmt.Errorf("keep eID read: %w", err)
	}
	return nil
}

func byID(ctx context.Context, q db.Q, ring *secret.Ring, by who.Actor, id uuid.UUID, now time.Time) (Kept, error) {
	r, err := gorm.G[row](q.Gorm()).
		Where("id = ? AND actor = ? AND organizer_id = ? AND expires_at > ?", id, by.Key(), by.Counter, now).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Kept{}, ErrUnknown
	}
	if err != nil {
		return Kept{}, fmt.Errorf("read eID read: %w", err)
	}
	out := Kept{ID: r.ID, At: r.At, FilesSHA256: r.FilesSHA256}
	if err := json.Unmarshal(r.Verdict, &out.Verdict); err != nil {
		return Kept{}, fmt.Errorf("read eID read: %w", err)
	}
	if len(r.InszCipher) == 0 {
		return out, nil
	}
	if out.INSZ, err = ring.Open(r.InszCipher, id[:]); err != nil {
		return Kept{}, fmt.Errorf("read eID read: %w", err)
	}
	return out, nil
}

// Forget deletes the reads whose time is over. They do not count any more; this
// is so that they are not there either.
func Forget(ctx context.Context, q db.Q, now time.Time) error {
	if _, err := q.Exec(ctx, `DELETE FROM eid_read WHERE expires_at <= $1`, now); err != nil {
		return fmt.Errorf("forget eID reads: %w", err)
	}
	return nil
}
