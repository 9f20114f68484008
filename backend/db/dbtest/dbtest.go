// Package dbtest gives each test a real PostgreSQL database of its own.
//
// Each test process runs one private server on a copy of a prepared cluster,
// which holds a migrated database; a test's database is cloned from that one.
// The prepared cluster is kept in the system's folder for temporary files and
// made anew when a migration, the month or PostgreSQL changes. Processes share
// nothing but that folder, so packages run side by side; the system stops a
// server when its test process ends, however it ends, and the next process
// sweeps up the files.
//
// The servers do not sync to disk. A test of what survives a crash starts
// [db.Private] itself.
package dbtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
)

var (
	first   sync.Once
	process *running
	failure error
	counter atomic.Int64
)

// Main runs a package's tests and leaves nothing behind: call it from
// TestMain. Without it the next test process sweeps up. What is to be said of
// all tests together is checked when none failed.
func Main(m *testing.M, together ...func() error) {
	code := m.Run()
	for _, check := range together {
		if code != 0 {
			break
		}
		if err := check(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	if process != nil {
		process.stop()
	}
	os.Exit(code)
}

// New returns an empty, migrated database that is dropped when tb ends.
func New(tb testing.TB) *db.DB {
	tb.Helper()
	return clone(tb, server(tb), template)
}

// A Template is a database that many tests begin with. It is made once in a test
// process, when the first test asks for it.
type Template struct {
	prepare func(context.Context, *db.DB) error
	made    sync.Once
	name    string
	err     error
}

// NewTemplate returns a template that prepare fills.
func NewTemplate(prepare func(context.Context, *db.DB) error) *Template {
	return &Template{prepare: prepare}
}

// New returns a copy of the template that is dropped when tb ends.
func (t *Template) New(tb testing.TB) *db.DB {
	tb.Helper()
	r := server(tb)
	t.made.Do(func() {
		t.name = fmt.Sprintf("prepared%d", counter.Add(1))
		t.err = t.make(context.Background(), r)
	})
	if t.err != nil {
		tb.Fatalf("make a template: %v", t.err)
	}
	return clone(tb, r, t.name)
}

func (t *Template) make(ctx context.Context, r *running) error {
	if err := r.admin(ctx, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY FILE_COPY", t.name, template)); err != nil {
		return err
	}
	d, err := db.Open(ctx, r.dsn(t.name), db.Options{StatementTimeout: -1, ApplicationName: "dbtest"})
	if err != nil {
		return err
	}
	defer d.Close() // nobody may be connected to what is copied
	return t.prepare(ctx, d)
}

func clone(tb testing.TB, r *running, from string) *db.DB {
	tb.Helper()
	name := fmt.Sprintf("t%d", counter.Add(1))
	ctx := context.Background()
	if err := r.admin(ctx, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY FILE_COPY", name, from)); err != nil {
		tb.Fatalf("make test database: %v", err)
	}
	d, err := db.Open(ctx, r.dsn(name), db.Options{MaxConns: 16, ApplicationName: "dbtest"})
	if err != nil {
		tb.Fatalf("open test database: %v", err)
	}
	tb.Cleanup(func() {
		d.Close()
		if err := r.admin(ctx, fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", name)); err != nil {
			tb.Errorf("drop test database: %v", err)
		}
	})
	return d
}

// server starts the process's server with the first test that needs it.
func server(tb testing.TB) *running {
	tb.Helper()
	first.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		process, failure = start(ctx, time.Now())
	})
	if failure != nil {
		if errors.Is(failure, db.ErrNoPostgres) && os.Getenv("CI") == "" {
			tb.Skipf("needs PostgreSQL: %v", failure)
		}
		tb.Fatalf("start test server: %v", failure)
	}
	return process
}

// admin runs a statement beside all test databases.
func (r *running) admin(ctx context.Context, statement string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conn == nil {
		conn, err := pgx.Connect(ctx, r.dsn("postgres"))
		if err != nil {
			return err
		}
		r.conn = conn
	}
	_, err := r.conn.Exec(ctx, statement)
	return err
}
