package db

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const (
	// maxSocketPath keeps the socket's path below what every system takes
	// (Linux 107 bytes, macOS 103).
	maxSocketPath = 100
	socketFile    = ".s.PGSQL.5432"
	// elsewhere is the file in a data folder that names the folder where its
	// cluster lives, when that is not the data folder itself.
	elsewhere = "postgresql.location"
)

// place is where a private PostgreSQL lives, and as whom.
type place struct {
	dir    string              // the data folder; holds the lock
	home   string              // holds one cluster folder per major version, and the log
	socket string              // the folder of the socket, 0700
	owner  *syscall.Credential // who runs PostgreSQL; nil: we ourselves
}

// findPlace decides where the cluster of a data folder lives, and makes the
// folders. PostgreSQL refuses to run as root, so root gives it an unprivileged
// user; a data folder that this user cannot reach keeps its cluster in the
// state folder.
func findPlace(o PrivateOptions) (place, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return place{}, fmt.Errorf("find data folder: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return place{}, fmt.Errorf("make data folder: %w", err)
	}
	p := place{dir: dir, home: filepath.Join(dir, "postgresql")}
	if os.Geteuid() == 0 {
		if p.owner, err = p.unprivileged(o.User); err != nil {
			return place{}, err
		}
	}
	if !p.reaches(dir) {
		if p.home, err = stateHome(o, dir); err != nil {
			return place{}, err
		}
		if !p.reaches(filepath.Dir(p.home)) {
			return place{}, fmt.Errorf("PostgreSQL's user (%d) can reach neither %s nor %s", p.owner.Uid, dir, p.home)
		}
	}
	if err := p.own(p.home, 0o700); err != nil {
		return place{}, err
	}
	if p.socket, err = p.socketDir(); err != nil {
		return place{}, err
	}
	return p, nil
}

// stateHome is the cluster's folder outside the data folder. The data folder
// remembers it, so that it can be moved.
func stateHome(o PrivateOptions, dir string) (string, error) {
	note := filepath.Join(dir, elsewhere)
	if home := noted(note); home != "" {
		return home, os.MkdirAll(filepath.Dir(home), 0o755)
	}
	state := or(o.StateDir, "/var/lib/openbalie")
	if err := os.MkdirAll(state, 0o755); err != nil {
		return "", fmt.Errorf("make state folder: %w", err)
	}
	// One of its own: whoever deleted a data folder wants none of what was in it.
	own, err := os.MkdirTemp(state, short(dir)+"-")
	if err != nil {
		return "", fmt.Errorf("make state folder: %w", err)
	}
	home := filepath.Join(own, "postgresql")
	if err := os.Chmod(own, 0o755); err != nil {
		return "", fmt.Errorf("make state folder: %w", err)
	}
	switch err := writeOnce(note, home); {
	case errors.Is(err, fs.ErrExist): // another start was first
		_ = os.RemoveAll(own)
		return noted(note), nil
	case err != nil:
		return "", fmt.Errorf("note state folder: %w", err)
	}
	return home, nil
}

// noted reads where a data folder's cluster is; "" when nothing says so.
func noted(note string) string {
	text, err := os.ReadFile(note)
	if home := strings.TrimSpace(string(text)); err == nil && filepath.IsAbs(home) {
		return home
	}
	return ""
}

// writeOnce makes a file with a line in it, or returns fs.ErrExist. Nobody sees
// it half written.
func writeOnce(name, line string) error {
	draft, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+"-")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	_, err = draft.WriteString(line + "\n")
	if err := errors.Join(err, draft.Chmod(0o644), draft.Close()); err != nil {
		return err
	}
	return os.Link(draft.Name(), name)
}

// socketDir makes the folder of the socket: beside the cluster, or where the
// path is short enough.
func (p place) socketDir() (string, error) {
	candidates := []string{filepath.Join(p.home, "run")}
	if p.owner == nil {
		if runtime := os.Getenv("XDG_RUNTIME_DIR"); runtime != "" {
			candidates = append(candidates, filepath.Join(runtime, "openbalie-"+short(p.home)))
		}
	} else {
		candidates = append(candidates, filepath.Join("/run", "openbalie-"+short(p.home)))
	}
	candidates = append(candidates, filepath.Join("/tmp", "openbalie-"+short(p.home)))
	for _, dir := range candidates {
		if len(filepath.Join(dir, socketFile)) >= maxSocketPath || !p.reaches(filepath.Dir(dir)) {
			continue
		}
		// Another user's folder of that name, in a folder that all write to,
		// fails here.
		if err := p.own(dir, 0o700); err == nil {
			return dir, nil
		}
	}
	return "", fmt.Errorf("no folder for PostgreSQL's socket: the path of %s is too long", p.home)
}

// own makes dir with the given mode and gives it to PostgreSQL's user.
func (p place) own(dir string, mode fs.FileMode) error {
	if err := os.Mkdir(dir, mode); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make folder: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	uid := os.Geteuid()
	if p.owner != nil {
		uid = int(p.owner.Uid)
	}
	stat := info.Sys().(*syscall.Stat_t)
	switch {
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder", dir)
	case int(stat.Uid) == uid:
	case p.owner != nil && stat.Uid == 0:
		if err := os.Chown(dir, int(p.owner.Uid), int(p.owner.Gid)); err != nil {
			return fmt.Errorf("give folder to PostgreSQL's user: %w", err)
		}
	default:
		return fmt.Errorf("%s belongs to another user (%d)", dir, stat.Uid)
	}
	return os.Chmod(dir, mode)
}

// reaches tells whether PostgreSQL's user can enter dir from the root.
func (p place) reaches(dir string) bool {
	if p.owner == nil {
		return true
	}
	resolved, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false
	}
	for at := resolved; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err != nil {
			return false
		}
		stat := info.Sys().(*syscall.Stat_t)
		enter := fs.FileMode(0o001)
		if stat.Uid == p.owner.Uid {
			enter = 0o100
		} else if stat.Gid == p.owner.Gid {
			enter = 0o010
		}
		if info.Mode()&enter == 0 {
			return false
		}
		if at == filepath.Dir(at) {
			return true
		}
	}
}

// unprivileged finds the user who runs PostgreSQL when we are root: the one
// whose cluster is there already, so that an operator may use sudo.
func (p place) unprivileged(name string) (*syscall.Credential, error) {
	if info, err := os.Stat(p.home); err == nil && name == "" {
		if stat := info.Sys().(*syscall.Stat_t); stat.Uid != 0 {
			return &syscall.Credential{Uid: stat.Uid, Gid: stat.Gid}, nil
		}
	}
	names := []string{"postgres", "openbalie", "nobody"}
	if name != "" {
		names = []string{name}
	}
	for _, n := range names {
		u, err := user.Lookup(n)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil || uid == 0 {
			continue
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			continue
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, ErrNoUser
}

// lockFolder makes sure that one openbalie at a time uses a data folder. The
// system drops the lock when its holder ends, however it ends.
func lockFolder(p place) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(p.dir, "postgresql.lock"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := os.ReadFile(f.Name())
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w: %s (process %s)", ErrInUse, p.dir, or(strings.TrimSpace(string(holder)), "unknown"))
		}
		return nil, fmt.Errorf("lock data folder: %w", err)
	}
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return f, nil
}

// short is a name for a folder that fits into a path.
func short(path string) string {
	sum := sha256.Sum256([]byte(path))
	return hex.EncodeToString(sum[:6])
}
