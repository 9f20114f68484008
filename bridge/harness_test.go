package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
	"github.com/openbalie/openbalie/bridge/protocol"
)

const origin = "https://balie.example"

func TestMain(m *testing.M) { pcsctest.Main(m) }

// program builds the program, once, where the next run finds it again.
var program = sync.OnceValues(func() (string, error) {
	path, err := filepath.Abs("../.cache/test/openbalie-bridge")
	if err != nil {
		return "", err
	}
	if out, err := exec.Command("go", "build", "-ldflags", "-X main.version=test", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the bridge: %w\n%s", err, out)
	}
	return path, nil
})

// process is a bridge as people run it.
type process struct {
	t     testing.TB
	cmd   *exec.Cmd
	port  int
	began time.Time
	ready time.Duration // from its start to its health saying so
	ended chan error

	mu  sync.Mutex
	log bytes.Buffer
}

func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(b)
}

func (p *process) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// freePort is a port below those that systems lend to clients, so that no
// connection of another test gets it before the program does.
func freePort(tb testing.TB) int {
	tb.Helper()
	for range 1000 {
		port := 20_000 + rand.IntN(12_000) //nolint:gosec // no secret
		if l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			_ = l.Close()
			return port
		}
	}
	tb.Fatal("no port is free")
	return 0
}

// launch starts the program and waits until it is ready. It is stopped when
// the test ends.
func launch(tb testing.TB, command string, env ...string) *process {
	tb.Helper()
	path, err := program()
	if err != nil {
		tb.Fatal(err)
	}
	p := &process{t: tb, port: freePort(tb), ended: make(chan error, 1)}
	p.cmd = exec.Command(path, command, "--port", strconv.Itoa(p.port), "--allowed-origins", origin, "--state-dir", tb.TempDir())
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stdout, p.cmd.Stderr = p, p
	p.began = time.Now()
	if err := p.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	tb.Cleanup(func() { _ = p.stop() })

	for time.Since(p.began) < 10*time.Second {
		if p.healthy() {
			p.ready = time.Since(p.began)
			return p
		}
		time.Sleep(time.Millisecond)
	}
	tb.Fatalf("the bridge is not ready: %s", p.output())
	return nil
}

func (p *process) healthy() bool {
	response, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/healthz", p.port))
	if err != nil {
		return false
	}
	defer response.Body.Close()
	var health protocol.Health
	return json.NewDecoder(response.Body).Decode(&health) == nil && health.Ready
}

// stop asks the program to end, and returns how it did.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-p.ended:
		p.ended <- err
		return err
	case <-time.After(10 * time.Second):
		_ = p.cmd.Process.Kill()
		return errors.New("it did not end in time")
	}
}

// page is a page connected to the bridge.
type page struct {
	t    testing.TB
	conn *websocket.Conn
}

// note is a frame of the bridge as the tests look at it.
type note struct {
	Method string
	ID     int
	Error  *protocol.Error
	Params struct {
		PresentationID string
		ReaderID       string
		ChipNumber     string
		Wall           time.Time
		Version        string
		Service        protocol.Service
		Reader         protocol.Reader
		Problem        *protocol.Problem
		Kind           string
		Capabilities   []string

		Identity *protocol.Identity
		Address  *protocol.Address
		Raw      []byte
		Verdict  *protocol.Verdict
		Files    protocol.Proofs
		File     string
		Error    *protocol.Error
	}
	Result protocol.ReadersList
	at     time.Time
}

// connect opens a page and returns it with its hello.
func (p *process) connect() (page, note) {
	p.t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{protocol.Subprotocol}}
	conn, response, err := dialer.Dial(fmt.Sprintf("ws://127.0.0.1:%d/v1", p.port), http.Header{"Origin": {origin}})
	if err != nil {
		p.t.Fatal(err)
	}
	response.Body.Close()
	p.t.Cleanup(func() { conn.Close() })
	c := page{p.t, conn}
	return c, c.next()
}

func (c page) next() note {
	c.t.Helper()
	_ = c.conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	_, frame, err := c.conn.ReadMessage()
	if err != nil {
		c.t.Fatal(err)
	}
	n := note{at: time.Now()}
	if err := json.Unmarshal(frame, &n); err != nil {
		c.t.Fatalf("%s: %v", frame, err)
	}
	return n
}

// hears skips frames until one that is wanted.
func (c page) hears(wanted func(note) bool) note {
	c.t.Helper()
	for {
		if n := c.next(); wanted(n) {
			return n
		}
	}
}

func method(name string) func(note) bool { return func(n note) bool { return n.Method == name } }

func (c page) asks(text string) {
	c.t.Helper()
	if err := c.conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		c.t.Fatal(err)
	}
}
