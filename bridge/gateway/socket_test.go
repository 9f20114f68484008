package gateway_test

import (
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/openbalie/openbalie/bridge/gateway"
	"github.com/openbalie/openbalie/bridge/policy"
	"github.com/openbalie/openbalie/bridge/protocol"
	"github.com/openbalie/openbalie/bridge/reader"
)

func TestEveryPageHearsOfATapAndTheLogDoesNot(t *testing.T) {
	t.Parallel()
	b := open(t)
	pages := []*websocket.Conn{b.page(), b.page(), b.page()}
	b.tell(reader.Event{Kind: reader.ReaderAdded, Reader: pass}, presented(pass))
	for _, page := range pages {
		if m := next(t, page); m["method"] != "reader.added" {
			t.Errorf("got %v", m)
		}
		m := next(t, page)
		params := m["params"].(map[string]any)
		if m["method"] != "card.presented" || params["chipNumber"] != "04784CDAEE3880" {
			t.Errorf("got %v", m)
		}
		// A tap is measured after it was written; what is written next comes later.
		send(t, page, `{"jsonrpc":"2.0","id":1,"method":"ping"}`)
		next(t, page)
	}
	if b.gateway.Share().Count() != 3 {
		t.Errorf("%d taps measured", b.gateway.Share().Count())
	}
	if strings.Contains(b.log.String(), "04784CDAEE3880") {
		t.Error("the log names a card")
	}
}

func TestAPageThatCameLateGetsThePicture(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.tell(reader.Event{Kind: reader.ReaderAdded, Reader: pass})
	page := b.page()
	send(t, page, `{"jsonrpc":"2.0","id":1,"method":"readers.list"}`)
	result := next(t, page)["result"].(map[string]any)
	readers := result["readers"].([]any)
	card := readers[0].(map[string]any)["card"].(map[string]any)
	if result["seq"] != 2.0 || card["chipNumber"] != "04784CDAEE3880" {
		t.Errorf("got %v", result)
	}
}

func TestThePolicyOfThePCLimitsWhatPagesAreTold(t *testing.T) {
	t.Parallel()
	for scope, want := range map[policy.Scope]string{
		policy.CardUID:      "reader.added:present:04784CDAEE3880 card.presented:04784CDAEE3880 reader.changed card.removed",
		policy.CardPresent:  "reader.added:present:<nil> card.presented:<nil> reader.changed card.removed",
		policy.ReaderStatus: "reader.added:empty",
	} {
		t.Run(string(scope), func(t *testing.T) {
			t.Parallel()
			b := open(t, func(g *gateway.Gateway) { g.MaxScope = scope })
			page := b.page()
			b.tell(
				reader.Event{Kind: reader.ReaderAdded, Reader: pass},
				presented(pass),
				reader.Event{Kind: reader.ReaderChanged, Reader: pass},
				reader.Event{Kind: reader.CardRemoved, Reader: pass, Card: *pass.Card},
				reader.Event{Kind: reader.ReaderRemoved, Reader: pass},
			)
			var got []string
			for {
				m := next(t, page)
				method := m["method"].(string)
				if method == "reader.removed" {
					break
				}
				params := m["params"].(map[string]any)
				switch method {
				case "card.presented":
					method += fmt.Sprintf(":%v", params["chipNumber"])
				case "reader.added":
					added := params["reader"].(map[string]any)
					method += fmt.Sprintf(":%v", added["state"])
					if card, there := added["card"].(map[string]any); there {
						method += fmt.Sprintf(":%v", card["chipNumber"])
					}
				}
				got = append(got, method)
			}
			if strings.Join(got, " ") != want {
				t.Errorf("told %q, want %q", got, want)
			}
		})
	}
}

