package db_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/db"
)

// childFolder makes this test binary a program that runs a private server on
// a data folder until it is killed.
const childFolder = "OPENBALIE_TEST_CHILD_FOLDER"

func runChild(dir string) {
	s, err := db.Private(context.Background(), db.PrivateOptions{Dir: dir})
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	fmt.Println(s.PID())
	select {}
}

// folder returns an empty folder that PostgreSQL's user can reach, unlike
// t.TempDir as root.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "openbalie-") //nolint:usetesting // t.TempDir is root's alone
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// private runs a server until the test ends.
func private(t *testing.T, o db.PrivateOptions) *db.Server {
	t.Helper()
	begin := time.Now()
	s, err := db.Private(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("started in %v", time.Since(begin).Round(time.Millisecond))
	t.Cleanup(func() { stop(t, s) })
	return s
}

func stop(t *testing.T, s *db.Server) {
	t.Helper()
	if err := s.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

// open connects to a server.
func open(t *testing.T, s *db.Server) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), s.DSN(), db.Options{MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// fill writes rows whose loss would be noticed.
func fill(t *testing.T, s *db.Server) {
	t.Helper()
	d := open(t, s)
	defer d.Close()
	if _, err := d.Exec(t.Context(), "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS id"); err != nil {
		t.Fatal(err)
	}
}

// holds tells that the rows of fill are there, as soon as the server answers.
func holds(t *testing.T, s *db.Server) {
	t.Helper()
	begin := time.Now()
	for {
		d, err := db.Open(t.Context(), s.DSN(), db.Options{})
		if err == nil {
			var n int
			err = d.QueryRow(t.Context(), "SELECT count(*) FROM kept").Scan(&n)
			d.Close()
			if err == nil && n == 1000 {
				t.Logf("rows are there after %v", time.Since(begin).Round(time.Millisecond))
				return
			}
		}
		if time.Since(begin) > 20*time.Second {
			t.Fatalf("the rows are not back: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestPrivateServerKeepsItsRowsOverARestart(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := private(t, db.PrivateOptions{Dir: dir})
	fill(t, s)
	for setting, want := range map[string]string{
		"listen_addresses": "", "data_checksums": "on", "fsync": "on", "synchronous_commit": "on", "server_encoding": "UTF8",
	} {
		var got string
		if err := open(t, s).QueryRow(t.Context(), "SELECT current_setting($1)", setting).Scan(&got); err != nil || got != want {
			t.Errorf("%s = %q, %v; want %q", setting, got, err, want)
		}
	}
	begin := time.Now()
	stop(t, s)
	t.Logf("stopped in %v", time.Since(begin).Round(time.Millisecond))
	stop(t, s)
	again := private(t, db.PrivateOptions{Dir: dir})
	holds(t, again)
}

func TestPrivateServerComesBackWhenItsPostmasterIsKilled(t *testing.T) {
	t.Parallel()
	s := private(t, db.PrivateOptions{Dir: folder(t)})
	fill(t, s)
	for range 3 {
		pid := s.PID()
		kill(t, pid)
		waitFor(t, "another postmaster", func() bool { return s.PID() != pid })
		holds(t, s)
	}
}

func TestPrivateServerComesBackWhenAllItsProcessesAreKilled(t *testing.T) {
	t.Parallel()
	s := private(t, db.PrivateOptions{Dir: folder(t)})
	fill(t, s)
	pid := s.PID()
	all, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		t.Skipf("cannot list processes here: %v", err)
	}
	kill(t, pid)
	for child := range strings.FieldsSeq(string(all)) {
		n, _ := strconv.Atoi(child)
		_ = syscall.Kill(n, syscall.SIGKILL)
	}
	waitFor(t, "another postmaster", func() bool { return s.PID() != pid })
	holds(t, s)
}

// A process that waits for what a killed one held never ends by itself.
func TestPrivateServerComesBackBesideAProcessThatDoesNotEnd(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := private(t, db.PrivateOptions{Dir: dir})
	fill(t, s)
	var stuck int
	if err := open(t, s).QueryRow(t.Context(), "SELECT pg_backend_pid()").Scan(&stuck); err != nil {
		t.Fatal(err)
	}
	shell := exec.Command("sleep", "60")
	shell.Dir = filepath.Join(dir, "postgresql", strconv.Itoa(s.Version()))
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shell.Process.Kill(); _ = shell.Wait() })
	if err := syscall.Kill(stuck, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	pid := s.PID()
	kill(t, pid)
	waitFor(t, "another postmaster", func() bool { return s.PID() != pid })
	holds(t, s)
	if alive(stuck) {
		t.Error("the process that was left still runs")
	}
	if !alive(shell.Process.Pid) {
		t.Error("somebody's own program in the folder was killed")
	}
}

func TestNoAcknowledgedRowIsLostWhenTheServerIsKilledUnderLoad(t *testing.T) {
	t.Parallel()
	s := private(t, db.PrivateOptions{Dir: folder(t)})
	d := open(t, s)
	if _, err := d.Exec(t.Context(), "CREATE TABLE written (id integer PRIMARY KEY)"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var (
		next    atomic.Int32
		acked   atomic.Int32
		writers sync.WaitGroup
		mu      sync.Mutex
		ids     []int32
	)
	for range 4 {
		writers.Go(func() {
			for ctx.Err() == nil {
				id := next.Add(1)
				err := db.InTx(ctx, d, func(tx *db.Tx) error {
					_, err := tx.Exec(ctx, "INSERT INTO written VALUES ($1)", id)
					return err
				})
				if err != nil {
					time.Sleep(5 * time.Millisecond)
					continue
				}
				acked.Add(1)
				mu.Lock()
				ids = append(ids, id)
				mu.Unlock()
			}
		})
	}
	for range 3 {
		sofar := acked.Load()
		waitFor(t, "writes", func() bool { return acked.Load() > sofar+100 })
		pid := s.PID()
		kill(t, pid)
		waitFor(t, "another postmaster", func() bool { return s.PID() != pid })
	}
	cancel()
	writers.Wait()
	var lost int
	err := d.QueryRow(t.Context(), "SELECT count(*) FROM unnest($1::integer[]) AS id WHERE NOT EXISTS (SELECT 1 FROM written w WHERE w.id = id.id)", ids).Scan(&lost)
	if err != nil || lost > 0 {
		t.Errorf("%d of %d acknowledged rows are lost, %v", lost, len(ids), err)
	}
	t.Logf("%d rows acknowledged, %d tried", len(ids), next.Load())
}

// child starts a program that runs a private server, and returns it with the
// process id of its postmaster.
func child(t *testing.T, dir string) (*exec.Cmd, int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFolder+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("child says %q", line)
	}
	return cmd, pid
}

func TestPrivateServerStartsAfterItsProgramWasKilled(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]func(t *testing.T, postmaster int){
		"the program alone":          func(*testing.T, int) {},
		"the program and its server": kill,
		"the program, then its server": func(_ *testing.T, pid int) {
			time.Sleep(30 * time.Millisecond)
			_ = syscall.Kill(pid, syscall.SIGKILL)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t)
			s := private(t, db.PrivateOptions{Dir: dir})
			fill(t, s)
			stop(t, s)
			cmd, postmaster := child(t, dir)
			kill(t, cmd.Process.Pid)
			more(t, postmaster)
			_ = cmd.Wait()
			holds(t, private(t, db.PrivateOptions{Dir: dir}))
			if alive(postmaster) {
				t.Errorf("the postmaster %d of the killed program still runs", postmaster)
			}
		})
	}
}

