package main_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
	"github.com/openbalie/openbalie/bridge/protocol"
)

// canary is somebody whose every word would be noticed where it should not be.
func canary(g eidtest.Generation) *eidtest.Card {
	r := rand.New(rand.NewPCG(3, uint64(g)))
	p := eidtest.Random(r, time.Now())
	p.Name, p.GivenNames, p.BirthPlace, p.IssuedBy = "Kanarievogel", "Zanglustig Uniek", "Nergenshuizen", "Overalgem"
	p.Street, p.Municipality = "Kooistraat 77", "Vogelzang"
	return eidtest.Mint(g, p, r)
}

// traces are what may not stand in a log of somebody's card.
func traces(c *eidtest.Card) []string {
	all := []string{
		"Kanarie", "Zanglustig", "Nergenshuizen", "Overalgem", "Kooistraat", "Vogelzang",
		hex.EncodeToString(c.ChipNumber), strings.ToUpper(hex.EncodeToString(c.ChipNumber)),
	}
	id, err := eid.ParseIdentity(c.Files.Identity)
	if err != nil {
		panic(err)
	}
	all = append(all, id.NationalNumber.Reveal(), id.CardNumber)
	for _, f := range eid.All() {
		raw := c.Files.Of(f)[:24]
		all = append(all, string(raw), base64.StdEncoding.EncodeToString(raw), hex.EncodeToString(raw))
	}
	return all
}

func (p *process) keepsQuietAbout(t *testing.T, c *eidtest.Card) {
	t.Helper()
	log := p.output()
	for _, trace := range traces(c) {
		if strings.Contains(log, trace) {
			t.Errorf("the log tells %q:\n%s", trace, log)
		}
	}
}

// everything has the program read everything, and say everything that it would.
var everything = []string{"OPENBALIE_BRIDGE_MAX_SCOPE=card.photo", "OPENBALIE_BRIDGE_LOG_LEVEL=debug"}

