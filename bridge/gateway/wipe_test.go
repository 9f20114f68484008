package gateway

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/openbalie/openbalie/bridge/policy"
	"github.com/openbalie/openbalie/bridge/protocol"
	"github.com/openbalie/openbalie/bridge/reader"
)

func secret(about string) message {
	return message{data: bytes.Repeat([]byte("secret"), 1000), about: about}
}

func zeroed(m message) bool { return len(bytes.Trim(m.data, "\x00")) == 0 }

func TestWhatIsAboutAPersonIsZeroedWhereverItEnds(t *testing.T) {
	t.Parallel()
	ends := map[string]func(q *queue){
		"forgotten":    func(q *queue) { q.forget("p") },
		"aborted":      func(q *queue) { q.abort(ending{}) },
		"overflowed":   func(q *queue) { q.put(newMessage(make([]byte, protocol.QueueBytes))) },
		"already over": func(*queue) {},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, m := newQueue(), secret("p")
			if name == "already over" {
				q.abort(ending{})
			}
			q.put(m)
			end(q)
			if !zeroed(m) {
				t.Error("it is still there")
			}
		})
	}
}

func TestOnlyWhatIsAboutThatCardIsForgotten(t *testing.T) {
	t.Parallel()
	q := newQueue()
	kept, other := newMessage([]byte("event")), secret("other")
	q.put(kept)
	q.put(secret("p"))
	q.put(other)
	q.forget("p")
	q.forget("")
	batch, _ := q.take(nil)
	if len(batch) != 2 || string(batch[0].data) != "event" || zeroed(other) || q.bytes != 0 {
		t.Errorf("%d messages are left, %d bytes", len(batch), q.bytes)
	}
}

func TestWhatWasWrittenIsZeroed(t *testing.T) {
	t.Parallel()
	messages := []message{secret("p"), newMessage([]byte("between")), secret("p")}
	want := string(messages[0].data)
	written := make(chan bool, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		upgrader := websocket.Upgrader{WriteBufferSize: 16}
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		s := &socket{conn: conn, now: time.Now}
		batch := append([]message(nil), messages...)
		if err := s.writeAll(batch); err != nil {
			t.Error(err)
		}
		written <- zeroed(messages[0]) && zeroed(messages[2]) && batch[0].data == nil
	}))
	defer server.Close()
	page, response, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(server.URL, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	defer page.Close()
	for _, text := range []string{want, "between", want} {
		if _, frame, err := page.ReadMessage(); err != nil || string(frame) != text {
			t.Fatalf("%.20q, %v", frame, err)
		}
	}
	if !<-written {
		t.Error("it is still there")
	}
}

// What waits for a slow page when the card is lifted never reaches it.
func TestNothingOfACardFollowsItsRemoval(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t bubble) {
		t.hub.encoder.scope = policy.CardPhoto
		m := joined(t.hub)
		card := reader.Card{PresentationID: "p", Kind: reader.EID}
		desk := reader.Reader{ID: "r", Card: &card}
		t.events <- reader.Event{Kind: reader.CardPresented, Reader: desk, Card: card}
		cancelled := false
		r := &reading{member: m, presentation: "p", scope: policy.CardPhoto, cancel: func() { cancelled = true }}
		b := begin{r, []byte("1"), make(chan bool, 1)}
		t.hub.begins <- b
		if !<-b.begun {
			t.Fatal("it does not begin")
		}
		waiting := secret("p")
		p := part{r, func(uint64) []byte { return waiting.data }, false, make(chan bool, 1)}
		t.hub.parts <- p
		if !<-p.told {
			t.Fatal("it is not told")
		}
		t.events <- reader.Event{Kind: reader.CardRemoved, Reader: reader.Reader{ID: "r"}, Card: card}
		t.hub.parts <- p
		if <-p.told || !cancelled || !zeroed(waiting) {
			t.Errorf("cancelled %v, zeroed %v", cancelled, zeroed(waiting))
		}
		synctest.Wait()
		batch, _ := m.queue.take(nil)
		for _, m := range batch {
			if m.about != "" {
				t.Error("it still waits to be written")
			}
		}
	})
}
