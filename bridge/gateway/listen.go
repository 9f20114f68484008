package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// ErrPortTaken says that another program listens where the bridge should.
var ErrPortTaken = errors.New("the port is taken by another program")

// Listen opens the loopback addresses at port, and no others. A computer
// without IPv6 gets the one of IPv4. Port 0 finds a free one.
func Listen(ctx context.Context, port int) ([]net.Listener, error) {
	config := net.ListenConfig{Control: exclusive}
	four, err := config.Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, listenError(port, err)
	}
	port = four.Addr().(*net.TCPAddr).Port
	six, err := config.Listen(ctx, "tcp6", net.JoinHostPort("::1", strconv.Itoa(port)))
	switch {
	case err == nil:
		return []net.Listener{four, six}, nil
	case errors.Is(err, syscall.EADDRNOTAVAIL), errors.Is(err, syscall.EAFNOSUPPORT):
		return []net.Listener{four}, nil
	default:
		_ = four.Close()
		return nil, listenError(port, err)
	}
}

func listenError(port int, err error) error {
	if errors.Is(err, errInUse) {
		return fmt.Errorf("listen at port %d: %w: %w", port, ErrPortTaken, err)
	}
	return fmt.Errorf("listen at port %d: %w", port, err)
}
