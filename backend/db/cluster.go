package db

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// startPatience bounds how long a start waits: recovery after a crash replays
// what was not yet written to its place.
const startPatience = 2 * time.Minute

// settings are those of the private server. It is a guest on the machine, so
// it stays modest; its log keeps out statements, values and details, since
// people's names may be in them.
func (s *Server) settings() []string {
	all := map[string]string{
		"listen_addresses":                 "",
		"unix_socket_directories":          s.place.socket,
		"unix_socket_permissions":          "0700",
		"port":                             "5432",
		"max_connections":                  "100",
		"shared_buffers":                   "256MB", // touched as it fills
		"effective_cache_size":             "1GB",
		"work_mem":                         "8MB",
		"maintenance_work_mem":             "64MB",
		"max_wal_size":                     "1GB",
		"checkpoint_timeout":               "15min",
		"random_page_cost":                 "1.1", // nobody puts a database on a turning disk
		"wal_compression":                  "on",  // lz4 where there is one, see createDatabase
		"max_logical_replication_workers":  "0",
		"jit":                              "off",
		"timezone":                         "UTC",
		"log_timezone":                     "UTC",
		"log_min_messages":                 "log",
		"log_min_error_statement":          "panic",
		"log_error_verbosity":              "terse",
		"log_checkpoints":                  "off",
		"log_line_prefix":                  "%m [%p] ",
		"log_parameter_max_length":         "0",
		"idle_session_timeout":             "0",
		"client_connection_check_interval": "5s",
	}
	maps.Copy(all, s.o.Settings)
	var args []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		args = append(args, "-c", name+"="+all[name])
	}
	return args
}

// initialize makes a cluster. It is built beside its final name, so that a
// crash in the middle leaves nothing that looks like a cluster.
func (s *Server) initialize(ctx context.Context) error {
	fresh := s.data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	args := []string{
		"--pgdata", fresh, "--username", privateName, "--auth", "trust", "--encoding", "UTF8",
		"--data-checksums", "--no-instructions",
		// One pass over the finished files takes half the time of a sync after
		// each of initdb's steps, and is as durable: nothing refers to them yet.
		"--no-sync",
	}
	// C.UTF-8 knows letters beyond ASCII and sorts alike everywhere, C is on
	// every system.
	err := s.run(ctx, "initdb", append(args, "--locale", "C.UTF-8")...)
	if err != nil {
		if err := os.RemoveAll(fresh); err != nil {
			return err
		}
		err = s.run(ctx, "initdb", append(args, "--locale", "C")...)
	}
	if err != nil {
		return err
	}
	if s.o.Settings["fsync"] != "off" {
		if err := s.run(ctx, "initdb", "--sync-only", "--pgdata", fresh); err != nil {
			return err
		}
	}
	return os.Rename(fresh, s.data)
}

// run executes one of PostgreSQL's programs to its end, as its user.
func (s *Server) run(ctx context.Context, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(s.inst.bin, program), args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	s.dress(cmd)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(out.String()))
	}
	return nil
}

// dress gives a command PostgreSQL's user, folder and environment.
func (s *Server) dress(cmd *exec.Cmd) {
	cmd.Dir = s.place.home
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	if s.inst.bundle {
		cmd.Env = append(cmd.Env, "LD_LIBRARY_PATH="+filepath.Join(filepath.Dir(s.inst.bin), "lib"))
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.place.owner, Setpgid: true}
}

// postmaster is one run of the server process.
type postmaster struct {
	cmd    *exec.Cmd
	exited chan struct{}
}

// launch starts the server and waits until it answers. Where we cannot see
// what a killed predecessor left, that may hold the cluster for a moment: it
// is tried again.
func (s *Server) launch(ctx context.Context) (*postmaster, error) {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for {
		if err := s.clearAway(ctx); err != nil {
			return nil, err
		}
		p, said, err := s.spawn(ctx)
		if err != nil {
			return nil, err
		}
		err = p.ready(ctx, s.data)
		if err == nil {
			return p, nil
		}
		_ = p.end(context.WithoutCancel(ctx))
		words := said()
		if !strings.Contains(words, "lock file") && !strings.Contains(words, "shared memory block") {
			return nil, fmt.Errorf("%w: %s", err, words)
		}
		if !pause(ctx, 50*time.Millisecond) {
			return nil, fmt.Errorf("%w: %s", ctx.Err(), words)
		}
	}
}

// spawn starts the server process. said tells what it wrote to its log.
func (s *Server) spawn(ctx context.Context) (p *postmaster, said func() string, err error) {
	path := filepath.Join(s.place.home, "postgresql.log")
	if info, err := os.Stat(path); err == nil && info.Size() > 10<<20 {
		if err := os.Rename(path, path+".old"); err != nil {
			return nil, nil, err
		}
	}
	log, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, nil, err
	}
	defer log.Close()
	start, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, nil, err
	}
	// The server outlives the caller's context, which would kill it: end stops it.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), filepath.Join(s.inst.bin, "postgres"), append([]string{"-D", s.data}, s.settings()...)...)
	cmd.Stdout, cmd.Stderr = log, log
	s.dress(cmd)
	dieWithParent(cmd.SysProcAttr)
	p = &postmaster{cmd: cmd, exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The system watches the thread that started the child, not the
		// process: this one stays until the child is gone.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
			close(p.exited)
		}
	}()
	if err := <-started; err != nil {
		return nil, nil, fmt.Errorf("start postgres: %w", err)
	}
	return p, func() string { return tail(path, start) }, nil
}

// ready waits until the server takes connections, as its lock file tells.
func (p *postmaster) ready(ctx context.Context, data string) error {
	for {
		text, _ := os.ReadFile(filepath.Join(data, "postmaster.pid"))
		lines := strings.Split(string(text), "\n")
		// The eighth line is the state; the first tells whose it is.
		if len(lines) > 7 && lines[0] == strconv.Itoa(p.cmd.Process.Pid) && strings.TrimSpace(lines[7]) == "ready" {
			return nil
		}
		select {
		case <-p.exited:
			return errors.New("postgres ended at once")
		default:
		}
		if !pause(ctx, 2*time.Millisecond) {
			return fmt.Errorf("postgres does not get ready: %w", ctx.Err())
		}
	}
}

// end stops the server: cleanly, or hard when ctx ends first.
func (p *postmaster) end(ctx context.Context) error {
	for _, step := range []struct {
		signal syscall.Signal
		until  <-chan struct{}
	}{
		{syscall.SIGINT, ctx.Done()},
		{syscall.SIGQUIT, after(5 * time.Second)},
	} {
		_ = p.cmd.Process.Signal(step.signal)
		select {
		case <-p.exited:
			return nil
		case <-step.until:
		}
	}
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.exited
	return errors.New("private PostgreSQL had to be killed")
}

func after(d time.Duration) <-chan struct{} {
	done := make(chan struct{})
	time.AfterFunc(d, func() { close(done) })
	return done
}

// tail is what a log file holds from start on, its last words at most.
func tail(path string, start int64) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	text, _ := io.ReadAll(io.NewSectionReader(f, start, 1<<20))
	if len(text) > 2000 {
		text = text[len(text)-2000:]
	}
	return strings.TrimSpace(string(text))
}
