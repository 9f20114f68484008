// Package job does what is done after and beside requests: mails about sales,
// work on many, and what comes round by the clock. Nouns know nothing of it:
// they leave a message in the outbox, in their own transaction, and a relay here
// makes it a job of River, on the same database and the same connections.
//
// A job may run twice: after a crash it is taken up again. So a mail carries the
// id of what it is about, and everything else writes in transactions that note
// what they did. What a job is told stands in the database for days: ids only.
package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/mail"
)

// Options say what jobs need. All fields are required.
type Options struct {
	DB        *db.DB
	Now       func() time.Time // what rules see
	Mail      *mail.Sender     // without a host no mail is sent
	Bulk      *bulk.Service
	BaseURL   string // where browsers reach this program, for links in mails
	Retention Retention
	Log       *slog.Logger
}

// A Runner does the jobs of one process. It is a collector of Prometheus.
type Runner struct {
	o      Options
	client *river.Client[pgx.Tx]
	*meter
	stopping context.Context //nolint:containedctx // of Run, for work that stops between two portions
}

// schema is where River's tables are, apart from ours.
const schema = "river"

const (
	// timeout is for a job that is no work on many.
	timeout = time.Minute
	// rescueAfter is when a job whose program died is taken up again.
	rescueAfter = 2 * time.Minute
	// stopTimeout is how long jobs get to end when the program does.
	stopTimeout = 10 * time.Second
	// relayEvery is how soon after its transaction a message becomes a job.
	relayEvery = 500 * time.Millisecond
)

// New prepares a runner.
func New(o Options) (*Runner, error) {
	r := &Runner{o: o, meter: newMeter(o.DB), stopping: context.Background()}
	workers := river.NewWorkers()
	err := errors.Join(
		river.AddWorkerSafely(workers, &mailer{r: r}),
		river.AddWorkerSafely(workers, &familyMailer{r: r}),
		river.AddWorkerSafely(workers, &bulkWorker{r: r}),
		river.AddWorkerSafely(workers, &clockWorker{r: r}),
	)
	if err != nil {
		return nil, fmt.Errorf("prepare jobs: %w", err)
	}
	r.client, err = river.NewClient(riverpgxv5.New(o.DB.Pool()), &river.Config{
		Schema: schema, Workers: workers, Logger: quiet(o.Log),
		Queues: map[string]river.QueueConfig{
			river.QueueDefault: {MaxWorkers: 4},
			queueBulk:          {MaxWorkers: 2},
		},
		JobTimeout: timeout, RescueStuckJobsAfter: rescueAfter, SoftStopTimeout: stopTimeout,
		ReindexerIndexNames: []string{}, // an operator's decision
		PeriodicJobs:        clock(),
	})
	if err != nil {
		return nil, fmt.Errorf("prepare jobs: %w", err)
	}
	return r, nil
}

// Run does jobs until ctx ends, and then finishes those that it is doing. Work
// on many is left where it is, and goes on at the next start.
func (r *Runner) Run(ctx context.Context) error {
	r.stopping = ctx
	events, unsubscribe := r.client.Subscribe(river.EventKindJobCompleted, river.EventKindJobFailed, river.EventKindJobSnoozed, river.EventKindJobCancelled)
	defer unsubscribe()
	if err := r.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start jobs: %w", err)
	}
	if err := r.resume(ctx); err != nil && ctx.Err() == nil {
		r.o.Log.ErrorContext(ctx, "Unfinished work was not taken up", "error", err)
	}
	tick := time.NewTicker(relayEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return r.stop(ctx)
		case e := <-events:
			r.observe(e)
		case <-tick.C:
			if err := r.relay(ctx); err != nil && ctx.Err() == nil {
				r.o.Log.WarnContext(ctx, "Outbox was not emptied", "error", err)
			}
		}
	}
}

func (r *Runner) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*stopTimeout)
	defer cancel()
	if err := r.client.Stop(ctx); err != nil {
		return fmt.Errorf("stop jobs: %w", err)
	}
	return nil
}

// Migrate brings River's own tables up to date. They stand in a schema of their
// own, beside those of db.Migrate. Each of its steps is a transaction; the one
// around them only keeps others from migrating at the same time.
func Migrate(ctx context.Context, d *db.DB) error {
	return db.InTx(ctx, d, func(tx *db.Tx) error {
		for _, statement := range []string{
			`SET LOCAL statement_timeout = '1min'`, `SET LOCAL lock_timeout = '1min'`, `SET LOCAL idle_in_transaction_session_timeout = '5min'`,
			`SELECT pg_advisory_xact_lock(hashtext('openbalie jobs'))`,
		} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return fmt.Errorf("migrate jobs: %w", err)
			}
		}
		if _, err := d.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS `+schema); err != nil {
			return fmt.Errorf("migrate jobs: %w", err)
		}
		m, err := migrator(d)
		if err != nil {
			return err
		}
		if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
			return fmt.Errorf("migrate jobs: %w", err)
		}
		return nil
	})
}

// Check tells whether River's tables are those that this program knows:
// db.ErrSchemaOld when they are not.
func Check(ctx context.Context, d *db.DB) error {
	m, err := migrator(d)
	if err != nil {
		return err
	}
	found, err := m.Validate(ctx, nil)
	if err != nil {
		return fmt.Errorf("check jobs: %w", err)
	}
	if !found.OK {
		return fmt.Errorf("%w (of jobs)", db.ErrSchemaOld)
	}
	return nil
}

func migrator(d *db.DB) (*rivermigrate.Migrator[pgx.Tx], error) {
	m, err := rivermigrate.New(riverpgxv5.New(d.Pool()), &rivermigrate.Config{Schema: schema, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("migrate jobs: %w", err)
	}
	return m, nil
}

var _ prometheus.Collector = (*Runner)(nil)
