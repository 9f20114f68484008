package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
	"github.com/openbalie/openbalie/bridge/gateway"
	"github.com/openbalie/openbalie/bridge/policy"
	"github.com/openbalie/openbalie/bridge/protocol"
	"github.com/openbalie/openbalie/bridge/reader"
	"github.com/openbalie/openbalie/bridge/simulate"
)

var update = flag.Bool("update", false, "write the transcripts anew")

// line is one line of a transcript: a frame of the page or the bridge, text
// that is no frame, or how the bridge closed.
type line struct {
	From  string          `json:"from"` // page or bridge
	Frame json.RawMessage `json:"frame,omitempty"`
	Text  string          `json:"text,omitempty"`
	Close *closing        `json:"close,omitempty"`
}

type closing struct {
	Code   int    `json:"code"`
	Reason string `json:"reason"`
}

// scene plays one transcript on a real gateway and writes down both sides.
type scene struct {
	t     *testing.T
	b     *bridge
	page  *websocket.Conn
	lines []line
	names map[string]string // the ids of presentations, as the transcript has them
}

func (s *scene) sends(text string) {
	l := line{From: "page", Text: text}
	if json.Valid([]byte(text)) {
		l = line{From: "page", Frame: json.RawMessage(text)}
	}
	s.lines = append(s.lines, l)
	send(s.t, s.page, text)
}

// hears takes n frames.
func (s *scene) hears(n int) {
	s.t.Helper()
	for range n {
		_ = s.page.SetReadDeadline(time.Now().Add(5 * time.Second))
		_, frame, err := s.page.ReadMessage()
		if err != nil {
			s.t.Fatalf("after %d lines: %v", len(s.lines), err)
		}
		s.lines = append(s.lines, line{From: "bridge", Frame: s.steady(frame)})
	}
}

func (s *scene) isClosed() {
	s.t.Helper()
	code, reason := closed(s.t, s.page)
	s.lines = append(s.lines, line{From: "bridge", Close: &closing{code, reason}})
}

var volatile = []struct {
	pattern *regexp.Regexp
	steady  string
}{
	{regexp.MustCompile(`"nonce":"[^"]{43}"`), `"nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"`},
	{regexp.MustCompile(`"time":"[^"]+"`), `"time":"2026-11-22T09:00:00Z"`},
	{regexp.MustCompile(`"wall":"[^"]+"`), `"wall":"2026-11-22T09:00:01.5Z"`},
	{regexp.MustCompile(`"t":-?\d+`), `"t":1500`},
	// Keys are made anew in each run, and with them signatures; and nobody reads base64.
	{regexp.MustCompile(`"(raw|identitySignature|addressSignature|certificate)":"[^"]+"`), `"$1":"AQID"`},
}

var presentation = regexp.MustCompile(`"presentationId":"([^"]+)"`)

// steady replaces what differs from run to run.
func (s *scene) steady(frame []byte) []byte {
	for _, v := range volatile {
		frame = v.pattern.ReplaceAll(frame, []byte(v.steady))
	}
	return presentation.ReplaceAllFunc(frame, func(match []byte) []byte {
		id := string(presentation.FindSubmatch(match)[1])
		if s.names[id] == "" {
			s.names[id] = fmt.Sprintf("019aaaaa-0000-7000-8000-%012d", len(s.names)+1)
		}
		return bytes.Replace(match, []byte(id), []byte(s.names[id]), 1)
	})
}

