package eid_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
)

func identity(t *testing.T, raw string) eid.Identity {
	t.Helper()
	id, err := eid.ParseIdentity([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestADayComesBeforeTheNext(t *testing.T) {
	t.Parallel()
	days := []eid.Date{
		{Year: 1999, Month: 12, Day: 31}, {Year: 2000, Month: 1, Day: 2}, {Year: 2000, Month: 1, Day: 3}, {Year: 2000, Month: 2, Day: 1},
	}
	for i, d := range days {
		for j, o := range days {
			if d.Before(o) != (i < j) {
				t.Errorf("%v before %v: %t", d, o, d.Before(o))
			}
		}
		if !d.Whole() || d.IsZero() {
			t.Errorf("%v is known", d)
		}
	}
	for _, d := range []eid.Date{{Year: 2000}, {Year: 2000, Month: 1}, {Month: 1, Day: 1}, {Year: 2000, Day: 1}} {
		if d.Whole() || d.IsZero() {
			t.Errorf("%v is known in part", d)
		}
	}
	if !(eid.Date{}).IsZero() || (eid.Date{}).Whole() {
		t.Error("no date is known")
	}
}

func TestADateThatNoCalendarHasIsKnownInPart(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]eid.Date{
		"9 JAN 1971":        {Year: 1971, Month: 1, Day: 9},
		"24 MA\u0308R 1969": {Year: 1969, Month: 3, Day: 24},
		"24 MA 1969":        {Year: 1969},
		"24 XYZ 03 1969":    {Year: 1969},
		"24.12.1969":        {Year: 1969, Month: 12, Day: 24},
		"24.13.1969":        {Year: 1969},
		"24.00.1969":        {Year: 1969},
		"31.12.1969":        {Year: 1969, Month: 12, Day: 31},
		"32.12.1969":        {Year: 1969, Month: 12},
		"24 MEI 0000":       {},
		"24 MEI 0001":       {Year: 1, Month: 5, Day: 24},
	} {
		if got := born(t, s); got != want {
			t.Errorf("born %q: %v, want %v", s, got, want)
		}
	}
	for s, want := range map[string]eid.Date{
		"01.02.2020": {Year: 2020, Month: 2, Day: 1},
		"30.02.2020": {Year: 2020, Month: 2},
		"01.02.20":   {},
		"01.02":      {},
		"2020.02.01": {},
	} {
		if got := identity(t, entry(3, s)).ValidFrom; got != want {
			t.Errorf("valid from %q: %v, want %v", s, got, want)
		}
	}
}

func TestWhoHasWhichCard(t *testing.T) {
	t.Parallel()
	for kind, want := range map[eid.DocumentType]struct {
		name                       string
		known, foreigner, forChild bool
	}{
		1: {"citizen", true, false, false}, 6: {"kids-id", true, false, true}, 10: {"type 10", false, false, false},
		11: {"permit A", true, true, false}, 20: {"permit I", true, true, false}, 24: {"type 24", false, false, false},
		33: {"permit A", true, true, false}, 60: {"type 60", false, false, false}, 61: {"child's permit EU", true, true, true},
		63: {"child's permit A", true, true, true}, 69: {"child's permit M", true, true, true}, 70: {"type 70", false, false, false},
	} {
		if kind.String() != want.name || kind.Known() != want.known || kind.Foreigner() != want.foreigner || kind.ForChild() != want.forChild {
			t.Errorf("%d: %s, known %t, foreigner %t, for a child %t; want %+v", kind, kind, kind.Known(), kind.Foreigner(), kind.ForChild(), want)
		}
	}
	for status, want := range []string{"", "white", "minority", "white minority", "yellow", "yellow minority", ""} {
		s := eid.SpecialStatus(status)
		if s.WhiteCane() != strings.Contains(want, "white") || s.ExtendedMinority() != strings.Contains(want, "minority") || s.YellowCane() != strings.Contains(want, "yellow") {
			t.Errorf("status %d: white %t, minority %t, yellow %t; want %s", s, s.WhiteCane(), s.ExtendedMinority(), s.YellowCane(), want)
		}
	}
	if got := identity(t, entry(1, "B123456789")).PrintedNumber(); got != "B123456789" {
		t.Errorf("a foreigner's card is printed %s", got)
	}
}

func TestAnAddressIsThereWithAnyOfItsParts(t *testing.T) {
	t.Parallel()
	for _, a := range []eid.Address{{Street: "Kouter 1"}, {PostalCode: "9000"}, {Municipality: "Gent"}} {
		if a.IsZero() {
			t.Errorf("%q %q %q is none", a.Street, a.PostalCode, a.Municipality)
		}
	}
	long := strings.Repeat("a", 253)
	for line, want := range map[string]string{long + " 1": "1", long + " 12": ""} {
		if _, number, _ := (eid.Address{Street: line}).Suggest(); number != want {
			t.Errorf("a line of %d has number %q, want %q", len(line), number, want)
		}
	}
	a, err := eid.ParseAddress([]byte("\x00\x01\x07"))
	if err != nil || !bytes.Equal(a.Version, []byte{7}) {
		t.Errorf("version %X, %v", a.Version, err)
	}
}

func TestANumberFitsTheDatesItMaySpeakOf(t *testing.T) {
	t.Parallel()
	const (
		bis        = "85273003371"
		otherBis   = "85473003317"
		noDate     = "85000003306"
		noDay      = "85070003355"
		oddDay     = "85073203365"
		inDecember = "85123003363"
		onThe31st  = "85073103395"
		in2000     = "00010101786"
	)
	for _, c := range []struct {
		number string
		born   eid.Date
		want   bool
	}{
		{"85073003328", eid.Date{Year: 1985, Month: 7}, true}, // what the card does not say
		{"85073003328", eid.Date{Year: 1985}, true},
		{"85073003328", eid.Date{Year: 1985, Day: 30}, true},
		{"85073003328", eid.Date{Month: 1, Day: 1}, true},
		{"85073003328", eid.Date{Year: 1984, Month: 7, Day: 30}, false},
		{"85073003328", eid.Date{Year: 1985, Month: 8, Day: 30}, false},
		{"85073003329", eid.Date{Year: 1984, Month: 8, Day: 30}, true}, // no number at all
		{bis, eid.Date{Year: 1985, Month: 7, Day: 30}, true},
		{bis, eid.Date{Year: 1985, Month: 7, Day: 29}, false},
		{otherBis, eid.Date{Year: 1985, Month: 7, Day: 30}, true},
		{otherBis, eid.Date{Year: 1985, Month: 6, Day: 30}, false},
		{noDate, eid.Date{Year: 1985, Month: 7, Day: 30}, true}, // what the number does not say
		{noDay, eid.Date{Year: 1985, Month: 7, Day: 30}, true},
		{noDay, eid.Date{Year: 1985, Month: 8, Day: 30}, false},
		{oddDay, eid.Date{Year: 1985, Month: 7, Day: 30}, true},
		{inDecember, eid.Date{Year: 1985, Month: 12, Day: 30}, true},
		{inDecember, eid.Date{Year: 1985, Month: 12, Day: 29}, false},
		{onThe31st, eid.Date{Year: 1985, Month: 7, Day: 30}, false},
		{in2000, eid.Date{Year: 2000, Month: 1, Day: 1}, true},
		{in2000, eid.Date{Year: 1900, Month: 1, Day: 1}, false},
	} {
		if got := identity(t, entry(6, c.number)).NationalNumber.Fits(c.born); got != c.want {
			t.Errorf("%s fits %v: %t, want %t", c.number, c.born, got, c.want)
		}
	}
	if identity(t, entry(6, "-0000000198")).NationalNumber.Valid() {
		t.Error("a number below zero checks itself")
	}
}

func TestAPictureSaysHowLargeItIsAndWhereItEnds(t *testing.T) {
	t.Parallel()
	const start, end, scan = "\xFF\xD8", "\xFF\xD9", "\xFF\xDA\x00\x02"
	frame := func(marker string) string { return "\xFF" + marker + "\x00\x08\x08\x00\xC8\x00\x8C\x01" }
	large := eid.Picture{Width: 140, Height: 200}
	for raw, want := range map[string]struct {
		picture eid.Picture
		end     int
	}{
		start + end:                                               {end: 4},
		start + "\xFF" + end:                                      {end: 5}, // a filler
		start + "\xFF\xFE\x00\x02" + end:                          {end: 8},
		start + frame("\xC0") + end:                               {large, 14},
		start + frame("\xCF") + end:                               {large, 14},
		start + frame("\xBF") + end:                               {end: 14},
		start + frame("\xD0") + end:                               {end: 14},
		start + frame("\xC4") + end:                               {end: 14}, // tables
		start + frame("\xC8") + end:                               {end: 14},
		start + frame("\xCC") + end:                               {end: 14},
		start + "\xFF\xC0\x00\x07\x08\x00\xC8\x00\x8C" + end:      {large, 13},
		start + "\xFF\xC0\x00\x06\x08\x00\xC8\x00" + end:          {end: 12},
		start + scan + "a\xFF\x00b\xFF\xD0c\xFF\xD7d" + end + "e": {end: 18},
		start + scan + "a\xFF\xCF\x00\x02" + end:                  {end: 13},
		start + scan + "a\xFF":                                    {},
		start + scan + "a":                                        {},
		start + "\xFF\xFE\x00\x09" + end:                          {}, // it goes on
		start + "\xFF\xFE\x00":                                    {},
		start + "\x00\xD9":                                        {},
		"\xFE\xD8" + end:                                          {},
		"\xFF\xD7" + end:                                          {},
		start + "\xFF":                                            {},
		"\xFF":                                                    {},
		"":                                                        {},
	} {
		if p, at := eid.ParsePicture([]byte(raw)); p != want.picture || at != want.end {
			t.Errorf("%X: %v to %d, want %+v", raw, p, at, want)
		}
	}
}

func TestTheChipDescribesItself(t *testing.T) {
	t.Parallel()
	raw := bytes.Repeat([]byte{9}, 28)
	raw[21], raw[27] = 0x18, 0x0F
	c, err := eid.ParseCardData(raw)
	if err != nil || !c.Activated() || c.String() != "applet 1.8" || len(c.ChipNumber) != 16 {
		t.Errorf("%s, activated %t, %v", c, c.Activated(), err)
	}
	raw[27] = 0x07
	if c, err := eid.ParseCardData(raw); err != nil || c.Activated() {
		t.Errorf("life cycle 07 is activated, %v", err)
	}
	if _, err := eid.ParseCardData(raw[:27]); !errors.Is(err, eid.ErrMalformed) {
		t.Errorf("27 bytes: %v", err)
	}
}

func TestACardThatWillNotDescribeItselfIsKnownByWhatItRefuses(t *testing.T) {
	t.Parallel()
	for sw, want := range map[uint16]error{
		0x6283: eid.ErrNotActivated, 0x6985: eid.ErrNotActivated, 0x6D00: eid.ErrNotActivated, 0x6A82: eid.ErrAbsent, 0x6982: eid.ErrRefused,
	} {
		err := eid.Recognise(t.Context(), script(func(command []byte) []byte {
			switch {
			case command[1] == 0xE4:
				return []byte{0x6E, 0x00}
			case command[2] == 4 && command[5] == 0xA0: // the applet is there
				return []byte{0x90, 0x00}
			default:
				return []byte{byte(sw >> 8), byte(sw)}
			}
		}), nil)
		if !errors.Is(err, want) {
			t.Errorf("%04X: %v, want %v", sw, err, want)
		}
	}
}

func TestATransportCardIsNamedByItsHistoricalBytesWhereverTheyAre(t *testing.T) {
	t.Parallel()
	for atr, want := range map[string]error{
		"\x3B\x02\x80\x5A":                         eid.ErrMOBIB,
		"\x3B\x92\x11\x10\xFE\x80\x5A":             eid.ErrMOBIB, // behind TA1, TD1 and TA2
		"\x3B\xE2\x00\xFF\x81\x31\xFE\x45\x80\x5A": eid.ErrMOBIB,
		"\x3B\x02\x80\x5B":                         eid.ErrNotEID,
		"\x3B\x02\x80":                             eid.ErrNotEID, // cut off
		"\x3B\x01\x80\x5A":                         eid.ErrNotEID,
		"\x3B\x70":                                 eid.ErrNotEID,
		"\x3B\xF0":                                 eid.ErrNotEID,
		"\x3B":                                     eid.ErrNotEID,
	} {
		err := eid.Recognise(t.Context(), script(func([]byte) []byte { return []byte{0x6A, 0x82} }), []byte(atr))
		if !errors.Is(err, want) || errors.Is(err, eid.ErrMOBIB) != errors.Is(want, eid.ErrMOBIB) {
			t.Errorf("%X: %v, want %v", atr, err, want)
		}
	}
}

// Only the very first chips need a rest, and others are not made to wait.
func TestLaterChipsAreNotMadeToRest(t *testing.T) {
	t.Parallel()
	for atr, rests := range map[string]bool{
		"\x3B\x98\x94\x40\x0A\xA5\x03\x01\x01\x01\xAD\x13\x10": true,
		"\x3B\x98\x94\x40\x0A\xA5\x03\x01\x01\x01\xAD\x13\x11": false,
		"\x3B\x98\x13\x40\x0A\xA5\x03\x01\x01\x01\xAD\x13\x10": false,
	} {
		synctest.Test(t, func(t *testing.T) {
			begin := time.Now()
			h := read(t, faults(mint(eidtest.V11, 1), false, nil), eid.Options{ATR: []byte(atr), Files: []eid.File{eid.IdentityFile}})
			if took := time.Since(begin); h.err != nil || took > 0 != rests {
				t.Errorf("%X took %s, %v", atr, took, h.err)
			}
		})
	}
}

func TestOnlyTheFilesOfACardAreKept(t *testing.T) {
	t.Parallel()
	var f eid.Files
	for _, file := range eid.All() {
		f.Put(file, []byte(file.String()))
	}
	f.Put(0x1234, []byte("?"))
	for _, file := range eid.All() {
		if got := string(f.Of(file)); got != file.String() || strings.HasPrefix(got, "file ") {
			t.Errorf("%s is %q", file, got)
		}
	}
	if got := f.Of(0x1234); got != nil || fmt.Sprint(eid.File(0x1234)) != "file 1234" {
		t.Errorf("%q", got)
	}
}
