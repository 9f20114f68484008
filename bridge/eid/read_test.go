package eid_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
)

// today is when all of these tests play.
var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// mint makes a card of somebody; the same seed makes the same person.
func mint(g eidtest.Generation, seed uint64) *eidtest.Card {
	r := rand.New(rand.NewPCG(seed, 0))
	return eidtest.Mint(g, eidtest.Random(r, today), r)
}

// heard is what a read told.
type heard struct {
	files  eid.Files
	order  []eid.File
	events map[eid.File]eid.Event
	report eid.Report
	err    error
}

func read(t testing.TB, line eid.Line, o eid.Options) heard {
	t.Helper()
	h := heard{events: map[eid.File]eid.Event{}}
	h.report, h.err = eid.Read(t.Context(), line, o, func(e eid.Event) error {
		h.files.Put(e.File, e.Raw)
		h.order = append(h.order, e.File)
		h.events[e.File] = e
		return nil
	})
	return h
}

// judge is a test or one try of a property.
type judge interface {
	Helper()
	Errorf(format string, args ...any)
}

// check demands the card's bytes for every file that was told without an error,
// and an error or everything.
func check(t judge, h heard, card *eidtest.Card, tried any) {
	t.Helper()
	want := card.Want()
	for f, e := range h.events {
		if e.Err == nil && !bytes.Equal(e.Raw, want.Of(f)) {
			t.Errorf("%v: %s: %d bytes, want %d", tried, f, len(e.Raw), len(want.Of(f)))
		}
		if e.Err != nil && !clear(e.Err) {
			t.Errorf("%v: %s: %v is not clear", tried, f, e.Err)
		}
	}
	if h.err == nil && len(h.order) != len(eid.All()) {
		t.Errorf("%v: no error, but only %v", tried, h.order)
	}
	if h.err != nil && !clear(h.err) {
		t.Errorf("%v: %v is not clear", tried, h.err)
	}
}

// clear reports whether an error is one that this package declares.
func clear(err error) bool {
	return slices.ContainsFunc([]error{
		eid.ErrNotEID, eid.ErrNotActivated, eid.ErrAbsent, eid.ErrRefused, eid.ErrTruncated, eid.ErrUnstable,
		eid.ErrMalformed, eid.ErrRemoved, eid.ErrReset, eid.ErrGarbled,
	}, func(known error) bool { return errors.Is(err, known) })
}

// whole demands that everything came through.
func whole(t judge, h heard, card *eidtest.Card, tried any) {
	t.Helper()
	check(t, h, card, tried)
	if h.err != nil {
		t.Errorf("%v: %v", tried, h.err)
	}
	for f, e := range h.events {
		if e.Err != nil {
			t.Errorf("%v: %s: %v", tried, f, e.Err)
		}
	}
}

func TestEveryGenerationIsReadToTheLastByte(t *testing.T) {
	t.Parallel()
	for _, g := range eidtest.Generations() {
		for _, smart := range []bool{false, true} {
			for seed := range uint64(10) {
				card := mint(g, seed)
				line := &eidtest.Line{Emulator: &eidtest.Emulator{Card: card, Smart: smart}}
				h := read(t, line, eid.Options{})
				whole(t, h, card, g)
				if !slices.Equal(h.order, eid.All()) {
					t.Errorf("%s: told %v", g, h.order)
				}
				if h.report.Repeats != 0 || h.report.Commands > 36 || line.PINs != 0 {
					t.Errorf("%s, smart %t: %+v", g, smart, h.report)
				}
				if want := "applet " + g.String()[:3]; h.report.Card.String() != want {
					t.Errorf("%s: %s", g, h.report.Card)
				}
			}
		}
	}
}

