// Package db is the only door to PostgreSQL: one pool that GORM and pgx share,
// one transaction helper, the migrations, and the private server that runs
// when nobody names another.
//
// Stores write gorm.G[row](tx.Gorm()) where speed does not matter and plain
// SQL on Query, QueryRow and Exec where it does; inside a transaction both see
// the same rows. Nothing here knows a noun. What can go wrong comes back as a
// *pgconn.PgError in the chain of the error: [Constraint] and [SQLState] read
// it.
package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"log/slog"
	"runtime"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// Options say how a database is used. The zero value is what serve uses.
type Options struct {
	Log              *slog.Logger  // nil: nothing is logged
	MaxConns         int           // 0: four for each core, 8 to 64
	StatementTimeout time.Duration // 0: 5 s; below 0: none
	LockTimeout      time.Duration // 0: 2 s; below 0: none
	IdleInTx         time.Duration // 0: 10 s; below 0: none
	SlowThreshold    time.Duration // statements that GORM logs; 0: 200 ms
	ApplicationName  string        // "": openbalie
	Tracer           pgx.QueryTracer
}

// DB is a pool of connections. GORM and pgx draw from the same one.
type DB struct {
	pool      *pgxpool.Pool
	connector driver.Connector // gives out the pool's connections, as database/sql wants them
	sql       *sql.DB
	gorm      *gorm.DB
	dsn       string
}

// Q is what a store function needs when it reads inside a transaction or
// outside one: *DB and *Tx are both a Q.
type Q interface {
	Gorm() *gorm.DB
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
	CopyFrom(ctx context.Context, table string, columns []string, rows pgx.CopyFromSource) (int64, error)
}

var (
	_ Q = (*DB)(nil)
	_ Q = (*Tx)(nil)
)

// Open connects to the database that dsn names and waits until it answers.
func Open(ctx context.Context, dsn string, o Options) (*DB, error) {
	conf, err := poolConfig(dsn, o)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, conf)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	sqlDB := stdlib.OpenDBFromPool(pool)
	orm, err := gorm.Open(postgres.New(postgres.Config{Conn: sqlDB}), &gorm.Config{
		// Measured: each of the two halves the throughput of a hot path.
		SkipDefaultTransaction: true,
		PrepareStmt:            false,
		// A translated error has lost the name of its constraint.
		TranslateError:                           false,
		DisableForeignKeyConstraintWhenMigrating: true,
		DisableAutomaticPing:                     true,
		NamingStrategy:                           schema.NamingStrategy{SingularTable: true},
		Logger:                                   slowLog{log: o.Log, threshold: or(o.SlowThreshold, 200*time.Millisecond)},
		NowFunc:                                  func() time.Time { return time.Now().UTC() },
	})
	if err != nil {
		_ = sqlDB.Close()
		pool.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	return &DB{pool: pool, connector: stdlib.GetPoolConnector(pool), sql: sqlDB, gorm: orm, dsn: dsn}, nil
}

// poolConfig turns a DSN and options into the settings of a pool. What the
// DSN says itself (pool_max_conns, statement_timeout …) goes first.
func poolConfig(dsn string, o Options) (*pgxpool.Config, error) {
	conf, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("read database address: %w", err)
	}
	if o.MaxConns > 0 {
		conf.MaxConns = int32(min(o.MaxConns, 1000))
	} else {
		conf.MaxConns = max(conf.MaxConns, int32(min(64, max(8, 4*runtime.NumCPU()))))
	}
	conf.ConnConfig.Tracer = o.Tracer
	conf.MaxConnIdleTime = 10 * time.Minute
	conf.MaxConnLifetime = time.Hour
	conf.MaxConnLifetimeJitter = 10 * time.Minute
	conf.ConnConfig.ConnectTimeout = or(conf.ConnConfig.ConnectTimeout, 5*time.Second)
	for key, value := range map[string]string{
		"application_name":                    or(o.ApplicationName, "openbalie"),
		"timezone":                            "UTC",
		"statement_timeout":                   milliseconds(o.StatementTimeout, 5*time.Second),
		"lock_timeout":                        milliseconds(o.LockTimeout, 2*time.Second),
		"idle_in_transaction_session_timeout": milliseconds(o.IdleInTx, 10*time.Second),
	} {
		if _, given := conf.ConnConfig.RuntimeParams[key]; !given {
			conf.ConnConfig.RuntimeParams[key] = value
		}
	}
	conf.AfterConnect = func(_ context.Context, c *pgx.Conn) error {
		// Instants come back in UTC whatever the machine's zone is.
		c.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID,
			Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return nil
	}
	return conf, nil
}

// Close gives all connections back and waits for those in use.
func (d *DB) Close() {
	_ = d.sql.Close()
	d.pool.Close()
}

// Gorm is GORM on the pool, outside any transaction.
func (d *DB) Gorm() *gorm.DB { return d.gorm }

// Ping asks whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.pool.Ping(ctx) }

// Pool is the pool itself, for what is built on pgx (jobs, metrics).
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// DSN is the address that Open was given.
func (d *DB) DSN() string { return d.dsn }

// Query runs one statement on a connection of the pool.
func (d *DB) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return d.pool.Query(ctx, sql, args...)
}

// QueryRow runs one statement that gives at most one row.
func (d *DB) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return d.pool.QueryRow(ctx, sql, args...)
}

// Exec runs one statement that gives no rows.
func (d *DB) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return d.pool.Exec(ctx, sql, args...)
}

// SendBatch sends several statements in one round trip, as one transaction.
func (d *DB) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return d.pool.SendBatch(ctx, b)
}

// CopyFrom writes many rows at once.
func (d *DB) CopyFrom(ctx context.Context, table string, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return d.pool.CopyFrom(ctx, pgx.Identifier{table}, columns, rows)
}

// NewID mints an id: a UUIDv7, so that ids sort by time and name a partition.
func NewID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

func milliseconds(d, unset time.Duration) string {
	return strconv.FormatInt(max(0, or(d, unset).Milliseconds()), 10)
}

// or is value, or other when value is not set.
func or[T comparable](value, other T) T {
	var unset T
	if value == unset {
		return other
	}
	return value
}
