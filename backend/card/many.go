package card

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
)

// AddAll writes many new cards at once, those that another system gave out. What
// is taken violates card_uitpas_number_key or card_chip_key.
func AddAll(ctx context.Context, tx *db.Tx, cards []Card) error {
	columns := []string{"id", "card_system_id", "uitpas_number", "chip", "card_type", "status", "passholder_id", "counter_id", "status_reason", "status_at", "created_at"}
	_, err := tx.CopyFrom(ctx, "card", columns, pgx.CopyFromSlice(len(cards), func(i int) ([]any, error) {
		r := rowOf(cards[i])
		var chip any
		if len(r.Chip) > 0 {
			chip = r.Chip
		}
		return []any{r.ID, r.CardSystemID, r.UitpasNumber, chip, r.CardType, r.Status, r.PassholderID, r.CounterID, r.StatusReason, r.StatusAt, r.StatusAt}, nil
	}))
	if err != nil {
		return fmt.Errorf("add cards: %w", err)
	}
	return nil
}

// Taken returns the cards that have one of the numbers or one of the chips.
func Taken(ctx context.Context, q db.Q, numbers []Number, chips []Chip) ([]Card, error) {
	texts, uids := make([]string, len(numbers)), make([][]byte, len(chips))
	for i, n := range numbers {
		texts[i] = string(n)
	}
	for i, c := range chips {
		uids[i] = c.Bytes()
	}
	rows, err := q.Query(ctx, `
		SELECT `+columns+` FROM card WHERE uitpas_number = ANY ($1)
		UNION SELECT `+columns+` FROM card WHERE chip = ANY ($2)`, texts, uids)
	if err != nil {
		return nil, fmt.Errorf("find cards: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Card, error) {
		found, err := pgx.RowToStructByName[row](r)
		return found.card(), err
	})
}

// LockOfAll is LockOf for the cards of many people.
func LockOfAll(ctx context.Context, tx *db.Tx, passholders []uuid.UUID) ([]Card, error) {
	return lock(ctx, tx, "passholder_id = ANY ($1)", passholders)
}
