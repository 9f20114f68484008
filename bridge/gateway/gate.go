package gateway

import (
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/websocket"

	"github.com/openbalie/openbalie/bridge/protocol"
)

// gate decides who may talk to the bridge. It is pure: a request in, a refusal
// or nothing out.
type gate struct {
	hosts   []string
	origins []string
}

// refusal is the answer to a request that may not pass.
type refusal struct {
	status int
	reason string // for the log and the body
}

func newGate(port int, origins []string) gate {
	p := strconv.Itoa(port)
	return gate{
		hosts:   []string{net.JoinHostPort("127.0.0.1", p), net.JoinHostPort("::1", p), net.JoinHostPort("localhost", p)},
		origins: origins,
	}
}

// forwarded reports whether a header is one with which a proxy tells that it
// stands between. Nothing may stand between a page and its own computer.
func forwarded(header string) bool {
	return strings.HasPrefix(header, "X-Forwarded-") || slices.Contains([]string{"Forwarded", "X-Real-Ip", "Via"}, header)
}

// address checks what every request must satisfy.
func (g gate) address(r *http.Request) *refusal {
	if !slices.Contains(g.hosts, r.Host) {
		return &refusal{http.StatusMisdirectedRequest, "HOST_MISMATCH"}
	}
	for name := range r.Header {
		if forwarded(name) {
			return &refusal{http.StatusForbidden, "FORWARDED"}
		}
	}
	return nil
}

// origin checks whose page it is. Browsers always say, so a request without an
// Origin does not come from a page.
func (g gate) origin(r *http.Request) *refusal {
	switch origins := r.Header["Origin"]; {
	case len(origins) == 0:
		return &refusal{http.StatusForbidden, "ORIGIN_MISSING"}
	case len(origins) > 1:
		return &refusal{http.StatusForbidden, "ORIGIN_REPEATED"}
	case !slices.Contains(g.origins, origins[0]):
		return &refusal{http.StatusForbidden, protocol.ErrOriginMismatch.Data.Name}
	default:
		return nil
	}
}

func (g gate) subprotocol(r *http.Request) *refusal {
	if !slices.Contains(websocket.Subprotocols(r), protocol.Subprotocol) {
		return &refusal{http.StatusUpgradeRequired, "SUBPROTOCOL_UNKNOWN"}
	}
	return nil
}

// socket is what must hold beside the address before a connection is upgraded.
func (g gate) socket(r *http.Request) *refusal {
	if no := g.origin(r); no != nil {
		return no
	}
	return g.subprotocol(r)
}
