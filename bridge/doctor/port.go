package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"github.com/openbalie/openbalie/bridge/protocol"
)

// knocking is how long a program on this computer may take to answer.
const knocking = 2 * time.Second

// port looks who listens where pages look for the bridge.
func (p Place) port(ctx context.Context) Port {
	port := Port{Number: p.Settings.Port}
	for _, host := range []string{"127.0.0.1", "::1"} {
		a, here := p.address(ctx, host)
		if here {
			port.Addresses = append(port.Addresses, a)
		}
	}
	return port
}

// address looks at one address; a computer without IPv6 lacks the second.
func (p Place) address(ctx context.Context, host string) (a Address, here bool) {
	a.Address = host
	where := net.JoinHostPort(host, strconv.Itoa(p.Settings.Port))
	dialer := net.Dialer{Timeout: knocking}
	if conn, err := dialer.DialContext(ctx, "tcp", where); err == nil {
		_ = conn.Close()
		a.Held = true
		a.Program, a.PID = p.holder(ctx, host, p.Settings.Port)
		p.ask(ctx, where, &a)
		return a, true
	}
	// Nobody answers; is the port to be had?
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", where)
	switch {
	case err == nil:
		_ = l.Close()
	case errors.Is(err, syscall.EADDRNOTAVAIL), errors.Is(err, syscall.EAFNOSUPPORT):
		return a, false
	default:
		a.Program, a.PID = p.holder(ctx, host, p.Settings.Port)
		a.Held, a.Err = a.Program != "", err.Error()
	}
	return a, true
}

// ask asks whether a bridge answers at an address, and whether it lets the
// pages in that the settings name.
func (p Place) ask(ctx context.Context, where string, a *Address) {
	var health protocol.Health
	status, body := get(ctx, where, "")
	if status != http.StatusOK || json.Unmarshal(body, &health) != nil || health.Name != program {
		return
	}
	a.Bridge, a.Ready, a.Speaks = true, health.Ready, health.Protocols
	for _, origin := range p.Settings.AllowedOrigins {
		if status, _ := get(ctx, where, origin); status == http.StatusForbidden {
			a.Refuses = append(a.Refuses, origin)
		}
	}
}

func get(ctx context.Context, where, origin string) (status int, body []byte) {
	ctx, cancel := context.WithTimeout(ctx, knocking)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+where+protocol.HealthPath, http.NoBody)
	if err != nil {
		return 0, nil
	}
	if origin != "" {
		request.Header.Set("Origin", origin)
	}
	// A transport of its own: no proxy from the environment, no connection kept.
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		return 0, nil
	}
	defer response.Body.Close()
	body, _ = io.ReadAll(io.LimitReader(response.Body, 4<<10))
	return response.StatusCode, body
}
