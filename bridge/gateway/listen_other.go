//go:build !windows

package gateway

import "syscall"

const errInUse = syscall.EADDRINUSE

// exclusive has nothing to do: here an address has one listener.
func exclusive(string, string, syscall.RawConn) error { return nil }
