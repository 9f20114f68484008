package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"
)

// Errors of the operations on a private database.
var (
	ErrNoPsql    = errors.New("no psql found: install it (Debian, Ubuntu: apt-get install postgresql-client), or give the address of openbalie db url to another client")
	ErrNoUpgrade = errors.New("nothing to upgrade")
)

// URL is the address of the private database of a data folder. It answers
// while openbalie runs there.
func URL(o PrivateOptions) (string, error) {
	p, err := findPlace(o)
	if err != nil {
		return "", err
	}
	return dsnAt(p.socket, privateName), nil
}

// Attach gives the address of the private database of a data folder: of the
// server that another openbalie runs there, or else of one that is started
// until stop is called.
func Attach(ctx context.Context, o PrivateOptions) (dsn string, stop func(context.Context) error, err error) {
	s, err := Private(ctx, o)
	if errors.Is(err, ErrInUse) {
		dsn, err = URL(o)
		return dsn, func(context.Context) error { return nil }, err
	}
	if err != nil {
		return "", nil, err
	}
	return s.DSN(), s.Stop, nil
}

// Terminal is where psql reads and writes.
type Terminal struct {
	In       io.Reader
	Out, Err io.Writer
}

// Psql opens psql on a database and waits until its user leaves it.
func Psql(ctx context.Context, dsn string, args []string, t Terminal) error {
	path, err := exec.LookPath("psql")
	if err != nil {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/psql")
		if len(found) == 0 {
			return ErrNoPsql
		}
		path = found[len(found)-1]
	}
	// Ctrl-C is psql's, which cancels a query by it.
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	cmd := exec.CommandContext(ctx, path, append([]string{dsn}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = t.In, t.Out, t.Err
	return cmd.Run()
}

// Upgrade moves a private database to the newest PostgreSQL that is
// installed, by a backup and a restore. The old cluster stays beside the new
// one; it is removed by hand. A crash in the middle leaves the old one in use.
func Upgrade(ctx context.Context, o PrivateOptions, now time.Time) (from, to int, err error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	p, err := findPlace(o)
	if err != nil {
		return 0, 0, err
	}
	lock, err := lockFolder(p)
	if err != nil {
		return 0, 0, err
	}
	defer lock.Close()
	from, err = newestCluster(p)
	if err != nil {
		return 0, 0, err
	}
	found, err := installations(ctx, o)
	if err != nil {
		return 0, 0, err
	}
	newest := installation{}
	for _, inst := range found {
		if inst.major > newest.major {
			newest = inst
		}
	}
	if from == 0 || newest.major <= from {
		return from, newest.major, fmt.Errorf("%w: the data is PostgreSQL %d's, the newest found is %d", ErrNoUpgrade, from, newest.major)
	}
	old, err := choose(found, from)
	if err != nil {
		return from, newest.major, err
	}

	archive := filepath.Join(p.dir, fmt.Sprintf("upgrade-%d-%d.zip", from, newest.major))
	defer os.Remove(archive)
	err = during(ctx, &Server{o: o, place: p, inst: old}, p.clusterDir(from), func(d *DB) error {
		_, err := Backup(ctx, d, archive, now)
		return err
	})
	if err != nil {
		return from, newest.major, fmt.Errorf("upgrade: %w", err)
	}
	half := p.clusterDir(newest.major) + ".upgrade"
	if err := os.RemoveAll(half); err != nil {
		return from, newest.major, fmt.Errorf("upgrade: %w", err)
	}
	err = during(ctx, &Server{o: o, place: p, inst: newest}, half, func(d *DB) error {
		_, err := Restore(ctx, d, archive)
		return err
	})
	if err == nil {
		err = os.Rename(half, p.clusterDir(newest.major))
	}
	if err != nil {
		return from, newest.major, fmt.Errorf("upgrade: %w", err)
	}
	return from, newest.major, nil
}

// during runs fn while a server runs on a cluster folder.
func during(ctx context.Context, s *Server, data string, fn func(*DB) error) error {
	if err := s.startAt(ctx, data); err != nil {
		return err
	}
	d, err := Open(ctx, s.DSN(), Options{MaxConns: 2})
	if err == nil {
		err = fn(d)
		d.Close()
	}
	return errors.Join(err, s.now.end(ctx))
}
