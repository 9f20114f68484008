package db_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		runChild(dir)
	}
	dbtest.Main(m)
}

// note is a row type for a table that only these tests have.
type note struct {
	ID   int
	Body string
	At   *time.Time
}

// notes returns a database with a table of notes.
func notes(t *testing.T) *db.DB {
	t.Helper()
	d := dbtest.New(t)
	if _, err := d.Exec(t.Context(), "CREATE TABLE note (id integer CONSTRAINT note_id PRIMARY KEY, body text NOT NULL, at timestamptz)"); err != nil {
		t.Fatal(err)
	}
	return d
}

func count(t *testing.T, q db.Q) int {
	t.Helper()
	var n int
	if err := q.QueryRow(t.Context(), "SELECT count(*) FROM note").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestGormAndPgxSeeTheSameUncommittedRow(t *testing.T) {
	t.Parallel()
	d := notes(t)
	ctx := t.Context()
	err := db.InTx(ctx, d, func(tx *db.Tx) error {
		if err := gorm.G[note](tx.Gorm()).Create(ctx, &note{ID: 1, Body: "by gorm"}); err != nil {
			return err
		}
		var body string
		if err := tx.QueryRow(ctx, "SELECT body FROM note WHERE id = 1").Scan(&body); err != nil || body != "by gorm" {
			t.Errorf("pgx reads %q, %v", body, err)
		}
		if _, err := tx.Exec(ctx, "INSERT INTO note VALUES (2, 'by pgx')"); err != nil {
			return err
		}
		read, err := gorm.G[note](tx.Gorm()).Where("id = ?", 2).Take(ctx)
		if err != nil || read.Body != "by pgx" {
			t.Errorf("gorm reads %q, %v", read.Body, err)
		}
		if n := count(t, d); n != 0 {
			t.Errorf("outside the transaction %d rows are seen", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, d); n != 2 {
		t.Errorf("after commit there are %d rows, want 2", n)
	}
}

func TestGormNestsBySavepointsAndCannotEndTheTransaction(t *testing.T) {
	t.Parallel()
	d := notes(t)
	ctx := t.Context()
	err := db.InTx(ctx, d, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO note VALUES (1, '')"); err != nil {
			return err
		}
		inner := tx.Gorm().Transaction(func(nested *gorm.DB) error {
			return gorm.G[note](nested).Create(ctx, &note{ID: 1})
		})
		if db.Constraint(inner) != "note_id" {
			t.Errorf("nested: %v, want the violated constraint", inner)
		}
		for name, err := range map[string]error{
			"Commit": tx.Gorm().Commit().Error, "Rollback": tx.Gorm().Rollback().Error, "Begin": tx.Gorm().Begin().Error,
		} {
			if err == nil {
				t.Errorf("GORM's %s went through", name)
			}
		}
		// The outer transaction lives on.
		return gorm.G[note](tx.Gorm()).Create(ctx, &note{ID: 2})
	})
	if n := count(t, d); err != nil || n != 2 {
		t.Errorf("%d rows, %v; want 2", n, err)
	}
}

func TestInTxKeepsNothingOfWhatFails(t *testing.T) {
	t.Parallel()
	d := notes(t)
	broken := errors.New("broken")
	write := func(tx *db.Tx) {
		if _, err := tx.Exec(t.Context(), "INSERT INTO note VALUES (1, '')"); err != nil {
			t.Error(err)
		}
	}

	err := db.InTx(t.Context(), d, func(tx *db.Tx) error { write(tx); return broken })
	if !errors.Is(err, broken) {
		t.Errorf("error = %v, want the function's own", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = db.InTx(t.Context(), d, func(tx *db.Tx) error { write(tx); panic("oh") })
	}()
	ctx, cancel := context.WithCancel(t.Context())
	err = db.InTx(ctx, d, func(tx *db.Tx) error { write(tx); cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want canceled", err)
	}
	if n := count(t, d); n != 0 {
		t.Errorf("%d rows were kept", n)
	}
	if used := d.Pool().Stat().AcquiredConns(); used != 0 {
		t.Errorf("%d connections were not given back", used)
	}
}

func TestInTxReportsACommitThatFails(t *testing.T) {
	t.Parallel()
	d := notes(t)
	err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
		// A statement that failed makes the whole transaction fail, even for
		// a function that looks away.
		_, _ = tx.Exec(t.Context(), "SELECT 1/0")
		return nil
	})
	if err == nil {
		t.Error("a transaction that could not commit was reported as done")
	}
	_, err = d.Exec(t.Context(), `ALTER TABLE note ADD CONSTRAINT late UNIQUE (body) DEFERRABLE INITIALLY DEFERRED`)
	if err != nil {
		t.Fatal(err)
	}
	err = db.InTx(t.Context(), d, func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), "INSERT INTO note VALUES (1, 'a'), (2, 'a')")
		return err
	})
	if got := db.Constraint(err); got != "late" {
		t.Errorf("Constraint(%v) = %q, want late", err, got)
	}
}

func TestInTxRunsAgainAfterACollision(t *testing.T) {
	t.Parallel()
	d := notes(t)
	for state, raise := range map[string]string{
		"40001": "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$",
		"40P01": "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$",
	} {
		tries := 0
		err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
			tries++
			if tries == 3 {
				return nil
			}
			_, err := tx.Exec(t.Context(), raise)
			return err
		})
		if err != nil || tries != 3 {
			t.Errorf("%s: %d tries, %v; want 3 tries", state, tries, err)
		}
		tries = 0
		err = db.InTx(t.Context(), d, func(tx *db.Tx) error {
			tries++
			_, err := tx.Exec(t.Context(), raise)
			return err
		})
		if db.SQLState(err) != state || tries != 5 {
			t.Errorf("%s: gave up after %d tries with %v; want 5 tries", state, tries, err)
		}
	}
}

