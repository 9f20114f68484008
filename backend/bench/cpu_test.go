//go:build bench

package bench_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// clockTick is the unit of /proc/*/stat on every Linux.
const clockTick = 10 * time.Millisecond

// processor tells how much processor time was used so far, by the program,
// its PostgreSQL, and the clients of a variant. Unlike time on the clock it
// means something on a machine that does other work too.
type processor struct{ program, postmaster int }

func newProcessor(ctx context.Context, t *testing.T, conn *pgx.Conn, program int) processor {
	t.Helper()
	var dir string
	if err := conn.QueryRow(ctx, "SHOW data_directory").Scan(&dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	postmaster, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	return processor{program, postmaster}
}

// used is the time of the server and the program; a back end that ended counts
// as its parent's.
func (p processor) used() time.Duration {
	var ticks int
	names, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // it ended meanwhile
		}
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		parent, _ := strconv.Atoi(fields[1])
		count := 0
		switch {
		case pid == p.postmaster:
			count = 4 // its own, and that of ended children
		case pid == p.program, parent == p.postmaster:
			count = 2
		}
		for _, field := range fields[11 : 11+count] {
			n, _ := strconv.Atoi(field)
			ticks += n
		}
	}
	return time.Duration(ticks) * clockTick
}

// pgbenchUsed is the time of this process's ended children: pgbench.
func pgbenchUsed() time.Duration {
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_CHILDREN, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
