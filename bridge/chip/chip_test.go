package chip_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/openbalie/openbalie/bridge/chip"
)

func TestAUIDIsReadAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]chip.UID{
		"044C539AFF2080":                "044C539AFF2080",
		"04:4c:53:9a:ff:20:80":          "044C539AFF2080",
		"04 4C 53 9A FF 20 80":          "044C539AFF2080",
		"04-A1-B2-C3":                   "04A1B2C3",
		"04.A1.B2.C3.D4.E5.F6.07.08.09": "04A1B2C3D4E5F6070809",
	} {
		if got, err := chip.ParseUID(in); err != nil || got != want {
			t.Errorf("ParseUID(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "04A1B2", "04A1B2C", "04A1B2C3D4", "04A1B2C3D4E5F607080910", "04A1B2CG", "0x04A1B2C3", "é"} {
		if got, err := chip.ParseUID(in); !errors.Is(err, chip.ErrNotUID) || got != "" {
			t.Errorf("ParseUID(%q) = %q, %v; want ErrNotUID", in, got, err)
		}
	}
}

func TestARandomNumberIsKnownByItsFirstByte(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		uid    chip.UID
		family chip.Family
		want   bool
	}{
		{"08112233", chip.Storage, true},
		{"08112233", chip.ISO14443, true},
		{"80112233", chip.ISO14443, true},
		{"80112233", chip.Storage, false}, // MIFARE Classic has such numbers for good
		{"04112233", chip.ISO14443, false},
		{"08112233445566", chip.ISO14443, false},
	} {
		if got := c.uid.Random(c.family); got != c.want {
			t.Errorf("%s on %s: random %t, want %t", c.uid, c.family, got, c.want)
		}
	}
}

func TestTheAnswerToResetTellsTheFamily(t *testing.T) {
	t.Parallel()
	for atr, want := range map[string]chip.Family{
		"\x3B\x8F\x80\x01\x80\x4F\x0C\xA0\x00\x00\x03\x06\x03\x00\x03\x00\x00\x00\x00\x68": chip.Storage, // Ultralight
		"\x3B\x8F\x80\x01\x80\x4F\x0C\xA0\x00\x00\x03\x06\x03\x00\x01\x00\x00\x00\x00\x6A": chip.Storage, // Classic 1K
		"\x3B\x81\x80\x01\x80\x80":                             chip.ISO14443, // DESFire
		"\x3B\x80\x80\x01\x01":                                 chip.ISO14443, // a phone
		"\x3B\x98\x13\x40\x0A\xA5\x03\x01\x01\x01\xAD\x13\x11": chip.Contact,  // eID
		"\x3B\x00":             chip.Contact,
		"\x3B\x80\x80":         chip.Contact,
		"\x3B\x80\x80\x01":     chip.ISO14443,
		"\x3F\x80\x80\x01":     chip.Contact, // each byte of the four counts
		"\x3B\x70\x80\x01\x80": chip.Contact,
		"\x3B\x80\x40\x01\x80": chip.Contact,
		"\x3B\x80\x80\x41\x80": chip.Contact,
		"\x3B":                 chip.Unknown,
		"":                     chip.Unknown,
	} {
		if got := chip.FamilyOf([]byte(atr)); got != want {
			t.Errorf("FamilyOf(%X) = %s, want %s", atr, got, want)
		}
	}
	for family, want := range map[chip.Family]bool{chip.Storage: true, chip.ISO14443: true, chip.Contact: false, chip.Unknown: false} {
		if family.Contactless() != want {
			t.Errorf("%s: contactless %t, want %t", family, !want, want)
		}
	}
}

func TestATransportCardIsKnownByItsHistoricalBytes(t *testing.T) {
	t.Parallel()
	for atr, want := range map[string]bool{
		"\x3B\x8A\x80\x01\x80\x5A\x0A\x07\x06\x20\x04\x2D\x25\x16\x00": true,
		"\x3B\x82\x80\x01\x80\x5A\x00":                                 true,
		"\x3B\x81\x80\x01\x80\x80":                                     false,
		"\x3B\x6F\x00\x00\x80\x5A\x0A":                                 false, // in the slot
		"\x3B\x80\x80\x01":                                             false,
		"":                                                             false,
	} {
		if got := chip.Transport([]byte(atr)); got != want {
			t.Errorf("Transport(%X) = %t, want %t", atr, got, want)
		}
	}
}

