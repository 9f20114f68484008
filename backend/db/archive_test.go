package db_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
)

var takenAt = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// someOfEach writes rows of every kind of column there is: ranges, JSON,
// bytes, generated numbers, partitions, rows that refer to their own table,
// text that needs escaping.
func someOfEach(t *testing.T, d *db.DB) {
	t.Helper()
	holder, first, second := db.NewID(), db.NewID(), db.NewID()
	for _, s := range []struct {
		sql  string
		args []any
	}{
		{"INSERT INTO card_system (id, name) VALUES (1, $1)", []any{"tab\there, line\nthere, \\N, «é» and '"}},
		{"INSERT INTO organizer (id, name, account_id) VALUES ('o', 'Organizer', $1)", []any{db.NewID()}},
		{"INSERT INTO organizer_card_system VALUES ('o', 1)", nil},
		{`INSERT INTO passholder (id, name, first_name, date_of_birth, postal_code, city, insz_cipher, insz_hash, created_at, opt_in)
		  VALUES ($1, '', E'\\', '1940-02-29', '9000', 'Gent', '\x00ff5c', decode(repeat('ab', 32), 'hex'), '2026-01-01 00:00:00.123456+02', '{"a": [1, null, "\\"]}')`, []any{holder}},
		{"INSERT INTO membership VALUES ($1, 1, 'ACTIVE', now())", []any{holder}},
		{"INSERT INTO social_tariff VALUES ($1, $2, 1, '[2026-01-01,2026-12-31]')", []any{db.NewID(), holder}},
		{"INSERT INTO usage_counter VALUES ($1, 'checkin:a', '(,)', 1, 2)", []any{holder}},
		{`INSERT INTO card (id, card_system_id, uitpas_number, chip, card_type, status, status_at, replaces)
		  VALUES ($2, 1, '0930000420101', '\x04112233445566', 'NFC_CARD', 'BLOCKED', 'infinity', NULL), ($1, 1, '0930000420202', NULL, 'DIGITAL', 'DELETED', now(), $2)`, []any{first, second}},
		{"INSERT INTO outbox (ordering_key, type, payload) SELECT $1, 'x', jsonb_build_object('n', n) FROM generate_series(1, 10) n", []any{holder}},
		{"DELETE FROM outbox WHERE id > 7", nil},
		{"INSERT INTO account (id, owner_kind, unit) VALUES ($1, 'PASSHOLDER', 'POINT')", []any{holder}},
		{`INSERT INTO transfer (id, occurred_at, card_system_id, debit_id, credit_id, amount, unit, code, group_id)
		  SELECT $3, now(), 1, $1, $2, 9007199254740993, 'POINT', 2, $1`, []any{first, holder, db.NewID()}},
		{`INSERT INTO transfer (id, occurred_at, card_system_id, debit_id, credit_id, amount, unit, code, group_id)
		  VALUES (uuid_floor('2030-05-17Z'), now(), 1, $1, $2, 1, 'POINT', 2, $1)`, []any{first, holder}},
	} {
		if strings.Contains(s.sql, "2030-05") {
			if err := db.EnsurePartitions(t.Context(), d, time.Date(2030, 5, 1, 0, 0, 0, 0, time.UTC)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.Exec(t.Context(), s.sql, s.args...); err != nil {
			t.Fatalf("%s: %v", s.sql, err)
		}
	}
}

func TestABackupComesBackWhole(t *testing.T) {
	t.Parallel()
	from, to := dbtest.New(t), empty(t)
	someOfEach(t, from)
	dir := t.TempDir()
	path := filepath.Join(dir, "backup.zip")
	made, err := db.Backup(t.Context(), from, path, takenAt)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, %v; want 0600", info.Mode(), err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v, %v; want the backup alone", left, err)
	}
	read, err := db.Restore(t.Context(), to, path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(made, read); diff != "" {
		t.Errorf("made and read differ:\n%s", diff)
	}
	again, err := db.Backup(t.Context(), to, filepath.Join(dir, "again.zip"), takenAt)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(made, again); diff != "" {
		t.Errorf("a backup of the restored database differs:\n%s", diff)
	}
	for _, table := range made.Tables {
		if table.Name == "transfer" && table.Rows != 2 {
			t.Errorf("%d transfers, want 2", table.Rows)
		}
	}
	// The next number goes on where the old database stopped.
	var id int64
	if err := to.QueryRow(t.Context(), "INSERT INTO outbox (ordering_key, type, payload) VALUES ($1, 'x', '{}') RETURNING id", db.NewID()).Scan(&id); err != nil || id != 11 {
		t.Errorf("next outbox id = %d, %v; want 11", id, err)
	}
	if err := db.SchemaCheck(t.Context(), to); err != nil {
		t.Error(err)
	}
}

func TestNoTransactionIDOfAnotherClusterComesBack(t *testing.T) {
	t.Parallel()
	from, to := dbtest.New(t), empty(t)
	someOfEach(t, from)
	// A cluster that has run for years is far ahead of a new one.
	if _, err := from.Exec(t.Context(), `UPDATE outbox SET txid = '4000000000'`); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "backup.zip")
	made, err := db.Backup(t.Context(), from, path, takenAt)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	if err := from.QueryRow(t.Context(), `
		SELECT array_agg(attrelid::regclass || '.' || attname) FROM pg_attribute
		 WHERE atttypid IN ('xid'::regtype, 'xid8'::regtype) AND attnum > 0 AND attrelid IN
		       (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p'))`).Scan(&ids); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(ids, "outbox.txid") {
		t.Errorf("columns of transaction ids are %v, want outbox.txid among them", ids)
	}
	for _, table := range made.Tables {
		for _, column := range table.Columns {
			if slices.Contains(ids, table.Name+"."+column) {
				t.Errorf("%s.%s is in the backup", table.Name, column)
			}
		}
	}
	if _, err := db.Restore(t.Context(), to, path); err != nil {
		t.Fatal(err)
	}
	var waiting, ahead int
	if err := to.QueryRow(t.Context(), `SELECT count(*), count(*) FILTER (WHERE txid >= pg_snapshot_xmax(pg_current_snapshot())) FROM outbox`).Scan(&waiting, &ahead); err != nil {
		t.Fatal(err)
	}
	if waiting == 0 || ahead != 0 {
		t.Errorf("of %d messages %d wait for a transaction that this cluster has not come to", waiting, ahead)
	}
}

