package gateway

import (
	"context"
	"sync/atomic"

	"github.com/openbalie/openbalie/bridge/protocol"
	"github.com/openbalie/openbalie/bridge/reader"
)

// hub owns the picture of the readers and the list of sockets. Everything
// below its channels belongs to the goroutine of run and drain.
type hub struct {
	encoder encoder
	ready   atomic.Bool // the first event has come

	joins  chan *member
	leaves chan *member
	lists  chan listing
	begins chan begin
	stops  chan stop
	parts  chan part
	done   chan struct{} // closed when the hub is drained

	view    reader.View
	seq     uint64
	members map[*member]struct{}
}

// member is the hub's side of a socket.
type member struct {
	origin string
	hello  protocol.Hello // what of it the hub does not know
	queue  *queue

	readings map[string]*reading // by presentation, of the hub alone
}

// listing is a page's question for the picture. The hub answers it between
// two events, so that its seq is exact.
type listing struct {
	member *member
	id     []byte
}

func newHub(e encoder) *hub {
	return &hub{
		encoder: e,
		joins:   make(chan *member), leaves: make(chan *member), lists: make(chan listing),
		begins: make(chan begin), stops: make(chan stop), parts: make(chan part), done: make(chan struct{}),
		members: map[*member]struct{}{},
	}
}

// run serves until ctx or the events end. Its caller drains the hub then.
func (h *hub) run(ctx context.Context, events <-chan reader.Event) {
	for {
		select {
		case <-ctx.Done():
			return
		case e, ok := <-events:
			if !ok {
				return
			}
			h.tell(e)
		case m := <-h.joins:
			h.join(m)
		case m := <-h.leaves:
			h.leave(m)
		case b := <-h.begins:
			b.begun <- h.begin(b)
		case s := <-h.stops:
			h.stop(s)
		case p := <-h.parts:
			p.told <- h.part(p)
		case l := <-h.lists:
			l.member.queue.put(newMessage(protocol.Result(l.id, h.picture())))
		}
	}
}

func (h *hub) tell(e reader.Event) {
	h.view.Apply(e)
	h.ready.Store(true)
	h.seq++
	if e.Kind == reader.CardRemoved {
		for member := range h.members {
			member.forget(e.Card.PresentationID)
		}
	}
	method, params := h.encoder.note(e, h.seq)
	if method == "" || len(h.members) == 0 {
		return
	}
	m := newMessage(protocol.Note(method, params))
	switch e.Kind {
	case reader.ReaderChanged:
		m.key = e.Reader.ID
	case reader.CardPresented:
		m.woke = e.Woke
	default:
	}
	for member := range h.members {
		member.queue.put(m)
	}
}

func (h *hub) picture() protocol.ReadersList {
	return protocol.ReadersList{
		Seq:     h.seq,
		Service: h.encoder.service(h.view.Service()),
		Readers: h.encoder.readers(h.view.Readers()),
	}
}

func (h *hub) join(m *member) {
	same := 0
	for other := range h.members {
		if other.origin == m.origin {
			same++
		}
	}
	if len(h.members) >= protocol.MaxSockets || same >= protocol.MaxOriginSockets {
		m.queue.finish(ending{protocol.CloseFlood, protocol.ErrTooManyClients.Data.Name})
		return
	}
	h.members[m] = struct{}{}
	m.readings = map[string]*reading{}
	m.hello.Service = h.encoder.service(h.view.Service())
	m.queue.put(newMessage(protocol.Note(protocol.NoteHello, m.hello)))
}

// leave ends what a page that went was still being read.
func (h *hub) leave(m *member) {
	delete(h.members, m)
	for presentation := range m.readings {
		m.forget(presentation)
	}
}

// drain says goodbye to all. Nobody joins afterwards.
func (h *hub) drain(code protocol.CloseCode) {
	goodbye := newMessage(protocol.Note(protocol.NoteDraining, protocol.Nothing{}))
	for m := range h.members {
		for presentation := range m.readings {
			m.forget(presentation)
		}
		m.queue.put(goodbye)
		m.queue.finish(ending{code, code.Name})
	}
	close(h.done)
}
