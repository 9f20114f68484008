package limit

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
)

type row struct {
	Subject uuid.UUID    `gorm:"primaryKey"`
	Rule    string       `gorm:"primaryKey"`
	Period  period.Range `gorm:"primaryKey;type:daterange"`
	Used    int
	Max     int
}

func (row) TableName() string { return "usage_counter" }

// Use counts one use, or returns ErrReached when there were max already. A
// counter keeps the newest max it was given.
func Use(ctx context.Context, tx *db.Tx, subject uuid.UUID, rule string, p period.Range, maximum int) error {
	tag, err := tx.Exec(ctx, `
		INSERT INTO usage_counter AS u (subject, rule, period, used, max) VALUES ($1, $2, $3, 1, $4)
		ON CONFLICT (subject, rule, period) DO UPDATE SET used = u.used + 1, max = excluded.max
		WHERE u.used < excluded.max`, subject, rule, p, maximum)
	if err != nil {
		return fmt.Errorf("count a use: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrReached.With("limit", maximum)
	}
	return nil
}

// GiveBack takes one use back. It never goes below zero.
func GiveBack(ctx context.Context, tx *db.Tx, subject uuid.UUID, rule string, p period.Range) error {
	tag, err := tx.Exec(ctx, `
		UPDATE usage_counter SET used = used - 1
		WHERE subject = $1 AND rule = $2 AND period = $3 AND used > 0`, subject, rule, p)
	if err == nil && tag.RowsAffected() == 0 {
		err = errors.New("nothing was counted")
	}
	if err != nil {
		return fmt.Errorf("give a use back: %w", err)
	}
	return nil
}

// Used returns how often the subject has used the rule in the period.
func Used(ctx context.Context, q db.Q, subject uuid.UUID, rule string, p period.Range) (int, error) {
	r, err := gorm.G[row](q.Gorm()).Where("subject = ? AND rule = ? AND period = ?", subject, rule, p).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return 0, nil
	}
	return r.Used, err
}
