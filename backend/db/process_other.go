//go:build !linux

package db

import "syscall"

// dieWithParent does nothing here: the server of a killed openbalie is found
// by its lock file at the next start.
func dieWithParent(*syscall.SysProcAttr) {}

// runsIn cannot tell here; PostgreSQL's own lock file decides.
func runsIn(int, string) (ours, known bool) { return false, false }

func anyRunsIn(string) bool { return true }
