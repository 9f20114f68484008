package bulk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/fault"
)

// A worker does portions of one order.
type worker interface {
	// size is how many rows a portion has.
	size() int
	// do does some rows and returns an outcome for each. Refusals are outcomes;
	// an error takes back what was done.
	do(ctx context.Context, tx *db.Tx, rows []waiting) ([]Row, error)
}

// Work does portions of an order until it is finished or ctx ends; what is left
// is done by calling it again, here or elsewhere. Two at the same time do not
// disturb each other: the second returns at once.
func (s *Service) Work(ctx context.Context, id uuid.UUID) error {
	free, err := s.hold(ctx, id)
	if err != nil || free == nil {
		return err
	}
	defer free()
	b, err := byID(ctx, s.DB, id)
	if err != nil || b.Finished() {
		return err
	}
	if _, err := become(ctx, s.DB, id, Running, nil, Ready, Running); err != nil {
		return err
	}
	w, err := s.worker(ctx, b)
	if refusal, ok := errors.AsType[*fault.Error](err); ok {
		return s.finish(ctx, b, Failed, refusal)
	}
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		rows, err := nextRows(ctx, s.DB, id, w.size())
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return s.finish(ctx, b, Done, nil)
		}
		if err := s.portion(ctx, b, w, rows); err != nil {
			if errors.Is(err, errStopped) {
				return nil
			}
			return err
		}
	}
	return ctx.Err()
}

// hold keeps others from working on the same order, for as long as this process
// lives and no longer: the lock is a connection's. free is nil when somebody
// else has it.
func (s *Service) hold(ctx context.Context, id uuid.UUID) (free func(), err error) {
	conn, err := s.DB.Pool().Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("hold an order: %w", err)
	}
	var ours bool
	err = conn.QueryRow(ctx, `SELECT pg_try_advisory_lock(hashtextextended('bulk ' || $1, 0))`, id.String()).Scan(&ours)
	if err != nil || !ours {
		conn.Release()
		if err != nil {
			return nil, fmt.Errorf("hold an order: %w", err)
		}
		return nil, nil
	}
	return func() {
		// A connection that cannot be unlocked is closed, which unlocks it.
		ctx := context.WithoutCancel(ctx)
		if _, err := conn.Exec(ctx, `SELECT pg_advisory_unlock(hashtextextended('bulk ' || $1, 0))`, id.String()); err != nil {
			_ = conn.Conn().Close(ctx)
		}
		conn.Release()
	}, nil
}

// worker prepares what an order needs. The rights are those of now, not of when
// it was given.
func (s *Service) worker(ctx context.Context, b Bulk) (worker, error) {
	counter, err := mayDo(ctx, s.DB, b.by, b.Kind, b.Parameters)
	if err != nil {
		return nil, err
	}
	if b.Kind == Import {
		return s.newImporter(ctx, b, counter)
	}
	return s.newChanger(ctx, b, counter)
}

// errDryRun takes back what was done.
var errDryRun = errors.New("bulk: dry run")

// portion does some rows and writes their outcomes down, in one transaction. If
// the database refuses, the rows are done again in halves, until the one that it
// refuses stands alone.
func (s *Service) portion(ctx context.Context, b Bulk, w worker, rows []waiting) error {
	var out []Row
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) (err error) {
		if out, err = w.do(ctx, tx, rows); err != nil {
			return err
		}
		if b.DryRun {
			return errDryRun
		}
		return settle(ctx, tx, b.ID, out)
	})
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errDryRun):
	case ctx.Err() == nil && refused(err):
		first, second := halves(rows)
		if len(second) > 0 {
			if err := s.portion(ctx, b, w, first); err != nil {
				return err
			}
			return s.portion(ctx, b, w, second)
		}
		out = failAll(rows, spell(err))
	default:
		return err
	}
	return db.InTx(ctx, s.DB, func(tx *db.Tx) error { return settle(ctx, tx, b.ID, out) })
}

// refused reports whether an error is about the rows, not about the database:
// a constraint, a value, a rule, or more than could be done in time.
func refused(err error) bool {
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return true
	}
	state := db.SQLState(err)
	return strings.HasPrefix(state, "22") || strings.HasPrefix(state, "23") || state == "57014"
}

// spell says why the database did not take a row.
func spell(err error) *fault.Error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f
	}
	if f, ok := constraints[db.Constraint(err)]; ok {
		return f
	}
	return ErrRefused
}

// halves splits rows in two, never between those about one person.
func halves(rows []waiting) (first, second []waiting) {
	side, groups := map[uuid.UUID]bool{}, 0
	for _, r := range rows {
		if _, known := side[r.subject]; r.subject == uuid.Nil || !known {
			groups++
			side[r.subject] = false
		}
	}
	n := 0
	clear(side)
	for _, r := range rows {
		later, known := side[r.subject]
		if r.subject == uuid.Nil || !known {
			later = n >= (groups+1)/2
			n++
			if r.subject != uuid.Nil {
				side[r.subject] = later
			}
		}
		if later {
			second = append(second, r)
		} else {
			first = append(first, r)
		}
	}
	return first, second
}

func failAll(rows []waiting, f *fault.Error) []Row {
	out := make([]Row, len(rows))
	for i, r := range rows {
		out[i] = failed(r, f)
	}
	return out
}

func failed(r waiting, f *fault.Error) Row {
	return Row{Number: r.number, SubjectID: r.subject, State: RowFailed, Code: f.Code, Args: f.Args}
}

// finish ends an order; what has no outcome gets that of the refusal.
func (s *Service) finish(ctx context.Context, b Bulk, to State, f *fault.Error) error {
	return db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if f != nil {
			if err := give(ctx, tx, b.ID, RowFailed, f); err != nil {
				return err
			}
		}
		now := s.Now()
		ended, err := become(ctx, tx, b.ID, to, &now, Running)
		if err != nil || !ended {
			return err
		}
		return audit.Record(ctx, tx, b.by, b.entry(actionFinished))
	})
}

// GiveUp ends an order that could not go on, for the reason in the log.
func (s *Service) GiveUp(ctx context.Context, id uuid.UUID) error {
	b, err := byID(ctx, s.DB, id)
	if err != nil || b.Finished() {
		return err
	}
	return s.finish(ctx, b, Failed, ErrRefused)
}
