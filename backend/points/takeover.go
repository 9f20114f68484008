package points

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
)

// TakeOver gives people the points that they had elsewhere, many at once. It
// opens the accounts of those who are new; the others must have one.
func TakeOver(ctx context.Context, tx *db.Tx, fresh []uuid.UUID, moves []Movement) error {
	gained := make(map[uuid.UUID]int64, len(fresh))
	for _, m := range moves {
		gained[m.PassholderID] += int64(m.Points)
	}
	_, err := tx.CopyFrom(ctx, "account", []string{"id", "owner_kind", "unit", "posted_in"},
		pgx.CopyFromSlice(len(fresh), func(i int) ([]any, error) {
			in := gained[fresh[i]]
			delete(gained, fresh[i])
			return []any{fresh[i], "PASSHOLDER", unit, in}, nil
		}))
	if err != nil {
		return fmt.Errorf("open accounts: %w", err)
	}
	ids, amounts := make([]uuid.UUID, 0, len(gained)), make([]int64, 0, len(gained))
	for id, n := range gained {
		ids, amounts = append(ids, id), append(amounts, n)
	}
	if err := credit(ctx, tx, ids, amounts); err != nil {
		return err
	}
	_, err = tx.CopyFrom(ctx, "transfer", []string{"id", "occurred_at", "card_system_id", "debit_id", "credit_id", "amount", "unit", "code", "group_id"},
		pgx.CopyFromSlice(len(moves), func(i int) ([]any, error) {
			m := moves[i]
			return []any{m.ID, m.At, m.CardSystemID, m.OrganizerID, m.PassholderID, int64(m.Points), unit, int16(TakenOver), m.GroupID}, nil
		}))
	if err != nil {
		return fmt.Errorf("take points over: %w", err)
	}
	return nil
}

// credit adds to accounts that are there, in the order of their ids.
func credit(ctx context.Context, tx *db.Tx, ids []uuid.UUID, amounts []int64) error {
	if len(ids) == 0 {
		return nil
	}
	tag, err := tx.Exec(ctx, `
		WITH gain AS (
		  SELECT a.id, g.n FROM unnest($1::uuid[], $2::bigint[]) AS g (id, n) JOIN account a ON a.id = g.id AND NOT a.derived
		   ORDER BY a.id FOR UPDATE OF a)
		UPDATE account a SET posted_in = posted_in + n, overdraft = greatest(0, overdraft - n) FROM gain WHERE a.id = gain.id`, ids, amounts)
	if err != nil {
		return fmt.Errorf("credit accounts: %w", err)
	}
	if int(tag.RowsAffected()) != len(ids) {
		return fmt.Errorf("credit accounts: %d of %d are there", tag.RowsAffected(), len(ids))
	}
	return nil
}
