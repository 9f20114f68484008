package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/bridge/policy"
	"github.com/openbalie/openbalie/bridge/protocol"
	"github.com/openbalie/openbalie/bridge/reader"
)

// state is a message that a newer one of the same key replaces.
func state(key string, size int) message {
	m := newMessage(make([]byte, size))
	m.key = key
	return m
}

func keys(q *queue) string {
	var all []string
	for _, m := range q.waiting {
		all = append(all, m.key)
	}
	return strings.Join(all, " ")
}

func TestOutdatedStatesMakeRoom(t *testing.T) {
	t.Parallel()
	q := newQueue()
	for range 20 {
		q.put(state("a", protocol.QueueBytes*6/10))
		if q.closed != nil || keys(q) != "a" || q.bytes != protocol.QueueBytes*6/10 {
			t.Fatalf("%q waits, %d bytes, %v", keys(q), q.bytes, q.closed)
		}
	}
	q = newQueue()
	const eighth = protocol.QueueBytes / 8
	for _, key := range []string{"a", "b", "", "a", "b", "a", "", "b"} {
		q.put(state(key, eighth))
	}
	if keys(q) != "a b  a b a  b" {
		t.Errorf("a queue that is exactly full lets go: %q", keys(q))
	}
	q.put(state("c", eighth))
	if keys(q) != " a  b c" || q.bytes != 5*eighth {
		t.Errorf("%q waits, %d bytes", keys(q), q.bytes)
	}
	person := message{data: make([]byte, protocol.QueueBytes), about: "p"}
	person.data[0] = 1
	if q.put(person); !zeroed(person) || q.closed == nil {
		t.Error("what finds no room is kept")
	}
}

func TestASharedMessageStaysWhole(t *testing.T) {
	t.Parallel()
	shared := newMessage([]byte("event"))
	over, full := newQueue(), newQueue()
	over.abort(ending{})
	over.put(shared)
	full.put(shared)
	full.abort(ending{})
	full.forget("")
	if string(shared.data) != "event" {
		t.Errorf("others are told %q", shared.data)
	}
}

func TestWhatIsForgottenOrTakenLeavesNoTrace(t *testing.T) {
	t.Parallel()
	q := newQueue()
	q.put(newMessage([]byte("event")))
	q.put(secret("p"))
	q.forget("p")
	if q.bytes != len("event") {
		t.Errorf("%d bytes are counted", q.bytes)
	}
	q.put(newMessage([]byte("event")))
	if batch, _ := q.take(nil); len(batch) != 2 || q.bytes != 0 {
		t.Errorf("%d messages, then %d bytes", len(batch), q.bytes)
	}
	for _, m := range q.waiting[:cap(q.waiting)] {
		if m.data != nil {
			t.Errorf("an idle socket still holds %q", m.data)
		}
	}
}

func TestAQueueEndsOnce(t *testing.T) {
	t.Parallel()
	first, second := ending{protocol.CloseDraining, "first"}, ending{protocol.CloseFlood, "second"}
	for name, end := range map[string]func(q *queue){
		"finished": func(q *queue) { q.finish(first) },
		"aborted":  func(q *queue) { q.abort(first) },
	} {
		q := newQueue()
		q.put(newMessage([]byte("event")))
		end(q)
		q.finish(second)
		q.abort(second)
		q.put(newMessage([]byte("late")))
		batch, got := q.take(nil)
		if got == nil || *got != first || len(batch) != map[string]int{"finished": 1}[name] {
			t.Errorf("%s: %v with %d messages", name, got, len(batch))
		}
	}
}

// aReading is a page with reads under way.
func aReading(h *hub, presentations ...string) (m *member, under map[string]*reading) {
	m = &member{queue: newQueue(), readings: map[string]*reading{}}
	h.members[m] = struct{}{}
	for _, p := range presentations {
		m.readings[p] = newReading(m, p)
	}
	return m, maps.Clone(m.readings)
}

func newReading(m *member, presentation string) *reading {
	ctx, cancel := context.WithCancel(context.Background())
	return &reading{member: m, presentation: presentation, ctx: ctx, cancel: cancel}
}

func TestNothingOfACardOutlivesTheWishForIt(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(h *hub, m *member){
		"the page left":    func(h *hub, m *member) { h.leave(m) },
		"the bridge stops": func(h *hub, _ *member) { h.drain(protocol.CloseDraining) },
		"the card is gone": func(h *hub, _ *member) {
			h.tell(reader.Event{Kind: reader.CardRemoved, Card: reader.Card{PresentationID: "p"}})
		},
		"the page stops it": func(h *hub, m *member) { h.stop(stop{m, "p", json.RawMessage("1")}) },
	} {
		h := newHub(encoder{scope: policy.CardPhoto})
		m, under := aReading(h, "p")
		waits := secret("p")
		m.queue.put(waits)
		r := m.readings["p"]
		end(h, m)
		if under["p"].ctx.Err() == nil || !zeroed(waits) || len(m.readings) > 0 {
			t.Errorf("%s: read on %t, told %t, %d reads", name, under["p"].ctx.Err() == nil, !zeroed(waits), len(m.readings))
		}
		told := h.part(part{reading: r, note: func(uint64) []byte { return []byte("late") }})
		if told {
			t.Errorf("%s: a late file is told", name)
		}
	}
}

func TestACardIsReadAnewAlsoWhenNoMoreMayBe(t *testing.T) {
	t.Parallel()
	h := newHub(encoder{scope: policy.CardPhoto})
	var all []string
	for i := range protocol.MaxReads {
		all = append(all, fmt.Sprintf("p%d", i))
	}
	for i, p := range append(all, "more") {
		card := &reader.Card{PresentationID: p, Kind: reader.EID}
		h.view.Apply(reader.Event{Kind: reader.ReaderAdded, Reader: reader.Reader{ID: fmt.Sprintf("r%d", i), State: reader.Present, Card: card}})
	}
	m, under := aReading(h, all...)
	ask := func(presentation string) bool {
		r := newReading(m, presentation)
		defer r.cancel()
		return h.begin(begin{reading: r, id: json.RawMessage("1")})
	}
	if !ask("p0") || under["p0"].ctx.Err() == nil || len(m.readings) != protocol.MaxReads {
		t.Errorf("anew: the first read goes on %t, %d reads", under["p0"].ctx.Err() == nil, len(m.readings))
	}
	if ask("more") || ask("never") || len(m.readings) != protocol.MaxReads {
		t.Errorf("one more: %d reads", len(m.readings))
	}
	if ask("p0"); under["p1"].ctx.Err() != nil {
		t.Error("the read of another card ended")
	}
	note := func(uint64) []byte { return []byte("verdict") }
	if first := m.readings["p1"]; !h.part(part{reading: first, note: note}) || m.readings["p1"] == nil {
		t.Error("a read ends with its first file")
	} else if !h.part(part{reading: first, note: note, last: true}) || !ask("more") {
		t.Error("a read that came to its end leaves no room for another")
	}
	h.leave(m)
	if ask("p0") {
		t.Error("a page that left reads")
	}
}
