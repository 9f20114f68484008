package bulk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/period"
)

const columns = `id, kind, organizer_id, actor, purpose, parameters, dry_run, state, total, done, failed, created_at, finished_at`

// add writes an order with its rows.
func add(ctx context.Context, tx *db.Tx, b Bulk, rows []waiting) error {
	actor, err := actorText(b.by)
	if err != nil {
		return err
	}
	parameters, err := json.Marshal(b.Parameters)
	if err != nil {
		return err
	}
	failed := 0
	for _, r := range rows {
		if r.fault != nil {
			failed++
		}
	}
	_, err = tx.Exec(ctx, `INSERT INTO bulk (id, kind, organizer_id, actor, purpose, parameters, dry_run, state, total, done, failed, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'READY', $8, $9, $9, $10)`,
		b.ID, string(b.Kind), b.OrganizerID, actor, b.Purpose, parameters, b.DryRun, len(rows), failed, b.CreatedAt)
	if err != nil {
		return fmt.Errorf("add an order: %w", err)
	}
	// Each COPY is a statement: it must end in the time that one may take.
	for len(rows) > 0 {
		some := rows[:min(len(rows), 20_000)]
		rows = rows[len(some):]
		_, err := tx.CopyFrom(ctx, "bulk_row", []string{"bulk_id", "number", "subject_id", "input", "state", "code", "args"},
			pgx.CopyFromSlice(len(some), func(i int) ([]any, error) {
				r := some[i]
				if r.fault != nil {
					args, err := argsText(r.fault.Args)
					return []any{b.ID, r.number, nil, nil, string(RowFailed), r.fault.Code, args}, err
				}
				var subject any
				if r.subject != uuid.Nil {
					subject = r.subject
				}
				return []any{b.ID, r.number, subject, r.input, string(RowWaiting), "", nil}, nil
			}))
		if err != nil {
			return fmt.Errorf("add the rows of an order: %w", err)
		}
	}
	return nil
}

func scan(r pgx.CollectableRow) (Bulk, error) {
	var b Bulk
	var actor, parameters []byte
	var finished *time.Time
	err := r.Scan(&b.ID, &b.Kind, &b.OrganizerID, &actor, &b.Purpose, &parameters, &b.DryRun, &b.State, &b.Total, &b.Done, &b.Failed,
		&b.CreatedAt, &finished)
	if err != nil {
		return Bulk{}, err
	}
	if finished != nil {
		b.FinishedAt = *finished
	}
	if b.by, err = actorOf(actor); err != nil {
		return Bulk{}, err
	}
	b.Actor = b.by.Key()
	return b, json.Unmarshal(parameters, &b.Parameters)
}

func byID(ctx context.Context, q db.Q, id uuid.UUID) (Bulk, error) {
	rows, err := q.Query(ctx, `SELECT `+columns+` FROM bulk WHERE id = $1`, id)
	if err != nil {
		return Bulk{}, fmt.Errorf("read an order: %w", err)
	}
	b, err := pgx.CollectExactlyOneRow(rows, scan)
	if errors.Is(err, pgx.ErrNoRows) {
		return Bulk{}, ErrUnknown
	}
	if err != nil {
		return Bulk{}, fmt.Errorf("read an order: %w", err)
	}
	return b, nil
}

func list(ctx context.Context, q db.Q, organizerID string, start, limit int) ([]Bulk, int, error) {
	total := 0
	if err := q.QueryRow(ctx, `SELECT count(*) FROM bulk WHERE organizer_id = $1`, organizerID).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("list orders: %w", err)
	}
	rows, err := q.Query(ctx, `SELECT `+columns+` FROM bulk WHERE organizer_id = $1 ORDER BY created_at DESC, id DESC OFFSET $2 LIMIT $3`,
		organizerID, start, limit)
	if err != nil {
		return nil, 0, fmt.Errorf("list orders: %w", err)
	}
	out, err := pgx.CollectRows(rows, scan)
	return out, total, err
}