func TestNoServerOutlivesAKilledProgram(t *testing.T) {
	t.Parallel()
	cmd, postmaster := child(t, folder(t))
	kill(t, cmd.Process.Pid)
	_ = cmd.Wait()
	waitFor(t, "the end of the server", func() bool { return !alive(postmaster) })
}

func TestAnOrphanedServerIsReplaced(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := private(t, db.PrivateOptions{Dir: dir})
	fill(t, s)
	args, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", s.PID()))
	if err != nil {
		t.Skipf("cannot read command lines here: %v", err)
	}
	uid := owner(t, fmt.Sprintf("/proc/%d", s.PID()))
	stop(t, s)

	// The same server again, now with nobody to look after it.
	words := strings.Split(strings.TrimRight(string(args), "\x00"), "\x00")
	orphan := exec.Command(words[0], words[1:]...)
	if os.Geteuid() == 0 {
		orphan.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	}
	orphan.Dir = "/"
	if err := orphan.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = orphan.Wait(); close(ended) }()
	holds(t, s)

	holds(t, private(t, db.PrivateOptions{Dir: dir}))
	select {
	case <-ended:
	default:
		t.Error("the orphan still runs")
	}
}

func TestALockFileWhoseNumberAnotherProgramHasIsNoObstacle(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := private(t, db.PrivateOptions{Dir: dir})
	fill(t, s)
	// PostgreSQL believes a lock file whose process is of its own user.
	other := exec.Command("sleep", "60")
	if uid := owner(t, fmt.Sprintf("/proc/%d", s.PID())); os.Geteuid() == 0 {
		other.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Process.Kill(); _ = other.Wait() })
	locks := map[string][]byte{
		filepath.Join(dir, "postgresql", strconv.Itoa(s.Version()), "postmaster.pid"): nil,
		filepath.Join(dir, "postgresql", "run", ".s.PGSQL.5432.lock"):                 nil,
	}
	for lock := range locks {
		text, err := os.ReadFile(lock)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(text), "\n")
		locks[lock] = []byte(strconv.Itoa(other.Process.Pid) + "\n" + rest)
	}
	stop(t, s)
	for lock, text := range locks {
		if err := os.WriteFile(lock, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	holds(t, private(t, db.PrivateOptions{Dir: dir}))
	if !alive(other.Process.Pid) {
		t.Error("the other program was killed")
	}
}

func TestASecondProgramOnADataFolderIsToldWhoHasIt(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	private(t, db.PrivateOptions{Dir: dir})
	_, err := db.Private(t.Context(), db.PrivateOptions{Dir: dir})
	if !errors.Is(err, db.ErrInUse) || !strings.Contains(err.Error(), strconv.Itoa(os.Getpid())) {
		t.Errorf("error = %v, want ErrInUse with our process id", err)
	}
}

func TestADeepDataFolderHasAShortSocket(t *testing.T) {
	t.Parallel()
	deep := filepath.Join(folder(t), strings.Repeat("deep/", 30))
	s := private(t, db.PrivateOptions{Dir: deep})
	fill(t, s)
	holds(t, s)
	socket := open(t, s).Pool().Config().ConnConfig.Host
	if path := filepath.Join(socket, ".s.PGSQL.5432"); len(path) >= 100 {
		t.Errorf("socket path of %d bytes: %s", len(path), path)
	}
	if info, err := os.Stat(socket); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("socket folder: %v, %v; want mode 0700", info.Mode(), err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(socket) })
}

