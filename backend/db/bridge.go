package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"
)

// bridge lets GORM work in a transaction that pgx opened, on the same
// connection. GORM wants database/sql, which wants to own its connections: it
// gets a pool of one, whose connection is the open transaction's and is
// neither reset nor closed.
//
// Most transactions of a hot path never need it, and opening them on pgx takes
// half the time.
type bridge struct {
	pool *sql.DB
	conn *sql.Conn
	err  error
}

// newBridge makes a bridge over a connection.
func newBridge(c *stdlib.Conn) *bridge {
	b := &bridge{pool: sql.OpenDB(borrowed{c})}
	b.conn, b.err = b.pool.Conn(context.Background())
	return b
}

// on gives GORM the transaction, as gorm.DB.Begin does.
func (b *bridge) on(d *gorm.DB) *gorm.DB {
	bound := d.Session(&gorm.Session{NewDB: true, Context: context.Background()})
	bound.Statement.ConnPool = &openTx{b.conn}
	if b.err != nil {
		_ = bound.AddError(b.err)
	}
	return bound
}

func (b *bridge) close() {
	if b == nil {
		return
	}
	if b.conn != nil {
		_ = b.conn.Close()
	}
	_ = b.pool.Close()
}

// openTx is what GORM sees: statements, and a transaction that is open
// already, so that GORM nests by savepoints and never ends it.
type openTx struct{ conn *sql.Conn }

var (
	_ gorm.ConnPool    = (*openTx)(nil)
	_ gorm.TxCommitter = (*openTx)(nil)

	errNotYours = errors.New("db.InTx ends the transaction")
)

func (o *openTx) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return o.conn.PrepareContext(ctx, query)
}

func (o *openTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return o.conn.ExecContext(ctx, query, args...)
}

func (o *openTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return o.conn.QueryContext(ctx, query, args...)
}

func (o *openTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return o.conn.QueryRowContext(ctx, query, args...)
}

func (*openTx) Commit() error   { return errNotYours }
func (*openTx) Rollback() error { return errNotYours }

// borrowed hands one connection to database/sql.
type borrowed struct{ *stdlib.Conn }

func (b borrowed) Connect(context.Context) (driver.Conn, error) { return b, nil }
func (b borrowed) Driver() driver.Driver                        { return stdlib.GetDefaultDriver() }

// Close leaves the connection to InTx.
func (borrowed) Close() error { return nil }

// ResetSession leaves it as it is: in the middle of a transaction.
func (borrowed) ResetSession(context.Context) error { return nil }
