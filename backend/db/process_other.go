//go:build !linux

package db

import "syscall"

// dieWithParent does nothing here: the server of a killed openbalie is found
// by its lock file at the next start.
func dieWithParent(*syscall.SysProcAttr) {}

// serversIn cannot tell here; PostgreSQL's own lock file decides.
func serversIn(string) (pids []int, known bool) { return nil, false }
