package gateway

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"github.com/openbalie/openbalie/bridge/policy"
	"github.com/openbalie/openbalie/bridge/protocol"
	"github.com/openbalie/openbalie/bridge/reader"
)

// bubble is a test beside a hub, in fake time.
type bubble struct {
	*testing.T

	hub    *hub
	events chan<- reader.Event
}

func inBubble(t *testing.T, test func(bubble)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := newHub(encoder{scope: policy.CardUID})
		events := make(chan reader.Event)
		var running sync.WaitGroup
		running.Go(func() {
			h.run(t.Context(), events)
			h.drain(protocol.CloseRestart)
		})
		test(bubble{t, h, events})
		close(events)
		running.Wait()
	})
}

func joined(h *hub) *member {
	m := &member{origin: "https://balie.example", queue: newQueue()}
	h.joins <- m
	synctest.Wait()
	return m
}

func changed(id string, name string) reader.Event {
	return reader.Event{Kind: reader.ReaderChanged, Reader: reader.Reader{ID: id, Name: name, State: reader.Empty}}
}

func TestASlowPageGetsTheNewestStateOfEachReader(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t bubble) {
		m := joined(t.hub)
		t.events <- reader.Event{Kind: reader.CardRemoved, Card: reader.Card{PresentationID: "kept"}}
		for i := range 1000 {
			t.events <- changed(fmt.Sprintf("r%d", i%3), fmt.Sprintf("state %d", i))
		}
		synctest.Wait()
		batch, end := m.queue.take(nil)
		if end != nil {
			t.Fatalf("the socket closes: %v", end)
		}
		if len(batch) > protocol.QueueMessages {
			t.Errorf("%d messages wait", len(batch))
		}
		if !strings.Contains(string(batch[1].data), "kept") {
			t.Errorf("a message that no other replaces is gone: %s", batch[1].data)
		}
		last := map[string]string{}
		for _, b := range batch[2:] {
			last[b.key] = string(b.data)
		}
		for i := range 3 {
			n := 999 - (2-i+999)%3 // the last state of each of the readers
			if want := fmt.Sprintf(`"state %d"`, n); !strings.Contains(last[fmt.Sprintf("r%d", n%3)], want) {
				t.Errorf("reader r%d ends with %s, not with %s", n%3, last[fmt.Sprintf("r%d", n%3)], want)
			}
		}
	})
}

func TestAPageThatTakesNothingIsCutOff(t *testing.T) {
	t.Parallel()
	tests := map[string]func(i int) reader.Event{
		"many messages": func(i int) reader.Event {
			return reader.Event{Kind: reader.CardRemoved, Card: reader.Card{PresentationID: strconv.Itoa(i)}}
		},
		"many bytes": func(i int) reader.Event {
			return reader.Event{Kind: reader.ReaderAdded, Reader: reader.Reader{ID: strconv.Itoa(i), Name: strings.Repeat("n", 100<<10)}}
		},
	}
	for name, event := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t bubble) {
				m := joined(t.hub)
				for i := range protocol.QueueMessages {
					t.events <- event(i)
				}
				synctest.Wait()
				batch, end := m.queue.take(nil)
				want := &ending{protocol.CloseFlood, "TOO_SLOW"}
				if diff := cmp.Diff(want, end, cmp.AllowUnexported(ending{})); diff != "" {
					t.Errorf("ending (-want +got):\n%s", diff)
				}
				if len(batch) != 0 {
					t.Errorf("%d messages are still kept for it", len(batch))
				}
			})
		})
	}
}

// A page that asks for the list at any moment, and adds what it hears after
// the list's seq, sees the same readers as the hub.
func TestListAndEventsAddUpToTheSamePicture(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		inBubble(t, func(t bubble) {
			random := rand.New(rand.NewPCG(seed, 1))
			m := joined(t.hub)
			step := func() {
				r := reader.Reader{ID: fmt.Sprintf("r%d", random.IntN(3)), Name: strconv.Itoa(random.Int()), State: reader.Empty}
				kinds := []reader.Kind{reader.ReaderAdded, reader.ReaderChanged, reader.ReaderRemoved}
				t.events <- reader.Event{Kind: kinds[random.IntN(3)], Reader: r}
			}
			for range random.IntN(20) {
				step()
			}
			t.hub.lists <- listing{m, json.RawMessage("1")}
			for range random.IntN(20) {
				step()
			}
			synctest.Wait()
			batch, _ := m.queue.take(nil)
			if diff := cmp.Diff(seenBy(t.T, batch), named(t.hub.picture().Readers)); diff != "" {
				t.Errorf("seed %d: the page (-) and the hub (+) differ:\n%s", seed, diff)
			}
		})
	}
}

// seenBy adds up frames as a page does.
func seenBy(t *testing.T, batch []message) map[string]string {
	t.Helper()
	var seq uint64
	var seen map[string]string
	for pass := range 2 { // the list first, wherever it stands
		for _, b := range batch {
			var m struct {
				Method string
				Params struct {
					Seq      uint64
					Reader   protocol.Reader
					ReaderID string
				}
				Result *protocol.ReadersList
			}
			if err := json.Unmarshal(b.data, &m); err != nil {
				t.Fatal(err)
			}
			switch {
			case pass == 0 && m.Result != nil:
				seq, seen = m.Result.Seq, named(m.Result.Readers)
			case pass == 0 || m.Params.Seq <= seq:
			case m.Method == protocol.NoteReaderRemoved:
				delete(seen, m.Params.ReaderID)
			case m.Method == protocol.NoteReaderAdded, m.Method == protocol.NoteReaderChanged:
				seen[m.Params.Reader.ID] = m.Params.Reader.Name
			}
		}
	}
	return seen
}