func TestInTxSurvivesARealDeadlock(t *testing.T) {
	t.Parallel()
	d := notes(t)
	if _, err := d.Exec(t.Context(), "INSERT INTO note VALUES (1, ''), (2, '')"); err != nil {
		t.Fatal(err)
	}
	var both sync.WaitGroup
	both.Add(2)
	meet := func() func() {
		var once sync.Once
		return func() { once.Do(func() { both.Done(); both.Wait() }) }
	}
	update := func(first, second int) error {
		wait := meet()
		return db.InTx(t.Context(), d, func(tx *db.Tx) error {
			if _, err := tx.Exec(t.Context(), "UPDATE note SET body = body || 'x' WHERE id = $1", first); err != nil {
				return err
			}
			wait()
			_, err := tx.Exec(t.Context(), "UPDATE note SET body = body || 'x' WHERE id = $1", second)
			return err
		})
	}
	// The lock timeout of 2 s is longer than the deadlock timeout of 1 s, so
	// a deadlock is told as one.
	errs := make(chan error, 2)
	go func() { errs <- update(1, 2) }()
	go func() { errs <- update(2, 1) }()
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	var bodies string
	if err := d.QueryRow(t.Context(), "SELECT string_agg(body, ',') FROM note").Scan(&bodies); err != nil || bodies != "xx,xx" {
		t.Errorf("bodies = %q, %v; want each updated twice", bodies, err)
	}
}

func TestAWaitForALockEndsWithItsContext(t *testing.T) {
	t.Parallel()
	d := notes(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	begin := time.Now()
	err := db.InTx(ctx, d, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "SELECT pg_sleep(60)")
		return err
	})
	if err == nil || time.Since(begin) > 30*time.Second {
		t.Errorf("took %v and returned %v", time.Since(begin), err)
	}
	if err := d.Ping(t.Context()); err != nil {
		t.Errorf("the pool did not recover: %v", err)
	}
}

func TestConstraintNamesWhatWasViolated(t *testing.T) {
	t.Parallel()
	d := notes(t)
	ctx := t.Context()
	if err := gorm.G[note](d.Gorm()).Create(ctx, &note{ID: 1}); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"gorm": gorm.G[note](d.Gorm()).Create(ctx, &note{ID: 1}),
		"pgx":  func() error { _, err := d.Exec(ctx, "INSERT INTO note VALUES (1, '')"); return err }(),
	} {
		if db.Constraint(err) != "note_id" || db.SQLState(err) != "23505" {
			t.Errorf("%s: constraint %q, state %q", name, db.Constraint(err), db.SQLState(err))
		}
	}
	if db.Constraint(errors.New("other")) != "" || db.SQLState(nil) != "" {
		t.Error("an error that is not PostgreSQL's has a state")
	}
}

func TestASessionHasLimitsAndUTC(t *testing.T) {
	t.Parallel()
	d := notes(t)
	for setting, want := range map[string]string{
		"statement_timeout": "5s", "lock_timeout": "2s", "idle_in_transaction_session_timeout": "10s",
		"TimeZone": "UTC", "transaction_isolation": "read committed",
	} {
		var got string
		if err := d.QueryRow(t.Context(), "SELECT current_setting($1)", setting).Scan(&got); err != nil || got != want {
			t.Errorf("%s = %q, %v; want %q", setting, got, err, want)
		}
	}
	at := time.Date(2026, 3, 29, 1, 30, 0, 0, time.FixedZone("", 7200))
	if err := gorm.G[note](d.Gorm()).Create(t.Context(), &note{ID: 1, At: &at}); err != nil {
		t.Fatal(err)
	}
	var pgx time.Time
	if err := d.QueryRow(t.Context(), "SELECT at FROM note").Scan(&pgx); err != nil {
		t.Fatal(err)
	}
	read, err := gorm.G[note](d.Gorm()).Take(t.Context())
	if err != nil || !pgx.Equal(at) || pgx.Location() != time.UTC || !read.At.Equal(at) || read.At.Location() != time.UTC {
		t.Errorf("instants come back as %v and %v, %v; want %v in UTC", pgx, read.At, err, at)
	}
}

func TestASlowStatementIsLoggedWithoutItsValues(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	d, err := db.Open(t.Context(), notes(t).DSN(), db.Options{
		Log: slog.New(slog.NewTextHandler(&log, nil)), SlowThreshold: time.Nanosecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	_, _ = gorm.G[note](d.Gorm()).Where("body = ?", "93051822361").Find(t.Context())
	_ = gorm.G[note](d.Gorm()).Create(t.Context(), &note{Body: "93051822361"})
	if text := log.String(); !strings.Contains(text, "Slow statement") || strings.Contains(text, "93051822361") {
		t.Errorf("log = %s", text)
	}
}

func TestOpenSaysSoWhenNobodyAnswers(t *testing.T) {
	t.Parallel()
	if _, err := db.Open(t.Context(), "postgres://nobody@127.0.0.1:1/x", db.Options{}); err == nil {
		t.Error("opened a database that is not there")
	}
}

func TestIDsSortByTime(t *testing.T) {
	t.Parallel()
	last := db.NewID()
	for range 1000 {
		next := db.NewID()
		if next.Version() != 7 || bytes.Compare(last[:], next[:]) >= 0 {
			t.Fatalf("%v then %v", last, next)
		}
		last = next
	}
}
