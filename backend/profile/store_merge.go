package profile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/who"
)

func addMerge(ctx context.Context, tx *db.Tx, by who.Actor, m Merge, what moved) error {
	text, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("write merge: %w", err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO passholder_merge (id, kept_id, merged_id, moved, at, actor) VALUES ($1, $2, $3, $4, $5, $6)`,
		m.ID, m.KeptID, m.MergedID, text, m.At, by.Key())
	if err != nil {
		return fmt.Errorf("write merge: %w", err)
	}
	return nil
}

const mergeColumns = `id, kept_id, merged_id, at, undone_at`

func scanMerge(r pgx.Row, more ...any) (m Merge, err error) {
	var undone *time.Time
	err = r.Scan(append([]any{&m.ID, &m.KeptID, &m.MergedID, &m.At, &undone}, more...)...)
	if undone != nil {
		m.UndoneAt = *undone
	}
	return m, err
}

func lockMerge(ctx context.Context, tx *db.Tx, id uuid.UUID) (m Merge, what moved, err error) {
	var text []byte
	m, err = scanMerge(tx.QueryRow(ctx, `SELECT `+mergeColumns+`, moved FROM passholder_merge WHERE id = $1 FOR NO KEY UPDATE`, id), &text)
	if errors.Is(err, pgx.ErrNoRows) {
		return Merge{}, moved{}, ErrMergeUnknown
	}
	if err == nil {
		err = json.Unmarshal(text, &what)
	}
	if err != nil {
		return Merge{}, moved{}, fmt.Errorf("read merge: %w", err)
	}
	return m, what, nil
}

func endMerge(ctx context.Context, tx *db.Tx, by who.Actor, id uuid.UUID, at time.Time) error {
	if _, err := tx.Exec(ctx, `UPDATE passholder_merge SET undone_at = $2, undone_by = $3 WHERE id = $1`, id, at, by.Key()); err != nil {
		return fmt.Errorf("undo merge: %w", err)
	}
	return nil
}

func mergesOf(ctx context.Context, q db.Q, passholderID uuid.UUID) ([]Merge, error) {
	rows, err := q.Query(ctx, `SELECT m.id, m.kept_id, m.merged_id, m.at, m.undone_at, p.first_name, p.name
		FROM passholder_merge m JOIN passholder p ON p.id = m.merged_id WHERE $1 IN (m.kept_id, m.merged_id) ORDER BY m.id DESC`, passholderID)
	if err != nil {
		return nil, fmt.Errorf("read merges: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Merge, error) {
		var first, name string
		m, err := scanMerge(r, &first, &name)
		m.FirstName, m.Name = first, name
		return m, err
	})
}
