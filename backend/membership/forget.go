package membership

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
)

// Forget takes away what somebody wrote about a person beside the changes of
// their social tariff. That there was one, when and on what ground, stays: it is
// what reduced prices were paid for.
func Forget(ctx context.Context, tx *db.Tx, passholderID uuid.UUID) error {
	if _, err := tx.Exec(ctx, `UPDATE social_tariff_event SET note = '' WHERE passholder_id = $1 AND note <> ''`, passholderID); err != nil {
		return fmt.Errorf("forget notes about a social tariff: %w", err)
	}
	return nil
}
