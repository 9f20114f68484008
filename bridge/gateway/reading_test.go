package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
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
)

// slot is a reader with an identity card in it, without a card service.
type slot struct {
	card *eidtest.Card
	hold func(ctx context.Context, f eid.File) error // before a file is told; nil holds none up

	ended chan error
}

func newSlot(g eidtest.Generation) *slot {
	r := rand.New(rand.NewPCG(7, uint64(g)))
	person := eidtest.Random(r, time.Now())
	person.Name, person.GivenNames, person.Street = "Kanarievogel", "Eénmalig Uniek", "Nergensstraat 77"
	return &slot{card: eidtest.Mint(g, person, r), ended: make(chan error, 8)}
}

func (s *slot) Read(ctx context.Context, _ string, files []eid.File, tell func(eid.Event) error) (eid.Report, error) {
	line := &eidtest.Line{Emulator: &eidtest.Emulator{Card: s.card}}
	report, err := eid.Read(ctx, line, eid.Options{Files: files}, func(e eid.Event) error {
		if s.hold != nil {
			if err := s.hold(ctx, e.File); err != nil {
				return err
			}
		}
		lent := bytes.Clone(e.Raw)
		e.Raw = lent
		err := tell(e)
		clear(lent) // the reader's own again
		return err
	})
	s.ended <- err
	return report, err
}

const inSlot = "0198c0de-0000-7000-8000-00000000e1d0"

// identityCard is what the reader tells when an identity card is inserted.
func identityCard(presentation string) reader.Event {
	return presented(reader.Reader{
		ID: "r2", Name: "Reader 2", State: reader.Present, Card: &reader.Card{PresentationID: presentation, Kind: reader.EID},
	})
}

func pulled(presentation string) reader.Event {
	return reader.Event{
		Kind:   reader.CardRemoved,
		Reader: reader.Reader{ID: "r2", Name: "Reader 2", State: reader.Empty},
		Card:   reader.Card{PresentationID: presentation, Kind: reader.EID},
	}
}

// withCards is a gateway that may read everything of the cards.
func withCards(cards gateway.Cards, scope policy.Scope) func(*gateway.Gateway) {
	return func(g *gateway.Gateway) {
		g.Cards, g.MaxScope = cards, scope
		g.Profile = eidtest.Profile(eidtest.AuthorityOf(eidtest.V11), eidtest.AuthorityOf(eidtest.V17),
			eidtest.AuthorityOf(eidtest.Hybrid), eidtest.AuthorityOf(eidtest.V18))
	}
}

