package db

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// dieWithParent makes the system stop the child cleanly when we are killed.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGINT }

// runsIn tells whether a process works in a folder, as every process of a
// PostgreSQL server does in its cluster's. known is false when we may not ask.
func runsIn(pid int, dir string) (ours, known bool) {
	cwd, err := os.Readlink(filepath.Join("/proc", strconv.Itoa(pid), "cwd"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, true
	case errors.Is(err, fs.ErrPermission):
		return false, true // another user's, so not our server's
	case err != nil:
		return false, false
	}
	resolved, err := filepath.EvalSymlinks(dir)
	return err == nil && cwd == resolved, err == nil
}

// anyRunsIn tells whether any process works in a folder.
func anyRunsIn(dir string) bool {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return true
	}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			if ours, _ := runsIn(pid, dir); ours {
				return true
			}
		}
	}
	return false
}
