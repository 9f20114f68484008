package pcsctest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/openbalie/openbalie/bridge/pcsc"
)

const (
	daemon = "/usr/sbin/pcscd"
	driver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"

	// home is a folder without which pcscd ends at once, though it leaves it empty.
	home = "/run/pcscd"

	// nobody is the account the service runs as when the tests run as root.
	nobody = 65534

	patience = 10 * time.Second
)

// Server is the private card service of this process.
type Server struct {
	dir     string
	socket  string
	base    int // the port of slot 0; slot 1 is the next
	readers []string
	log     bytes.Buffer // what pcscd said; read once it has ended
	process *exec.Cmd
	cards   [2]*vicc
}

// shared is the server of this process: the library reads the socket's name
// only once. One test at a time plays with it.
var shared struct {
	sync.Mutex

	server *Server
	err    error
}

// Main runs the tests of a package with a private card service. Call it from
// TestMain.
func Main(m *testing.M) {
	// The cards share the process with the code that reads them, which keeps a
	// processor's worth of the scheduler in each call to the card service. They
	// get theirs, or a card would wait for milliseconds to be heard.
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 4)
	os.Exit(func() int {
		shared.server, shared.err = begin()
		if shared.server != nil {
			defer shared.server.end()
		}
		return m.Run()
	}())
}

// Start lends the private card service to a test, with empty readers, until
// the test ends. Without one it fails in CI and skips elsewhere.
func Start(tb testing.TB) *Server {
	tb.Helper()
	shared.Lock()
	tb.Cleanup(shared.Unlock)
	s, err := shared.server, shared.err
	switch {
	case err != nil && os.Getenv("CI") == "true":
		tb.Fatal(err)
	case err != nil:
		tb.Skip(err)
	case s == nil:
		tb.Fatal("pcsctest: TestMain must call pcsctest.Main")
	}
	tb.Cleanup(func() {
		for slot := range s.cards {
			s.Remove(tb, slot)
		}
		if s.process == nil || len(s.readers) == 0 {
			s.Restart(tb, true)
		}
		s.settle(tb)
	})
	return s
}

// Service returns the real card service.
func (s *Server) Service() pcsc.Service { return pcsc.System(time.Now) }

// Reader returns the name of the reader in a slot.
func (s *Server) Reader(slot int) string { return fmt.Sprintf("Virtual PCD 00 %02d", slot) }

// Socket returns where the service listens: the value of PCSCLITE_CSOCK_NAME
// for a program of its own that is to use it.
func (s *Server) Socket() string { return s.socket }

// Insert puts a card into a slot. The service sees it within 0.4 seconds.
func (s *Server) Insert(tb testing.TB, slot int, c Card) {
	tb.Helper()
	if err := s.Put(slot, c); err != nil {
		tb.Fatal(err)
	}
}

// Remove lifts the card from a slot, if there is one.
func (s *Server) Remove(_ testing.TB, slot int) { s.Lift(slot) }

// Kill ends the service without a word.
func (s *Server) Kill(testing.TB) { s.Crash() }

// Restart brings the service back on the same socket.
func (s *Server) Restart(tb testing.TB, readers bool) {
	tb.Helper()
	if err := s.Revive(readers); err != nil {
		tb.Fatal(err)
	}
}

// Put is Insert for a program.
func (s *Server) Put(slot int, c Card) error {
	if slot < 0 || slot >= len(s.cards) || s.cards[slot] != nil {
		return fmt.Errorf("pcsctest: no free slot %d", slot)
	}
	conn, err := new(net.Dialer).DialContext(context.Background(), "tcp", fmt.Sprintf("127.0.0.1:%d", s.base+slot))
	if err != nil {
		return fmt.Errorf("pcsctest: insert a card: %w", err)
	}
	if s.cards[slot], err = insert(conn.(*net.TCPConn), c); err != nil {
		return fmt.Errorf("pcsctest: insert a card: %w", err)
	}
	return nil
}

// Lift is Remove for a program.
func (s *Server) Lift(slot int) {
	if slot < 0 || slot >= len(s.cards) {
		return
	}
	if v := s.cards[slot]; v != nil {
		v.lift()
		s.cards[slot] = nil
	}
}

// Crash is Kill for a program.
func (s *Server) Crash() {
	s.stop(syscall.SIGKILL)
	for slot := range s.cards {
		s.Lift(slot)
	}
}

// Revive is Restart for a program.
func (s *Server) Revive(readers bool) error {
	s.Crash()
	return s.start(readers)
}

// Launch starts a private card service for a program of its own; tests use
// [Main] and [Start]. The caller ends it with Close.
func Launch() (*Server, error) { return begin() }

// Close ends a service that Launch started.
func (s *Server) Close() { s.end() }

// begin starts the service of this process.
func begin() (*Server, error) {
	for _, file := range []string{daemon, driver} {
		if _, err := os.Stat(file); err != nil {
			return nil, fmt.Errorf("pcsctest: install the packages pcscd and vsmartcard-vpcd: %w", err)
		}
	}
	// A short path that any account may enter: socket names have at most 107 bytes.
	dir, err := os.MkdirTemp("/tmp", "pcscd-")
	if err != nil {
		return nil, fmt.Errorf("pcsctest: %w", err)
	}
	s := &Server{dir: dir, socket: filepath.Join(dir, "pcscd.comm")}
	if err := s.prepare(); err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	for range 5 { // another program may take the ports before pcscd does
		if err = s.start(true); err == nil {
			return s, nil
		}
	}
	s.end()
	return nil, err
}