// It is selected, begun, read, and its last byte asked for once more.
func TestTheIdentityTakesFourCommands(t *testing.T) {
	t.Parallel()
	for _, g := range eidtest.Generations() {
		for seed := range uint64(20) {
			card := mint(g, seed)
			want := 4 + len(card.Files.Identity)/256 + 1 // the last for the chip
			line := &eidtest.Line{Emulator: &eidtest.Emulator{Card: card}}
			if h := read(t, line, eid.Options{Files: []eid.File{eid.IdentityFile}}); h.err != nil || h.report.Commands > want {
				t.Errorf("%s: %d commands, %v", g, h.report.Commands, h.err)
			}
		}
	}
}

// The specimens of applet 1.8 that are published with fts-beidconnect have entries
// with nothing in them, no number of the copy, an address as short as before and
// signatures without padding.
func TestACardLikeTheSpecimensIsReadAndVerified(t *testing.T) {
	t.Parallel()
	for _, g := range []eidtest.Generation{eidtest.V17, eidtest.V18} {
		for _, smart := range []bool{false, true} {
			r := rand.New(rand.NewPCG(8, uint64(g)))
			p := eidtest.Random(r, today)
			p.Document, p.More = "1", nil
			card := eidtest.Mint(g, p, r)
			card.Files.Identity = bytes.Replace(card.Files.Identity, []byte("\x12\x0201"), []byte("\x15\x00\x16\x00\x17\x00\x18\x00\x19\x00"), 1)
			if g == eidtest.V17 {
				card.Files.Identity = bytes.TrimSuffix(card.Files.Identity, []byte("\x15\x00\x16\x00\x17\x00\x18\x00\x19\x00"))
			}
			card.Files.Address, card.SignatureSize = card.Files.Address[:117], 0
			card.Sign()
			line := &eidtest.Line{Emulator: &eidtest.Emulator{Card: card, Smart: smart}}
			h := read(t, line, eid.Options{})
			whole(t, h, card, g)
			if v := trusted().Verify(h.files, today); !v.Verified() {
				t.Errorf("%s: %v", g, v.Findings)
			}
			if id := h.events[eid.IdentityFile].Identity; len(id.VATNumbers) > 0 {
				t.Errorf("%s: VAT numbers %q", g, id.VATNumbers)
			}
			if h := read(t, line, eid.Options{Files: []eid.File{eid.IdentityFile}}); !smart && h.report.Commands > 5+len(card.Files.Identity)/256 {
				t.Errorf("%s: %d commands for the identity", g, h.report.Commands)
			}
		}
	}
}

// What Recognise selected is not selected again, unless another program was there.
func TestACardThatWasRecognisedIsReadWithOneCommandLess(t *testing.T) {
	t.Parallel()
	for _, g := range eidtest.Generations() {
		for name, c := range map[string]struct {
			between []string
			spared  int
		}{
			"nobody":                        {nil, 1},
			"who selected another file":     {[]string{"\x00\xA4\x08\x0C\x04\xDF\x01\x40\x33"}, 0},
			"who selected another folder":   {[]string{"\x00\xA4\x08\x0C\x02\xDF\x00"}, 0},
			"who selected the same file":    {[]string{"\x00\xA4\x08\x0C\x04\xDF\x01\x40\x31", "\x00\xB0\x00\x00\x10"}, 1},
			"who looked at the certificate": {[]string{"\x00\xA4\x08\x0C\x04\xDF\x00\x50\x3C", "\x00\xB0\x00\x00\x00"}, 0},
			"who left another applet":       {nil, 0},
		} {
			card := mint(g, 1)
			plain := read(t, faults(card, false, nil), eid.Options{})
			line := faults(card, false, nil)
			if err := eid.Recognise(t.Context(), line, card.ATR()); err != nil {
				t.Fatal(err)
			}
			for _, command := range c.between {
				line.Answer([]byte(command))
			}
			line.Elsewhere = name == "who left another applet"
			h := read(t, line, eid.Options{Selected: true})
			whole(t, h, card, name)
			if c.spared > 0 && h.report.Commands != plain.report.Commands-c.spared {
				t.Errorf("%s, %s: %d commands instead of %d", g, name, h.report.Commands, plain.report.Commands)
			}
		}
	}
}