func TestRootRunsPostgreSQLAsSomebodyElse(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("needs root: nothing is dropped otherwise")
	}
	state := folder(t)
	closed := filepath.Join(t.TempDir(), "data") // root's alone
	o := db.PrivateOptions{Dir: closed, StateDir: state}
	s := private(t, o)
	fill(t, s)
	if uid := owner(t, fmt.Sprintf("/proc/%d", s.PID())); uid == 0 {
		t.Error("PostgreSQL runs as root")
	}
	if err := fs.WalkDir(os.DirFS(state), ".", func(path string, d fs.DirEntry, err error) error {
		if strings.HasSuffix(path, "/postgresql") {
			info, err := d.Info()
			if err == nil && info.Mode().Perm() != 0o700 {
				t.Errorf("%s has mode %v", path, info.Mode())
			}
			return fs.SkipDir
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	stop(t, s)
	// A data folder that moves keeps its cluster.
	moved := filepath.Join(filepath.Dir(closed), "moved")
	if err := os.Rename(closed, moved); err != nil {
		t.Fatal(err)
	}
	o.Dir = moved
	again := private(t, o)
	holds(t, again)
	stop(t, again)
	// One that was deleted begins afresh, under the same name too.
	if err := os.RemoveAll(moved); err != nil {
		t.Fatal(err)
	}
	o.Dir = closed
	fill(t, private(t, o))
}

func TestPrivateSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	if err := os.MkdirAll(filepath.Join(dir, "postgresql", "9"), 0o700); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(filepath.Join(dir, "postgresql"), 0, 0); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Private(t.Context(), db.PrivateOptions{Dir: dir}); !errors.Is(err, db.ErrOldCluster) {
		t.Errorf("a cluster of PostgreSQL 9: %v, want ErrOldCluster", err)
	}
	if _, err := db.Private(t.Context(), db.PrivateOptions{Dir: folder(t), Bin: dir}); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("a folder without programs: %v, want its name", err)
	}
}

func TestPrivateServerRunsFromNpmsBundle(t *testing.T) {
	t.Parallel()
	bundle := os.Getenv("OPENBALIE_PG_BUNDLE")
	if bundle == "" {
		t.Skip("OPENBALIE_PG_BUNDLE names no @embedded-postgres package")
	}
	dir := folder(t)
	o := db.PrivateOptions{Dir: dir, Bin: filepath.Join(bundle, "native", "bin")}
	s := private(t, o)
	fill(t, s)
	d := open(t, s)
	if err := db.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if err := db.EnsurePartitions(t.Context(), d, time.Now()); err != nil {
		t.Fatal(err)
	}
	d.Close()
	stop(t, s)
	holds(t, private(t, o))
}

func kill(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

// alive tells whether a process runs; one that only waits to be reaped does not.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

func owner(t *testing.T, path string) uint32 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Sys().(*syscall.Stat_t).Uid
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for begin := time.Now(); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Since(begin) > 20*time.Second {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