func TestBadMessagesGetTheirAnswers(t *testing.T) {
	t.Parallel()
	b := open(t)
	page := b.page()
	tests := []struct {
		message string
		code    float64
		id      any
	}{
		{`{"jsonrpc":"2.0","id":1,"method":`, -32700, nil},
		{`hello`, -32700, nil},
		{``, -32700, nil},
		{`[{"jsonrpc":"2.0","id":1,"method":"ping"}]`, -32600, nil},
		{`[]`, -32600, nil},
		{`"ping"`, -32600, nil},
		{`{"jsonrpc":"1.0","id":2,"method":"ping"}`, -32600, 2.0},
		{`{"id":3,"method":"ping"}`, -32600, 3.0},
		{`{"jsonrpc":"2.0","id":4}`, -32600, 4.0},
		{`{"jsonrpc":"2.0","id":5,"method":7}`, -32600, nil},
		{`{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}`, -32600, nil},
		{`{"jsonrpc":"2.0","id":null,"method":"ping"}`, -32600, nil},
		{`{"jsonrpc":"2.0","id":"` + strings.Repeat("x", 100) + `","method":"ping"}`, -32600, nil},
		{`{"jsonrpc":"2.0","id":"six","method":"card.read"}`, -32601, "six"},
		{`{"jsonrpc":"2.0","id":7,"method":"simulate.tap","params":{"cardId":"full-price"}}`, -32601, 7.0},
		{`{"jsonrpc":"2.0","id":8,"method":"__proto__"}`, -32601, 8.0},
	}
	for _, tt := range tests {
		send(t, page, tt.message)
		m := next(t, page)
		e, _ := m["error"].(map[string]any)
		if e["code"] != tt.code || m["id"] != tt.id {
			t.Errorf("%.60s: answered %v", tt.message, m)
		}
	}
	send(t, page, `{"jsonrpc":"2.0","method":"ping"}`) // a notification: no answer
	send(t, page, `{"jsonrpc":"2.0","id":9,"method":"ping","later":true}`)
	if m := next(t, page); m["id"] != 9.0 || m["error"] != nil {
		t.Errorf("the socket does not live on: %v", m)
	}
}

func TestWhatIsNoTextClosesTheSocket(t *testing.T) {
	t.Parallel()
	b := open(t)
	binary := b.page()
	if err := binary.WriteMessage(websocket.BinaryMessage, []byte(`{"jsonrpc":"2.0","id":1,"method":"ping"}`)); err != nil {
		t.Fatal(err)
	}
	if code, _ := closed(t, binary); code != protocol.CloseBad.Code {
		t.Errorf("a binary frame closes with %d", code)
	}
	garbled := b.page()
	if err := garbled.WriteMessage(websocket.TextMessage, []byte("{\"jsonrpc\":\"\xff\"}")); err != nil {
		t.Fatal(err)
	}
	if code, _ := closed(t, garbled); code != protocol.CloseBad.Code {
		t.Errorf("text that is not UTF-8 closes with %d", code)
	}
}

func TestALargeMessageClosesTheSocketWithItsReason(t *testing.T) {
	t.Parallel()
	b := open(t)
	page := b.page()
	send(t, page, `{"jsonrpc":"2.0","id":1,"method":"`+strings.Repeat("x", protocol.MaxMessage-100)+`"}`)
	if m := next(t, page); m["error"] == nil {
		t.Errorf("a message of almost 64 KiB is answered %v", m)
	}
	_ = page.WriteMessage(websocket.TextMessage, []byte(strings.Repeat("x", 1<<20))) // the other side may hang up meanwhile
	if code, _ := closed(t, page); code != protocol.CloseTooBig.Code {
		t.Errorf("a message of 1 MB closes with %d", code)
	}
}

func TestAFloodIsAnsweredAndThenEnds(t *testing.T) {
	t.Parallel()
	b := open(t)
	page := b.page()
	other := b.page()
	go func() {
		for i := range 1000 {
			if page.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":"ping"}`, i)) != nil {
				return
			}
		}
	}()
	answered, limited := 0, 0
	_ = page.SetReadDeadline(time.Now().Add(10 * time.Second))
	for {
		_, frame, err := page.ReadMessage()
		if err != nil {
			if !websocket.IsCloseError(err, protocol.CloseFlood.Code) {
				t.Errorf("the flood ends with %v", err)
			}
			break
		}
		if strings.Contains(string(frame), "RATE_LIMITED") {
			limited++
		} else {
			answered++
		}
	}
	if answered == 0 || answered > protocol.MessageBurst+protocol.MessageRate {
		t.Errorf("%d of the flood were answered", answered)
	}
	if limited > protocol.MaxRefused {
		t.Errorf("%d of the flood were refused one by one", limited)
	}
	send(t, other, `{"jsonrpc":"2.0","id":1,"method":"ping"}`)
	if m := next(t, other); m["error"] != nil {
		t.Errorf("another page suffers: %v", m)
	}
}

