package passholder

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/secret"
)

// ErrForeignRing says that the database was filled under other keys: the key
// file was lost, or is another installation's.
var ErrForeignRing = errors.New("passholder: the key ring does not hold the keys of this database")

const resealBatch = 500

// CheckRing returns ErrForeignRing when the ring cannot find the people in the
// database. A program that started anyway would register them twice.
func CheckRing(ctx context.Context, q db.Q, ring *secret.Ring) error {
	r, err := gorm.G[row](q.Gorm()).Select("insz_hash_key").Where("insz_hash IS NOT NULL").Take(ctx)
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("check key ring: %w", err)
	case !ring.HasHashKey(r.InszHashKey):
		return ErrForeignRing
	default:
		return nil
	}
}

// Reseal brings the national numbers that older keys sealed or hashed under the
// ring's current keys, and returns how many there were. It can be stopped and
// run again; when it returns without an error the older keys may be retired.
func Reseal(ctx context.Context, d *db.DB, ring *secret.Ring) (int, error) {
	total := 0
	for last := uuid.Nil; ; {
		rows, err := gorm.G[row](d.Gorm()).Select("id, insz_cipher, insz_hash_key").
			Where("insz_cipher IS NOT NULL AND id > ?", last).Order("id").Limit(resealBatch).Find(ctx)
		if err != nil {
			return total, fmt.Errorf("reseal: %w", err)
		}
		if len(rows) == 0 {
			return total, nil
		}
		last = rows[len(rows)-1].ID
		err = db.InTx(ctx, d, func(tx *db.Tx) error {
			for _, r := range rows {
				if err := resealOne(ctx, tx, ring, r); err != nil {
					return fmt.Errorf("reseal passholder %s: %w", r.ID, err)
				}
			}
			return nil
		})
		if err != nil {
			return total, err
		}
		for _, r := range rows {
			if r.stale(ring) {
				total++
			}
		}
	}
}

func (r row) stale(ring *secret.Ring) bool {
	return secret.SealedWith(r.InszCipher) != ring.SealKey() || r.InszHashKey != ring.HashKey()
}

// resealOne leaves a number alone that somebody changed meanwhile: it is under
// the current keys then.
func resealOne(ctx context.Context, tx *db.Tx, ring *secret.Ring, r row) error {
	if !r.stale(ring) {
		return nil
	}
	n, err := ring.Open(r.InszCipher, r.ID[:])
	if err != nil {
		return err
	}
	cipher, err := ring.Seal(n, r.ID[:])
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE passholder SET insz_cipher = $3, insz_hash = $4, insz_hash_key = $5
		WHERE id = $1 AND insz_cipher = $2`, r.ID, r.InszCipher, cipher, ring.Hashes(n)[0], ring.HashKey())
	return err
}
