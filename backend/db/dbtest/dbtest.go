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
	serverOnce sync.Once
	serverRun  *running
	serverErr  error
	counter    atomic.Int64
)

// Main runs a package's tests and leaves nothing behind: call it from
// TestMain. Without it the next test process sweeps up.
func Main(m *testing.M) {
	code := m.Run()
	if serverRun != nil {
		serverRun.stop()
	}
	os.Exit(code)
}

// New returns an empty, migrated database that is dropped when t ends.
func New(t testing.TB) *db.DB {
	t.Helper()
	r := server(t)
	name := fmt.Sprintf("t%d", counter.Add(1))
	ctx := context.Background()
	if err := r.admin(ctx, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY FILE_COPY", name, template)); err != nil {
		t.Fatalf("make test database: %v", err)
	}
	d, err := db.Open(ctx, r.dsn(name), db.Options{MaxConns: 16, ApplicationName: "dbtest"})
	if err != nil {
		t.Fatalf("open test database: %v", err)
	}
	t.Cleanup(func() {
		d.Close()
		if err := r.admin(ctx, fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", name)); err != nil {
			t.Errorf("drop test database: %v", err)
		}
	})
	return d
}

// server starts the process's server with the first test that needs it.
func server(t testing.TB) *running {
	t.Helper()
	serverOnce.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		serverRun, serverErr = start(ctx, time.Now())
	})
	if serverErr != nil {
		if errors.Is(serverErr, db.ErrNoPostgres) && os.Getenv("CI") == "" {
			t.Skipf("needs PostgreSQL: %v", serverErr)
		}
		t.Fatalf("start test server: %v", serverErr)
	}
	return serverRun
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
