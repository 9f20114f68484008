package crash_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/web/webtest"
)

// program is the real openbalie on a data folder that outlives it.
type program struct {
	path, dir, addr string
	log             string // the file of what it says, which may be read while it lives
	cmd             *exec.Cmd
	gone            chan struct{}
}

// build compiles the program as it is shipped, without the race detector.
func build(t *testing.T) *program {
	t.Helper()
	// PostgreSQL's user must reach the folder, also when we are root, and the
	// path of a socket is short: the test's own folder is neither.
	dir, err := os.MkdirTemp("/tmp", "ob-crash-") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	p := &program{path: filepath.Join(dir, "openbalie"), dir: filepath.Join(dir, "data"), log: filepath.Join(dir, "log")}
	out, err := exec.CommandContext(t.Context(), "go", "build", "-tags", "noui", "-o", p.path, "..").CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	p.addr = webtest.FreeAddr(t)
	t.Cleanup(func() {
		if p.cmd != nil {
			_ = p.cmd.Process.Signal(syscall.SIGTERM)
			<-p.gone
		}
	})
	return p
}

// start runs the program and waits until it is ready: nothing is cleared away
// or repaired first.
func (p *program) start(t *testing.T) {
	t.Helper()
	log, err := os.Create(p.log)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.Command(p.path, "serve", "--sandbox", "--addr", p.addr, "--metrics-addr", "127.0.0.1:0", "--data", p.dir, "--log-level", "warn")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() { _ = cmd.Wait(); close(gone) }()
	p.cmd, p.gone = cmd, gone
	p.ready(t)
}

// said is the end of what the program said since its last start, without what
// ready asked.
func (p *program) said() string {
	text, _ := os.ReadFile(p.log)
	var out strings.Builder
	for line := range strings.Lines(string(text)) {
		if !strings.Contains(line, `"route":"/api/uitpas/permissions"`) {
			out.WriteString(line)
		}
	}
	return out.String()[max(0, out.Len()-8000):]
}

// ready waits until the program answers from its database.
func (p *program) ready(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if _, err := p.token(); err == nil && p.reads() {
			return
		}
		select {
		case <-p.gone:
			t.Fatalf("openbalie ended:\n%s", p.said())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("openbalie does not answer:\n%s", p.said())
		}
	}
}

// reads tells whether the database answers behind the program.
func (p *program) reads() bool {
	token, err := p.token()
	if err != nil {
		return false
	}
	request, _ := http.NewRequest(http.MethodGet, "http://"+p.addr+"/api/uitpas/permissions", http.NoBody)
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

func (p *program) token() (string, error) {
	answer, err := http.PostForm("http://"+p.addr+"/realms/uitid/protocol/openid-connect/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {"sandbox-client"}, "client_secret": {"sandbox-secret"},
	})
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var out struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil || out.Token == "" {
		return "", fmt.Errorf("no token: %s: %w", answer.Status, err)
	}
	return out.Token, nil
}

// kill ends the program as a power cut would, and waits until it is gone.
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	<-p.gone
}

// dsn asks the program where its database is.
func (p *program) dsn(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), p.path, "db", "url", "--data", p.dir).Output()
	if err != nil {
		t.Fatalf("openbalie db url: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// postmaster is the process id of the private server.
func (p *program) postmaster(t *testing.T) int {
	t.Helper()
	found, _ := filepath.Glob(filepath.Join(p.dir, "postgresql", "*", "postmaster.pid"))
	if len(found) != 1 {
		t.Fatalf("one server was expected, found %v", found)
	}
	text, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// children are the processes that a process started.
func children(t *testing.T, pid int) []int {
	t.Helper()
	var out []int
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range stats {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // it ended meanwhile
		}
		// The name of the program, in parentheses, may hold anything.
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		if len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			child, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
			out = append(out, child)
		}
	}
	return out
}

// ledger is what the check-ins sent: by key what is known of each.
type ledger struct {
	mu    sync.Mutex
	acked map[string]string // key → id of the check-in
	lost  map[string]call   // sent, and never answered
}

type call struct{ number, activity string }
