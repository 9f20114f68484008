package job

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
)

// leftBefore lists people who died before a moment, or whose last membership
// ended before it, and for whom a condition holds. Who never was a member has
// not left.
func leftBefore(ctx context.Context, q db.Q, moment time.Time, where string, limit int) ([]uuid.UUID, error) {
	rows, err := q.Query(ctx, `
		SELECT p.id FROM passholder p
		WHERE p.erased_at IS NULL AND p.merged_into IS NULL AND (
		  p.deceased_on < $1::timestamptz
		  OR p.id IN (SELECT passholder_id FROM membership GROUP BY passholder_id
		              HAVING bool_and(status = 'ENDED') AND max(coalesce(status_at, since)) < $1))
		  AND `+where+`
		ORDER BY p.id LIMIT $2`, moment, limit)
	if err != nil {
		return nil, fmt.Errorf("find people who left: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}
