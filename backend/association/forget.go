package association

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
)

// Forget takes the memberships of somebody away who is erased.
func Forget(ctx context.Context, tx *db.Tx, passholderID uuid.UUID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM association_membership WHERE passholder_id = $1`, passholderID); err != nil {
		return fmt.Errorf("forget association memberships: %w", err)
	}
	return nil
}
