package gateway

import (
	"syscall"

	"golang.org/x/sys/windows"
)

const errInUse = windows.WSAEADDRINUSE

// soExclusiveAddrUse is SO_EXCLUSIVEADDRUSE, which package windows lacks.
const soExclusiveAddrUse = ^windows.SO_REUSEADDR

// exclusive keeps another program from listening at the same address, which
// Windows allows by default.
func exclusive(_, _ string, c syscall.RawConn) error {
	var failed error
	if err := c.Control(func(fd uintptr) {
		failed = windows.SetsockoptInt(windows.Handle(fd), windows.SOL_SOCKET, soExclusiveAddrUse, 1)
	}); err != nil {
		return err
	}
	return failed
}
