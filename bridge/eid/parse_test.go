package eid_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
)

// entry spells an entry of less than 255 bytes.
func entry(tag byte, value string) string { return string([]byte{tag, byte(len(value))}) + value }

func TestEveryTagOfTheIdentityIsRead(t *testing.T) {
	t.Parallel()
	raw := "\x00\x02\x00\x05" + entry(1, "591234567890") + entry(2, "0123456789ABCDEF") + entry(3, "01.02.2020") + entry(4, "01.02.2030") +
		entry(5, "Sint-Niklaas") + entry(6, "85073003328") + entry(7, "De Clercq") + entry(8, "Zoë Anaïs") + entry(9, "É") +
		entry(0x0A, "Belg") + entry(0x0B, "Liège") + entry(0x0C, "30 JUL 1985") + entry(0x0D, "V") + entry(0x0E, "Barones") +
		entry(0x0F, "01") + entry(0x10, "5") + entry(0x11, strings.Repeat("h", 48)) + entry(0x12, "01") + entry(0x13, "5") +
		entry(0x14, "") + entry(0x15, "03.04.2019-FR") + entry(0x16, "7") + entry(0x17, "0123.456.789") + entry(0x18, "0987.654.321") +
		entry(0x19, "file") + entry(0x1A, "basic") + entry(0x1B, "1") + entry(0x1C, "2") + entry(0x1D, "D") + entry(0x1E, "K") +
		entry(0x1F, "31.12.2019") + "\x7F\xFF\x05" + strings.Repeat("x", 260) + "\x00\x00\x00"
	got, err := eid.ParseIdentity([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	if got.NationalNumber.Reveal() != "85073003328" {
		t.Error("the national number differs")
	}
	got.NationalNumber = eid.NationalNumber{}
	want := eid.Identity{
		Version: []byte{0, 5}, CardNumber: "591234567890", ChipNumber: []byte("0123456789ABCDEF"),
		ValidFrom: eid.Date{Year: 2020, Month: 2, Day: 1}, ValidUntil: eid.Date{Year: 2030, Month: 2, Day: 1}, IssuedBy: "Sint-Niklaas",
		Name: "De Clercq", GivenNames: "Zoë Anaïs", ThirdInitial: "É", Nationality: "Belg", BirthPlace: "Liège",
		Born: eid.Date{Year: 1985, Month: 7, Day: 30}, BornText: "30 JUL 1985", Sex: eid.Female, Noble: "Barones",
		Document: eid.Citizen, Status: 5, PictureHash: []byte(strings.Repeat("h", 48)), Duplicate: "01", Organisation: "5", FamilyMember: true,
		Protection: "03.04.2019-FR", Labour: "7", VATNumbers: []string{"0123.456.789", "0987.654.321"}, RegionalFile: "file",
		BasicKeyHash: []byte("basic"), MentionB: "1", MentionC: "2", Mentions: "D", MentionK: "K",
		UnionSince: eid.Date{Year: 2019, Month: 12, Day: 31}, Unknown: []eid.Field{{Tag: 0x7F, Value: []byte(strings.Repeat("x", 260))}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(eid.NationalNumber{})); diff != "" {
		t.Error(diff)
	}
	if got.PrintedNumber() != "591-2345678-90" || !got.Status.YellowCane() || !got.Status.ExtendedMinority() || got.Status.WhiteCane() {
		t.Errorf("%s, %d", got.PrintedNumber(), got.Status)
	}
}

func TestAnEntryThatIsCutOffIsNoIdentity(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "\x00\x00\x00", "\x01", "\x01\x05abcd", "\x01\xFF", "\x01\xFF\xFF\x00"} {
		if _, err := eid.ParseIdentity([]byte(raw)); !errors.Is(err, eid.ErrMalformed) {
			t.Errorf("%X: %v", raw, err)
		}
	}
}

func TestADateOfBirthIsReadInEveryLanguage(t *testing.T) {
	t.Parallel()
	for i, spellings := range []string{
		"JAN", "FEV FEB FÉV fév.", "MARS MAAR MÄR MAR M\u00c4R", "AVR APR", "MAI MEI MAY", "JUIN JUN", "JUIL JUL", "AOUT AUG AOÛT", "SEPT SEP", "OCT OKT", "NOV", "DEC DEZ DÉC",
	} {
		for month := range strings.FieldsSeq(spellings) {
			for _, form := range []string{"24 %s 1969", "24.%s.1969", "24.%s. 1969", "24 %s  1969 ", "24%s1969"} {
				if got := born(t, fmt.Sprintf(form, month)); got != (eid.Date{Year: 1969, Month: i + 1, Day: 24}) {
					t.Errorf(form+": %v", month, got)
				}
			}
		}
	}
	for s, want := range map[string]eid.Date{
		"1 JAN 1971":      {Year: 1971, Month: 1, Day: 1},
		"21.M\xC4R.1968":  {Year: 1968, Month: 3, Day: 21}, // Latin-1
		"1971":            {Year: 1971},
		"        1971":    {Year: 1971},
		"   JAN 1971":     {Year: 1971, Month: 1},
		"00 JAN 1971":     {Year: 1971, Month: 1},
		"24.03.1969":      {Year: 1969, Month: 3, Day: 24},
		"31 FEB 1971":     {Year: 1971, Month: 2},
		"29 FEB 2000":     {Year: 2000, Month: 2, Day: 29},
		"24 JUI 1969":     {Year: 1969},
		"24 XYZ 1969":     {Year: 1969},
		"24 MAAR 69":      {},
		"":                {},
		"MAAR":            {},
		"99999999999 MEI": {},
	} {
		if got := born(t, s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}

func born(t *testing.T, s string) eid.Date {
	t.Helper()
	id, err := eid.ParseIdentity([]byte(entry(0x0C, s)))
	if err != nil {
		t.Fatal(err)
	}
	return id.Born
}

func TestAnAddressMayBeEmpty(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", strings.Repeat("\x00", 117), entry(1, "") + entry(2, "") + entry(3, "") + "\x00\x00"} {
		if a, err := eid.ParseAddress([]byte(raw)); err != nil || !a.IsZero() {
			t.Errorf("%X: %v, zero %t", raw, err, a.IsZero())
		}
	}
	a, err := eid.ParseAddress([]byte(entry(1, "Rue de l'Église 7 bte 3  ") + entry(2, "4000") + entry(3, "Liège") + entry(9, "?") + "\x00\x00"))
	if err != nil || a.Street != "Rue de l'Église 7 bte 3" || a.PostalCode != "4000" || a.Municipality != "Liège" || len(a.Unknown) != 1 {
		t.Errorf("%q %q %q, %v", a.Street, a.PostalCode, a.Municipality, err)
	}
}

func TestTheStreetLineSuggestsItsParts(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][3]string{
		"Kouter 12":                       {"Kouter", "12", ""},
		"Rue de l'Église 7 bte 3":         {"Rue de l'Église", "7", "3"},
		"Lange Violettestraat 12/0301":    {"Lange Violettestraat", "12", "0301"},
		"Hauptstraße 44a":                 {"Hauptstraße", "44a", ""},
		"Koningin Astridplein 70 bus 101": {"Koningin Astridplein", "70", "101"},
		"Place du 20 Août":                {"Place du", "20", "Août"}, // which is why it is only a suggestion
		"Hoeve":                           {"Hoeve", "", ""},
	} {
		if street, number, box := (eid.Address{Street: line}).Suggest(); [3]string{street, number, box} != want {
			t.Errorf("%s: %q %q %q", line, street, number, box)
		}
	}
}

func TestEveryKindOfDocumentHasAName(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, d := range []int{1, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 27, 28, 31, 32, 33, 34, 35, 36, 61, 62, 63, 64, 65, 66, 67, 68, 69} {
		kind := eid.DocumentType(d)
		if names[kind.String()] = true; !kind.Known() || strings.HasPrefix(kind.String(), "type") || kind.Foreigner() != (d > 8) {
			t.Errorf("%d: %s", d, kind)
		}
	}
	if unknown := eid.DocumentType(99); unknown.Known() || unknown.Foreigner() || unknown.String() != "type 99" {
		t.Error(unknown)
	}
}

func TestTheNationalNumberChecksItself(t *testing.T) {
	t.Parallel()
	number := func(s string) eid.NationalNumber {
		id, err := eid.ParseIdentity([]byte(entry(6, s)))
		if err != nil {
			t.Fatal(err)
		}
		return id.NationalNumber
	}
	for _, s := range []string{"85073003328", eidtest.Number(today, 17), eidtest.Number(today.AddDate(-40, 0, 0), 998)} {
		if !number(s).Valid() {
			t.Errorf("%s is valid", s)
		}
	}
	for _, s := range []string{"", "85073003329", "8507300332", "850730033280", "8507300332a"} {
		if number(s).Valid() {
			t.Errorf("%q is not valid", s)
		}
	}
	if n := number(eidtest.Number(today, 17)); !n.Fits(eid.DateOf(today)) || !n.Fits(eid.Date{Year: 2026}) || n.Fits(eid.Date{Year: 1926, Month: 11, Day: 22}) {
		t.Error("a number of this century")
	}
	for _, s := range []string{"71715100070"} { // no date in it: a published test card
		if n := number(s); !n.Valid() || !n.Fits(eid.Date{Year: 1971, Month: 1, Day: 1}) {
			t.Errorf("%s is good", s)
		}
	}
	if n := number("85073003328"); !n.Fits(eid.Date{Year: 1985, Month: 7, Day: 30}) || n.Fits(eid.Date{Year: 1985, Month: 7, Day: 29}) {
		t.Error("a number of the last century")
	}
}

func TestNothingAboutAPersonIsPrintedByAccident(t *testing.T) {
	t.Parallel()
	id, err := eid.ParseIdentity([]byte(entry(6, "85073003328") + entry(7, "Clercq")))
	if err != nil {
		t.Fatal(err)
	}
	e := eid.Event{File: eid.IdentityFile, Raw: []byte("Clercq"), Identity: id, Address: eid.Address{Street: "Clercq"}}
	f := eid.Files{Identity: []byte("Clercq")}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "e", e, "i", id, "n", id.NationalNumber, "s", struct{ N eid.NationalNumber }{id.NationalNumber}, "f", f)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "i", id, "n", id.NationalNumber, "e", e, "f", f)
	asJSON, err := json.Marshal(id.NationalNumber)
	all := fmt.Sprint(id, id.NationalNumber, e, f, &e, &id) + fmt.Sprintf("%#v %+v %s %d %x %v", id.NationalNumber, id.NationalNumber, id, id.NationalNumber, id.NationalNumber, e) +
		log.String() + string(asJSON)
	if err != nil || strings.Contains(all, "8507") || strings.Contains(all, "Clercq") || strings.Contains(all, "67 108 101") || strings.Contains(all, "Q2xlcmNx") {
		t.Error(all)
	}
}

// No command of this package has to do with the PIN, in whichever file it would be.
func TestNoCommandAsksForThePIN(t *testing.T) {
	t.Parallel()
	sources, err := filepath.Glob("*.go")
	if err != nil || len(sources) == 0 {
		t.Fatal(err)
	}
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(source), "\n") {
			code, _, _ := strings.Cut(line, "//")
			for _, ins := range []string{"0x00, 0x20", "0x00, 0x24", "0x00, 0x2C", "0x80, 0x20", "0x00, 0x2A", "0x00, 0x88"} {
				if strings.Contains(strings.ToUpper(code), strings.ToUpper(ins)) {
					t.Errorf("%s:%d: %s", name, n+1, line)
				}
			}
		}
	}
	var sent []byte
	line := faults(mint(eidtest.V18, 1), false, func(_ int, command []byte) eidtest.Fault {
		sent = append(sent, command[1])
		return eidtest.Fault{}
	})
	read(t, line, eid.Options{})
	slices.Sort(sent)
	if got := slices.Compact(sent); string(got) != "\xA4\xB0\xE4" || line.PINs != 0 {
		t.Errorf("sent %X", got)
	}
}
