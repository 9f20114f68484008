package db_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestTheSchemaSnapshotIsUpToDate(t *testing.T) {
	t.Parallel()
	golden(t, "schema.sql", dbtest.Schema(t, dbtest.New(t)))
}

// A migration that was merged has run somewhere: it is never changed, a new
// one follows it.
func TestMergedMigrationsAreNotChanged(t *testing.T) {
	t.Parallel()
	var sums strings.Builder
	err := fs.WalkDir(db.Migrations(), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(db.Migrations(), path)
		sum := sha256.Sum256(text)
		fmt.Fprintf(&sums, "%s  %s\n", hex.EncodeToString(sum[:]), path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "migrations.sum", sums.String())
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-file +now); if that is meant, run with -update:\n%s", path, diff)
	}
}

// empty returns a database without a schema.
func empty(t *testing.T) *db.DB {
	t.Helper()
	d := dbtest.New(t)
	if _, err := d.Exec(t.Context(), "DROP SCHEMA public CASCADE"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Exec(t.Context(), "CREATE SCHEMA public"); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestProcessesThatMigrateAtOnceWaitForEachOther(t *testing.T) {
	t.Parallel()
	d := empty(t)
	if err := db.SchemaCheck(t.Context(), d); !errors.Is(err, db.ErrSchemaOld) {
		t.Errorf("an empty database gives %v, want ErrSchemaOld", err)
	}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if err := db.Migrate(t.Context(), d); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := db.SchemaCheck(t.Context(), d); err != nil {
		t.Error(err)
	}
}

func TestASchemaFromTheFutureIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	if _, err := d.Exec(t.Context(), "INSERT INTO schema_migration (version_id, is_applied) VALUES (9999, true)"); err != nil {
		t.Fatal(err)
	}
	if err := db.SchemaCheck(t.Context(), d); !errors.Is(err, db.ErrSchemaNew) {
		t.Errorf("SchemaCheck = %v, want ErrSchemaNew", err)
	}
	if err := db.Migrate(t.Context(), d); !errors.Is(err, db.ErrSchemaNew) {
		t.Errorf("Migrate = %v, want ErrSchemaNew", err)
	}
	has, knows, err := db.SchemaVersion(t.Context(), d)
	if has != 9999 || knows == 0 || err != nil {
		t.Errorf("SchemaVersion = %d, %d, %v", has, knows, err)
	}
}

func TestPartitionsReachFromLastMonthToThreeAhead(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	partitions := func() (list []string) {
		rows, err := d.Query(t.Context(), "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent IN ('transfer'::regclass, 'audit'::regclass) AND inhrelid::regclass::text > 'audit_2030' ORDER BY 1")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(name, "audit") || name > "transfer_2030" {
				list = append(list, name)
			}
		}
		return list
	}
	// Still the old year in UTC.
	now := time.Date(2031, 1, 1, 0, 30, 0, 0, time.FixedZone("", 3600))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := db.EnsurePartitions(t.Context(), d, now); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	want := []string{
		"audit_203011", "audit_203012", "audit_203101", "audit_203102", "audit_203103",
		"transfer_203011", "transfer_203012", "transfer_203101", "transfer_203102", "transfer_203103",
	}
	if diff := cmp.Diff(want, partitions()); diff != "" {
		t.Error(diff)
	}
}

func TestAppendOnlyRowsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ctx := t.Context()
	id := db.NewID()
	if _, err := d.Exec(ctx, "INSERT INTO audit (id, at, actor_kind, actor_id, action) VALUES ($1, now(), 'PERSON', 'x', 'TEST')", id); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"UPDATE audit SET action = 'OTHER' WHERE id = $1", "DELETE FROM audit WHERE id = $1"} {
		if _, err := d.Exec(ctx, statement, id); db.SQLState(err) != "23001" {
			t.Errorf("%s: %v, want a refusal", statement, err)
		}
	}
	// An id from a month without a partition, such as a replay from long ago.
	if _, err := d.Exec(ctx, "INSERT INTO audit (id, at, actor_kind, actor_id, action) VALUES (uuid_floor('2020-01-01Z'), now(), 'PERSON', 'x', 'TEST')"); db.SQLState(err) != "23514" {
		t.Errorf("an id from 2020: %v, want a refusal", err)
	}
}

// The ledger verifier finds each kind of fault, and nothing in a sound ledger.
func TestLedgerFaultFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ctx := t.Context()
	holder, organizer, act := db.NewID(), db.NewID(), db.NewID()
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := d.Exec(ctx, sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	faults := func() string {
		t.Helper()
		var all string
		if err := d.QueryRow(ctx, "SELECT coalesce(string_agg(what, ' ' ORDER BY what), '') FROM ledger_fault").Scan(&all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	exec("INSERT INTO account (id, owner_kind, unit, derived) VALUES ($1, 'ORGANIZER', 'POINT', true)", organizer)
	exec("INSERT INTO account (id, owner_kind, unit, posted_in) VALUES ($1, 'PASSHOLDER', 'POINT', 2)", holder)
	exec(`INSERT INTO transfer (id, occurred_at, card_system_id, debit_id, credit_id, amount, unit, code, group_id)
	      VALUES ($1, now(), 1, $2, $3, 2, 'POINT', 1, $4)`, db.NewID(), organizer, holder, act)
	exec(`INSERT INTO checkin (id, passholder_id, activity_id, organizer_id, card_system_id, uitpas_number, points, period, occurred_at, channel)
	      VALUES ($1, $2, 'a', 'o', 1, '', 2, '[2026-11-22,2026-11-23)', now(), 'API')`, act, holder)
	exec("INSERT INTO usage_counter (subject, rule, period, used, max) VALUES ($1, 'checkin:a', '[2026-11-22,2026-11-23)', 1, 1)", holder)
	if got := faults(); got != "" {
		t.Fatalf("a sound ledger has faults: %s", got)
	}
	for want, sql := range map[string]string{
		"balance":       "UPDATE account SET posted_in = 3 WHERE NOT derived",
		"overdraft":     "UPDATE account SET overdraft = 1 WHERE NOT derived",
		"limit":         "DELETE FROM usage_counter",
		"checkin":       "UPDATE checkin SET points = 1",
		"checkin limit": "DELETE FROM checkin",
		"orphan":        "DELETE FROM account WHERE derived",
	} {
		err := db.InTx(ctx, d, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
			var got string
			if err := tx.QueryRow(ctx, "SELECT coalesce(string_agg(what, ' ' ORDER BY what), '') FROM ledger_fault").Scan(&got); err != nil {
				return err
			}
			if got != want {
				t.Errorf("after %q the faults are %q, want %q", sql, got, want)
			}
			return errors.New("undo")
		})
		if err == nil || err.Error() != "undo" {
			t.Error(err)
		}
	}
}