func TestTheAnswerGivesTheNumberOrTheReason(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answer string
		uid    chip.UID
		again  string
		err    error
	}{
		{answer: "\x04\x4C\x53\x9A\xFF\x20\x80\x90\x00", uid: "044C539AFF2080"},
		{answer: "\x04\xA1\xB2\xC3\x62\x82", uid: "04A1B2C3"},
		{answer: "\x6C\x07", again: "\xFF\xCA\x00\x00\x07"},
		{answer: "\x63\x00", err: chip.ErrTryAgain},
		{answer: "\x64\x01", err: chip.ErrTryAgain},
		{answer: "\x6F\x00", err: chip.ErrTryAgain},
		{answer: "\x6A\x81", err: chip.ErrNoNumber},
		{answer: "\x04\xA1\xB2\xC3\x90\x01", err: chip.ErrNoNumber}, // a warning is no number
		{answer: "\x04\xA1\xB2\xC3\x62\x83", err: chip.ErrNoNumber},
		{answer: "\x04\xA1\xB2\xC3\x63\x82", err: chip.ErrTryAgain},
		{answer: "\x04\xA1\xB2\xC3\x6A\x82", err: chip.ErrNoNumber},
		{answer: "\x6E\x00", err: chip.ErrNoNumber},
		{answer: "\x04\xA1\x90\x00", err: chip.ErrNoNumber},
		{answer: "\x90\x00", err: chip.ErrNoNumber},
		{answer: "\x90", err: chip.ErrTryAgain},
		{answer: "", err: chip.ErrTryAgain},
	} {
		uid, again, err := chip.ReadUID([]byte(c.answer))
		if uid != c.uid || string(again) != c.again || !errors.Is(err, c.err) {
			t.Errorf("ReadUID(%X) = %q, %X, %v; want %q, %X, %v", c.answer, uid, again, err, c.uid, c.again, c.err)
		}
	}
}

func TestACommandIsNobodyElsesToChange(t *testing.T) {
	t.Parallel()
	chip.GetUID()[0] = 0
	if c := chip.GetUID(); string(c) != "\xFF\xCA\x00\x00\x00" || !chip.IsGetUID(c) || chip.IsGetUID(chip.SelectTravel()) {
		t.Fatalf("%X", c)
	}
	for command, want := range map[string]bool{
		"\xFF\xCA\x00\x00\x07": true, "\xFF\xCA\x00\x00": false, "\xFF\xCA\x01\x00\x00": false, "\x00\xB0\x00\x00\x00": false,
	} {
		if chip.IsGetUID([]byte(command)) != want {
			t.Errorf("%X asks for the number: %t, want %t", command, !want, want)
		}
	}
	for answer, want := range map[string]bool{
		"\x90\x00": true, "\x04\x90\x00": true, "\x6A\x82": false, "\x6A\x00": false, "\x90\x01": false, "\x00": false, "": false,
	} {
		if chip.Succeeded([]byte(answer)) != want {
			t.Errorf("%X is success: %t, want %t", answer, !want, want)
		}
	}
}

// FuzzParseUID checks that whatever parses is in the one canonical form.
func FuzzParseUID(f *testing.F) {
	for _, s := range []string{"04a1b2c3d4e580", "04:A1:B2:C3", "", "04A1B", "é", "::::"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		uid, err := chip.ParseUID(s)
		if err != nil {
			return
		}
		if n := len(uid); n != 8 && n != 14 && n != 20 || strings.ToUpper(string(uid)) != string(uid) {
			t.Fatalf("ParseUID(%q) = %q, not canonical", s, uid)
		}
		if again, err := chip.ParseUID(string(uid)); err != nil || again != uid {
			t.Fatalf("ParseUID(%q) = %q, %v; want itself", uid, again, err)
		}
	})
}

// FuzzReadUID checks that no answer breaks the reading of it, and that a number
// comes alone.
func FuzzReadUID(f *testing.F) {
	for _, s := range []string{"\x04\x4C\x53\x9A\xFF\x20\x80\x90\x00", "\x6C\x07", "\x63\x00", "", "\x90"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		uid, again, err := chip.ReadUID(answer)
		said := 0
		for _, is := range []bool{uid != "", again != nil, err != nil} {
			if is {
				said++
			}
		}
		if said != 1 {
			t.Fatalf("ReadUID(%X) = %q, %X, %v; want one of them", answer, uid, again, err)
		}
		if again != nil && !chip.IsGetUID(again) {
			t.Fatalf("ReadUID(%X) wants to send %X", answer, again)
		}
	})
}

// FuzzFamilyOf checks that no answer to reset breaks the reading of it.
func FuzzFamilyOf(f *testing.F) {
	for _, s := range []string{"\x3B\x81\x80\x01\x80\x80", "\x3B\x8F\x80\x01\x80\x4F\x0C\xA0\x00\x00\x03\x06", "\x3B", ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, atr []byte) {
		family := chip.FamilyOf(atr)
		if family.Contactless() && (atr[0] != 0x3B || atr[1]>>4 != 8) {
			t.Fatalf("FamilyOf(%X) = %s", atr, family)
		}
	})
}
