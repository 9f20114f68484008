package dbtest_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
)

// hang makes this test binary a test process that is killed in the middle.
const hang = "OPENBALIE_TEST_HANG"

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestEachTestGetsAnEmptyMigratedDatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	for range 5 {
		begin := time.Now()
		d := dbtest.New(t)
		t.Logf("made in %v", time.Since(begin).Round(time.Millisecond))
		var n int
		if err := d.QueryRow(t.Context(), "SELECT count(*) FROM card_system").Scan(&n); err != nil || n != 0 {
			t.Fatalf("card systems = %d, %v", n, err)
		}
		if _, err := d.Exec(t.Context(), "INSERT INTO card_system (id, name) VALUES (1, 'here')"); err != nil {
			t.Fatal(err)
		}
		if err := db.SchemaCheck(t.Context(), d); err != nil {
			t.Error(err)
		}
		if _, err := d.Exec(t.Context(), "INSERT INTO audit (id, at, actor_kind, actor_id, action) VALUES ($1, now(), '', '', '')", db.NewID()); err != nil {
			t.Errorf("an id of now finds no partition: %v", err)
		}
	}
}

func TestAKilledTestProcessLeavesNoServer(t *testing.T) {
	t.Parallel()
	if os.Getenv(hang) != "" {
		d := dbtest.New(t)
		var pid int
		if err := d.QueryRow(t.Context(), "SELECT pg_backend_pid()").Scan(&pid); err != nil {
			t.Fatal(err)
		}
		fmt.Printf("backend %d\n", pid)
		select {}
	}
	if _, err := os.Stat("/proc/self"); err != nil {
		t.Skip("no /proc here, and no signal from the system when a parent dies")
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), hang+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "backend ") {
		t.Fatalf("the child says %q, %v", line, err)
	}
	backend := "/proc/" + strings.TrimSpace(strings.TrimPrefix(line, "backend "))
	if _, err := os.Stat(backend); err != nil {
		t.Fatalf("the child's server does not run: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	for begin := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(backend); err != nil {
			return
		}
		if time.Since(begin) > 10*time.Second {
			t.Fatal("the server of a killed test process still runs")
		}
	}
}
