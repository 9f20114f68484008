package family

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/db"
)

// Forget takes somebody who is erased off all lists, their own among them.
func Forget(ctx context.Context, tx *db.Tx, passholderID uuid.UUID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM family_member WHERE main_id = $1 OR member_id = $1`, passholderID); err != nil {
		return fmt.Errorf("forget family: %w", err)
	}
	return nil
}
