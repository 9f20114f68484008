package gateway

import (
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/openbalie/openbalie/bridge/protocol"
)

// message is one frame, encoded once for all sockets that get it; or, when it
// is about a person, for the one that does, and zeroed when it was written or
// never will be.
type message struct {
	data  []byte
	frame *websocket.PreparedMessage // nil when it is about a person
	about string                     // the presentation of the person's card
	key   string                     // what newer messages of the same key make worthless; "" is never so
	woke  time.Time                  // when the card service told what it tells; zero for the rest
}

func newMessage(data []byte) message {
	frame, err := websocket.NewPreparedMessage(websocket.TextMessage, data)
	if err != nil {
		panic(err) // it objects to unknown message types only
	}
	return message{data: data, frame: frame}
}

// wipe leaves nothing of a person behind.
func (m message) wipe() {
	if m.about != "" {
		clear(m.data)
	}
}

// queue holds what a socket has still to write. The hub and the socket's
// reader put, the socket's writer takes.
type queue struct {
	ready chan struct{} // holds a token when there is something to take

	mu      sync.Mutex
	waiting []message
	bytes   int
	closed  *ending
}

// ending is how a socket comes to its end.
type ending struct {
	code   protocol.CloseCode
	reason string // tells more than the code's name
}

func newQueue() *queue { return &queue{ready: make(chan struct{}, 1)} }

// put adds a message. A full queue first lets go of outdated states; if that
// is not enough, nobody is reading, and the queue closes.
func (q *queue) put(m message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed != nil {
		m.wipe()
		return
	}
	if q.full(m) {
		q.coalesce(m.key)
	}
	if q.full(m) {
		m.wipe()
		q.close(ending{protocol.CloseFlood, "TOO_SLOW"})
		return
	}
	q.waiting = append(q.waiting, m)
	q.bytes += len(m.data)
	q.signal()
}

func (q *queue) full(m message) bool {
	return len(q.waiting) >= protocol.QueueMessages || q.bytes+len(m.data) > protocol.QueueBytes
}

// coalesce keeps the newest message of each key, counting a coming one.
func (q *queue) coalesce(coming string) {
	newest := map[string]bool{coming: coming != ""}
	for i, m := range slices.Backward(q.waiting) {
		if m.key == "" {
			continue
		}
		if newest[m.key] {
			q.bytes -= len(m.data)
			q.waiting = slices.Delete(q.waiting, i, i+1)
		}
		newest[m.key] = true
	}
}

// forget takes back what waits about a presentation.
func (q *queue) forget(presentation string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = slices.DeleteFunc(q.waiting, func(m message) bool {
		if m.about != presentation || m.about == "" {
			return false
		}
		m.wipe()
		q.bytes -= len(m.data)
		return true
	})
}

// finish ends the queue after what is waiting.
func (q *queue) finish(e ending) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed == nil {
		q.closed = &e
		q.signal()
	}
}

// abort ends the queue at once.
func (q *queue) abort(e ending) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed == nil {
		q.close(e)
	}
}

func (q *queue) close(e ending) {
	for _, m := range q.waiting {
		m.wipe()
	}
	q.closed, q.waiting, q.bytes = &e, nil, 0
	q.signal()
}

func (q *queue) signal() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// take empties the queue into batch, and says how it ended if it did.
func (q *queue) take(batch []message) ([]message, *ending) {
	q.mu.Lock()
	defer q.mu.Unlock()
	batch = append(batch, q.waiting...)
	clear(q.waiting) // an idle socket holds no card number
	q.waiting, q.bytes = q.waiting[:0], 0
	return batch, q.closed
}
