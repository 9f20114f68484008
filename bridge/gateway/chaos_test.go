package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
	"github.com/openbalie/openbalie/bridge/policy"
	"github.com/openbalie/openbalie/bridge/protocol"
)

// listener hears one page, and objects to what must never be heard.
type listener struct {
	t       *testing.T
	lifted  map[string]bool
	over    map[string]bool // reads that ended, by presentation
	order   []string        // of the present read
	whole   int             // reads that came to their verdict
	proved  chan struct{}   // closed with the first of them
	refused int
}

var proper = []string{protocol.NoteCardIdentity, protocol.NoteCardAddress, protocol.NoteCardPicture, protocol.NoteCardVerdict}

func (l *listener) hear(conn *websocket.Conn) {
	for {
		_, frame, err := conn.ReadMessage()
		if err != nil {
			return
		}
		var n struct {
			Method string
			Error  *protocol.Error
			Result struct{ PresentationID string }
			Params struct{ PresentationID string }
		}
		if err := json.Unmarshal(frame, &n); err != nil {
			l.t.Error(err)
			return
		}
		about := n.Params.PresentationID
		switch {
		case n.Error != nil:
			l.refused++
		case n.Result.PresentationID != "":
			l.order, l.over[n.Result.PresentationID] = nil, false
		case n.Method == protocol.NoteCardRemoved:
			l.lifted[about] = true
		case n.Method == protocol.NoteCardFailed, slices.Contains(proper, n.Method):
			if l.lifted[about] || l.over[about] {
				l.t.Errorf("%s after the end", n.Method)
			}
			l.order = append(l.order, n.Method)
			if n.Method != protocol.NoteCardFailed && !slices.Equal(l.order, proper[:len(l.order)]) {
				l.t.Errorf("told in the order %v", l.order)
			}
			if n.Method == protocol.NoteCardVerdict {
				l.over[about] = true
				if l.whole++; l.whole == 1 {
					close(l.proved)
				}
			}
		}
	}
}

// However cards come and go, and pages ask, stop, ask anew and leave: none is
// told anything after a card was lifted or a read has ended, and all in order.
func TestPagesAndCardsThatComeAndGoAtRandom(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(11, 7))
	cards := newSlot(eidtest.V18)
	var delays sync.Mutex
	cards.ended = make(chan error, 10_000)
	cards.hold = func(ctx context.Context, _ eid.File) error {
		delays.Lock()
		d := time.Duration(random.IntN(3)) * time.Millisecond
		delays.Unlock()
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	pick := func(n int) int {
		delays.Lock()
		defer delays.Unlock()
		return random.IntN(n)
	}
	b := open(t, withCards(cards, policy.CardPhoto))

	var hearing sync.WaitGroup
	var all []*listener
	enter := func() *websocket.Conn {
		conn := b.page()
		_ = conn.SetReadDeadline(time.Time{})
		l := &listener{t: t, lifted: map[string]bool{}, over: map[string]bool{}, proved: make(chan struct{})}
		all = append(all, l)
		hearing.Go(func() { l.hear(conn) })
		return conn
	}
	pages := []*websocket.Conn{enter(), enter(), enter()}
	known := []string{"never"}
	for i := range 60 {
		presentation := fmt.Sprintf("card %d", i)
		known = append(known, presentation)
		b.tell(identityCard(presentation))
		for step := range 4 {
			page := pages[pick(len(pages))]
			switch asked := known[max(0, len(known)-1-pick(2))]; {
			case step == 0 || pick(4) > 0:
				askRead(t, page, step+1, asked, "card.photo")
			default:
				_ = page.WriteMessage(websocket.TextMessage, fmt.Appendf(nil,
					`{"jsonrpc":"2.0","id":%d,"method":"card.stop","params":{"presentationId":%q}}`, step+1, asked))
			}
			time.Sleep(time.Duration(pick(6)) * time.Millisecond)
		}
		time.Sleep(time.Duration(pick(3)*15) * time.Millisecond)
		b.tell(pulled(presentation))
		if i%2 == 1 { // and a new page has its reads before it
			leaving := pick(len(pages))
			_ = pages[leaving].NetConn().Close()
			pages[leaving] = enter()
		}
	}
	// One that stays, so that a slow machine comes to a verdict too.
	b.tell(identityCard("last"))
	askRead(t, enter(), 1, "last", "card.photo")
	select {
	case <-all[len(all)-1].proved:
	case <-time.After(time.Minute):
		t.Error("a card that stays is not read")
	}
	b.stop()
	hearing.Wait()
	whole, refused := 0, 0
	for _, l := range all {
		whole, refused = whole+l.whole, refused+l.refused
	}
	t.Logf("%d pages heard %d whole reads and %d refusals", len(all), whole, refused)
	if whole == 0 || refused == 0 {
		t.Error("nothing was tried")
	}
	for _, canary := range []string{"Kanarievogel", "Nergens"} {
		if strings.Contains(b.log.String(), canary) {
			t.Errorf("the log tells %s", canary)
		}
	}
}
