package main_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/training"
	"github.com/openbalie/openbalie/bridge/pcsc/pcsctest"
	"github.com/openbalie/openbalie/bridge/protocol"
)

// whole cuts off the zeros behind a certificate, which are not read.
func whole(c training.Card) eid.Files {
	f := c.Files
	if der := f.Certificate; len(der) > 4 {
		f.Certificate = der[:4+int(der[2])<<8+int(der[3])]
	}
	return f
}

func TestPracticeCardsAreReadAsRealOnesAre(t *testing.T) {
	t.Parallel()
	p := launch(t, "simulate")
	c, hello := p.connect()
	if !strings.Contains(fmt.Sprint(hello.Params.Capabilities), "card.photo") {
		t.Errorf("capabilities %v", hello.Params.Capabilities)
	}
	for i, card := range training.Cards() {
		c.asks(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"simulate.tap","params":{"cardId":%q,"holdMs":0}}`, 100+i, card.ID))
		tap := c.hears(method(protocol.NoteCardPresented))
		if card.Inactive {
			if tap.Params.Problem == nil || tap.Params.Problem.Code != "CARD_NOT_ACTIVATED" {
				t.Errorf("%s is told as %+v", card.ID, tap.Params)
			}
		} else {
			c.reads(i+1, tap.Params.PresentationID, "card.photo")
			files, _, verdict := c.verdict(tap.Params.PresentationID)
			want := whole(card)
			for _, f := range eid.All() {
				if !bytes.Equal(want.Of(f), files.Of(f)) {
					t.Errorf("%s: other bytes of %s", card.ID, f)
				}
			}
			if own := training.Profile().Verify(want, time.Now()); verdict.Verified != own.Verified() || verdict.Why != string(own.Why()) {
				t.Errorf("%s: verdict %+v, not %s", card.ID, verdict, own.Why())
			}
		}
		c.asks(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"simulate.lift","params":{}}`, 200+i))
		c.hears(method(protocol.NoteCardRemoved))
	}
}

func TestAPracticeCardInARealReaderIsReadAndNotTrusted(t *testing.T) {
	rig := pcsctest.Start(t)
	p := launch(t, "run", everything...)
	c, _ := p.connect()
	for _, card := range training.Cards() {
		if card.ID != training.Regular {
			continue
		}
		rig.Insert(t, 0, pcsctest.Card{ATR: card.ATR, Answer: card.Chip().Answer})
		presentation := c.card()
		c.reads(1, presentation, "card.photo")
		files, _, verdict := c.verdict(presentation)
		if !bytes.Equal(files.Picture, card.Files.Picture) || verdict.Verified || verdict.Authentic {
			t.Errorf("verdict %+v", verdict)
		}
	}
}

// One command of the documentation shows all of it.
func TestTheExampleProgramShowsEveryPracticeCard(t *testing.T) {
	t.Parallel()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("Node.js is not installed")
	}
	if _, err := os.Stat("client/node_modules/ws"); err != nil {
		t.Skip("the client's packages are not installed")
	}
	out, err := exec.CommandContext(t.Context(), node, "client/examples/read-eid.mjs",
		"--simulate", "--program", path, "--port", strconv.Itoa(freePort(t))).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, card := range training.Cards() {
		if !card.Inactive && !strings.Contains(string(out), card.Labels.EN) {
			t.Errorf("%s is not shown:\n%s", card.ID, out)
		}
	}
	if !strings.Contains(string(out), "verdict  verified") {
		t.Errorf("%s", out)
	}
}
