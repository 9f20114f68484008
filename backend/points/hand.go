package points

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
)

// Hand moves m.Points from one person's account to another's. What is not there
// any more becomes a debt of who gives: the points were that person's to spend.
func Hand(ctx context.Context, tx *db.Tx, m Movement, from, to uuid.UUID) error {
	// Ids ascending, as everywhere where two accounts are locked.
	_, err := tx.Exec(ctx, `SELECT 1 FROM account WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE`, []uuid.UUID{from, to})
	if err != nil {
		return fmt.Errorf("lock accounts: %w", err)
	}
	m.PassholderID = from
	_, err = move(ctx, tx, `UPDATE account SET posted_out = posted_out + $2,
			overdraft = greatest(0, posted_out + $2 + pending_out - posted_in)
		WHERE id = $1 AND NOT derived RETURNING posted_in - posted_out - pending_out`, m)
	if err != nil {
		return err
	}
	m.PassholderID = to
	_, err = move(ctx, tx, `UPDATE account SET posted_in = posted_in + $2, overdraft = greatest(0, overdraft - $2)
		WHERE id = $1 AND NOT derived RETURNING posted_in - posted_out - pending_out`, m)
	if err != nil {
		return err
	}
	return transfer(ctx, tx, m, from, to, Handing)
}