func TestACardThatAnotherProgramUsedIsReadAllTheSame(t *testing.T) {
	t.Parallel()
	card := mint(eidtest.V17, 1)
	line := &eidtest.Line{Emulator: &eidtest.Emulator{Card: card}}
	line.Between = func() { line.Elsewhere = true }
	whole(t, read(t, line, eid.Options{}), card, "elsewhere each time")
}

// Cards that are published come with programs that play them, each made for one
// reading program: the simulated card of commons-eid, the virtual cards of
// eid-test-cards, the belpic card of vsmartcard, those of eid_belgium.
func TestAProgramThatPlaysACardMayKnowOneWayToSelectOnly(t *testing.T) {
	t.Parallel()
	master := []byte{0x3F, 0x00}
	for name, knows := range map[string]func(p1, p2 byte, path []byte) bool{
		"the path without the master file": func(p1, p2 byte, path []byte) bool { return p1 == 8 && p2 == 0x0C && len(path) == 4 },
		"the path with the master file":    func(p1, p2 byte, path []byte) bool { return p1 == 8 && p2 == 0x0C && bytes.HasPrefix(path, master) },
		"step by step":                     func(p1, _ byte, _ []byte) bool { return p1 == 2 },
		"with an answer":                   func(_, p2 byte, _ []byte) bool { return p2 == 0 },
	} {
		for _, bare := range []bool{false, true} {
			card := mint(eidtest.V17, 1)
			e := &eidtest.Emulator{Card: card, Select: knows, Fault: func(_ int, command []byte) eidtest.Fault {
				if bare && (command[1] == 0xE4 || command[1] == 0xA4 && command[2] == 4) { // nothing but files
					return eidtest.Fault{Status: 0x6D00}
				}
				return eidtest.Fault{}
			}}
			if err := eid.Recognise(t.Context(), &eidtest.Line{Emulator: e}, nil); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, selected := range []bool{false, true} {
				h := read(t, &eidtest.Line{Emulator: e}, eid.Options{Selected: selected})
				check(t, h, card, name)
				if h.err != nil || len(h.order) != 6 {
					t.Errorf("%s, selected %v: %v, told %v", name, selected, h.err, h.order)
				}
			}
		}
	}
}

func TestAFileThatIsNotThereIsNotLookedForInEveryWay(t *testing.T) {
	t.Parallel()
	card := mint(eidtest.V17, 1)
	card.Missing = []eid.File{eid.PictureFile}
	ways := map[string]bool{}
	e := &eidtest.Emulator{Card: card, Fault: func(_ int, command []byte) eidtest.Fault {
		if command[1] == 0xA4 && command[2] != 4 {
			ways[string(command[2:4])] = true
		}
		return eidtest.Fault{}
	}}
	if h := read(t, &eidtest.Line{Emulator: e}, eid.Options{}); h.err != nil || len(ways) != 1 {
		t.Errorf("%v, %d ways", h.err, len(ways))
	}
}

func TestACardThatRefusesALongAnswerIsAskedForLess(t *testing.T) {
	t.Parallel()
	for _, most := range []int{255, 252, 248, 128} {
		card := mint(eidtest.V18, 1)
		e := &eidtest.Emulator{Card: card, Fault: func(_ int, command []byte) eidtest.Fault {
			if wanted := (int(command[len(command)-1])+255)%256 + 1; command[1] == 0xB0 && wanted > most {
				return eidtest.Fault{Status: 0x6700}
			}
			return eidtest.Fault{}
		}}
		h := read(t, &eidtest.Line{Emulator: e}, eid.Options{})
		check(t, h, card, most)
		if h.err != nil || len(h.order) != 6 {
			t.Errorf("at most %d: %v, told %v", most, h.err, h.order)
		}
	}
}

