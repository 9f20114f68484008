//go:build bench

package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/web/webtest"
)

// scratch is where the program is built.
var scratch string

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "openbalie-bench-"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(scratch)
	os.Exit(code)
}

// built makes the program once.
var built = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "openbalie")
	out, err := exec.Command("go", "build", "-tags", "noui", "-trimpath", "-o", path, "..").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return path, nil
})

// program is a running openbalie on a data folder of its own.
type program struct {
	addr    string
	metrics string
	dir     string
	cmd     *exec.Cmd
	said    *bytes.Buffer
	answers time.Duration // from the start of the process to its first 200
}

// dataDir is a folder that PostgreSQL's user reaches, also when we are root.
// The test's own folder is for its owner only, and too long a path for a socket.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "ob-bench-") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// serve starts the program and waits for its first 200.
func serve(t *testing.T, dir string) *program {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{addr: webtest.FreeAddr(t), metrics: webtest.FreeAddr(t), dir: dir, said: &bytes.Buffer{}}
	p.cmd = exec.Command(path, "serve", "--sandbox", "--addr", p.addr, "--metrics-addr", p.metrics, "--data", dir, "--log-level", "warn")
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.stop(t) })
	for deadline := began.Add(time.Minute); ; time.Sleep(2 * time.Millisecond) {
		answer, err := http.Get("http://" + p.addr + "/api/v1/about")
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				p.answers = time.Since(began)
				return p
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("openbalie does not answer: %v\n%s", err, p.said)
		}
	}
}

// stop ends the program and waits until it is gone.
func (p *program) stop(t *testing.T) {
	t.Helper()
	if p.cmd.ProcessState != nil {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("openbalie ended with %v:\n%s", err, p.said)
	}
}

// dsn asks the program for the address of its private database.
func (p *program) dsn(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(path, "db", "url", "--data", p.dir).Output()
	if err != nil {
		t.Fatalf("openbalie db url: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// token signs the sample client in.
func (p *program) token(t *testing.T) string {
	t.Helper()
	answer, err := http.PostForm("http://"+p.addr+"/realms/uitid/protocol/openid-connect/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {"sandbox-client"}, "client_secret": {"sandbox-secret"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var out struct {
		Token string `json:"access_token"`
	}
	body, _ := io.ReadAll(answer.Body)
	if err := json.Unmarshal(body, &out); err != nil || out.Token == "" {
		t.Fatalf("no token: %s %s", answer.Status, body)
	}
	return out.Token
}

// profile writes a CPU profile of the program, if one was asked for.
func (p *program) profile(ctx context.Context, t *testing.T, name string, seconds int) {
	t.Helper()
	dir := os.Getenv("OPENBALIE_BENCH_PROFILE")
	if dir == "" {
		return
	}
	url := fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", p.metrics, seconds)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Error(err)
		return
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("no profile: %s %v", answer.Status, err)
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".pprof"), body, 0o644); err != nil {
		t.Error(err)
	}
}