// rowsOf returns outcomes from a number on, all or those in a state.
func rowsOf(ctx context.Context, q db.Q, id uuid.UUID, in RowState, start, limit int) ([]Row, int, error) {
	total := 0
	if err := q.QueryRow(ctx, `SELECT count(*) FROM bulk_row WHERE bulk_id = $1 AND ($2 = '' OR state = $2)`, id, string(in)).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("read outcomes: %w", err)
	}
	out, err := outcomes(ctx, q, `WHERE bulk_id = $1 AND ($2 = '' OR state = $2) ORDER BY number OFFSET $3 LIMIT $4`, id, string(in), start, limit)
	return out, total, err
}

// after returns the outcomes after a number.
func after(ctx context.Context, q db.Q, id uuid.UUID, number, limit int) ([]Row, error) {
	return outcomes(ctx, q, `WHERE bulk_id = $1 AND number > $2 ORDER BY number LIMIT $3`, id, number, limit)
}

func outcomes(ctx context.Context, q db.Q, where string, args ...any) ([]Row, error) {
	rows, err := q.Query(ctx, `SELECT number, subject_id, state, code, args FROM bulk_row `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read outcomes: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Row, error) {
		var out Row
		var subject *uuid.UUID
		var args []byte
		if err := r.Scan(&out.Number, &subject, &out.State, &out.Code, &args); err != nil {
			return Row{}, err
		}
		if subject != nil {
			out.SubjectID = *subject
		}
		return out, readArgs(args, &out.Args)
	})
}

// argsText writes what a message needs.
func argsText(args map[string]any) (any, error) {
	if len(args) == 0 {
		return nil, nil
	}
	return json.Marshal(args)
}

var civil = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)

// readArgs reads what a message needs; what looks like a day was one.
func readArgs(text []byte, into *map[string]any) error {
	if len(text) == 0 {
		return nil
	}
	if err := json.Unmarshal(text, into); err != nil {
		return err
	}
	for k, v := range *into {
		s, ok := v.(string)
		if !ok || !civil.MatchString(s) {
			continue
		}
		if day, err := period.ParseDay(s); err == nil {
			(*into)[k] = day
		}
	}
	return nil
}

// A waiting row has no outcome yet, unless fault says what is wrong with it.
type waiting struct {
	number  int
	subject uuid.UUID
	input   []byte
	fault   *fault.Error
}

// nextRows returns the next rows without an outcome, and those about the same
// people, wherever they stand.
func nextRows(ctx context.Context, q db.Q, id uuid.UUID, limit int) ([]waiting, error) {
	rows, err := waitingRows(ctx, q, `SELECT number, subject_id, input FROM bulk_row
		WHERE bulk_id = $1 AND state = 'WAITING' ORDER BY number LIMIT $2`, id, limit)
	if err != nil || len(rows) < limit {
		return rows, err
	}
	seen := map[uuid.UUID]bool{uuid.Nil: true}
	var people []uuid.UUID
	for _, r := range rows {
		if !seen[r.subject] {
			seen[r.subject] = true
			people = append(people, r.subject)
		}
	}
	// Two questions, not a join: nothing is known yet about a table that was just
	// filled, and a planner that guesses wrong compares every row with every row.
	more, err := waitingRows(ctx, q, `
		SELECT r.number, r.subject_id, r.input FROM unnest($3::uuid[]) AS person CROSS JOIN LATERAL (
		  SELECT * FROM bulk_row WHERE bulk_id = $1 AND state = 'WAITING' AND subject_id = person AND number > $2 OFFSET 0) r
		ORDER BY r.number`, id, rows[len(rows)-1].number, people)
	return append(rows, more...), err
}

func waitingRows(ctx context.Context, q db.Q, query string, args ...any) ([]waiting, error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (w waiting, err error) {
		var subject *uuid.UUID
		err = r.Scan(&w.number, &subject, &w.input)
		if subject != nil {
			w.subject = *subject
		}
		return w, err
	})
}

// errStopped says that nobody wants the rest any more.
var errStopped = errors.New("bulk: cancelled")

