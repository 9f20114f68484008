package db

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// clearAway ends what a killed openbalie left of its server: a postmaster
// that still runs, or a lock file whose process id now belongs to another
// program. The caller holds the lock of the data folder, so nobody else uses
// the cluster.
func clearAway(ctx context.Context, data string) error {
	path := filepath.Join(data, "postmaster.pid")
	text, err := os.ReadFile(path)
	if err != nil {
		return nil // no lock file: it ended cleanly, or never ran
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	pid, err := strconv.Atoi(string(bytes.TrimSpace(line)))
	if err != nil || pid <= 1 {
		return nil // PostgreSQL judges a broken lock file itself
	}
	ours, known := runsIn(pid, data)
	switch {
	case !known:
		return nil
	case !ours && !anyRunsIn(data):
		// A stale file would keep PostgreSQL from starting for as long as the
		// program that has the number now runs.
		return os.Remove(path)
	case !ours:
		return nil // its children are still ending; launch tries again
	}
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		if err := syscall.Kill(pid, signal); err != nil {
			return nil
		}
		for waited := time.Duration(0); waited < 10*time.Second; waited += 20 * time.Millisecond {
			if ours, _ := runsIn(pid, data); !ours {
				return nil
			}
			if !pause(ctx, 20*time.Millisecond) {
				return ctx.Err()
			}
		}
	}
	return fmt.Errorf("the server that was left running (process %d) does not stop", pid)
}