func TestAReaderThatCannotDoMuchIsAskedForLess(t *testing.T) {
	t.Parallel()
	for _, most := range []int{255, 251, 200} {
		synctest.Test(t, func(t *testing.T) {
			card := mint(eidtest.V18, 1)
			line := &eidtest.Line{Emulator: &eidtest.Emulator{Card: card}}
			line.Fault = func(_ int, command []byte) eidtest.Fault {
				return eidtest.Fault{Garbled: command[1] == 0xB0 && (command[4] == 0 || int(command[4]) > most)}
			}
			h := read(t, line, eid.Options{})
			whole(t, h, card, most)
			if h.report.Repeats > 5 { // and not at every file
				t.Errorf("%d: %+v", most, h.report)
			}
		})
	}
}

func TestTheFirstChipsGetTheirRest(t *testing.T) {
	t.Parallel()
	for name, atr := range map[string][]byte{
		"1.0": {0x3B, 0x98, 0x94, 0x40, 0x0A, 0xA5, 0x03, 0x01, 0x01, 0x01, 0xAD, 0x13, 0x10},
		"1.1": {0x3B, 0x98, 0x13, 0x40, 0x0A, 0xA5, 0x03, 0x01, 0x01, 0x01, 0xAD, 0x13, 0x11},
	} {
		synctest.Test(t, func(t *testing.T) {
			card := mint(eidtest.V11, 1)
			line := &eidtest.Line{Emulator: &eidtest.Emulator{Card: card}}
			var last time.Time // of 6C
			line.Fault = func(_ int, command []byte) eidtest.Fault {
				f := eidtest.Fault{Garbled: !last.IsZero() && time.Since(last) < 10*time.Millisecond}
				last = time.Time{}
				if command[1] == 0xB0 && command[4] == 0 {
					last = time.Now()
				}
				return f
			}
			h := read(t, line, eid.Options{ATR: atr, Files: []eid.File{eid.IdentityFile, eid.AddressFile}})
			if h.err != nil || len(h.order) != 2 {
				t.Fatalf("%s: %v after %v", name, h.err, h.order)
			}
			if atr[12] == 0x10 && h.report.Repeats != 0 {
				t.Errorf("%s: it is known, yet %+v", name, h.report)
			}
		})
	}
}

func TestOtherCardsAreNamed(t *testing.T) {
	t.Parallel()
	mobib := []byte{0x3B, 0x6F, 0x00, 0x00, 0x80, 0x5A, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0x90, 0x00}
	air := []byte{0x3B, 0x88, 0x80, 0x01, 0x80, 0x5A, 1, 2, 3, 4, 5, 6, 0}
	for name, c := range map[string]struct {
		atr    []byte
		answer func(command []byte) uint16
		want   error
	}{
		"nothing known":     {want: eid.ErrNotEID, answer: func([]byte) uint16 { return 0x6D00 }},
		"refuses the class": {want: eid.ErrNotEID, answer: func([]byte) uint16 { return 0x6E00 }},
		"finds nothing":     {want: eid.ErrNotEID, answer: func([]byte) uint16 { return 0x6A82 }},
		"MOBIB":             {atr: mobib, want: eid.ErrMOBIB, answer: func([]byte) uint16 { return 0x6A82 }},
		"MOBIB on air":      {atr: air, want: eid.ErrMOBIB, answer: func([]byte) uint16 { return 0x6D00 }},
		"bank card": {want: eid.ErrBankCard, answer: func(c []byte) uint16 {
			if bytes.Contains(c, []byte("1PAY.SYS.DDF01")) {
				return 0x9000
			}
			return 0x6A82
		}},
	} {
		h := read(t, script(func(command []byte) []byte {
			sw := c.answer(command)
			return []byte{byte(sw >> 8), byte(sw)}
		}), eid.Options{ATR: c.atr})
		if !errors.Is(h.err, c.want) || !errors.Is(h.err, eid.ErrNotEID) || len(h.order) > 0 {
			t.Errorf("%s: %v", name, h.err)
		}
	}
}