// settle writes outcomes down, and that there are so many more of them. What the
// rows said is forgotten.
func settle(ctx context.Context, tx *db.Tx, id uuid.UUID, rows []Row) error {
	numbers, subjects := make([]int, len(rows)), make([]*uuid.UUID, len(rows))
	states, codes, args := make([]string, len(rows)), make([]string, len(rows)), make([]*string, len(rows))
	failed := 0
	for i, r := range rows {
		numbers[i], states[i], codes[i] = r.Number, string(r.State), r.Code
		if r.SubjectID != uuid.Nil {
			subjects[i] = &r.SubjectID
		}
		if r.State == RowFailed {
			failed++
		}
		if len(r.Args) > 0 {
			text, err := json.Marshal(r.Args)
			if err != nil {
				return err
			}
			s := string(text)
			args[i] = &s
		}
	}
	_, err := tx.Exec(ctx, `
		UPDATE bulk_row r SET state = o.state, subject_id = o.subject, code = o.code, args = o.args::jsonb, input = NULL
		  FROM unnest($2::integer[], $3::uuid[], $4::text[], $5::text[], $6::text[]) AS o (number, subject, state, code, args)
		 WHERE r.bulk_id = $1 AND r.number = o.number AND r.state = 'WAITING'`, id, numbers, subjects, states, codes, args)
	if err != nil {
		return fmt.Errorf("write outcomes: %w", err)
	}
	tag, err := tx.Exec(ctx, `UPDATE bulk SET done = done + $2, failed = failed + $3 WHERE id = $1 AND state = 'RUNNING'`, id, len(rows), failed)
	if err != nil {
		return fmt.Errorf("write progress: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return errStopped
	}
	return nil
}

// give gives all rows without an outcome the same one.
func give(ctx context.Context, tx *db.Tx, id uuid.UUID, state RowState, f *fault.Error) error {
	code, args := "", any(nil)
	if f != nil {
		var err error
		if code = f.Code; len(f.Args) > 0 {
			if args, err = argsText(f.Args); err != nil {
				return err
			}
		}
	}
	_, err := tx.Exec(ctx, `
		WITH rest AS (
		  UPDATE bulk_row SET state = $2, code = $3, args = $4, input = NULL WHERE bulk_id = $1 AND state = 'WAITING' RETURNING 1)
		UPDATE bulk SET done = done + n, failed = failed + CASE WHEN $2 = 'FAILED' THEN n ELSE 0 END
		  FROM (SELECT count(*)::integer AS n FROM rest) rest WHERE id = $1`, id, string(state), code, args)
	if err != nil {
		return fmt.Errorf("write outcomes: %w", err)
	}
	return nil
}

// become gives an order another state, and reports whether it had one of those
// from which that is possible.
func become(ctx context.Context, q db.Q, id uuid.UUID, to State, finished *time.Time, from ...State) (bool, error) {
	tag, err := q.Exec(ctx, `UPDATE bulk SET state = $2, finished_at = $3 WHERE id = $1 AND state = ANY ($4)`, id, string(to), finished, from)
	if err != nil {
		return false, fmt.Errorf("change an order: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

func unfinished(ctx context.Context, q db.Q) ([]uuid.UUID, error) {
	rows, err := q.Query(ctx, `SELECT id FROM bulk WHERE state IN ('READY', 'RUNNING') ORDER BY created_at LIMIT 1000`)
	if err != nil {
		return nil, fmt.Errorf("list orders: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

// membersHere returns those of some people who belong to one of some card
// systems.
func membersHere(ctx context.Context, q db.Q, people []uuid.UUID, systems []int) (map[uuid.UUID]bool, error) {
	rows, err := q.Query(ctx, `SELECT DISTINCT m.passholder_id FROM membership m JOIN passholder p ON p.id = m.passholder_id
		WHERE m.passholder_id = ANY ($1) AND ($2::integer[] IS NULL OR m.card_system_id = ANY ($2)) AND p.merged_into IS NULL AND p.erased_at IS NULL`, people, systems)
	if err != nil {
		return nil, fmt.Errorf("find people: %w", err)
	}
	out := map[uuid.UUID]bool{}
	var id uuid.UUID
	if _, err := pgx.ForEachRow(rows, []any{&id}, func() error { out[id] = true; return nil }); err != nil {
		return nil, fmt.Errorf("find people: %w", err)
	}
	return out, nil
}

// Forget deletes what was finished before a moment, with its rows.
func Forget(ctx context.Context, d *db.DB, before time.Time) error {
	if _, err := d.Exec(ctx, `DELETE FROM bulk WHERE id IN (SELECT id FROM bulk WHERE finished_at < $1 ORDER BY finished_at LIMIT 10)`, before); err != nil {
		return fmt.Errorf("forget old orders: %w", err)
	}
	return nil
}