// prepare lays out the folder: one with readers configured, one without.
func (s *Server) prepare() error {
	err := errors.Join(
		os.Chmod(s.dir, 0o755), //nolint:gosec // the service's account must enter it
		os.Mkdir(filepath.Join(s.dir, "readers"), 0o755),
		os.Mkdir(filepath.Join(s.dir, "none"), 0o755),
		os.Setenv("PCSCLITE_CSOCK_NAME", s.socket), // read at the first call only
	)
	if err != nil {
		return fmt.Errorf("pcsctest: %w", err)
	}
	return nil
}

func (s *Server) end() {
	s.stop(syscall.SIGTERM)
	_ = os.RemoveAll(s.dir)
}

// start starts pcscd and waits until it answers with its readers.
func (s *Server) start(readers bool) (err error) {
	if s.base, err = ports(); err != nil {
		return err
	}
	folder := filepath.Join(s.dir, "none")
	s.readers = nil
	if readers {
		folder = filepath.Join(s.dir, "readers")
		s.readers = []string{s.Reader(0), s.Reader(1)}
	}
	config := fmt.Sprintf("FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x%X\nLIBPATH %s\nCHANNELID 0x%X\n", s.base, driver, s.base)
	if err := os.WriteFile(filepath.Join(s.dir, "readers", "vpcd"), []byte(config), 0o644); err != nil { //nolint:gosec // for the service's account
		return fmt.Errorf("pcsctest: %w", err)
	}
	if err := s.spawn(folder); err != nil {
		return fmt.Errorf("pcsctest: start %s: %w", daemon, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.await(ctx, func(slots pcsc.Slots) bool { return len(slots) == len(s.readers) }); err != nil {
		s.stop(syscall.SIGKILL)
		return fmt.Errorf("pcsctest: pcscd did not come up: %w\n%s", err, s.log.String())
	}
	return nil
}

// spawn starts pcscd with a socket it inherits, as systemd would: it may not
// make one itself. The socket is then its alone, so that it is gone with it.
func (s *Server) spawn(folder string) error {
	_ = os.Remove(s.socket)
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: s.socket, Net: "unix"})
	if err != nil {
		return err
	}
	l.SetUnlinkOnClose(false)
	defer l.Close()
	file, err := l.File()
	if err != nil {
		return err
	}
	defer file.Close()
	options := "-f"
	if help, err := exec.Command(daemon, "--help").CombinedOutput(); err == nil && bytes.Contains(help, []byte("disable-polkit")) {
		options += " --disable-polkit" // there is no one to ask in a test
	}
	s.log.Reset()
	script := "LISTEN_FDS=1 LISTEN_PID=$$ exec " + daemon + " " + options + ` -c "$0"`
	if err := os.Mkdir(home, 0o755); err != nil && !errors.Is(err, os.ErrExist) { //nolint:gosec // as the package does
		// Not root, and the service never ran here: give it a /run of its own.
		script = `exec unshare --user --map-root-user --mount /bin/sh -c 'mount -t tmpfs run /run && mkdir ` + home + " && " + script + `' "$0"`
	}
	s.process = exec.Command("/bin/sh", "-c", script, folder)
	s.process.ExtraFiles = []*os.File{file}
	s.process.Stdout, s.process.Stderr = &s.log, &s.log
	s.process.Dir = s.dir
	s.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // never left behind
	if os.Getuid() == 0 {
		s.process.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	return s.process.Start()
}

// stop ends pcscd, and it alone.
func (s *Server) stop(how syscall.Signal) {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Signal(how)
	late := time.AfterFunc(patience, func() { _ = s.process.Process.Kill() })
	_ = s.process.Wait()
	late.Stop()
	s.process = nil
}

// settle waits until the readers are empty.
func (s *Server) settle(tb testing.TB) {
	tb.Helper()
	if err := s.Settle(); err != nil {
		tb.Error(err)
	}
}

// Settle waits until the service has seen that the readers are empty: a card
// that follows too soon would be taken for the one before it.
func (s *Server) Settle() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := s.await(ctx, func(slots pcsc.Slots) bool {
		for _, slot := range slots {
			if slot.Present {
				return false
			}
		}
		return true
	})
	if err != nil {
		return fmt.Errorf("pcsctest: the readers did not empty: %w", err)
	}
	return nil
}

// await waits until the slots are as wanted.
func (s *Server) await(ctx context.Context, wanted func(pcsc.Slots) bool) error {
	for {
		err := watch(ctx, wanted)
		if err == nil || ctx.Err() != nil || errors.Is(err, pcsc.ErrUnsupported) {
			return err
		}
		time.Sleep(time.Millisecond)
	}
}

func watch(ctx context.Context, wanted func(pcsc.Slots) bool) error {
	session, err := pcsc.System(time.Now).Open(ctx)
	if err != nil {
		return err
	}
	defer session.Close()
	for known := pcsc.Slots(nil); ; {
		if known, _, err = session.Wait(ctx, known); err != nil || wanted(known) {
			return err
		}
	}
}

// ports finds two free ports in a row.
func ports() (int, error) {
	for range 100 {
		l, err := net.Listen("tcp", ":0")
		if err != nil {
			return 0, fmt.Errorf("pcsctest: %w", err)
		}
		base := l.Addr().(*net.TCPAddr).Port
		next, err := net.Listen("tcp", fmt.Sprintf(":%d", base+1))
		_ = l.Close()
		if err == nil {
			_ = next.Close()
			return base, nil
		}
	}
	return 0, errors.New("pcsctest: no two free ports in a row")
}
