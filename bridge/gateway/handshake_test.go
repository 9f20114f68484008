package gateway_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/bridge/gateway"
	"github.com/openbalie/openbalie/bridge/protocol"
)

func TestOnlyAPageOfAnAllowedOriginOnThisComputerGetsASocket(t *testing.T) {
	t.Parallel()
	b := open(t)
	own := b.address()
	const (
		origin      = "Origin: " + allowed
		subprotocol = "Sec-WebSocket-Protocol: openbalie.bridge.v1"
	)
	tests := []struct {
		name    string
		host    string
		headers []string
		status  int
		reason  string
	}{
		{"as it should be", own, []string{origin, subprotocol}, 101, ""},
		{"by the IPv6 address", fmt.Sprintf("[::1]:%d", b.port), []string{origin, subprotocol}, 101, ""},
		{"by the name localhost", fmt.Sprintf("localhost:%d", b.port), []string{origin, subprotocol}, 101, ""},
		{"another allowed origin", own, []string{"Origin: " + second, subprotocol}, 101, ""},
		{"other subprotocols beside ours", own, []string{origin, "Sec-WebSocket-Protocol: openbalie.bridge.v9, openbalie.bridge.v1"}, 101, ""},

		{"DNS rebinding", fmt.Sprintf("evil.example:%d", b.port), []string{fmt.Sprintf("Origin: http://evil.example:%d", b.port), subprotocol}, 421, "HOST_MISMATCH"},
		{"DNS rebinding with an allowed origin", fmt.Sprintf("evil.example:%d", b.port), []string{origin, subprotocol}, 421, "HOST_MISMATCH"},
		{"a name that begins like ours", fmt.Sprintf("127.0.0.1.evil.example:%d", b.port), []string{origin, subprotocol}, 421, "HOST_MISMATCH"},
		{"another loopback address", fmt.Sprintf("127.0.0.2:%d", b.port), []string{origin, subprotocol}, 421, "HOST_MISMATCH"},
		{"localhost with a dot", fmt.Sprintf("localhost.:%d", b.port), []string{origin, subprotocol}, 421, "HOST_MISMATCH"},
		{"another port", "127.0.0.1:1", []string{origin, subprotocol}, 421, "HOST_MISMATCH"},
		{"no port", "127.0.0.1", []string{origin, subprotocol}, 421, "HOST_MISMATCH"},
		{"an empty host", "", []string{origin, subprotocol}, 421, "HOST_MISMATCH"},

		{"no origin", own, []string{subprotocol}, 403, "ORIGIN_MISSING"},
		{"an empty origin", own, []string{"Origin:", subprotocol}, 403, "ORIGIN_MISMATCH"},
		{"origin null", own, []string{"Origin: null", subprotocol}, 403, "ORIGIN_MISMATCH"},
		{"a foreign origin", own, []string{"Origin: https://evil.example", subprotocol}, 403, "ORIGIN_MISMATCH"},
		{"our own address as origin", own, []string{"Origin: http://" + own, subprotocol}, 403, "ORIGIN_MISMATCH"},
		{"an allowed origin with a suffix", own, []string{origin + ".evil.example", subprotocol}, 403, "ORIGIN_MISMATCH"},
		{"an allowed origin with a prefix", own, []string{"Origin: https://evil.balie.example", subprotocol}, 403, "ORIGIN_MISMATCH"},
		{"an allowed origin with a port", own, []string{origin + ":8443", subprotocol}, 403, "ORIGIN_MISMATCH"},
		{"an allowed origin with a slash", own, []string{origin + "/", subprotocol}, 403, "ORIGIN_MISMATCH"},
		{"an allowed origin in capitals", own, []string{"Origin: HTTPS://BALIE.EXAMPLE", subprotocol}, 403, "ORIGIN_MISMATCH"},
		{"an allowed origin over http", own, []string{"Origin: http://balie.example", subprotocol}, 403, "ORIGIN_MISMATCH"},
		{"the same origin twice", own, []string{origin, origin, subprotocol}, 403, "ORIGIN_REPEATED"},
		{"an allowed and a foreign origin", own, []string{origin, "Origin: https://evil.example", subprotocol}, 403, "ORIGIN_REPEATED"},
		{"two origins in one header", own, []string{origin + ", https://evil.example", subprotocol}, 403, "ORIGIN_MISMATCH"},

		{"through a proxy", own, []string{origin, subprotocol, "X-Forwarded-For: 10.0.0.1"}, 403, "FORWARDED"},
		{"through a proxy that renames the host", own, []string{origin, subprotocol, "X-Forwarded-Host: balie.example"}, 403, "FORWARDED"},
		{"through a modern proxy", own, []string{origin, subprotocol, "Forwarded: for=10.0.0.1"}, 403, "FORWARDED"},
		{"through a polite proxy", own, []string{origin, subprotocol, "Via: 1.1 proxy"}, 403, "FORWARDED"},
		{"through a proxy that says nothing", own, []string{origin, subprotocol, "X-Forwarded-Proto:"}, 403, "FORWARDED"},

		{"no subprotocol", own, []string{origin}, 426, "SUBPROTOCOL_UNKNOWN"},
		{"a later subprotocol", own, []string{origin, "Sec-WebSocket-Protocol: openbalie.bridge.v2"}, 426, "SUBPROTOCOL_UNKNOWN"},
		{"a subprotocol that begins like ours", own, []string{origin, subprotocol + "0"}, 426, "SUBPROTOCOL_UNKNOWN"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lines := append([]string{
				"GET /v1 HTTP/1.1", "Host: " + tt.host, "Connection: Upgrade", "Upgrade: websocket",
				"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
			}, tt.headers...)
			response := b.raw(strings.Join(lines, "\n"))
			if response.status != tt.status {
				t.Fatalf("status %d, want %d", response.status, tt.status)
			}
			if tt.status == http.StatusSwitchingProtocols {
				if got := response.header.Get("Sec-WebSocket-Protocol"); got != protocol.Subprotocol {
					t.Errorf("subprotocol %q", got)
				}
				return
			}
			var body struct {
				Error     string
				Protocols []string
			}
			if err := json.Unmarshal([]byte(response.body), &body); err != nil {
				t.Fatal(err)
			}
			if body.Error != tt.reason {
				t.Errorf("reason %q, want %q", body.Error, tt.reason)
			}
			var protocols []string
			upgrade := ""
			if tt.status == http.StatusUpgradeRequired {
				protocols, upgrade = []string{protocol.Subprotocol}, "websocket"
			}
			if !cmp.Equal(body.Protocols, protocols) || response.header.Get("Upgrade") != upgrade || !response.close {
				t.Errorf("it lists %q, upgrades to %q, ends the connection %t", body.Protocols, response.header.Get("Upgrade"), response.close)
			}
		})
	}
}