func TestACardThatIsNotActivatedSaysSo(t *testing.T) {
	t.Parallel()
	card := mint(eidtest.V18, 1)
	card.Inactive = true
	if h := read(t, &eidtest.Line{Emulator: &eidtest.Emulator{Card: card}}, eid.Options{}); !errors.Is(h.err, eid.ErrNotActivated) {
		t.Fatal(h.err)
	}
	for _, sw := range []uint16{0x6D00, 0x6985} { // selected, but not to be read
		card := mint(eidtest.V17, 1)
		line := &eidtest.Line{Emulator: &eidtest.Emulator{Card: card}}
		line.Fault = func(_ int, command []byte) eidtest.Fault {
			if command[1] == 0xB0 {
				return eidtest.Fault{Status: sw}
			}
			return eidtest.Fault{}
		}
		if h := read(t, line, eid.Options{}); !errors.Is(h.err, eid.ErrNotActivated) {
			t.Errorf("%04X: %v", sw, h.err)
		}
	}
}

func TestAFileThatIsNotThereLeavesTheOthers(t *testing.T) {
	t.Parallel()
	card := mint(eidtest.V17, 1)
	card.Missing = []eid.File{eid.AddressFile, eid.PictureFile}
	h := read(t, &eidtest.Line{Emulator: &eidtest.Emulator{Card: card}}, eid.Options{})
	if h.err != nil || len(h.order) != 6 {
		t.Fatal(h.err, h.order)
	}
	for f, e := range h.events {
		if absent := slices.Contains(card.Missing, f); errors.Is(e.Err, eid.ErrAbsent) != absent || (e.Err == nil) == absent {
			t.Errorf("%s: %v", f, e.Err)
		}
	}
	card = mint(eidtest.V17, 1)
	card.Files.Certificate = make([]byte, 1300)
	h = read(t, &eidtest.Line{Emulator: &eidtest.Emulator{Card: card}}, eid.Options{})
	if e := h.events[eid.Certificate]; h.err != nil || !errors.Is(e.Err, eid.ErrAbsent) {
		t.Errorf("zeros: %v, %v", h.err, e.Err)
	}
}

func TestAWrongPictureIsGivenOutAsItIsIfItIsOne(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		picture []byte
		want    error
	}{
		"another":   {picture: mint(eidtest.V17, 2).Files.Picture},
		"with more": {picture: append(bytes.Clone(mint(eidtest.V17, 1).Files.Picture), make([]byte, 300)...)},
		"cut off":   {picture: mint(eidtest.V17, 1).Files.Picture[:1000]}, // on the card: the belpic card of vsmartcard
		"no JPEG":   {picture: bytes.Repeat([]byte("\x00\x00\x00\x0CjP  "), 100), want: eid.ErrMalformed},
		"zeros":     {picture: make([]byte, 3064), want: eid.ErrAbsent},
	} {
		for _, smart := range []bool{false, true} {
			card := mint(eidtest.V17, 1)
			card.Files.Picture = c.picture
			h := read(t, &eidtest.Line{Emulator: &eidtest.Emulator{Card: card, Smart: smart}}, eid.Options{})
			check(t, h, card, name)
			if e := h.events[eid.PictureFile]; h.err != nil || !errors.Is(e.Err, c.want) {
				t.Errorf("%s: %v, %v", name, h.err, e.Err)
			}
		}
	}
}

func TestWhoeverIsToldCanStopTheRead(t *testing.T) {
	t.Parallel()
	enough := errors.New("enough")
	told := 0
	_, err := eid.Read(t.Context(), &eidtest.Line{Emulator: &eidtest.Emulator{Card: mint(eidtest.V18, 1)}}, eid.Options{}, func(eid.Event) error {
		told++
		return enough
	})
	if !errors.Is(err, enough) || told != 1 {
		t.Fatal(err, told)
	}
}
