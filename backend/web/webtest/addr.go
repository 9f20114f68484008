package webtest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
)

// FreeAddr is an address for a program under test, which may take it again after
// a crash: its port is below those that systems lend to clients, so that no
// connection of another test gets it meanwhile.
func FreeAddr(tb testing.TB) string {
	tb.Helper()
	for range 1000 {
		addr := fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000)) //nolint:gosec // no secret
		if l, err := net.Listen("tcp", addr); err == nil {
			_ = l.Close()
			return addr
		}
	}
	tb.Fatal("no port is free")
	return ""
}