func askRead(tb testing.TB, page *websocket.Conn, id int, presentation, scope string) {
	tb.Helper()
	send(tb, page, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"card.read","params":{"presentationId":%q,"scope":%q}}`, id, presentation, scope))
}

// told is a frame as these tests look at it.
type told struct {
	Method string
	ID     int
	Error  *protocol.Error
	Params struct {
		PresentationID string
		Identity       *protocol.Identity
		Address        *protocol.Address
		MediaType      string
		Raw            []byte
		Verdict        *protocol.Verdict
		Files          protocol.Proofs
		File           string
		Error          *protocol.Error
	}
}

// same reports whether an error was told, and is this one.
func same(got, want *protocol.Error) bool { return got != nil && errors.Is(got, want) }

func hear(tb testing.TB, page *websocket.Conn) told {
	tb.Helper()
	_ = page.SetReadDeadline(time.Now().Add(10 * time.Second))
	_, frame, err := page.ReadMessage()
	if err != nil {
		tb.Fatal(err)
	}
	var n told
	if err := json.Unmarshal(frame, &n); err != nil {
		tb.Fatal(err)
	}
	return n
}

// wholeRead hears a read from the answer to the verdict and returns the files.
func wholeRead(tb testing.TB, page *websocket.Conn) (files eid.Files, methods []string, verdict protocol.Verdict) {
	tb.Helper()
	for {
		n := hear(tb, page)
		switch n.Method {
		case protocol.NoteCardIdentity:
			files.Identity = n.Params.Raw
		case protocol.NoteCardAddress:
			files.Address = n.Params.Raw
		case protocol.NoteCardPicture:
			files.Picture = n.Params.Raw
		case protocol.NoteCardVerdict:
			f := n.Params.Files
			files.IdentitySignature, files.AddressSignature, files.Certificate = f.IdentitySignature, f.AddressSignature, f.Certificate
		case "":
			if n.Error != nil {
				tb.Fatal(n.Error)
			}
		default:
			tb.Fatalf("told %s %v", n.Method, n.Params.Error)
		}
		methods = append(methods, n.Method)
		if n.Method == protocol.NoteCardVerdict {
			return files, methods, *n.Params.Verdict
		}
	}
}

func TestACardIsToldFileByFileToThePageThatAskedAlone(t *testing.T) {
	t.Parallel()
	for _, g := range eidtest.Generations() {
		t.Run(g.String(), func(t *testing.T) {
			t.Parallel()
			cards := newSlot(g)
			b := open(t, withCards(cards, policy.CardPhoto))
			page, other := b.page(), b.page()
			b.tell(identityCard(inSlot))
			if m := next(t, page); m["params"].(map[string]any)["kind"] != "eid" {
				t.Fatalf("presented as %v", m)
			}
			askRead(t, page, 1, inSlot, "card.photo")
			files, methods, verdict := wholeRead(t, page)
			if diff := cmp.Diff([]string{"", "card.identity", "card.address", "card.picture", "card.verdict"}, methods); diff != "" {
				t.Error(diff)
			}
			for _, f := range eid.All() {
				want := cards.card.Want()
				if !bytes.Equal(files.Of(f), want.Of(f)) {
					t.Errorf("%s has other bytes", f)
				}
			}
			if g != eidtest.V11 && !verdict.Verified { // 1.1 has keys that nobody trusts any more
				t.Errorf("verdict %+v", verdict)
			}

			b.tell(pulled(inSlot))
			var heard []any
			for len(heard) < 2 {
				heard = append(heard, next(t, other)["method"])
			}
			if diff := cmp.Diff([]any{"card.presented", "card.removed"}, heard); diff != "" {
				t.Errorf("the other page heard:\n%s", diff)
			}
			for _, canary := range []string{"Kanarievogel", "niek", "Nergens", inSlot} {
				if strings.Contains(b.log.String(), canary) {
					t.Errorf("the log tells %s:\n%s", canary, b.log)
				}
			}
		})
	}
}

func TestTheParsedFieldsAreThoseOfTheCard(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	cards := &slot{ended: make(chan error, 1), card: eidtest.Mint(eidtest.V18, eidtest.Person{
		NationalNumber: "93051822361", Name: "Peeters", GivenNames: "Anaïs Zoë", ThirdInitial: "É", Nationality: "Belg",
		BirthPlace: "Gent", Birth: "18 MEI 1993", Sex: "V", Noble: "Jonkvrouw", Document: "01", Status: "3", CardNumber: "591234567890",
		IssuedBy: "Gent", From: "01.02.2021", Until: "01.02.2031", Street: `Kouter 12 "bis"`, PostalCode: "9000", Municipality: "Gent",
	}, r)}
	b := open(t, withCards(cards, policy.CardIdentity))
	page := b.page()
	b.tell(identityCard(inSlot))
	askRead(t, page, 1, inSlot, "card.identity")
	next(t, page) // presented
	next(t, page) // answer
	got := hear(t, page).Params.Identity
	got.ChipSerial = ""
	want := &protocol.Identity{
		CardNumber: "591234567890", ValidFrom: "2021-02-01", ValidUntil: "2031-02-01", IssuedBy: "Gent", NationalNumber: "93051822361",
		LastName: "Peeters", FirstNames: "Anaïs Zoë", ThirdInitial: "É", Nationality: "Belg", PlaceOfBirth: "Gent",
		DateOfBirth: protocol.PartialDate{Year: 1993, Month: 5, Day: 18, Text: "18 MEI 1993"}, Sex: "F", NobleCondition: "Jonkvrouw",
		DocumentType:  protocol.DocumentType{Code: 1, Name: "citizen"},
		SpecialStatus: &protocol.SpecialStatus{Code: 3, WhiteCane: true, ExtendedMinority: true}, Duplicate: "01",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("identity (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&protocol.Address{Street: `Kouter 12 "bis"`, PostalCode: "9000", Municipality: "Gent"}, hear(t, page).Params.Address); diff != "" {
		t.Errorf("address (-want +got):\n%s", diff)
	}
	if n := hear(t, page); n.Method != protocol.NoteCardVerdict {
		t.Errorf("beyond its scope it was told %s", n.Method)
	}
}

func TestNobodyReadsMoreThanThisComputerAllows(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		most         policy.Scope
		asked        string
		refused      *protocol.Error
		capabilities []any
	}{
		"the default":       {policy.CardUID, "card.identity", protocol.ErrScopeDenied, []any{"readers", "card.uid"}},
		"no picture":        {policy.CardIdentity, "card.photo", protocol.ErrScopeDenied, []any{"readers", "card.uid", "card.identity"}},
		"everything":        {policy.CardPhoto, "card.photo", nil, []any{"readers", "card.uid", "card.identity", "card.photo"}},
		"less than allowed": {policy.CardPhoto, "card.identity", nil, []any{"readers", "card.uid", "card.identity", "card.photo"}},
		"no scope to read":  {policy.CardPhoto, "card.uid", protocol.ErrInvalidParams, []any{"readers", "card.uid", "card.identity", "card.photo"}},
		"no scope at all":   {policy.CardPhoto, "", protocol.ErrInvalidParams, []any{"readers", "card.uid", "card.identity", "card.photo"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, withCards(newSlot(eidtest.V18), tt.most))
			page := b.dial(allowed)
			hello := next(t, page)["params"].(map[string]any)
			if diff := cmp.Diff(tt.capabilities, hello["capabilities"]); diff != "" {
				t.Errorf("capabilities (-want +got):\n%s", diff)
			}
			b.tell(identityCard(inSlot))
			next(t, page)
			askRead(t, page, 1, inSlot, tt.asked)
			switch n := hear(t, page); {
			case tt.refused == nil && n.Error != nil, tt.refused != nil && !same(n.Error, tt.refused):
				t.Errorf("answered %+v", n.Error)
			}
		})
	}
}

func TestOnlyAnIdentityCardThatLiesThereIsRead(t *testing.T) {
	t.Parallel()
	b := open(t, withCards(newSlot(eidtest.V17), policy.CardPhoto))
	page := b.page()
	for problem, want := range map[reader.Problem]*protocol.Error{
		"": protocol.ErrNotAnEID, reader.MOBIB: protocol.ErrMOBIB, reader.CardForeign: protocol.ErrCardForeign,
		reader.CardNotActivated: protocol.ErrNotActivated, reader.EIDContactless: protocol.ErrEIDContactless,
	} {
		card := reader.Card{PresentationID: "other", Kind: reader.Other, Problem: problem}
		if problem == reader.CardNotActivated {
			card.Kind = reader.EID
		}
		b.tell(presented(reader.Reader{ID: "r2", Name: "Reader 2", State: reader.Present, Card: &card}))
		next(t, page)
		askRead(t, page, 1, "other", "card.identity")
		if n := hear(t, page); !same(n.Error, want) {
			t.Errorf("a card with %q is answered %+v", problem, n.Error)
		}
	}
	askRead(t, page, 2, "another", "card.identity")
	if n := hear(t, page); !same(n.Error, protocol.ErrNoPresentation) {
		t.Errorf("what was never presented is answered %+v", n.Error)
	}
	for _, method := range []string{"card.read", "card.stop"} {
		send(t, page, `{"jsonrpc":"2.0","id":3,"method":"`+method+`","params":{"presentationId":7}}`)
		if n := hear(t, page); !same(n.Error, protocol.ErrInvalidParams) {
			t.Errorf("%s of a number is answered %+v", method, n.Error)
		}
	}
	without := open(t, func(g *gateway.Gateway) { g.MaxScope = policy.CardPhoto })
	page = without.dial(allowed)
	capable := next(t, page)["params"].(map[string]any)["capabilities"]
	if diff := cmp.Diff([]any{"readers", "card.uid"}, capable); diff != "" {
		t.Errorf("a bridge that reads no cards can (-want +got):\n%s", diff)
	}
	askRead(t, page, 1, inSlot, "card.identity")
	if n := hear(t, page); !same(n.Error, protocol.ErrMethodNotFound) {
		t.Errorf("a bridge that reads no cards answers %+v", n.Error)
	}
}