func (c page) reads(id int, presentation, scope string) {
	c.t.Helper()
	c.asks(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"card.read","params":{"presentationId":%q,"scope":%q}}`, id, presentation, scope))
}

// card hears of an identity card and returns its presentation.
func (c page) card() string {
	c.t.Helper()
	tap := c.hears(method(protocol.NoteCardPresented))
	if tap.Params.Kind != protocol.KindEID || tap.Params.Problem != nil || tap.Params.ChipNumber != "" {
		c.t.Fatalf("the card is told as %+v", tap.Params)
	}
	return tap.Params.PresentationID
}

// verdict hears the rest of a read, and returns its files.
func (c page) verdict(presentation string) (files eid.Files, order []string, verdict protocol.Verdict) {
	c.t.Helper()
	for {
		n := c.next()
		p := n.Params
		if !strings.HasPrefix(n.Method, "card.") || n.Method == protocol.NoteCardPresented || n.Method == protocol.NoteCardRemoved {
			continue
		}
		if p.PresentationID != presentation {
			c.t.Fatalf("%s is about %q", n.Method, p.PresentationID)
		}
		order = append(order, n.Method)
		switch n.Method {
		case protocol.NoteCardIdentity:
			files.Identity = p.Raw
		case protocol.NoteCardAddress:
			files.Address = p.Raw
		case protocol.NoteCardPicture:
			files.Picture = p.Raw
		case protocol.NoteCardVerdict:
			files.IdentitySignature, files.AddressSignature, files.Certificate = p.Files.IdentitySignature, p.Files.AddressSignature, p.Files.Certificate
			return files, order, *p.Verdict
		default:
			c.t.Fatalf("%s %s: %v", n.Method, p.File, p.Error)
		}
	}
}

func TestTestCardsAreVerifiedWhereTheirRootsAreNamed(t *testing.T) {
	rig := pcsctest.Start(t)
	folder := t.TempDir()
	for i, g := range eidtest.Generations() {
		if err := os.WriteFile(fmt.Sprintf("%s/%d.crt", folder, i), eidtest.AuthorityOf(g).Root.Raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := launch(t, "run", append(everything, "OPENBALIE_BRIDGE_EID_TEST_ROOTS="+folder)...)
	c, _ := p.connect()
	for i, g := range eidtest.Generations() {
		e := &eidtest.Emulator{Card: canary(g)}
		rig.Insert(t, 0, pcsctest.Card{ATR: e.ATR(), Answer: e.Answer})
		presentation := c.card()
		c.reads(100+i, presentation, "card.photo")
		_, _, verdict := c.verdict(presentation)
		if !verdict.Verified || !verdict.Authentic || verdict.Why != "" {
			t.Errorf("%s: %+v", g, verdict)
		}
		rig.Remove(t, 0)
		c.hears(method(protocol.NoteCardRemoved))
	}
	if !strings.Contains(p.output(), "Test identity cards are believed") {
		t.Error("it does not say so in its log")
	}
}

func TestEveryGenerationReachesThePageByteForByte(t *testing.T) {
	rig := pcsctest.Start(t)
	p := launch(t, "run", everything...)
	c, hello := p.connect()
	if want := []string{"readers", "card.uid", "card.identity", "card.photo"}; !slices.Equal(want, hello.Params.Capabilities) {
		t.Errorf("capabilities %v", hello.Params.Capabilities)
	}
	for i, g := range eidtest.Generations() {
		for j, smart := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, reader that hides 6C %v", g, smart), func(t *testing.T) {
				card := canary(g)
				e := &eidtest.Emulator{Card: card, Smart: smart}
				rig.Insert(t, 0, pcsctest.Card{ATR: e.ATR(), Answer: e.Answer})
				presentation := c.card()
				c.reads(100+10*i+j, presentation, "card.photo")
				files, order, verdict := c.verdict(presentation)
				if diff := cmp.Diff([]string{"card.identity", "card.address", "card.picture", "card.verdict"}, order); diff != "" {
					t.Error(diff)
				}
				want := card.Want()
				for _, f := range eid.All() {
					if !bytes.Equal(want.Of(f), files.Of(f)) {
						t.Errorf("%s: %d bytes, and not those of the card (%d)", f, len(files.Of(f)), len(want.Of(f)))
					}
				}
				own := eid.Register().Verify(files, time.Now())
				if verdict.Verified || verdict.Why != string(own.Why()) || len(verdict.Findings) != len(own.Findings) {
					t.Errorf("verdict %+v", verdict)
				}
				if f := verdict.Findings[0]; f.Check != "identity" || f.Result != "passed" {
					t.Errorf("the signature on the identity: %+v", f)
				}
				if e.PINs != 0 {
					t.Error("a command had to do with the PIN")
				}
				rig.Remove(t, 0)
				c.hears(method(protocol.NoteCardRemoved))
				p.keepsQuietAbout(t, card)
			})
		}
	}
}

func TestByDefaultNobodyReadsAnIdentityCard(t *testing.T) {
	rig := pcsctest.Start(t)
	p := launch(t, "run")
	c, hello := p.connect()
	if want := []string{"readers", "card.uid"}; !slices.Equal(want, hello.Params.Capabilities) {
		t.Errorf("capabilities %v", hello.Params.Capabilities)
	}
	var reads atomic.Int32
	e := &eidtest.Emulator{Card: canary(eidtest.V18), Fault: func(_ int, command []byte) eidtest.Fault {
		if len(command) > 1 && command[1] == 0xB0 {
			reads.Add(1)
		}
		return eidtest.Fault{}
	}}
	rig.Insert(t, 0, pcsctest.Card{ATR: e.ATR(), Answer: e.Answer})
	presentation := c.card()
	for id, scope := range []string{"card.identity", "card.photo"} {
		c.reads(id+1, presentation, scope)
		n := c.hears(func(n note) bool { return n.ID == id+1 })
		if n.Error == nil || n.Error.Data.Name != "SCOPE_DENIED" || !strings.Contains(n.Error.Data.Hint, "card.uid") {
			t.Errorf("%s is answered %+v", scope, n.Error)
		}
	}
	if n := reads.Load(); n != 0 {
		t.Errorf("it read %d times all the same", n)
	}
	p.keepsQuietAbout(t, e.Card)
}

// slow is a card whose commands take a while, and counts those that read.
func slow(c *eidtest.Card, reads *atomic.Int32) *eidtest.Emulator {
	return &eidtest.Emulator{Card: c, Fault: func(_ int, command []byte) eidtest.Fault {
		if len(command) > 1 && command[1] == 0xB0 {
			reads.Add(1)
		}
		return eidtest.Fault{Delay: 30 * time.Millisecond}
	}}
}

func TestAPageThatLeavesInTheMiddleStopsTheReadAndAnotherStartsAnew(t *testing.T) {
	rig := pcsctest.Start(t)
	p := launch(t, "run", everything...)
	c, _ := p.connect()
	other, _ := p.connect()
	var reads atomic.Int32
	e := slow(canary(eidtest.V17), &reads)
	rig.Insert(t, 0, pcsctest.Card{ATR: e.ATR(), Answer: e.Answer})
	presentation := c.card()
	c.reads(1, presentation, "card.photo")
	c.hears(method(protocol.NoteCardIdentity))
	_ = c.conn.NetConn().Close()

	quiet := reads.Load()
	for range 50 { // a command that is under way ends first
		time.Sleep(100 * time.Millisecond)
		n := reads.Load()
		if n == quiet {
			break
		}
		quiet = n
	}
	if quiet > 12 { // of some 25
		t.Errorf("%d times it read on for nobody", quiet)
	}
	other.reads(2, presentation, "card.photo")
	files, order, _ := other.verdict(presentation)
	if len(order) != 4 || !bytes.Equal(files.Picture, e.Card.Files.Picture) {
		t.Errorf("the other page was told %v", order)
	}
	p.keepsQuietAbout(t, e.Card)
}

func TestACardPulledInTheMiddleIsGoneAndReadsWhenItIsBack(t *testing.T) {
	rig := pcsctest.Start(t)
	p := launch(t, "run", everything...)
	c, _ := p.connect()
	card := canary(eidtest.V18)
	for liftAt := 4; liftAt < 30; liftAt += 5 {
		e := &eidtest.Emulator{Card: card}
		rig.Insert(t, 0, pcsctest.Card{ATR: e.ATR(), Answer: e.Answer, LiftAt: liftAt})
		presentation := c.card()
		c.reads(liftAt, presentation, "card.photo")
		want := card.Want()
		removed := false
		for over := false; !over || !removed; {
			n := c.next()
			switch n.Method {
			case protocol.NoteCardIdentity:
				if !bytes.Equal(want.Identity, n.Params.Raw) {
					t.Error("a wrong identity")
				}
			case protocol.NoteCardPicture:
				if !bytes.Equal(want.Picture, n.Params.Raw) {
					t.Error("a wrong picture")
				}
			case protocol.NoteCardFailed:
				if name := n.Params.Error.Data.Name; n.Params.File == "" && name != "CARD_REMOVED" {
					t.Errorf("lifted at command %d it fails with %s", liftAt, name)
				}
			case protocol.NoteCardRemoved:
				removed, over = true, true
				c.asks(`{"jsonrpc":"2.0","id":999,"method":"ping"}`)
				for n := c.next(); n.ID != 999; n = c.next() {
					if n.Params.PresentationID == presentation {
						t.Errorf("after the removal it was told %s", n.Method)
					}
				}
			}
		}
		rig.Remove(t, 0)
	}
	e := &eidtest.Emulator{Card: card}
	rig.Insert(t, 0, pcsctest.Card{ATR: e.ATR(), Answer: e.Answer})
	presentation := c.card()
	c.reads(100, presentation, "card.photo")
	if _, order, _ := c.verdict(presentation); len(order) != 4 {
		t.Errorf("back again it is told as %v", order)
	}
	p.keepsQuietAbout(t, card)
}

func TestTwoPagesReadOneCardAndEachHearsItOnce(t *testing.T) {
	rig := pcsctest.Start(t)
	p := launch(t, "run", everything...)
	pages := make([]page, 2)
	for i := range pages {
		pages[i], _ = p.connect()
	}
	e := &eidtest.Emulator{Card: canary(eidtest.Hybrid)}
	rig.Insert(t, 1, pcsctest.Card{ATR: e.ATR(), Answer: e.Answer})
	presentation := pages[0].card()
	for i, c := range pages {
		c.reads(i+1, presentation, []string{"card.photo", "card.identity"}[i])
	}
	for i, c := range pages {
		_, order, _ := c.verdict(presentation)
		if want := []int{4, 3}[i]; len(order) != want {
			t.Errorf("page %d heard %v", i, order)
		}
		c.asks(`{"jsonrpc":"2.0","id":50,"method":"ping"}`)
		if n := c.next(); n.ID != 50 {
			t.Errorf("page %d heard %s besides", i, n.Method)
		}
	}
}

// The example in the documentation is run as people would.
func TestTheExampleProgramReadsACard(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("Node.js is not installed")
	}
	if _, err := os.Stat("client/node_modules/ws"); err != nil {
		t.Skip("the client's packages are not installed")
	}
	rig := pcsctest.Start(t)
	p := launch(t, "run", everything...)
	example := exec.CommandContext(t.Context(), node, "client/examples/read-eid.mjs", "--origin", origin, "--port", strconv.Itoa(p.port))
	said, err := example.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := example.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = example.Process.Kill(); _ = example.Wait() })
	lines := bufio.NewScanner(said)
	lines.Scan() // it is ready
	e := &eidtest.Emulator{Card: canary(eidtest.V17)}
	rig.Insert(t, 0, pcsctest.Card{ATR: e.ATR(), Answer: e.Answer})
	for _, word := range []string{"Zanglustig Uniek Kanarievogel", "Kooistraat 77", "image/jpeg", "not verified", "number passed"} {
		for !strings.Contains(lines.Text(), word) {
			if !lines.Scan() {
				t.Fatalf("it never says %q", word)
			}
		}
	}
}

func TestNobodyElseLearnsAnythingOfThePerson(t *testing.T) {
	rig := pcsctest.Start(t)
	p := launch(t, "run", everything...)
	c, _ := p.connect()
	other, _ := p.connect()
	e := &eidtest.Emulator{Card: canary(eidtest.V18)}
	rig.Insert(t, 0, pcsctest.Card{ATR: e.ATR(), Answer: e.Answer})
	presentation := c.card()
	c.reads(1, presentation, "card.photo")
	c.verdict(presentation)

	other.asks(`{"jsonrpc":"2.0","id":7,"method":"readers.list"}`)
	rig.Remove(t, 0)
	c.hears(method(protocol.NoteCardRemoved))
	response, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/healthz", p.port))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	elsewhere, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	for removed := false; !removed; {
		_ = other.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		_, frame, err := other.conn.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		elsewhere = append(elsewhere, frame...)
		removed = bytes.Contains(frame, []byte(protocol.NoteCardRemoved))
	}
	if !bytes.Contains(elsewhere, []byte(`"id":7`)) || !bytes.Contains(elsewhere, []byte(`"kind":"eid"`)) {
		t.Errorf("the other page heard %s", elsewhere)
	}
	for _, trace := range traces(e.Card) {
		if bytes.Contains(elsewhere, []byte(trace)) {
			t.Errorf("elsewhere it says %q", trace)
		}
	}
	p.keepsQuietAbout(t, e.Card)
}
