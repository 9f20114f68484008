//go:build bench

package bench_test

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

//go:embed testdata/yard.sql
var yardSQL string

// yard is raw PostgreSQL doing a check-in on plain tables of its own.
type yard struct {
	pgbench, dsn string
	people       int
}

func newYard(ctx context.Context, t *testing.T, conn *pgx.Conn, dsn string, people int) yard {
	t.Helper()
	// The simple protocol takes many statements at once.
	if _, err := conn.PgConn().Exec(ctx, fmt.Sprintf(yardSQL, people, people, people, activities)).ReadAll(); err != nil {
		t.Fatalf("make the yardstick's tables: %v", err)
	}
	return yard{pgbench(t), dsn, people}
}

// pgbench finds PostgreSQL's own client for loads.
func pgbench(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("pgbench")
	if dir := os.Getenv("OPENBALIE_PG_BIN"); dir != "" {
		path, err = exec.LookPath(filepath.Join(dir, "pgbench"))
	}
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench"); err != nil && len(found) > 0 {
		path, err = slices.Max(found), nil
	}
	if err != nil {
		t.Fatalf("pgbench is missing: it comes with PostgreSQL's server package: %v", err)
	}
	return path
}

var perSecond = regexp.MustCompile(`(?m)^tps = ([0-9.]+) \(without`)

// measure runs a script of testdata and returns its transactions per second.
func (y yard) measure(ctx context.Context, t *testing.T, script string, clients int, d time.Duration) float64 {
	t.Helper()
	out, err := exec.CommandContext(ctx, y.pgbench, "-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", strconv.Itoa(min(clients, 2)),
		"-T", strconv.Itoa(int(d.Seconds())), "-D", "people="+strconv.Itoa(y.people), "-D", "activities="+strconv.Itoa(activities),
		"-f", filepath.Join("testdata", script), y.dsn).CombinedOutput()
	found := perSecond.FindSubmatch(out)
	if err != nil || found == nil {
		t.Fatalf("pgbench: %v\n%s", err, out)
	}
	tps, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return tps
}
