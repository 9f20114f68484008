package db

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// clearAway ends what a dead predecessor left of its server in a cluster's
// folder, and takes its lock files away, whose process ids may belong to
// another program by now. The caller holds the lock of the data folder, so
// nobody else uses the cluster.
//
// Without their postmaster, a server's processes end by themselves, unless one
// waits for a lock that a killed one held: that one waits for ever, and no new
// server starts beside it. What is killed loses nothing: the new server
// recovers what was committed.
func (s *Server) clearAway(ctx context.Context) error {
	locks := []string{filepath.Join(s.data, "postmaster.pid"), filepath.Join(s.place.socket, ".s.PGSQL.5432.lock")}
	for _, step := range []struct {
		signal          syscall.Signal
		server, orphans time.Duration // how long it may take
	}{
		{syscall.SIGINT, 10 * time.Second, 2 * time.Second},
		{syscall.SIGQUIT, 10 * time.Second, 2 * time.Second},
		{syscall.SIGKILL, 10 * time.Second, 10 * time.Second},
	} {
		left, known := serversIn(s.data)
		holder := lockedBy(locks[0])
		if !known || holder < 0 { // PostgreSQL decides itself; below zero is somebody who repairs it by hand
			return nil
		}
		if len(left) == 0 {
			break
		}
		patience := step.orphans
		if slices.Contains(left, holder) && step.signal != syscall.SIGKILL {
			left, patience = []int{holder}, step.server // a postmaster ends its children itself
		}
		if step.signal == syscall.SIGKILL {
			s.o.Log.WarnContext(ctx, "Processes of a dead private PostgreSQL do not end and are killed", slog.Any("processes", left))
		}
		for _, pid := range left {
			_ = syscall.Kill(pid, step.signal) // it may have ended by itself
		}
		if err := waitEmpty(ctx, s.data, patience); err != nil {
			return err
		}
	}
	if left, _ := serversIn(s.data); len(left) > 0 {
		return fmt.Errorf("the server that was left running does not end (processes %v)", left)
	}
	for _, path := range locks {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// waitEmpty waits until no server works in a folder, or for so long.
func waitEmpty(ctx context.Context, data string, patience time.Duration) error {
	for waited := time.Duration(0); waited < patience; waited += 20 * time.Millisecond {
		if left, _ := serversIn(data); len(left) == 0 {
			return nil
		}
		if !pause(ctx, 20*time.Millisecond) {
			return ctx.Err()
		}
	}
	return nil
}

// lockedBy is the process id in a lock file; 0 when there is no file, because
// the server ended cleanly, and below zero for PostgreSQL's single-user mode.
func lockedBy(path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	pid, _ := strconv.Atoi(string(bytes.TrimSpace(line)))
	return pid
}
