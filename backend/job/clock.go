package job

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/voucher"
)

// What comes round by the clock. One replica asks for it, any does it.
const (
	expireHolds = "expire-holds"
	resumeBulk  = "resume-bulk"
	retain      = "retain"
	sealAudit   = "seal-audit"
)

// clockArgs ask for one of those.
type clockArgs struct {
	Task string `json:"task"`
}

// Kind names the job for River.
func (clockArgs) Kind() string { return "clock" }

// InsertOpts lets the next turn be the next try.
func (clockArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 1} }

// clock says how often each task comes round. A program that is restarted every
// day must get to all of them: none is rarer than hourly.
func clock() []*river.PeriodicJob {
	every := func(d time.Duration, task string) *river.PeriodicJob {
		return river.NewPeriodicJob(river.PeriodicInterval(d), func() (river.JobArgs, *river.InsertOpts) {
			return clockArgs{Task: task}, nil
		}, &river.PeriodicJobOpts{RunOnStart: true})
	}
	return []*river.PeriodicJob{every(time.Minute, expireHolds), every(5*time.Minute, resumeBulk), every(time.Hour, retain), every(time.Minute, sealAudit)}
}

// keepBulk is how long an order and its outcomes can be looked at.
const keepBulk = 90 * 24 * time.Hour

type clockWorker struct {
	river.WorkerDefaults[clockArgs]
	r *Runner
}

// Work does one task.
func (w *clockWorker) Work(ctx context.Context, job *river.Job[clockArgs]) error {
	o := w.r.o
	switch job.Args.Task {
	case expireHolds:
		return voucher.ExpireHolds(ctx, o.DB, o.Now())
	case resumeBulk:
		return w.r.resume(ctx)
	case sealAudit:
		return w.r.seal(ctx)
	case retain:
		if err := bulk.Forget(ctx, o.DB, o.Now().Add(-keepBulk)); err != nil {
			return err
		}
		if err := registration.ForgetMoves(ctx, o.DB, o.Now()); err != nil {
			return err
		}
		return o.Retention.Apply(ctx, o.DB, o.Now(), o.Log)
	default:
		return fmt.Errorf("the clock has no task %q", job.Args.Task)
	}
}

// seal seals what the audit log has, and leaves the newest hash in the program's
// own log: whoever keeps logs elsewhere can tell a chain that was made anew.
func (r *Runner) seal(ctx context.Context) error {
	last, err := audit.Sealer{DB: r.o.DB, Margin: audit.Margin}.Run(ctx)
	if err == nil && last.Number > 0 {
		r.o.Log.InfoContext(ctx, "Audit log was sealed", "batch", last.Number, "hash", last.Hash.String())
	}
	return err
}