func TestABackupIsOfOneMoment(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for n := 1; ctx.Err() == nil; n++ {
			_ = db.InTx(ctx, d, func(tx *db.Tx) error {
				// Two tables that a backup reads far apart.
				if _, err := tx.Exec(ctx, "INSERT INTO account (id, owner_kind, unit) VALUES ($1, 'SYSTEM', 'POINT')", db.NewID()); err != nil {
					return err
				}
				_, err := tx.Exec(ctx, "INSERT INTO usage_counter VALUES ($1, 'x', '(,)', 0, 1)", db.NewID())
				return err
			})
		}
	}()
	for i := range 5 {
		a, err := db.Backup(t.Context(), d, filepath.Join(t.TempDir(), strconv.Itoa(i)), takenAt)
		if err != nil {
			t.Fatal(err)
		}
		rows := map[string]int64{}
		for _, table := range a.Tables {
			rows[table.Name] = table.Rows
		}
		if rows["account"] != rows["usage_counter"] {
			t.Errorf("%d accounts and %d counters, want as many", rows["account"], rows["usage_counter"])
		}
	}
	cancel()
	<-ended
}

func TestRestoreRefusesWhatWouldNotBeWhole(t *testing.T) {
	t.Parallel()
	from := dbtest.New(t)
	someOfEach(t, from)
	path := filepath.Join(t.TempDir(), "backup.zip")
	if _, err := db.Backup(t.Context(), from, path, takenAt); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Restore(t.Context(), from, path); !errors.Is(err, db.ErrNotEmpty) {
		t.Errorf("into a database with rows: %v, want ErrNotEmpty", err)
	}
	to := empty(t)
	for name, change := range map[string]func(file string, text []byte) []byte{
		"a changed row": func(file string, text []byte) []byte {
			return replaceIn(file, text, "organizer.copy", "Organizer", "Orgonizer")
		},
		"a missing row":   func(file string, text []byte) []byte { return replaceIn(file, text, "outbox.copy", "1\t", "") },
		"a missing table": func(file string, text []byte) []byte { return replaceIn(file, text, "transfer.copy", "", "") },
		"another format": func(file string, text []byte) []byte {
			return replaceIn(file, text, "manifest.json", `"format": 1`, `"format": 2`)
		},
		"a newer schema": func(file string, text []byte) []byte {
			return replaceIn(file, text, "manifest.json", `"schemaVersion": `, `"schemaVersion": 99`)
		},
	} {
		if _, err := db.Restore(t.Context(), to, rewrite(t, path, change)); err == nil {
			t.Errorf("%s was restored", name)
		}
	}
	if err := os.WriteFile(path+".cut", []byte("PK"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Restore(t.Context(), to, path+".cut"); !errors.Is(err, db.ErrBadArchive) {
		t.Errorf("half a file: %v, want ErrBadArchive", err)
	}
	// Nothing of all that stayed behind.
	if _, err := db.Restore(t.Context(), to, path); err != nil {
		t.Errorf("the sound backup afterwards: %v", err)
	}
}

// replaceIn changes one file of an archive; an empty old removes the file.
func replaceIn(file string, text []byte, suffix, old, with string) []byte {
	switch {
	case !strings.HasSuffix(file, suffix):
		return text
	case old == "":
		return nil
	default:
		return bytes.Replace(text, []byte(old), []byte(with), 1)
	}
}

// rewrite copies an archive with changes.
func rewrite(t *testing.T, path string, change func(string, []byte) []byte) string {
	t.Helper()
	in, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(filepath.Join(t.TempDir(), "changed.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	w := zip.NewWriter(out)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if text = change(f.Name, text); text == nil {
			continue
		}
		part, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Name()
}

func TestPsqlTalksToAPrivateDatabaseThatRunsOrNot(t *testing.T) {
	t.Parallel()
	o := db.PrivateOptions{Dir: folder(t)}
	ask := func() string {
		t.Helper()
		dsn, stop, err := db.Attach(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := stop(t.Context()); err != nil {
				t.Error(err)
			}
		}()
		var out, said bytes.Buffer
		err = db.Psql(t.Context(), dsn, []string{"-AtX", "-c", "SELECT current_database()"}, db.Terminal{Out: &out, Err: &said})
		if errors.Is(err, db.ErrNoPsql) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatalf("%v: %s", err, said.String())
		}
		return strings.TrimSpace(out.String())
	}
	if got := ask(); got != "openbalie" {
		t.Errorf("with no server running, psql is in %q", got)
	}
	s := private(t, o)
	if got := ask(); got != "openbalie" {
		t.Errorf("with a server running, psql is in %q", got)
	}
	if url, err := db.URL(o); err != nil || url != s.DSN() {
		t.Errorf("URL = %q, %v; want %q", url, err, s.DSN())
	}
}

func TestUpgradeMovesTheRowsAndKeepsTheOldCluster(t *testing.T) {
	t.Parallel()
	bundle := os.Getenv("OPENBALIE_PG_BUNDLE")
	if bundle == "" {
		t.Skip("OPENBALIE_PG_BUNDLE names no @embedded-postgres package of a newer version")
	}
	o := db.PrivateOptions{Dir: folder(t), Bundle: bundle}
	s := private(t, o)
	before := s.Version()
	d := open(t, s)
	if err := db.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if err := db.EnsurePartitions(t.Context(), d, time.Now()); err != nil {
		t.Fatal(err)
	}
	someOfEach(t, d)
	d.Close()
	stop(t, s)
	from, to, err := db.Upgrade(t.Context(), o, takenAt)
	if errors.Is(err, db.ErrNoUpgrade) {
		t.Skip(err)
	}
	if err != nil || from != before || to <= from {
		t.Fatalf("Upgrade = %d, %d, %v", from, to, err)
	}
	after := private(t, o)
	if after.Version() != to {
		t.Errorf("PostgreSQL %d runs, want %d", after.Version(), to)
	}
	var transfers int
	if err := open(t, after).QueryRow(t.Context(), "SELECT count(*) FROM transfer").Scan(&transfers); err != nil || transfers != 2 {
		t.Errorf("%d transfers, %v; want 2", transfers, err)
	}
	if _, err := os.Stat(filepath.Join(o.Dir, "postgresql", strconv.Itoa(from), "PG_VERSION")); err != nil {
		t.Errorf("the old cluster is gone: %v", err)
	}
	if _, _, err := db.Upgrade(t.Context(), o, takenAt); !errors.Is(err, db.ErrInUse) {
		t.Errorf("an upgrade while the server runs: %v, want ErrInUse", err)
	}
}
