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

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"
)

// Errors of Restore.
var (
	ErrNotEmpty   = errors.New("the database is not empty: restore into a new one")
	ErrBadArchive = errors.New("this is not a whole backup of openbalie")
)

// Restore reads a backup into an empty database: all of it, or nothing. The
// rows come into the schema that they were taken from; then the schema is
// brought to what this program knows.
func Restore(ctx context.Context, d *DB, path string) (Archive, error) {
	files, err := zip.OpenReader(path)
	if err != nil {
		return Archive{}, fmt.Errorf("read backup: %w: %w", ErrBadArchive, err)
	}
	defer files.Close()
	a, err := readManifest(&files.Reader)
	if err != nil {
		return Archive{}, fmt.Errorf("read backup: %w", err)
	}
	if err := prepareFor(ctx, d, a); err != nil {
		return Archive{}, fmt.Errorf("restore: %w", err)
	}
	if err := fill(ctx, d, &files.Reader, a); err != nil {
		return Archive{}, fmt.Errorf("restore: %w", err)
	}
	return a, Migrate(ctx, d)
}

func readManifest(files *zip.Reader) (Archive, error) {
	f, err := files.Open("manifest.json")
	if err != nil {
		return Archive{}, fmt.Errorf("%w: %w", ErrBadArchive, err)
	}
	defer f.Close()
	var a Archive
	if err := json.NewDecoder(f).Decode(&a); err != nil {
		return Archive{}, fmt.Errorf("%w: %w", ErrBadArchive, err)
	}
	if a.Format != archiveFormat {
		return Archive{}, fmt.Errorf("the backup has format %d, this program reads %d", a.Format, archiveFormat)
	}
	return a, nil
}

// prepareFor makes the schema that the backup was taken from.
func prepareFor(ctx context.Context, d *DB, a Archive) error {
	return withProvider(ctx, d, func(p *goose.Provider) error {
		has, knows, err := p.GetVersions(ctx)
		switch {
		case err != nil:
			return fmt.Errorf("read schema version: %w", err)
		case a.SchemaVersion > knows:
			return fmt.Errorf("the backup has schema %d, this program knows %d: use a newer openbalie", a.SchemaVersion, knows)
		case has > a.SchemaVersion:
			return fmt.Errorf("%w (it has schema %d, the backup %d)", ErrNotEmpty, has, a.SchemaVersion)
		}
		_, err = p.UpTo(ctx, a.SchemaVersion)
		return err
	})
}

// fill writes the rows in one transaction and proves that all are there.
func fill(ctx context.Context, d *DB, files *zip.Reader, a Archive) error {
	conn, err := patient(ctx, d)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if err := mustBeEmpty(ctx, tx); err != nil {
			return err
		}
		for _, p := range a.Partitions {
			if _, err := tx.Exec(ctx, fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s PARTITION OF %s %s",
				pgx.Identifier{p.Name}.Sanitize(), pgx.Identifier{p.Parent}.Sanitize(), p.Bound)); err != nil {
				return fmt.Errorf("partition %s: %w", p.Name, err)
			}
		}
		for _, t := range a.Tables {
			if err := copyIn(ctx, conn, files, t); err != nil {
				return fmt.Errorf("table %s: %w", t.Name, err)
			}
		}
		for name, last := range a.Sequences {
			if _, err := tx.Exec(ctx, "SELECT setval(quote_ident($1)::regclass, $2)", name, last); err != nil {
				return fmt.Errorf("sequence %s: %w", name, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "ANALYZE")
	return err
}

// mustBeEmpty refuses a database with rows: they would mix.
func mustBeEmpty(ctx context.Context, tx pgx.Tx) error {
	all, err := tables(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range all {
		var rows bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM "+pgx.Identifier{t.Name}.Sanitize()+")").Scan(&rows); err != nil {
			return err
		}
		if rows {
			return fmt.Errorf("%w (table %s has rows)", ErrNotEmpty, t.Name)
		}
	}
	return nil
}

// copyIn writes one table, and fails unless it got what the backup wrote.
func copyIn(ctx context.Context, conn *pgx.Conn, files *zip.Reader, t ArchivedTable) error {
	f, err := files.Open(t.file())
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBadArchive, err)
	}
	defer f.Close()
	sum := sha256.New()
	table := pgx.Identifier{t.Name}.Sanitize()
	if _, err := conn.PgConn().CopyFrom(ctx, io.TeeReader(f, sum), fmt.Sprintf("COPY %s (%s) FROM STDIN", table, t.columns())); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != t.SHA256 {
		return fmt.Errorf("%w: checksum %s, want %s", ErrBadArchive, got, t.SHA256)
	}
	var rows int64
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM "+table).Scan(&rows); err != nil {
		return err
	}
	if rows != t.Rows {
		return fmt.Errorf("%w: %d rows, want %d", ErrBadArchive, rows, t.Rows)
	}
	return nil
}
