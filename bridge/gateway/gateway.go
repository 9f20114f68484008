package gateway

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/policy"
	"github.com/openbalie/openbalie/bridge/protocol"
	"github.com/openbalie/openbalie/bridge/reader"
)

// Gateway is the server. Its fields are set before Run.
type Gateway struct {
	Origins   []string // that may connect
	MaxScope  policy.Scope
	BridgeID  string
	Version   string
	Simulator Simulator   // answers simulate.*; nil where the readers are real
	Cards     Cards       // reads identity cards; nil where none are
	Profile   eid.Profile // whose signature on an identity card counts
	Now       func() time.Time
	Log       *slog.Logger

	share    Share
	refusals rate.Sometimes
}

// Simulator answers the requests of a page that practises.
type Simulator interface {
	Answer(ctx context.Context, method string, params json.RawMessage) (any, *protocol.Error)
}

// drainTime is how long sockets may take to say goodbye.
const drainTime = 2 * time.Second

// ErrReadersEnded says that the events stopped before the gateway was told to.
var ErrReadersEnded = errors.New("the readers are no longer watched")

// Share returns how long taps took within the bridge.
func (g *Gateway) Share() *Share { return &g.share }

// Run serves the listeners, which it closes, and tells every socket the events
// until ctx ends. It returns when all its goroutines have ended.
func (g *Gateway) Run(ctx context.Context, listeners []net.Listener, events <-chan reader.Event) error {
	g.refusals = rate.Sometimes{First: 20, Interval: time.Minute}
	port := listeners[0].Addr().(*net.TCPAddr).Port
	h := newHub(encoder{scope: g.MaxScope, started: g.Now()})

	// Sockets outlive ctx by the time it takes to say goodbye.
	alive, kill := context.WithCancel(context.WithoutCancel(ctx))
	defer kill()
	var sockets sync.WaitGroup
	server := &http.Server{
		Handler:        g.handler(alive, newGate(port, g.Origins), h, &sockets),
		ReadTimeout:    5 * time.Second, // of a request, until it becomes a socket
		IdleTimeout:    5 * time.Second,
		MaxHeaderBytes: 16 << 10,
		ErrorLog:       slog.NewLogLogger(g.Log.Handler(), slog.LevelDebug),
	}

	serveCtx, stop := context.WithCancel(ctx)
	defer stop()
	failed := make(chan error, len(listeners))
	var serving sync.WaitGroup
	for _, l := range listeners {
		serving.Go(func() {
			if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("serve %s: %w", l.Addr(), err)
				stop()
			}
		})
	}
	h.run(serveCtx, events)

	goodbye := protocol.CloseRestart
	if ctx.Err() != nil {
		goodbye = protocol.CloseDraining
	}
	h.drain(goodbye)
	// Shutdown returns when no handshake is under way, so that no socket is
	// added to those that are waited for.
	closing, done := context.WithTimeout(alive, drainTime)
	defer done()
	_ = server.Shutdown(closing)
	_ = server.Close()
	serving.Wait()
	timer := time.AfterFunc(drainTime, kill)
	sockets.Wait()
	timer.Stop()

	if ctx.Err() != nil {
		return nil
	}
	select {
	case err := <-failed:
		return err
	default:
		return ErrReadersEnded
	}
}

func (g *Gateway) handler(alive context.Context, gate gate, h *hub, sockets *sync.WaitGroup) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(protocol.HealthPath, func(w http.ResponseWriter, r *http.Request) {
		g.health(w, r, gate, h.ready.Load())
	})
	upgrader := websocket.Upgrader{
		HandshakeTimeout: protocol.WriteTimeout,
		ReadBufferSize:   1 << 10,
		WriteBufferSize:  16, // nothing is put together in it; see writeOne
		Subprotocols:     []string{protocol.Subprotocol},
		CheckOrigin:      func(r *http.Request) bool { return gate.origin(r) == nil },
		Error: func(w http.ResponseWriter, r *http.Request, status int, reason error) {
			g.refuse(w, r, refusal{status, "NOT_A_HANDSHAKE"})
		},
	}
	mux.HandleFunc(protocol.Path, func(w http.ResponseWriter, r *http.Request) {
		if no := gate.socket(r); no != nil {
			g.refuse(w, r, *no)
			return
		}
		sockets.Add(1)
		defer sockets.Done()
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return // Upgrade has answered
		}
		g.socket(conn, r.Header.Get("Origin"), h).run(alive)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if no := gate.address(r); no != nil {
			g.refuse(w, r, *no)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func (g *Gateway) socket(conn *websocket.Conn, origin string, h *hub) *socket {
	nonce := make([]byte, 32)
	_, _ = rand.Read(nonce) // never fails
	return &socket{
		conn: conn, hub: h, simulator: g.Simulator, cards: g.Cards, profile: g.Profile, now: g.Now, log: g.Log, share: &g.share,
		member: &member{origin: origin, queue: newQueue(), hello: protocol.Hello{
			BridgeID:     g.BridgeID,
			Nonce:        base64.RawURLEncoding.EncodeToString(nonce),
			Time:         g.Now().UTC().Format(time.RFC3339),
			Version:      g.Version,
			Capabilities: h.encoder.capabilities(g.Cards != nil, g.Simulator != nil),
		}},
		budget: rate.NewLimiter(protocol.MessageRate, protocol.MessageBurst),
		reads:  rate.NewLimiter(rate.Every(time.Minute/protocol.ReadsPerMinute), protocol.ReadBurst),
		gone:   make(chan struct{}),
	}
}

// health answers whether a bridge is here. Of pages, those of an allowed origin
// may read the answer; it holds nothing that tells one computer from another.
func (g *Gateway) health(w http.ResponseWriter, r *http.Request, gate gate, ready bool) {
	header := w.Header()
	header.Set("Vary", "Origin")
	header.Set("Cache-Control", "no-store")
	if len(r.Header["Origin"]) > 0 {
		if no := gate.origin(r); no != nil {
			g.refuse(w, r, *no)
			return
		}
		header.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		header.Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(protocol.Health{Name: "openbalie-bridge", Protocols: []string{protocol.Subprotocol}, Ready: ready})
	case http.MethodOptions:
		header.Set("Access-Control-Allow-Methods", "GET")
		header.Set("Access-Control-Allow-Private-Network", "true") // asked by browsers before Chrome 142
		w.WriteHeader(http.StatusNoContent)
	default:
		header.Set("Allow", "GET, HEAD, OPTIONS")
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

// refuse answers and tells the log, which a hostile page cannot fill.
func (g *Gateway) refuse(w http.ResponseWriter, r *http.Request, no refusal) {
	g.refusals.Do(func() {
		g.Log.Warn("Request refused", "reason", no.reason, "status", no.status, "host", short(r.Host),
			"origin", short(r.Header.Get("Origin")), "site", short(r.Header.Get("Sec-Fetch-Site")))
	})
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Connection", "close")
	if no.status == http.StatusUpgradeRequired {
		header.Set("Upgrade", "websocket")
	}
	w.WriteHeader(no.status)
	body := struct {
		Error     string   `json:"error"`
		Protocols []string `json:"protocols,omitempty"`
	}{Error: no.reason}
	if no.status == http.StatusUpgradeRequired {
		body.Protocols = []string{protocol.Subprotocol}
	}
	_ = json.NewEncoder(w).Encode(body)
	_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, 4<<10))
}

// short keeps what a stranger sent from filling a log line.
func short(s string) string {
	if len(s) > 128 {
		return s[:128] + "…"
	}
	return s
}