func TestAPlainRequestGetsNoSocket(t *testing.T) {
	t.Parallel()
	b := open(t)
	for name, want := range map[string]struct {
		line   string
		status int
	}{
		"no handshake":      {"GET /v1 HTTP/1.1", 400},
		"another path":      {"GET /v2 HTTP/1.1", 404},
		"a path above ours": {"GET / HTTP/1.1", 404},
		"an absolute path":  {"GET http://evil.example/v1 HTTP/1.1", 421},
	} {
		t.Run(name, func(t *testing.T) {
			response := b.raw(want.line + "\nHost: " + b.address() + "\nOrigin: " + allowed + "\nSec-WebSocket-Protocol: " + protocol.Subprotocol)
			if response.status != want.status {
				t.Errorf("status %d, want %d", response.status, want.status)
			}
		})
	}
}

func TestHealthTellsNoMoreThanThatABridgeIsHere(t *testing.T) {
	t.Parallel()
	b := open(t)
	tests := []struct {
		name   string
		origin string
		status int
		cors   string
	}{
		{"a program", "", 200, ""},
		{"an allowed page", "Origin: " + allowed, 200, allowed},
		{"a foreign page", "Origin: https://evil.example", 403, ""},
		{"a page without an origin of its own", "Origin: null", 403, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			request := "GET /healthz HTTP/1.1\nHost: " + b.address()
			if tt.origin != "" {
				request += "\n" + tt.origin
			}
			response := b.raw(request)
			if response.status != tt.status || response.header.Get("Access-Control-Allow-Origin") != tt.cors {
				t.Fatalf("status %d, CORS %q", response.status, response.header.Get("Access-Control-Allow-Origin"))
			}
			if response.header.Get("Vary") != "Origin" || response.header.Get("Cache-Control") != "no-store" || response.header.Get("Content-Type") != "application/json" {
				t.Errorf("headers %v", response.header)
			}
			if tt.status != http.StatusOK {
				return
			}
			want := `{"name":"openbalie-bridge","protocols":["openbalie.bridge.v1"],"ready":true}` + "\n"
			if response.body != want {
				t.Errorf("body %s", response.body)
			}
		})
	}
	t.Run("by a foreign name", func(t *testing.T) {
		if response := b.raw("GET /healthz HTTP/1.1\nHost: evil.example"); response.status != http.StatusMisdirectedRequest {
			t.Errorf("status %d", response.status)
		}
	})
	t.Run("to be changed", func(t *testing.T) {
		response := b.raw("POST /healthz HTTP/1.1\nHost: " + b.address() + "\nOrigin: " + allowed + "\nContent-Length: 0")
		if response.status != http.StatusMethodNotAllowed || response.header.Get("Allow") == "" || response.body != "" {
			t.Errorf("status %d, headers %v, %s", response.status, response.header, response.body)
		}
	})
	t.Run("asked beforehand", func(t *testing.T) {
		response := b.raw("OPTIONS /healthz HTTP/1.1\nHost: " + b.address() + "\nOrigin: " + allowed + "\nAccess-Control-Request-Method: GET\nAccess-Control-Request-Private-Network: true")
		if response.status != http.StatusNoContent || response.header.Get("Access-Control-Allow-Methods") != "GET" || response.header.Get("Access-Control-Allow-Private-Network") != "true" {
			t.Errorf("status %d, headers %v", response.status, response.header)
		}
	})
}

