package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
)

// takeTurn tells whether no other program seals at this moment; the turn ends
// with the transaction.
func takeTurn(ctx context.Context, tx *db.Tx) (bool, error) {
	var mine bool
	if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock(hashtext('openbalie audit seal'))`).Scan(&mine); err != nil {
		return false, fmt.Errorf("take turn: %w", err)
	}
	return mine, nil
}

// horizon is the moment before which all entries are written: some time before
// now, and before the start of the oldest transaction that has written
// something and is still open. Rows commit in another order than their ids
// have, and nobody may put a row below a seal. Transactions that only read
// (a backup of an hour) do not hold it back.
func horizon(ctx context.Context, tx *db.Tx, margin time.Duration) (at, now time.Time, err error) {
	err = tx.QueryRow(ctx, `
		SELECT least(now(), min(xact_start)) - make_interval(secs => $1), now()
		  FROM pg_stat_activity
		 WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()`, margin.Seconds()).Scan(&at, &now)
	if err != nil {
		return at, now, fmt.Errorf("find the oldest transaction: %w", err)
	}
	return at, now, nil
}

const sealColumns = `number, from_id, until_id, row_count, rows_hash, previous, sealed_at, hash`

func scanSeal(r pgx.CollectableRow) (Seal, error) {
	var s Seal
	var rows, previous, sum []byte
	err := r.Scan(&s.Number, &s.From, &s.Until, &s.Count, &rows, &previous, &s.SealedAt, &sum)
	copy(s.Rows[:], rows)
	copy(s.Previous[:], previous)
	copy(s.Hash[:], sum)
	return s, err
}

// lastSeal is the newest; the zero Seal before there is any.
func lastSeal(ctx context.Context, q db.Q) (Seal, error) {
	rows, err := q.Query(ctx, `SELECT `+sealColumns+` FROM audit_seal ORDER BY number DESC LIMIT 1`)
	if err != nil {
		return Seal{}, fmt.Errorf("read last seal: %w", err)
	}
	s, err := pgx.CollectExactlyOneRow(rows, scanSeal)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Seal{}, fmt.Errorf("read last seal: %w", err)
	}
	return s, nil
}

func sealsAfter(ctx context.Context, q db.Q, number int64, limit int) ([]Seal, error) {
	rows, err := q.Query(ctx, `SELECT `+sealColumns+` FROM audit_seal WHERE number > $1 ORDER BY number LIMIT $2`, number, limit)
	if err != nil {
		return nil, fmt.Errorf("read seals: %w", err)
	}
	return pgx.CollectRows(rows, scanSeal)
}

func addSeal(ctx context.Context, tx *db.Tx, s Seal) error {
	_, err := tx.Exec(ctx, `INSERT INTO audit_seal (`+sealColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.Number, s.From, s.Until, s.Count, s.Rows[:], s.Previous[:], s.SealedAt, s.Hash[:])
	if err != nil {
		return fmt.Errorf("write seal: %w", err)
	}
	return nil
}

// rowsSQL reads a range of the primary key: of the partitions only those that
// it touches, and of those only its rows.
const rowsSQL = `
	SELECT id, at, actor_kind, actor_id, organizer_id, action, subject_kind, subject_id, detail::text
	  FROM audit WHERE id >= $1 AND id < $2 ORDER BY id LIMIT $3`

func rowsBetween(ctx context.Context, q db.Q, from, until uuid.UUID, limit int) ([]row, error) {
	rows, err := q.Query(ctx, rowsSQL, from, until, limit)
	if err != nil {
		return nil, fmt.Errorf("read audit: %w", err)
	}
	return pgx.CollectRows(rows, func(c pgx.CollectableRow) (row, error) {
		var r row
		var detail *string
		err := c.Scan(&r.ID, &r.At, &r.ActorKind, &r.ActorID, &r.OrganizerID, &r.Action, &r.SubjectKind, &r.SubjectID, &detail)
		if detail != nil {
			r.Detail = new(json.RawMessage(*detail))
		}
		return r, err
	})
}

func countBetween(ctx context.Context, q db.Q, from, until uuid.UUID) (n int, err error) {
	if err := q.QueryRow(ctx, `SELECT count(*) FROM audit WHERE id >= $1 AND id < $2`, from, until).Scan(&n); err != nil {
		return 0, fmt.Errorf("count audit: %w", err)
	}
	return n, nil
}

// partitions are the months of which there are rows to look at: audit_202611 is
// "202611".
func partitions(ctx context.Context, q db.Q) (map[string]bool, error) {
	rows, err := q.Query(ctx, `SELECT right(inhrelid::regclass::text, 6) FROM pg_inherits WHERE inhparent = 'audit'::regclass`)
	if err != nil {
		return nil, fmt.Errorf("list partitions: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	months := map[string]bool{}
	for _, name := range names {
		months[name] = true
	}
	return months, err
}
