package db

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"
)

const (
	// maxTries bounds how often InTx runs a function that collides with others.
	maxTries = 5
	// rollbackPatience bounds the wait for a server that no longer answers.
	rollbackPatience = 5 * time.Second
)

// Tx is an open transaction. It lives as long as the function that InTx gave
// it to, and belongs to one goroutine.
type Tx struct {
	db   *DB
	conn *stdlib.Conn
	tx   pgx.Tx
	orm  *bridge // made when GORM is first asked for
}

// InTx runs fn in a Read Committed transaction and commits what it did, or
// nothing at all when it returns an error or panics.
//
// The function may run again: PostgreSQL breaks a deadlock by failing one of
// its transactions, and that one starts over, five times at most. So nothing
// but the database may happen inside, and what fn leaves in outer variables
// must not depend on an earlier run.
func InTx(ctx context.Context, d *DB, fn func(tx *Tx) error) error {
	for try := 1; ; try++ {
		err := once(ctx, d, fn)
		if !collided(err) || try == maxTries {
			return err
		}
		// The jitter keeps those that collided from meeting again.
		wait := time.NewTimer(time.Duration(try)*5*time.Millisecond + rand.N(time.Duration(try)*10*time.Millisecond))
		select {
		case <-ctx.Done():
			wait.Stop()
			return ctx.Err()
		case <-wait.C:
		}
	}
}

// once runs fn in one transaction.
func once(ctx context.Context, d *DB, fn func(tx *Tx) error) error {
	conn, err := d.connector.Connect(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer conn.Close() // back to the pool
	t := &Tx{db: d, conn: conn.(*stdlib.Conn)}
	t.tx, err = t.conn.Conn().Begin(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { t.orm.close() }()
	defer func() {
		// Does nothing after a commit. Also when ctx has ended or fn panics.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackPatience)
		defer cancel()
		_ = t.tx.Rollback(ctx)
	}()
	if err := fn(t); err != nil {
		return err
	}
	if err := t.tx.Commit(ctx); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Gorm is GORM inside the transaction.
func (t *Tx) Gorm() *gorm.DB {
	if t.orm == nil {
		t.orm = newBridge(t.conn)
	}
	return t.orm.on(t.db.gorm)
}

// Query runs one statement inside the transaction. The rows must be closed
// before the next statement.
func (t *Tx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return t.tx.Query(ctx, sql, args...)
}

// QueryRow runs one statement that gives at most one row.
func (t *Tx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return t.tx.QueryRow(ctx, sql, args...)
}

// Exec runs one statement that gives no rows.
func (t *Tx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return t.tx.Exec(ctx, sql, args...)
}

// SendBatch sends several statements in one round trip.
func (t *Tx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return t.tx.SendBatch(ctx, b)
}

// Pgx is the transaction itself, for what is built on pgx (jobs). Whoever gets it
// neither commits nor rolls back.
func (t *Tx) Pgx() pgx.Tx { return t.tx }

// CopyFrom writes many rows at once.
func (t *Tx) CopyFrom(ctx context.Context, table string, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return t.tx.CopyFrom(ctx, pgx.Identifier{table}, columns, rows)
}

// SQLState returns the five characters by which PostgreSQL names the error in
// err's chain, or "".
func SQLState(err error) string {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code
	}
	return ""
}

// Constraint returns the name of the constraint that err says was violated,
// or "".
func Constraint(err error) string {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.ConstraintName
	}
	return ""
}

// collided tells whether the same transaction may well succeed when it runs
// again: serialization_failure or deadlock_detected.
func collided(err error) bool {
	state := SQLState(err)
	return state == "40001" || state == "40P01"
}
