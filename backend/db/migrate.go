package db

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var embedded embed.FS

// Errors of SchemaCheck. The first is solved by openbalie migrate, the second
// by a newer openbalie.
var (
	ErrSchemaOld = errors.New("the database is older than this program: run openbalie migrate")
	ErrSchemaNew = errors.New("the database is newer than this program: start a newer openbalie")
)

// migrationTimeout bounds one statement of a migration.
const migrationTimeout = 15 * time.Minute

// Migrations are the files that Migrate applies, in order.
func Migrations() fs.FS {
	files, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return files
}

// Migrate brings the schema to what this program knows. It only goes forward,
// waits for another process that is migrating, and refuses a schema that is
// newer than it knows.
func Migrate(ctx context.Context, d *DB) error {
	return withProvider(ctx, d, func(p *goose.Provider) error {
		if err := check(ctx, p); err != nil && !errors.Is(err, ErrSchemaOld) {
			return err
		}
		if _, err := p.Up(ctx); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		return nil
	})
}

// SchemaCheck tells whether the schema is the one this program knows:
// ErrSchemaOld or ErrSchemaNew when it is not.
func SchemaCheck(ctx context.Context, d *DB) error {
	return withProvider(ctx, d, func(p *goose.Provider) error { return check(ctx, p) })
}

// SchemaVersion returns the version of the schema in the database and the one
// that this program knows.
func SchemaVersion(ctx context.Context, d *DB) (has, knows int64, err error) {
	err = withProvider(ctx, d, func(p *goose.Provider) error {
		has, knows, err = p.GetVersions(ctx)
		return err
	})
	return has, knows, err
}

func check(ctx context.Context, p *goose.Provider) error {
	has, knows, err := p.GetVersions(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("read schema version: %w", err)
	case has < knows:
		return fmt.Errorf("%w (has %d, needs %d)", ErrSchemaOld, has, knows)
	case has > knows:
		return fmt.Errorf("%w (has %d, knows %d)", ErrSchemaNew, has, knows)
	}
	return nil
}

// withProvider runs fn with goose on connections of its own, on which a
// statement may take as long as a migration needs.
func withProvider(ctx context.Context, d *DB, fn func(*goose.Provider) error) error {
	conf, err := poolConfig(d.dsn, Options{
		MaxConns: 2, StatementTimeout: migrationTimeout, IdleInTx: migrationTimeout, ApplicationName: "openbalie migrate",
	})
	if err != nil {
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, conf)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer pool.Close()
	sqlDB := stdlib.OpenDBFromPool(pool)
	defer sqlDB.Close()
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, sqlDB, Migrations(),
		goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true), goose.WithTableName("schema_migration"))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return fn(p)
}

// EnsurePartitions makes the monthly partitions of the append-only tables from
// the month before now until three months after. It is called at start and
// each day; partitions that are there stay as they are.
func EnsurePartitions(ctx context.Context, d *DB, now time.Time) error {
	_, err := d.Exec(ctx, `
		SELECT ensure_month(parent, (date_trunc('month', $1::date) + make_interval(months => n))::date)
		  FROM unnest(ARRAY['transfer', 'audit']) AS parent, generate_series(-1, 3) AS n
		 ORDER BY parent, n`, now.UTC())
	if err != nil {
		return fmt.Errorf("make partitions: %w", err)
	}
	return nil
}