// asksFor asks to read a card, whose presentation the transcript names its way.
func (s *scene) asksFor(id int, presentation, scope string) {
	text := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"card.read","params":{"presentationId":%q,"scope":%q}}`, id, presentation, scope)
	s.lines = append(s.lines, line{From: "page", Frame: s.steady([]byte(text))})
	send(s.t, s.page, text)
}

var inTheSlot = reader.Card{PresentationID: "first", Kind: reader.EID}

// practiceCard is the same in each run but for its keys.
func practiceCard() *slot {
	return &slot{ended: make(chan error, 8), card: eidtest.Mint(eidtest.V17, eidtest.Person{
		NationalNumber: "85073003328", Name: "Voorbeeld", GivenNames: "Noor Anaïs", ThirdInitial: "É", Nationality: "Belg", BirthPlace: "Gent",
		Birth: "30 JUL 1985", Sex: "V", Document: "01", Status: "0", CardNumber: "591234567890", IssuedBy: "Gent",
		From: "01.02.2021", Until: "01.02.2039", Street: "Kouter 12 bus 3", PostalCode: "9000", Municipality: "Gent",
	}, rand.New(rand.NewPCG(1, 1)))}
}

// settings are what the bridge of a scene has otherwise.
var settings = map[string]func(*gateway.Gateway){
	"simulate": func(g *gateway.Gateway) { g.Simulator = simulate.NewReaders(time.Now, reader.ID) },
	"read-eid": func(g *gateway.Gateway) { withCards(practiceCard(), policy.CardPhoto)(g) },
	"read-eid-partly": func(g *gateway.Gateway) {
		s := practiceCard()
		s.card.Missing = []eid.File{eid.AddressFile, eid.AddressSignature}
		withCards(s, policy.CardPhoto)(g)
		g.Profile = eid.Register()
	},
	"read-eid-failed": func(g *gateway.Gateway) {
		s := practiceCard()
		s.hold = func(context.Context, eid.File) error { return eid.ErrTruncated }
		withCards(s, policy.CardPhoto)(g)
	},
	"read-eid-refused": func(g *gateway.Gateway) { withCards(practiceCard(), policy.CardUID)(g) },
	"no-eid":           func(g *gateway.Gateway) { withCards(practiceCard(), policy.CardPhoto)(g) },
}

func desk(state reader.State, card *reader.Card) reader.Reader {
	return reader.Reader{ID: "8d1f0c2b9a7e4410", Name: "ACS ACR122U 00 00", State: state, Card: card}
}

func onDesk(state reader.State, card reader.Card) []reader.Event {
	return []reader.Event{
		{Kind: reader.ReaderChanged, Reader: desk(state, nil)},
		{Kind: reader.CardPresented, Woke: time.Now(), Reader: desk(state, &card), Card: card},
	}
}

func offDesk(card reader.Card) []reader.Event {
	return []reader.Event{
		{Kind: reader.CardRemoved, Reader: desk(reader.Empty, nil), Card: card},
		{Kind: reader.ReaderChanged, Reader: desk(reader.Empty, nil)},
	}
}

var scenes = map[string]func(s *scene){
	"connect": func(s *scene) {
		s.sends(`{"jsonrpc":"2.0","id":1,"method":"readers.list","params":{}}`)
		s.hears(1)
		s.sends(`{"jsonrpc":"2.0","id":2,"method":"ping"}`)
		s.hears(1)
	},
	"tap-and-lift": func(s *scene) {
		pass := reader.Card{PresentationID: "first", Kind: reader.Pass, UID: "04784CDAEE3880"}
		s.b.tell(reader.Event{Kind: reader.ReaderAdded, Reader: desk(reader.Empty, nil)})
		s.b.tell(onDesk(reader.Present, pass)...)
		s.hears(3)
		s.sends(`{"jsonrpc":"2.0","id":1,"method":"readers.list"}`)
		s.hears(1)
		s.b.tell(offDesk(pass)...)
		s.hears(2)
	},
	"problems": func(s *scene) {
		s.b.tell(reader.Event{Kind: reader.ReaderAdded, Reader: desk(reader.Empty, nil)})
		s.hears(1)
		for _, p := range []reader.Problem{reader.RandomUID, reader.CardMute, reader.CardUnknown, reader.ReaderBusy, reader.EIDContactless} {
			state := map[reader.Problem]reader.State{reader.CardMute: reader.Mute, reader.ReaderBusy: reader.Busy}[p]
			if state == "" {
				state = reader.Present
			}
			card := reader.Card{PresentationID: string(p), Kind: reader.Other, Problem: p}
			s.b.tell(onDesk(state, card)...)
			s.b.tell(offDesk(card)...)
			s.hears(4)
		}
	},
	"readers-and-service": func(s *scene) {
		s.b.tell(
			reader.Event{Kind: reader.ReaderAdded, Reader: desk(reader.Empty, nil)},
			reader.Event{Kind: reader.ReaderAdded, Reader: reader.Reader{ID: "0000000000000002", Name: "Gemalto PC Twin Reader", State: reader.Empty}},
			reader.Event{Kind: reader.ReaderRemoved, Reader: desk(reader.Empty, nil)},
			reader.Event{Kind: reader.ReaderRemoved, Reader: reader.Reader{ID: "0000000000000002"}},
			reader.Event{Kind: reader.ServiceChanged, Service: reader.Down},
			reader.Event{Kind: reader.ServiceChanged, Service: reader.Denied},
			reader.Event{Kind: reader.ServiceChanged, Service: reader.OK},
		)
		s.hears(7)
	},
	"refused-requests": func(s *scene) {
		for _, text := range []string{
			`{"jsonrpc":"2.0","id":1,"method":`,
			`[{"jsonrpc":"2.0","id":1,"method":"ping"}]`,
			`{"id":1,"method":"ping"}`,
			`{"jsonrpc":"2.0","id":2,"method":"card.read"}`,
			`{"jsonrpc":"2.0","id":3,"method":"simulate.list"}`,
		} {
			s.sends(text)
			s.hears(1)
		}
	},
	"simulate": func(s *scene) {
		for _, text := range []string{
			`{"jsonrpc":"2.0","id":1,"method":"simulate.list","params":{}}`,
			`{"jsonrpc":"2.0","id":2,"method":"simulate.tap","params":{"cardId":"gold"}}`,
			`{"jsonrpc":"2.0","id":3,"method":"simulate.lift","params":{"readerId":"nowhere"}}`,
			`{"jsonrpc":"2.0","id":4,"method":"simulate.lift","params":{}}`,
		} {
			s.sends(text)
			s.hears(1)
		}
	},
	"read-eid": func(s *scene) {
		s.b.tell(reader.Event{Kind: reader.ReaderAdded, Reader: desk(reader.Empty, nil)})
		s.b.tell(onDesk(reader.Present, inTheSlot)...)
		s.hears(3)
		s.asksFor(1, "first", "card.photo")
		s.hears(5)
		s.b.tell(offDesk(inTheSlot)...)
		s.hears(2)
	},
	"read-eid-partly": func(s *scene) {
		s.b.tell(onDesk(reader.Present, inTheSlot)...)
		s.hears(2)
		s.asksFor(1, "first", "card.identity")
		s.hears(5)
	},
	"read-eid-failed": func(s *scene) {
		s.b.tell(onDesk(reader.Present, inTheSlot)...)
		s.hears(2)
		s.asksFor(1, "first", "card.identity")
		s.hears(2)
	},
	"read-eid-refused": func(s *scene) {
		s.b.tell(onDesk(reader.Present, inTheSlot)...)
		s.hears(2)
		s.asksFor(1, "first", "card.identity")
		s.asksFor(2, "first", "card.everything")
		s.hears(2)
	},
	"no-eid": func(s *scene) {
		s.asksFor(1, "never", "card.identity")
		s.hears(1)
		for i, p := range []reader.Problem{"", reader.CardNotActivated, reader.MOBIB, reader.CardForeign} {
			card := reader.Card{PresentationID: "other " + string(p), Kind: reader.Other, Problem: p}
			s.b.tell(onDesk(reader.Present, card)...)
			s.hears(2)
			s.asksFor(i+2, card.PresentationID, "card.identity")
			s.hears(1)
			s.b.tell(offDesk(card)...)
			s.hears(2)
		}
	},
	"draining": func(s *scene) {
		s.b.stop()
		s.hears(1)
		s.isClosed()
	},
	"failed": func(s *scene) {
		close(s.b.events)
		s.hears(1)
		s.isClosed()
	},
	"bad-frame": func(s *scene) {
		if err := s.page.WriteMessage(websocket.BinaryMessage, []byte("{}")); err != nil {
			s.t.Fatal(err)
		}
		s.isClosed()
	},
}

// The transcripts are what the bridge really says. The tests of the
// TypeScript client read the same files.
func TestTheTranscriptsAreWhatTheBridgeSays(t *testing.T) {
	t.Parallel()
	for name, play := range scenes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, func(g *gateway.Gateway) {
				if change := settings[name]; change != nil {
					change(g)
				}
			})
			s := &scene{t: t, b: b, page: b.dial(allowed), names: map[string]string{}}
			s.hears(1)
			play(s)
			compare(t, filepath.Join("..", "protocol", "testdata", name+".jsonl"), s.lines)
		})
	}
}

func compare(t *testing.T, path string, lines []line) {
	t.Helper()
	var got strings.Builder
	for _, l := range lines {
		text, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "%s\n", text)
	}
	if *update {
		if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s (-file +bridge); -update writes it anew:\n%s", path, diff)
	}
}

func TestASimulatedTapTakesTheWayOfARealOne(t *testing.T) {
	t.Parallel()
	practice := simulate.NewReaders(time.Now, reader.ID)
	t.Cleanup(practice.Close)
	b := open(t, func(g *gateway.Gateway) { g.Simulator = practice })
	ctx, cancel := context.WithCancel(t.Context())
	watched := make(chan struct{})
	out := make(chan reader.Event)
	go func() {
		defer close(watched)
		for e := range out {
			b.events <- e
		}
	}()
	go reader.New(practice, time.Now).Watch(ctx, out)
	t.Cleanup(func() { cancel(); <-watched })

	page := b.page()
	send(t, page, `{"jsonrpc":"2.0","id":1,"method":"simulate.tap","params":{"cardId":"full-price","holdMs":1000}}`)
	var heard []string
	for len(heard) < 2 {
		m := next(t, page)
		if method, _ := m["method"].(string); strings.HasPrefix(method, "card.") {
			params := m["params"].(map[string]any)
			heard = append(heard, fmt.Sprint(method, " ", params["chipNumber"]))
		}
		if m["error"] != nil {
			t.Fatal(errors.New(protocol.ErrInternal.Message), m)
		}
	}
	if diff := cmp.Diff([]string{"card.presented 04784CDAEE3880", "card.removed <nil>"}, heard); diff != "" {
		t.Error(diff)
	}
}