// The clock stands still but for the test, so that every message is counted. It
// is ahead of the real one, so that no deadline passes on a slow machine.
func TestAFloodIsCountedToTheMessage(t *testing.T) {
	t.Parallel()
	begin := time.Now().Add(time.Hour)
	var later atomic.Int64
	b := open(t, func(g *gateway.Gateway) {
		g.Now = func() time.Time { return begin.Add(time.Duration(later.Load())) }
	})
	page := b.page()
	pongs := 0
	page.SetPongHandler(func(string) error { pongs++; return nil })
	ask := func(times int, want string) {
		t.Helper()
		for i := range times {
			send(t, page, `{"jsonrpc":"2.0","id":1,"method":"ping"}`)
			if got := fmt.Sprint(next(t, page)); !strings.Contains(got, want) {
				t.Fatalf("number %d is answered %s", i, got)
			}
		}
	}
	ping := func() {
		t.Helper()
		if err := page.WriteControl(websocket.PingMessage, []byte("?"), time.Now().Add(10*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	const answered, limited = "result", "RATE_LIMITED"
	ping()
	ask(protocol.MessageBurst-1, answered)
	if pongs != 1 {
		t.Errorf("%d pings of one are answered", pongs)
	}
	ping() // counts as much as a message
	ask(protocol.MaxRefused, limited)
	if pongs != 1 {
		t.Error("a ping over the rate is answered")
	}
	later.Store(int64(time.Second))
	ask(protocol.MessageRate, answered)                // and all is forgiven
	send(t, page, `{"jsonrpc":"2.0","method":"ping"}`) // has no answer to get
	send(t, page, `{"jsonrpc":`)
	ask(protocol.MaxRefused-2, limited)
	send(t, page, `{"jsonrpc":"2.0","id":1,"method":"ping"}`)
	if code, reason := closed(t, page); code != protocol.CloseFlood.Code || reason != "RATE_LIMITED" {
		t.Errorf("closed with %d %s", code, reason)
	}
}

func TestAPageThatNeverReadsDelaysNobody(t *testing.T) {
	t.Parallel()
	b := open(t)
	lazy := b.page()
	if tcp, ok := lazy.NetConn().(*net.TCPConn); ok {
		_ = tcp.SetReadBuffer(4 << 10)
	}
	busy := b.page()
	big := reader.Reader{ID: "r1", Name: strings.Repeat("n", 32<<10), State: reader.Empty}
	for i := range 1000 {
		big.ID = fmt.Sprintf("r%d", i)
		began := time.Now()
		b.tell(reader.Event{Kind: reader.ReaderAdded, Reader: big})
		if m := next(t, busy); m["method"] != "reader.added" {
			t.Fatalf("got %v", m["method"])
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Fatalf("the other page waited %v", took)
		}
	}
	gone := func() bool { return strings.Contains(b.log.String(), "Page disconnected") }
	for range 100 {
		if gone() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("the page that never reads is still connected")
}

func TestConnectionsAreLimitedPerOriginAndPerComputer(t *testing.T) {
	t.Parallel()
	b := open(t)
	for range protocol.MaxOriginSockets {
		b.page()
	}
	if code, reason := closed(t, b.dial(allowed)); code != protocol.CloseFlood.Code || reason != "TOO_MANY_CLIENTS" {
		t.Errorf("one connection too many of an origin closes with %d %s", code, reason)
	}
	var last *websocket.Conn
	for range protocol.MaxSockets - protocol.MaxOriginSockets {
		last = b.dial(second)
		next(t, last)
	}
	if code, reason := closed(t, b.dial(second)); code != protocol.CloseFlood.Code || reason != "TOO_MANY_CLIENTS" {
		t.Errorf("the ninth connection closes with %d %s", code, reason)
	}
	_ = last.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""))
	closed(t, last)
	for range 50 { // the place is free as soon as the hub has noticed
		dial := b.dial(second)
		_ = dial.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, _, err := dial.ReadMessage(); err == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("a place that was left stays taken")
}

func TestStoppingSaysGoodbye(t *testing.T) {
	t.Parallel()
	b := open(t)
	pages := []*websocket.Conn{b.page(), b.page()}
	b.stop()
	for _, page := range pages {
		if m := next(t, page); m["method"] != "bridge.draining" {
			t.Errorf("got %v", m)
		}
		if code, _ := closed(t, page); code != protocol.CloseDraining.Code {
			t.Errorf("closed with %d", code)
		}
	}
}

func TestAFailureSaysThatTheBridgeComesBack(t *testing.T) {
	t.Parallel()
	b := open(t)
	page := b.page()
	close(b.events)
	if code, _ := closed(t, page); code != protocol.CloseRestart.Code {
		t.Errorf("closed with %d", code)
	}
}

func TestStartingAndStoppingFiftyTimesLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	for range 50 {
		b := open(t)
		page := b.page()
		b.stop()
		if code, _ := closed(t, page); code != protocol.CloseDraining.Code {
			t.Fatalf("closed with %d", code)
		}
		if err := <-b.ended; err != nil {
			t.Fatal(err)
		}
		b.ended <- nil // for the cleanup
	}
}
