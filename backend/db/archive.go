package db

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// archiveFormat is the version of the archive's own layout.
const archiveFormat = 1

// Archive says what a backup holds. It is the last file in it, manifest.json,
// beside one file of COPY text for each table.
type Archive struct {
	Format        int                 `json:"format"`
	SchemaVersion int64               `json:"schemaVersion"`
	PostgreSQL    string              `json:"postgresql"`
	TakenAt       time.Time           `json:"takenAt"`
	Tables        []ArchivedTable     `json:"tables"` // a table comes after those it refers to
	Partitions    []ArchivedPartition `json:"partitions"`
	Sequences     map[string]int64    `json:"sequences"` // the last number given out
}

// ArchivedTable is one table's part of a backup.
type ArchivedTable struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
	SHA256  string   `json:"sha256"`
}

// ArchivedPartition is a partition that must be there before the rows come.
type ArchivedPartition struct {
	Name   string `json:"name"`
	Parent string `json:"parent"`
	Bound  string `json:"bound"`
}

// file is the name of a table's rows in the archive.
func (t ArchivedTable) file() string { return "tables/" + t.Name + ".copy" }

// columns lists the table's columns as COPY takes them.
func (t ArchivedTable) columns() string {
	var quoted []string
	for _, c := range t.Columns {
		quoted = append(quoted, pgx.Identifier{c}.Sanitize())
	}
	return strings.Join(quoted, ", ")
}

// Backup writes all rows of a database, as they are at one moment, into one
// file, while others go on working. It needs no PostgreSQL programs. The key
// ring is not in it: national numbers stay sealed.
func Backup(ctx context.Context, d *DB, path string, now time.Time) (Archive, error) {
	out, err := os.CreateTemp(filepath.Dir(path), ".backup-*")
	if err != nil {
		return Archive{}, fmt.Errorf("write backup: %w", err)
	}
	defer os.Remove(out.Name()) // gone when all went well
	defer out.Close()
	conn, err := patient(ctx, d)
	if err != nil {
		return Archive{}, fmt.Errorf("write backup: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	a, err := writeArchive(ctx, conn, out, now)
	if err != nil {
		return Archive{}, fmt.Errorf("write backup: %w", err)
	}
	if err := errors.Join(out.Sync(), out.Close(), os.Rename(out.Name(), path)); err != nil {
		return Archive{}, fmt.Errorf("write backup: %w", err)
	}
	return a, nil
}

// patient opens a connection on which a statement may take as long as it
// needs.
func patient(ctx context.Context, d *DB) (*pgx.Conn, error) {
	conf, err := poolConfig(d.dsn, Options{StatementTimeout: -1, IdleInTx: -1, ApplicationName: "openbalie backup"})
	if err != nil {
		return nil, err
	}
	// Values are written alike whatever the server's settings are.
	conf.ConnConfig.RuntimeParams["datestyle"] = "ISO, YMD"
	conf.ConnConfig.RuntimeParams["intervalstyle"] = "postgres"
	conf.ConnConfig.RuntimeParams["bytea_output"] = "hex"
	conf.ConnConfig.RuntimeParams["extra_float_digits"] = "1"
	return pgx.ConnectConfig(ctx, conf.ConnConfig)
}

func writeArchive(ctx context.Context, conn *pgx.Conn, out io.Writer, now time.Time) (Archive, error) {
	a := Archive{Format: archiveFormat, TakenAt: now.UTC().Truncate(time.Second)}
	// Repeatable Read: every statement sees the rows of the same moment.
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return Archive{}, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if err := a.describe(ctx, tx); err != nil {
		return Archive{}, err
	}
	archive := zip.NewWriter(out)
	for i := range a.Tables {
		t := &a.Tables[i]
		w, err := archive.CreateHeader(&zip.FileHeader{Name: t.file(), Method: zip.Deflate, Modified: a.TakenAt})
		if err != nil {
			return Archive{}, err
		}
		sum := sha256.New()
		tag, err := conn.PgConn().CopyTo(ctx, io.MultiWriter(w, sum),
			fmt.Sprintf("COPY (SELECT %s FROM %s) TO STDOUT", t.columns(), pgx.Identifier{t.Name}.Sanitize()))
		if err != nil {
			return Archive{}, fmt.Errorf("table %s: %w", t.Name, err)
		}
		t.Rows, t.SHA256 = tag.RowsAffected(), hex.EncodeToString(sum.Sum(nil))
	}
	w, err := archive.CreateHeader(&zip.FileHeader{Name: "manifest.json", Method: zip.Deflate, Modified: a.TakenAt})
	if err != nil {
		return Archive{}, err
	}
	text := json.NewEncoder(w)
	text.SetIndent("", "  ")
	return a, errors.Join(text.Encode(a), archive.Close())
}

// describe fills in everything but the rows.
func (a *Archive) describe(ctx context.Context, q pgx.Tx) error {
	err := q.QueryRow(ctx, "SELECT current_setting('server_version'), coalesce(max(version_id), 0) FROM schema_migration WHERE is_applied").
		Scan(&a.PostgreSQL, &a.SchemaVersion)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if a.Tables, err = tables(ctx, q); err != nil {
		return err
	}
	rows, err := q.Query(ctx, `
		SELECT c.relname, p.relname, pg_get_expr(c.relpartbound, c.oid)
		  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
		 WHERE c.relispartition AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
		 ORDER BY 1`)
	if err != nil {
		return err
	}
	if a.Partitions, err = pgx.CollectRows(rows, pgx.RowToStructByPos[ArchivedPartition]); err != nil {
		return err
	}
	a.Sequences = map[string]int64{}
	rows, err = q.Query(ctx, "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL AND sequencename !~ '^schema_migration'")
	if err != nil {
		return err
	}
	var name string
	var last int64
	_, err = pgx.ForEachRow(rows, []any{&name, &last}, func() error { a.Sequences[name] = last; return nil })
	return err
}

// tables lists the tables of the migrations, each after those it refers to.
// Left out are columns that the database computes, and transaction ids, which
// mean nothing in another cluster: both get their value anew.
func tables(ctx context.Context, q pgx.Tx) ([]ArchivedTable, error) {
	rows, err := q.Query(ctx, `
		SELECT c.relname,
		       (SELECT array_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
		         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		           AND NOT (a.atttypid = 'xid8'::regtype AND a.atthasdef)),
		       (SELECT coalesce(array_agg(DISTINCT r.relname), '{}') FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid
		         WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid)
		  FROM pg_class c
		 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
		   AND c.relname <> 'schema_migration'
		   AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
		 ORDER BY c.relname`)
	if err != nil {
		return nil, err
	}
	var left []ArchivedTable
	refers := map[string][]string{}
	var t ArchivedTable
	var to []string
	if _, err := pgx.ForEachRow(rows, []any{&t.Name, &t.Columns, &to}, func() error {
		left = append(left, t)
		refers[t.Name] = to
		t, to = ArchivedTable{}, nil
		return nil
	}); err != nil {
		return nil, err
	}
	var ordered []ArchivedTable
	for len(left) > 0 {
		next := slices.IndexFunc(left, func(t ArchivedTable) bool {
			return !slices.ContainsFunc(refers[t.Name], func(other string) bool {
				return slices.ContainsFunc(left, func(l ArchivedTable) bool { return l.Name == other })
			})
		})
		if next < 0 {
			return nil, fmt.Errorf("tables refer to each other in a circle, %s among them", left[0].Name)
		}
		ordered = append(ordered, left[next])
		left = slices.Delete(left, next, next+1)
	}
	return ordered, nil
}