func named(readers []protocol.Reader) map[string]string {
	names := map[string]string{}
	for _, r := range readers {
		names[r.ID] = r.Name
	}
	return names
}

// throughPipe connects a page to a hub without a network, so that the clock of
// the bubble rules the deadlines too.
func throughPipe(t bubble) (page *websocket.Conn, ended <-chan struct{}) {
	t.Helper()
	ours, theirs := net.Pipe()
	g := &Gateway{Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buffered := bufio.NewReader(ours)
		request, err := http.ReadRequest(buffered)
		if err != nil {
			t.Error(err)
			return
		}
		upgrader := websocket.Upgrader{Subprotocols: []string{protocol.Subprotocol}, CheckOrigin: func(*http.Request) bool { return true }}
		conn, err := upgrader.Upgrade(pipe{ours, bufio.NewReadWriter(buffered, bufio.NewWriter(ours))}, request, nil)
		if err != nil {
			t.Error(err)
			return
		}
		g.socket(conn, "https://balie.example", t.hub).run(t.Context())
	}()
	dialer := websocket.Dialer{NetDialContext: func(context.Context, string, string) (net.Conn, error) { return theirs, nil }}
	conn, response, err := dialer.Dial("ws://127.0.0.1/v1", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return conn, done
}

// pipe is a response writer that gives its connection away.
type pipe struct {
	net.Conn
	buffers *bufio.ReadWriter
}

func (p pipe) Header() http.Header                          { return http.Header{} }
func (p pipe) WriteHeader(int)                              {}
func (p pipe) Hijack() (net.Conn, *bufio.ReadWriter, error) { return p.Conn, p.buffers, nil }
func readAll(conn *websocket.Conn) {
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			return
		}
	}
}

func TestAPageThatAnswersPingsStaysConnected(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t bubble) {
		page, ended := throughPipe(t)
		var pings atomic.Int64
		page.SetPingHandler(func(data string) error {
			pings.Add(1)
			return page.WriteControl(websocket.PongMessage, []byte(data), time.Time{})
		})
		go readAll(page)
		time.Sleep(10*time.Minute + time.Second)
		select {
		case <-ended:
			t.Error("the socket ended")
		default:
		}
		if want := int64(10 * time.Minute / protocol.PingEvery); pings.Load() != want {
			t.Errorf("%d pings in ten minutes, want %d", pings.Load(), want)
		}
		page.Close()
		<-ended
	})
}

func TestAPageThatMissesTwoPingsIsGone(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t bubble) {
		page, ended := throughPipe(t)
		page.SetPingHandler(func(string) error { return nil })
		began := time.Now()
		go readAll(page)
		<-ended
		if took := time.Since(began); took < 2*protocol.PingEvery || took > 3*protocol.PingEvery {
			t.Errorf("it took %v to notice", took)
		}
	})
}

func TestAPageThatReadsNothingIsGoneAfterTheWriteTimeout(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t bubble) {
		began := time.Now()
		_, ended := throughPipe(t) // the hello already waits
		<-ended
		if took := time.Since(began); took < protocol.WriteTimeout || took > protocol.WriteTimeout+2*lingering {
			t.Errorf("it took %v to notice", took)
		}
	})
}

func TestTheHistogramIsAtMostSixPerCentHigh(t *testing.T) {
	t.Parallel()
	for _, us := range []int{0, 1, 15, 16, 31, 32, 100, 999, 1000, 5000, 100_000, 1_000_000} {
		var s Share
		s.observe(time.Duration(us) * time.Microsecond)
		got := s.Quantile(0.99)
		low, high := time.Duration(us)*time.Microsecond, time.Duration(us+us/16+1)*time.Microsecond
		if got < low || got > high {
			t.Errorf("%d µs reads as %v", us, got)
		}
	}
	var s Share
	if s.Quantile(0.5) != 0 {
		t.Error("an empty histogram has a median")
	}
	for us := range 1000 {
		s.observe(time.Duration(us) * time.Microsecond)
	}
	if p50, p99 := s.Quantile(0.5), s.Quantile(0.99); p50 < 500*time.Microsecond || p50 > 535*time.Microsecond || p99 < 990*time.Microsecond {
		t.Errorf("p50 %v, p99 %v of a thousand", p50, p99)
	}
}

func BenchmarkTell(b *testing.B) {
	h := newHub(encoder{scope: policy.CardUID})
	m := &member{queue: newQueue()}
	h.members[m] = struct{}{}
	card := reader.Card{PresentationID: "0198c0de-0000-7000-8000-00000000000a", Kind: reader.Pass, UID: "04784CDAEE3880"}
	r := reader.Reader{ID: "r1", Name: "Reader 1", State: reader.Present, Card: &card}
	e := reader.Event{Kind: reader.CardPresented, Woke: time.Now(), Reader: r, Card: card}
	var batch []message
	b.ReportAllocs()
	for b.Loop() {
		h.tell(e)
		batch, _ = m.queue.take(batch[:0])
	}
	_, _ = io.Discard.Write(batch[0].data)
}
