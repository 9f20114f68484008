package audit_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/who"
)

// old puts rows of an hour ago into the log, some seconds on.
const old = `INSERT INTO audit (id, at, actor_kind, actor_id, action, subject_id, detail)
	SELECT (substr(uuid_floor(now() - interval '1 hour' + make_interval(secs => $1 + n))::text, 1, 14) || '7000-8000-000000000000')::uuid,
	       now(), 'PERSON', 'u1', 'card.blocked', 'c' || n, '{"reason": "LOST"}' FROM generate_series(1, $2::int) n`

func write(t *testing.T, d *db.DB, after, n int) {
	t.Helper()
	exec(t, d, old, after, n)
}

func exec(t *testing.T, d *db.DB, sql string, args ...any) {
	t.Helper()
	if _, err := d.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// behind does what a trigger forbids, as somebody who owns the database may.
func behind(t *testing.T, d *db.DB, sql string) {
	t.Helper()
	err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
		for _, s := range []string{`SET LOCAL session_replication_role = replica`, sql} {
			if _, err := tx.Exec(t.Context(), s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func seal(t *testing.T, d *db.DB) audit.Seal {
	t.Helper()
	s, err := audit.Sealer{DB: d, Margin: audit.Margin}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func verify(t *testing.T, d *db.DB) (audit.Report, []string) {
	t.Helper()
	r, err := audit.Verify(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	var faults []string
	for _, f := range r.Faults {
		faults = append(faults, fmt.Sprint(f.Seal.Number, " ", f.Kind))
	}
	return r, faults
}

// sealed has three batches of five rows.
func sealed(t *testing.T) *db.DB {
	t.Helper()
	d := dbtest.New(t)
	for i := range 3 {
		write(t, d, 10*i, 5)
		sealUpTo(t, d, 10*i+6)
	}
	return d
}

// sealUpTo seals rows that were written until some seconds into the hour.
func sealUpTo(t *testing.T, d *db.DB, second int) {
	t.Helper()
	_, err := audit.Sealer{DB: d, Margin: time.Hour - time.Duration(second)*time.Second}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatWasDoneToSealedRowsShows(t *testing.T) {
	t.Parallel()
	const third = `(SELECT id FROM audit ORDER BY id OFFSET 6 LIMIT 1)` // of the second batch
	for name, test := range map[string]struct {
		sql  string
		want []string
	}{
		"nothing":             {`SELECT 1`, nil},
		"a row changed":       {`UPDATE audit SET actor_id = 'u2' WHERE id = ` + third, []string{"2 changed"}},
		"its detail changed":  {`UPDATE audit SET detail = NULL WHERE id = ` + third, []string{"2 changed"}},
		"fields swapped":      {`UPDATE audit SET actor_id = '', subject_kind = 'u1' WHERE id = ` + third, []string{"2 changed"}},
		"a row deleted":       {`DELETE FROM audit WHERE id = ` + third, []string{"2 missing"}},
		"a row moved":         {`UPDATE audit SET id = (SELECT (substr(max(id::text), 1, 35) || '1')::uuid FROM audit) WHERE id = ` + third, []string{"2 missing", "3 added"}},
		"the order changed":   {`UPDATE audit SET id = (substr(id::text, 1, 14) || CASE WHEN subject_id = 'c1' THEN '7000-8000-000000000001' ELSE '7000-8000-000000000002' END)::uuid WHERE id = ` + third, []string{"2 changed"}},
		"a row added":         {`INSERT INTO audit (id, at, actor_kind, actor_id, action) SELECT (substr(id::text, 1, 35) || '1')::uuid, at, 'PERSON', 'u9', action FROM audit WHERE id = ` + third, []string{"2 added"}},
		"a seal changed":      {`UPDATE audit_seal SET row_count = 4 WHERE number = 2`, []string{"2 forged", "2 added"}},
		"a seal taken out":    {`DELETE FROM audit_seal WHERE number = 2`, []string{"3 unlinked"}},
		"the first taken out": {`DELETE FROM audit_seal WHERE number = 1`, []string{"2 unlinked"}},
		"a seal made anew":    {`UPDATE audit_seal SET hash = sha256('x') WHERE number = 2`, []string{"2 forged", "3 unlinked"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := sealed(t)
			if r, faults := verify(t, d); faults != nil || r.Seals != 3 || r.Rows != 15 {
				t.Fatalf("before: %+v", r)
			}
			behind(t, d, test.sql)
			_, faults := verify(t, d)
			if diff := cmp.Diff(test.want, faults); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestSealsNeverChange(t *testing.T) {
	t.Parallel()
	d := sealed(t)
	for _, sql := range []string{`UPDATE audit_seal SET row_count = 1`, `DELETE FROM audit_seal`} {
		if _, err := d.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s went through", sql)
		}
	}
}

func TestAChainMadeAnewIsKnownByAHashThatWasKept(t *testing.T) {
	t.Parallel()
	d := sealed(t)
	r, _ := verify(t, d)
	behind(t, d, `DELETE FROM audit_seal`)
	behind(t, d, `UPDATE audit SET actor_id = 'u2'`)
	seal(t, d)
	if _, faults := verify(t, d); faults != nil {
		t.Fatal(faults)
	}
	if has, err := audit.Has(t.Context(), d, r.Last.Hash.String()); err != nil || has {
		t.Errorf("the old hash is still there: %v", err)
	}
}

// A transaction that wrote before it was sealed and commits after it.
func TestAnOpenTransactionHoldsTheSealBack(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	at := audit.Sealer{DB: d}
	by := who.Program("test")
	record := func(tx *db.Tx) error {
		return audit.Record(t.Context(), tx, by, audit.Entry{Action: "a.b"})
	}
	err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
		if err := record(tx); err != nil {
			return err
		}
		if err := db.InTx(t.Context(), d, record); err != nil { // later, and committed
			return err
		}
		if s, err := at.Run(t.Context()); err != nil || s.Number != 0 {
			return fmt.Errorf("sealed past an open transaction: %+v, %w", s, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := at.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r, faults := verify(t, d); faults != nil || r.Rows != 2 {
		t.Errorf("%d rows, %v", r.Rows, faults)
	}
}

// Two replicas seal while four write: nothing is left out, nothing is in twice.
func TestTwoReplicasSealWhileOthersWrite(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ctx, stop := context.WithCancel(t.Context())
	var writers, sealers sync.WaitGroup
	for range 2 {
		sealers.Go(func() {
			for ctx.Err() == nil {
				if _, err := (audit.Sealer{DB: d}).Run(t.Context()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	const each = 40
	for range 4 {
		writers.Go(func() {
			for range each {
				err := db.InTx(t.Context(), d, func(tx *db.Tx) error {
					// With a margin of nothing the transaction must have an id before its row has.
					if _, err := tx.Exec(t.Context(), `SELECT pg_current_xact_id()`); err != nil {
						return err
					}
					return audit.Record(t.Context(), tx, who.Program("test"), audit.Entry{Action: "a.b"})
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	stop()
	sealers.Wait()
	// An id may be a moment ahead of the clock, where many are made in one.
	for end := time.Now().Add(30 * time.Second); ; {
		if _, err := (audit.Sealer{DB: d}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		r, faults := verify(t, d)
		if faults != nil {
			t.Fatal(faults)
		}
		if r.Rows == 4*each {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d rows are sealed", r.Rows)
		}
	}
}

func TestAProgramThatDiesGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	write(t, d, 0, 1200)
	exec(t, d, `INSERT INTO audit (id, at, actor_kind, actor_id, action)
		SELECT (substr(uuid_floor(now() - interval '30 minutes')::text, 1, 14) || '7000-8000-' || lpad(n::text, 12, '0'))::uuid, now(), 'SYSTEM', 'x', 'a.b'
		  FROM generate_series(1, 9000) n`)
	exec(t, d, `CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'died'; END $$`)
	exec(t, d, `CREATE TRIGGER dies BEFORE INSERT ON audit_seal FOR EACH ROW WHEN (NEW.number = 2) EXECUTE FUNCTION dies()`)
	if _, err := (audit.Sealer{DB: d, Margin: audit.Margin}).Run(t.Context()); err == nil {
		t.Fatal("it did not die")
	}
	if r, faults := verify(t, d); faults != nil || r.Seals != 1 || r.Rows != 5000 {
		t.Fatalf("after it died: %+v", r)
	}
	exec(t, d, `DROP TRIGGER dies ON audit_seal`)
	seal(t, d)
	if r, faults := verify(t, d); faults != nil || r.Rows != 10200 || r.Seals < 3 {
		t.Errorf("%d seals, %d rows, %v", r.Seals, r.Rows, faults)
	}
	if again := seal(t, d); again.Number != 0 {
		t.Errorf("sealed nothing as %d", again.Number)
	}
}

// A month that has had its time is dropped as a table; the chain stands.
func TestADroppedMonthLeavesItsSeals(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	for _, month := range []string{"2025-01", "2025-02", "2025-04"} {
		exec(t, d, `SELECT ensure_month('audit', ($1 || '-01')::date)`, month)
		exec(t, d, `INSERT INTO audit (id, at, actor_kind, actor_id, action)
			SELECT uuid_floor(($1 || '-20')::date + make_interval(secs => n)), now(), 'SYSTEM', 'x', 'a.b' FROM generate_series(1, 3) n`, month)
	}
	exec(t, d, `INSERT INTO audit (id, at, actor_kind, actor_id, action) VALUES (uuid_floor(timestamptz '2025-02-01Z'), now(), 'SYSTEM', 'x', 'a.b')`)
	seal(t, d)
	r, faults := verify(t, d)
	if faults != nil || r.Rows != 10 || r.Gone != nil {
		t.Fatalf("%+v", r)
	}
	exec(t, d, `DROP TABLE audit_202501`)
	r, faults = verify(t, d)
	if faults != nil || r.Rows != 7 || len(r.Gone) != 1 || r.Gone[0] != "202501" {
		t.Errorf("%+v", r)
	}
	behind(t, d, `DELETE FROM audit_202502`)
	if _, faults = verify(t, d); len(faults) != 1 || !strings.HasSuffix(faults[0], "missing") {
		t.Errorf("an emptied month: %v", faults)
	}
}

func TestTheAgeOfTheOldestRowWithoutASeal(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	age := func() time.Duration {
		t.Helper()
		a, err := audit.Unsealed(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	if a := age(); a != 0 {
		t.Errorf("without rows: %s", a)
	}
	write(t, d, 0, 1)
	if a := age(); a < 59*time.Minute || a > 61*time.Minute {
		t.Errorf("a row of an hour ago: %s", a)
	}
	seal(t, d)
	if a := age(); a != 0 {
		t.Errorf("sealed: %s", a)
	}
}

// Sealing a minute reads the rows of that minute, whatever there is besides.
func TestSealingAMinuteDoesNotReadTheWholeLog(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	exec(t, d, `SELECT ensure_month('audit', (date '2025-01-01' + make_interval(months => n))::date) FROM generate_series(0, 3) n`)
	exec(t, d, `INSERT INTO audit (id, at, actor_kind, actor_id, action)
		SELECT uuid_floor(timestamptz '2025-01-01Z' + make_interval(mins => n)), now(), 'SYSTEM', 'x', 'a.b' FROM generate_series(1, 20000) n`)
	exec(t, d, `ANALYZE audit`)
	rows, err := d.Query(t.Context(), `EXPLAIN (ANALYZE, TIMING off, COSTS off, SUMMARY off) `+audit.RowsSQL,
		uuid.MustParse("0194214e-0000-7000-8000-000000000000"), uuid.MustParse("01942157-0000-7000-8000-000000000000"), 5001)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(line + "\n")
	}
	if p := plan.String(); strings.Contains(p, "Seq Scan") || strings.Count(p, "Index Scan") != 1 || strings.Contains(p, "Sort") {
		t.Error(p)
	}
}
