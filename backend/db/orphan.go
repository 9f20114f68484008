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
	pid := lockedBy(path)
	if pid <= 1 {
		return nil
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
		_ = syscall.Kill(pid, signal) // it may have ended by itself
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

// lockedBy is the process id in a lock file; 0 when there is no file, because
// the server ended cleanly, or one that PostgreSQL will judge itself.
func lockedBy(path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	pid, _ := strconv.Atoi(string(bytes.TrimSpace(line)))
	return pid
}
