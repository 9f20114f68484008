package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/job"
	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/secret"
)

// stopTimeout is how long a private database gets to stop.
const stopTimeout = 30 * time.Second

// The kinds of deployment. A database is one or the other for ever.
const (
	production = "production"
	practice   = "sandbox"
)

var (
	errProduction = errors.New("this database holds real people: a sandbox does not start on it")
	errPractice   = errors.New("this database is a sandbox: start with --sandbox, or name another with --db or --data")
)

// opened is an open database and how to leave it.
type opened struct {
	*db.DB
	private bool
	stop    func(context.Context) error
}

// leave closes the database; a private one that we started stops. That it
// is time to go is no reason to hurry: ctx may be over.
func (o opened) leave(ctx context.Context) error {
	o.Close()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	return o.stop(ctx)
}

func (c config) privateOptions(log *slog.Logger) db.PrivateOptions {
	return db.PrivateOptions{Dir: c.values["data"], Log: log}
}

// openDatabase opens the database that the settings name. attach joins the
// private one of an openbalie that already runs on the data folder; without it
// that is an error.
func openDatabase(ctx context.Context, c config, log *slog.Logger, attach bool) (opened, error) {
	out := opened{stop: func(context.Context) error { return nil }}
	dsn := c.values["db"]
	switch {
	case dsn != "":
	case attach:
		var err error
		if dsn, out.stop, err = db.Attach(ctx, c.privateOptions(log)); err != nil {
			return opened{}, err
		}
		out.private = true
	default:
		server, err := db.Private(ctx, c.privateOptions(log))
		if err != nil {
			return opened{}, err
		}
		dsn, out.stop, out.private = server.DSN(), server.Stop, true
	}
	o := db.Options{Log: log}
	if attach {
		o.StatementTimeout = -1 // nobody waits at a counter: the whole ledger may be read
	}
	var err error
	if out.DB, err = db.Open(ctx, dsn, o); err != nil {
		return opened{}, errors.Join(err, out.stop(context.WithoutCancel(ctx)))
	}
	return out, nil
}

// prepare brings a private database up to date, checks that a named one is,
// and makes the months around now.
func prepare(ctx context.Context, d opened, now time.Time) error {
	fit := check
	if d.private {
		fit = update
	}
	if err := fit(ctx, d.DB); err != nil {
		return err
	}
	return db.EnsurePartitions(ctx, d.DB, now)
}

// update brings our own tables and those of jobs up to date.
func update(ctx context.Context, d *db.DB) error {
	if err := db.Migrate(ctx, d); err != nil {
		return err
	}
	return job.Migrate(ctx, d)
}

// check tells whether both are.
func check(ctx context.Context, d *db.DB) error {
	if err := db.SchemaCheck(ctx, d); err != nil {
		return err
	}
	return job.Check(ctx, d)
}

// claim makes an empty database a deployment of this kind, and refuses one of
// the other kind. A database with people in it never becomes a sandbox.
func claim(ctx context.Context, d *db.DB, kind string) error {
	var is string
	err := d.QueryRow(ctx, `
		INSERT INTO deployment (kind)
		SELECT $1 WHERE $1 = 'production' OR NOT EXISTS (SELECT FROM passholder)
		ON CONFLICT (only_row) DO UPDATE SET kind = deployment.kind
		RETURNING kind`, kind).Scan(&is)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		err = d.QueryRow(ctx, `SELECT kind FROM deployment`).Scan(&is)
		if errors.Is(err, pgx.ErrNoRows) {
			return errProduction
		}
	case err != nil:
	}
	switch {
	case err != nil:
		return fmt.Errorf("read what the database is for: %w", err)
	case is == kind:
		return nil
	case is == production:
		return errProduction
	default:
		return errPractice
	}
}

// openRing reads the keys of national numbers: from the environment, else
// from their file, which is made at first start.
func openRing(c config, p program) (*secret.Ring, error) {
	ring, err := secret.RingFromEnv(p.env)
	if err != nil || ring != nil {
		return ring, err
	}
	if err := os.MkdirAll(c.values["data"], 0o755); err != nil {
		return nil, err
	}
	return secret.OpenRing(c.keyring())
}

// fill makes or refreshes the sample data.
func fill(ctx context.Context, d *db.DB, ring *secret.Ring, now time.Time) error {
	if err := claim(ctx, d, practice); err != nil {
		return err
	}
	return sandbox.Seed(ctx, d, ring, now)
}
