package gateway_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/openbalie/openbalie/bridge/chip"
	"github.com/openbalie/openbalie/bridge/gateway"
	"github.com/openbalie/openbalie/bridge/policy"
	"github.com/openbalie/openbalie/bridge/protocol"
	"github.com/openbalie/openbalie/bridge/reader"
)

const (
	allowed = "https://balie.example"
	second  = "https://tweede-balie.example"
)

// bridge is a gateway on real sockets, with events that the test sends.
type bridge struct {
	t       testing.TB
	port    int
	events  chan reader.Event
	gateway *gateway.Gateway
	log     *lines
	stop    context.CancelFunc
	ended   chan error
}

// lines is a log that can be read while it is written.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func open(tb testing.TB, change ...func(*gateway.Gateway)) *bridge {
	tb.Helper()
	listeners, err := gateway.Listen(tb.Context(), 0)
	if err != nil {
		tb.Fatal(err)
	}
	b := &bridge{
		t: tb, port: listeners[0].Addr().(*net.TCPAddr).Port, events: make(chan reader.Event),
		log: &lines{}, ended: make(chan error, 1),
	}
	b.gateway = &gateway.Gateway{
		Origins: []string{allowed, second}, MaxScope: policy.CardUID,
		BridgeID: "0198c0de-0000-4000-8000-000000000001", Version: "1.0.0", Now: time.Now,
		Log: slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(b.gateway)
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.stop = cancel
	go func() { b.ended <- b.gateway.Run(ctx, listeners, b.events) }()
	tb.Cleanup(func() {
		cancel()
		select {
		case err := <-b.ended:
			if err != nil && !errors.Is(err, gateway.ErrReadersEnded) {
				tb.Error(err)
			}
		case <-time.After(10 * time.Second):
			tb.Error("the gateway did not end")
		}
	})
	b.tell(reader.Event{Kind: reader.ServiceChanged, Service: reader.OK})
	return b
}

func (b *bridge) tell(events ...reader.Event) {
	b.t.Helper()
	for _, e := range events {
		select {
		case b.events <- e:
		case <-time.After(5 * time.Second):
			b.t.Fatal("the hub takes no event")
		}
	}
}

func (b *bridge) address() string { return fmt.Sprintf("127.0.0.1:%d", b.port) }

// dial connects as a page of origin.
func (b *bridge) dial(origin string) *websocket.Conn {
	b.t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{protocol.Subprotocol}, HandshakeTimeout: 5 * time.Second}
	conn, response, err := dialer.Dial("ws://"+b.address()+protocol.Path, http.Header{"Origin": {origin}})
	if err != nil {
		b.t.Fatalf("dial: %v (%v)", err, response)
	}
	response.Body.Close()
	b.t.Cleanup(func() { conn.Close() })
	return conn
}

// page connects as a page of the allowed origin and takes the hello.
func (b *bridge) page() *websocket.Conn {
	b.t.Helper()
	conn := b.dial(allowed)
	if m := next(b.t, conn); m["method"] != "hello" {
		b.t.Fatalf("first frame is %v, not hello", m)
	}
	return conn
}

func next(tb testing.TB, conn *websocket.Conn) map[string]any {
	tb.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	_, frame, err := conn.ReadMessage()
	if err != nil {
		tb.Fatalf("read: %v", err)
	}
	var m map[string]any
	if err := json.Unmarshal(frame, &m); err != nil {
		tb.Fatal(err)
	}
	return m
}

func send(tb testing.TB, conn *websocket.Conn, text string) {
	tb.Helper()
	if err := conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		tb.Fatal(err)
	}
}

// closed reads until the connection ends and returns how.
func closed(tb testing.TB, conn *websocket.Conn) (code int, reason string) {
	tb.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			var e *websocket.CloseError
			if !errors.As(err, &e) {
				tb.Fatalf("connection ended with %v, not a close frame", err)
			}
			return e.Code, e.Text
		}
	}
}

// answered is an answer in whole.
type answered struct {
	status int
	header http.Header
	close  bool // the connection ends with it
	body   string
}

// raw sends a request to the letter and returns the answer.
func (b *bridge) raw(request string) answered {
	b.t.Helper()
	conn, err := net.Dial("tcp", b.address())
	if err != nil {
		b.t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.WriteString(conn, strings.ReplaceAll(request, "\n", "\r\n")+"\r\n\r\n"); err != nil {
		b.t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	a := answered{status: response.StatusCode, header: response.Header, close: response.Close}
	if a.status != http.StatusSwitchingProtocols {
		body, err := io.ReadAll(response.Body)
		if err != nil {
			b.t.Fatal(err)
		}
		a.body = string(body)
	}
	return a
}

var pass = reader.Reader{
	ID: "r1", Name: "Reader 1", State: reader.Present,
	Card: &reader.Card{PresentationID: "0198c0de-0000-7000-8000-00000000000a", Kind: reader.Pass, UID: chip.UID("04784CDAEE3880")},
}

func presented(r reader.Reader) reader.Event {
	return reader.Event{Kind: reader.CardPresented, Woke: time.Now(), Reader: r, Card: *r.Card}
}