func TestTheLogNamesRefusalsAndCannotBeFilledWithThem(t *testing.T) {
	t.Parallel()
	b := open(t)
	for range 100 {
		b.raw("GET /v1 HTTP/1.1\nHost: " + b.address() + "\nOrigin: https://evil.example/" + strings.Repeat("x", 4000))
	}
	log := b.log.String()
	if n := strings.Count(log, "Request refused"); n < 1 || n > 25 {
		t.Errorf("%d refusals in the log", n)
	}
	if !strings.Contains(log, "reason=ORIGIN_MISMATCH") {
		t.Errorf("no reason in the log: %s", log)
	}
	if len(log) > 25*600 {
		t.Errorf("%d bytes of log", len(log))
	}
}

func TestATakenPortIsSaid(t *testing.T) {
	t.Parallel()
	b := open(t)
	_, err := gateway.Listen(t.Context(), b.port)
	if err == nil || !strings.Contains(err.Error(), "taken by another program") {
		t.Errorf("err = %v", err)
	}
	if _, err := gateway.Listen(t.Context(), 70000); err == nil || errors.Is(err, gateway.ErrPortTaken) {
		t.Errorf("a port that is none: %v", err)
	}
}

func TestTheBridgeListensOnThisComputerOnly(t *testing.T) {
	t.Parallel()
	listeners, err := gateway.Listen(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	port := listeners[0].Addr().(*net.TCPAddr).Port
	for _, l := range listeners {
		defer l.Close()
		if at := l.Addr().(*net.TCPAddr); !at.IP.IsLoopback() || at.Port != port {
			t.Errorf("it listens at %s, and at port %d", at, port)
		}
	}
}

func TestEveryConnectionGetsANonceOfItsOwn(t *testing.T) {
	t.Parallel()
	b := open(t)
	nonces := map[any]bool{}
	for range 3 {
		nonce := next(t, b.dial(allowed))["params"].(map[string]any)["nonce"]
		if nonces[nonce] {
			t.Errorf("%v comes twice", nonce)
		}
		nonces[nonce] = true
	}
}
