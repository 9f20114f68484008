package association

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
)

// StopAll stops the memberships of somebody who leaves a card system, in its
// associations; 0 is all card systems. It returns the associations.
func StopAll(ctx context.Context, tx *db.Tx, passholderID uuid.UUID, cardSystemID int, now time.Time) ([]uuid.UUID, error) {
	rows, err := tx.Query(ctx, `
		UPDATE association_membership m SET stopped_at = $3 FROM association a
		WHERE a.id = m.association_id AND m.passholder_id = $1 AND $2 IN (0, a.card_system_id) AND m.stopped_at IS NULL
		RETURNING m.association_id`, passholderID, cardSystemID, now)
	if err != nil {
		return nil, fmt.Errorf("stop memberships of associations: %w", err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return nil, fmt.Errorf("stop memberships of associations: %w", err)
	}
	return out, nil
}

// Resume undoes [StopAll], which happened at a moment. What was begun or stopped
// anew since stays as it is.
func Resume(ctx context.Context, tx *db.Tx, passholderID uuid.UUID, associations []uuid.UUID, stoppedAt time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE association_membership SET stopped_at = NULL WHERE passholder_id = $1 AND association_id = ANY($2) AND stopped_at = $3`,
		passholderID, associations, stoppedAt)
	if err != nil {
		return fmt.Errorf("resume memberships of associations: %w", err)
	}
	return nil
}
