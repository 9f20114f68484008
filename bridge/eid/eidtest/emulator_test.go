package eidtest_test

import (
	"bytes"
	"crypto/ecdsa"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
)

func TestTheEmulatorAnswersAsTheManualsSay(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 2))
	card := eidtest.Mint(eidtest.V18, eidtest.Random(r, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)), r)
	e := &eidtest.Emulator{Card: card}
	for _, step := range []struct{ command, want string }{
		{"\x00\xB0\x00\x00\x00", "\x69\x86"},                                                 // nothing selected
		{"\x80\xE4\x00\x00\x00", "\x6C\x1C"},                                                 // wrong length
		{"\x00\xA4\x02\x0C\x02\xDF\x01", "\x90\x00"},                                         // step by step
		{"\x00\xA4\x02\x0C\x02\x40\x33", "\x90\x00"},                                         //
		{"\x00\xB0\x00\x00\x00", "\x6C\x79"},                                                 // 121 bytes
		{"\x00\xB0\x00\x79\x01", "\x6B\x00"},                                                 // behind the end
		{"\x00\xA4\x08\x0C\x06\x3F\x00\xDF\x00\x50\x3C", "\x90\x00"},                         // with the master file
		{"\x00\xA4\x08\x0C\x04\xDF\x01\x50\x3C", "\x6A\x82"},                                 // another folder
		{"\x00\xA4\x04\x0C\x0C\xA0\x00\x00\x01\x77\x50\x4B\x43\x53\x2D\x31\x35", "\x90\x00"}, // by name
		{"\x00\xA4\x04\x0C\x02\xA0\x01", "\x6A\x82"},
		{"\x00\xA4\x08\x0C\x04\xDF\x01\x40\x31", "\x90\x00"},
		{"\x80\xB2\x01\x01\x00", "\x61" + string([]byte{2 + card.Files.Identity[1]})},
		{"\x00\x20\x00\x01\x08", "\x69\x83"},
	} {
		if got := e.Answer([]byte(step.command)); string(got) != step.want {
			t.Errorf("%X: %X, want %X", step.command, got, step.want)
		}
	}
	if e.PINs != 1 {
		t.Errorf("%d commands had to do with the PIN", e.PINs)
	}
	e.PINs = 0

	hash := bytes.Repeat([]byte{7}, 48)
	if sw := e.Answer(append(append([]byte("\x00\x88\x02\x81\x32\x94\x30"), hash...), 0)); string(sw) != "\x61\x60" {
		t.Fatalf("%X", sw)
	}
	proof := e.Answer([]byte("\x00\xC0\x00\x00\x60"))
	if len(proof) != 98 || !ecdsa.Verify(&card.Basic.PublicKey, hash, new(big.Int).SetBytes(proof[:48]), new(big.Int).SetBytes(proof[48:96])) {
		t.Errorf("%X proves nothing", proof)
	}
	if again := e.Answer([]byte("\x00\xC0\x00\x00\x60")); len(again) > 2 {
		t.Errorf("an answer is there once, not twice: %X", again)
	}
}

func TestMintedCardsLookLikeRealOnes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	for _, g := range eidtest.Generations() {
		card := eidtest.Mint(g, eidtest.Random(r, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)), r)
		id, err := eid.ParseIdentity(card.Files.Identity)
		if err != nil {
			t.Fatal(err)
		}
		p, end := eid.ParsePicture(card.Files.Picture)
		wantWidth, hash, padding := 140, map[eidtest.Generation]int{eidtest.V11: 20, eidtest.V17: 32, eidtest.Hybrid: 32, eidtest.V18: 48}[g], 50
		if g == eidtest.V18 {
			wantWidth, padding = 150, 1100
		}
		if p.Width != wantWidth || end != len(card.Files.Picture) || end < 2000 || end > 3064 || len(id.PictureHash) != hash ||
			len(card.Files.Certificate) != len(card.Authority.Signer.Raw)+padding || (id.BasicKeyHash != nil) != (g == eidtest.V18) || !id.NationalNumber.Valid() || !id.Born.Whole() {
			t.Errorf("%s: picture %v of %d, hash of %d, certificate of %d", g, p, end, len(id.PictureHash), len(card.Files.Certificate))
		}
	}
}
