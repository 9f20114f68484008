package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
)

// queueBulk keeps work on many from holding up mails.
const queueBulk = "bulk"

// bulkArgs ask for work on many.
type bulkArgs struct {
	BulkID uuid.UUID `json:"bulkId"`
}

// Kind names the job for River.
func (bulkArgs) Kind() string { return "bulk" }

// InsertOpts gives work on many its own queue, and a few tries.
func (bulkArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueBulk, MaxAttempts: bulkAttempts}
}

const bulkAttempts = 6

type bulkWorker struct {
	river.WorkerDefaults[bulkArgs]
	r *Runner
}

// Timeout is a day: the work itself says how far it is.
func (*bulkWorker) Timeout(*river.Job[bulkArgs]) time.Duration { return 24 * time.Hour }

// Work does what is left of an order. When the program stops it ends between
// two portions and is there for the next program.
func (w *bulkWorker) Work(ctx context.Context, job *river.Job[bulkArgs]) error {
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(w.r.stopping, cancel)() //nolint:contextcheck // the program's own end, not this job's
	err := w.r.o.Bulk.Work(work, job.Args.BulkID)
	switch {
	case err == nil:
		return nil
	case work.Err() != nil:
		return river.JobSnooze(0)
	case job.Attempt >= bulkAttempts:
		w.r.o.Log.ErrorContext(ctx, "Bulk work was given up", "bulk", job.Args.BulkID, "error", err)
		return errors.Join(err, w.r.o.Bulk.GiveUp(ctx, job.Args.BulkID))
	default:
		return err
	}
}

// resume makes jobs of orders that have work left. Those that somebody works on
// are left alone by Work itself.
func (r *Runner) resume(ctx context.Context) error {
	ids, err := r.o.Bulk.Unfinished(ctx)
	if err != nil || len(ids) == 0 {
		return err
	}
	jobs := make([]river.InsertManyParams, len(ids))
	for i, id := range ids {
		jobs[i] = river.InsertManyParams{Args: bulkArgs{BulkID: id}}
	}
	if _, err := r.client.InsertMany(ctx, jobs); err != nil {
		return fmt.Errorf("take up unfinished work: %w", err)
	}
	return nil
}
