//go:build !linux

package pcsctest

import (
	"os"
	"testing"
)

// Server is the private card service of this process; only Linux has one.
type Server struct{ Rig }

// Main runs the tests of a package.
func Main(m *testing.M) { os.Exit(m.Run()) }

// Start skips: there is no private card service on this system.
func Start(tb testing.TB) *Server {
	tb.Helper()
	tb.Skip("pcsctest: a private card service needs Linux with the packages pcscd and vsmartcard-vpcd")
	return nil
}

// Socket returns nothing here.
func (s *Server) Socket() string { return "" }
