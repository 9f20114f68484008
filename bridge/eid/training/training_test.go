package training_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
	"github.com/openbalie/openbalie/bridge/eid/training"
)

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// line is a reader with one card in it.
type line struct{ *training.Chip }

func (l line) Transaction(_ context.Context, talk func(eid.Transmit) error) error {
	return talk(func(_ context.Context, command []byte) ([]byte, error) { return l.Answer(command), nil })
}

func (l line) Reconnect(_ context.Context, reset bool) error {
	if reset {
		l.PowerCycle()
	}
	return nil
}

// Every card is read as a real one would be, and proved, except for what it was
// made to show.
func TestEveryCardShowsWhatItIsFor(t *testing.T) {
	t.Parallel()
	shown := map[string]eid.Reason{training.Forged: eid.SignatureWrong, training.Ancient: eid.CardExpired}
	for _, c := range training.Cards() {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			for _, l := range []training.Labels{c.Labels, c.Notes} {
				if l.NL == "" || l.FR == "" || l.DE == "" || l.EN == "" {
					t.Error("a card without words")
				}
			}
			var f eid.Files
			report, err := eid.Read(t.Context(), line{c.Chip()}, eid.Options{ATR: c.ATR}, func(e eid.Event) error {
				f.Put(e.File, e.Raw)
				return e.Err
			})
			if c.Inactive {
				if !errors.Is(err, eid.ErrNotActivated) {
					t.Errorf("not activated: %v", err)
				}
				return
			}
			if err != nil || report.Card.Applet == 0 {
				t.Fatalf("%+v, %v", report, err)
			}
			verdict := training.Profile().Verify(f, today)
			if why := verdict.Why(); why != shown[c.ID] || verdict.Verified() != (shown[c.ID] == "") {
				t.Errorf("verified %v, because %q: %v", verdict.Verified(), why, verdict.Findings)
			}
			who, err := eid.ParseIdentity(f.Identity)
			if err != nil || who.Name == "" || !who.NationalNumber.Valid() {
				t.Errorf("nobody, %v", err)
			}
		})
	}
}

// A sandbox's trust is worth nothing where real cards are checked.
func TestNobodyElseTrustsTheCards(t *testing.T) {
	t.Parallel()
	if _, err := eid.Production(training.Roots(), eid.Pins()...); !errors.Is(err, eid.ErrNotPinned) {
		t.Errorf("the training roots among the real ones: %v", err)
	}
}

// The folder holds certificates and what stands on cards, and nothing to sign
// further ones with.
func TestNoKeyIsInTheTree(t *testing.T) {
	t.Parallel()
	for rest := training.Roots(); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			t.Errorf("a %s among the roots", block.Type)
		}
	}
	for _, c := range training.Cards() {
		for _, f := range eid.All() {
			content := bytes.TrimRight(c.Files.Of(f), "\x00")
			_, pkcs8 := x509.ParsePKCS8PrivateKey(content)
			_, pkcs1 := x509.ParsePKCS1PrivateKey(content)
			_, sec1 := x509.ParseECPrivateKey(content)
			if pkcs8 == nil || pkcs1 == nil || sec1 == nil {
				t.Errorf("%s: %s is a key", c.ID, f)
			}
		}
		if _, err := x509.ParseCertificate(bytes.TrimRight(c.Files.Certificate, "\x00")); err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
	}
	files, err := filepath.Glob("*")
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte("PRIVATE "+"KEY")) {
			t.Errorf("a key in %s", name)
		}
		size += len(content)
	}
	if size > 150_000 {
		t.Errorf("%d bytes", size)
	}
}

// Whoever mints the cards anew gets the same people, with other signatures.
func TestTheCardsSayWhatTheyWereMintedFrom(t *testing.T) {
	t.Parallel()
	minted, _ := eidtest.MintTrainees()
	people, cards := eidtest.Trainees(), training.Cards()
	if len(people) != len(cards) {
		t.Fatalf("%d cards of %d people", len(cards), len(people))
	}
	for i, c := range cards {
		again := minted[i]
		type content struct {
			ID               string
			Who              eid.Identity
			Number           string
			Address, Picture []byte
			ATR, Data        []byte
			Inactive         bool
		}
		of := func(id string, f eid.Files, atr, data []byte, inactive bool) content {
			who, err := eid.ParseIdentity(f.Identity)
			if err != nil {
				t.Fatal(err)
			}
			number := who.NationalNumber.Reveal()
			who.NationalNumber, who.BasicKeyHash = eid.NationalNumber{}, nil // each card has a key of its own
			return content{id, who, number, f.Address, f.Picture, atr, data, inactive}
		}
		want := of(people[i].ID, again.Files, again.ATR(), again.Data(), again.Inactive)
		if diff := cmp.Diff(want, of(c.ID, c.Files, c.ATR, c.Data, c.Inactive), cmpopts.EquateComparable(eid.NationalNumber{})); diff != "" {
			t.Errorf("%s (go generate mints them anew):\n%s", c.ID, diff)
		}
		if bytes.Equal(c.Files.IdentitySignature, again.Files.IdentitySignature) {
			t.Errorf("%s: the key is known", c.ID)
		}
	}
}

// Numbers are those of the public test data set, or those that no child of a
// day has.
func TestTheirNumbersAreNobodys(t *testing.T) {
	t.Parallel()
	known := map[string]bool{"83030201540": true, "36051380284": true, "80010170282": true}
	for _, c := range training.Cards() {
		who, err := eid.ParseIdentity(c.Files.Identity)
		if err != nil {
			t.Fatal(err)
		}
		if n := who.NationalNumber.Reveal(); !who.NationalNumber.Valid() || !known[n] && n[6:9] != "998" {
			t.Errorf("%s has the number of somebody", c.ID)
		}
	}
}
