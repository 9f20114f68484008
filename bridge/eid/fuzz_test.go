package eid_test

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/eidtest"
)

// FuzzParseIdentity checks that nothing breaks the reading of the identity, that
// padding changes nothing, and that what is cut off is never read as whole.
func FuzzParseIdentity(f *testing.F) {
	for _, g := range eidtest.Generations() {
		f.Add(mint(g, 1).Files.Identity)
	}
	for _, s := range []string{"", "\x00", "\x01\xFF\xFF\x00", "\x00\x01\x05\x01\x00", "\x0C\x0B21.M\xC4R.1968"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		id, err := eid.ParseIdentity(raw)
		if err != nil {
			if !errors.Is(err, eid.ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		padded, err := eid.ParseIdentity(append(bytes.Clone(raw), 0, 0, 0))
		if err != nil || padded.Name != id.Name || padded.Born != id.Born || len(padded.Unknown) != len(id.Unknown) {
			t.Fatalf("%X: padded it reads otherwise: %v", raw, err)
		}
		if b := id.Born; b.Day != 0 && b.Month == 0 || b.Month != 0 && b.Year == 0 || b.Month > 12 || b.Day > 31 {
			t.Fatalf("%q: %v", id.BornText, b)
		}
	})
}

// FuzzBirthDate checks that a day in a calendar reads back in every spelling that
// cards have, and that nothing else makes one up.
func FuzzBirthDate(f *testing.F) {
	f.Add(1969, 2, 24, 0, "MAAR")
	f.Add(1997, 11, 22, 1, "22.DEZ. 1997")
	f.Add(1971, 0, 0, 2, "1971")
	f.Add(1968, 2, 21, 3, "21.M\xC4R.1968")
	f.Add(2000, 1, 29, 4, "  JUI 1950")
	f.Fuzz(func(t *testing.T, year, month, day, form int, text string) {
		names := [][]string{
			{"JAN", "FEV", "MARS", "AVR", "MAI", "JUIN", "JUIL", "AOUT", "SEPT", "OCT", "NOV", "DEC"},
			{"JAN", "FEB", "MAAR", "APR", "MEI", "JUN", "JUL", "AUG", "SEP", "OKT", "NOV", "DEC"},
			{"JAN", "FEB", "MÄR", "APR", "MAI", "JUN", "JUL", "AUG", "SEP", "OKT", "NOV", "DEZ"},
		}
		forms := []string{"%02d %s %d", "%d %s %d", "%02d.%s. %d", "%02d.%s.%d", " %02d  %s %d  "}
		if year < 1000 || year > 9999 {
			return
		}
		when := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
		if want := eid.DateOf(when); want == (eid.Date{Year: year, Month: month, Day: day}) {
			for _, language := range names {
				s := fmt.Sprintf(forms[uint(form)%uint(len(forms))], day, language[month-1], year)
				if got := born(t, s); got != want {
					t.Fatalf("%q: %v", s, got)
				}
			}
		}
		if len(text) > 254 {
			return
		}
		b := born(t, text)
		if b.Day != 0 && b.Month == 0 || b.Month != 0 && b.Year == 0 || b.Month < 0 || b.Month > 12 || b.Day < 0 || b.Day > 31 ||
			b.Whole() && eid.DateOf(time.Date(b.Year, time.Month(b.Month), b.Day, 0, 0, 0, 0, time.UTC)) != b {
			t.Fatalf("%q: %v", text, b)
		}
	})
}

// FuzzParseAddress checks the same of the address, and that what it suggests is
// all there.
func FuzzParseAddress(f *testing.F) {
	for _, g := range eidtest.Generations() {
		f.Add(mint(g, 1).Files.Address)
	}
	f.Add([]byte{})
	f.Add(make([]byte, 117))
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, err := eid.ParseAddress(raw)
		if err != nil {
			if !errors.Is(err, eid.ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		street, number, box := a.Suggest()
		for _, part := range []string{street, number, box} {
			if !strings.Contains(a.Street, part) {
				t.Fatalf("%q suggests %q", a.Street, part)
			}
		}
	})
}

// FuzzParsePicture checks that a picture ends inside of itself, and at the same
// byte whatever follows.
func FuzzParsePicture(f *testing.F) {
	picture := mint(eidtest.V18, 1).Files.Picture
	f.Add(picture)
	f.Add(picture[:500])
	for _, s := range []string{"", "\xFF\xD8", "\xFF\xD8\xFF\xD9", "\xFF\xD8\xFF\xFF\xD9", "\xFF\xD8\xFF\xDA\x00\x02\xFF\x00\xFF\xD0\xFF\xD9"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, end := eid.ParsePicture(raw)
		if end < 0 || end > len(raw) || p.Width < 0 || p.Height < 0 {
			t.Fatalf("%X: %v ends at %d", raw, p, end)
		}
		if end > 0 && !bytes.HasSuffix(raw[:end], []byte{0xFF, 0xD9}) {
			t.Fatalf("%X ends at %d", raw, end)
		}
		if again, end2 := eid.ParsePicture(append(bytes.Clone(raw), 0, 0xFF, 0xD9)); end > 0 && (again != p || end2 != end) {
			t.Fatalf("%X ends at %d, with more at %d", raw, end, end2)
		}
	})
}

// FuzzParseCardData checks that no answer breaks the reading of it.
func FuzzParseCardData(f *testing.F) {
	f.Add(make([]byte, 28))
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, raw []byte) {
		if c, err := eid.ParseCardData(raw); (err == nil) != (len(raw) >= 28) || err == nil && len(c.ChipNumber) != 16 {
			t.Fatalf("%X: %v", raw, err)
		}
	})
}

// FuzzVerify checks that nothing breaks the verification, and that nothing but
// what was signed is ever authentic.
func FuzzVerify(f *testing.F) {
	var cards []eid.Files
	for _, g := range eidtest.Generations() {
		cards = append(cards, mint(g, 1).Want())
	}
	profile := trusted()
	f.Add(byte(0), byte(0), 10, []byte{1})
	f.Add(byte(3), byte(1), 0, []byte{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Add(byte(2), byte(5), 4, []byte{0x30, 0x82, 0xFF, 0xFF})
	f.Add(byte(1), byte(3), 0, bytes.Repeat([]byte{0}, 256))
	f.Fuzz(func(t *testing.T, card, file byte, at int, change []byte) {
		files := cards[int(card)%len(cards)]
		name := eid.All()[int(file)%len(eid.All())]
		content := bytes.Clone(files.Of(name))
		if at < 0 || at > len(content) {
			return
		}
		copy(content[at:], change)
		changed := !bytes.Equal(content, files.Of(name))
		files.Put(name, content)
		v := profile.Verify(files, today)
		if len(v.Findings) != len(eid.Checks()) || !changed && !v.Verified() {
			t.Fatal(v.Findings)
		}
		if name != eid.Certificate && changed && v.Of(eid.CheckIdentity).Result == eid.Passed &&
			(name == eid.IdentityFile || name == eid.PictureFile && v.Of(eid.CheckPicture).Result == eid.Passed) {
			t.Fatalf("%s changed at %d passes", name, at)
		}
	})
}

// FuzzSignature checks that no signature file passes but the signer's own, with
// or without the zeros that fill it up.
func FuzzSignature(f *testing.F) {
	var cards []eid.Files
	for i, g := range eidtest.Generations() {
		card := mint(g, 1).Want()
		cards = append(cards, card)
		f.Add(byte(i), card.IdentitySignature, card.AddressSignature)
		f.Add(byte(i), append(bytes.Clone(card.IdentitySignature), 0, 0), bytes.TrimRight(card.AddressSignature, "\x00"))
	}
	f.Add(byte(3), []byte("\x30\x06\x02\x01\x00\x02\x01\x00"), []byte("\x30\x81\xFF"))
	f.Add(byte(2), []byte("\x30\x06\x02\x01\x01\x02\x01\x01\x00\x01"), []byte("\x30\x80"))
	f.Add(byte(1), bytes.Repeat([]byte{0}, 256), bytes.Repeat([]byte{0xFF}, 257))
	profile := trusted()
	same := func(a, b []byte) bool {
		return bytes.Equal(bytes.TrimRight(a, "\x00"), bytes.TrimRight(b, "\x00"))
	}
	f.Fuzz(func(t *testing.T, card byte, identity, address []byte) {
		files := cards[int(card)%len(cards)]
		was := files
		files.IdentitySignature, files.AddressSignature = identity, address
		v := profile.Verify(files, today)
		if v.Of(eid.CheckIdentity).Result == eid.Passed && !same(identity, was.IdentitySignature) {
			t.Fatalf("%X passes for the identity", identity)
		}
		if v.Of(eid.CheckAddress).Result == eid.Passed && (!same(address, was.AddressSignature) || !same(identity, was.IdentitySignature)) {
			t.Fatalf("%X passes for the address, behind %X", address, identity)
		}
	})
}

// FuzzVerifyCertificate checks that only the signer's own certificate passes.
func FuzzVerifyCertificate(f *testing.F) {
	files := mint(eidtest.V17, 1).Want()
	profile := trusted()
	f.Add(files.Certificate)
	f.Add(eidtest.AuthorityOf(eidtest.V17).Root.Raw)
	f.Add([]byte{0x30, 0x82})
	f.Fuzz(func(t *testing.T, der []byte) {
		changed := files
		changed.Certificate = der
		if v := profile.Verify(changed, today); v.Authentic() {
			if c, err := x509.ParseCertificate(der); err != nil || !bytes.Equal(c.RawTBSCertificate, eidtest.AuthorityOf(eidtest.V17).Signer.RawTBSCertificate) {
				t.Fatalf("%X is authentic", der)
			}
		}
	})
}

// FuzzParseRevocationList checks that no list of any version makes a
// verification fall over, and that nobody but the root takes anything back.
func FuzzParseRevocationList(f *testing.F) {
	p := trusted()
	a := eidtest.AuthorityOf(eidtest.V17)
	files := mint(eidtest.V17, 1).Want()
	// No list says this serial number, so that one that does was not signed.
	f.Add(a.RevokeFirst(today.AddDate(0, 0, 1), big.NewInt(7)))
	f.Add(a.RevokeFirst(today))
	f.Add(a.Revoke(today, big.NewInt(7)).Raw)
	f.Add([]byte{0x30, 0x00})
	f.Fuzz(func(t *testing.T, der []byte) {
		list, err := eid.ParseRevocationList(der)
		if err != nil {
			return
		}
		p.Lists = []*x509.RevocationList{list}
		if got := p.Verify(files, today).Of(eid.CheckRevocation); got.Result == eid.Failed {
			t.Fatalf("%X takes the signer back", der)
		}
	})
}

// FuzzAnswers lets a card answer whatever it likes: the read ends, with errors
// that are declared.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte("\x02\x90\x00\x02\x6C\x10"), []byte{0x3B, 0x6F, 0x00, 0x00, 0x80, 0x5A})
	f.Add([]byte("\x02\x61\x10"), []byte{})
	f.Add([]byte("\x02\x61\x10\x02\x90\x00\x05\x01\x01a\x90\x00"), []byte{0x3B, 0xFF})
	f.Fuzz(func(t *testing.T, answers, atr []byte) {
		next := 0
		line := script(func([]byte) []byte {
			if len(answers) == 0 {
				return []byte{0x6D, 0x00}
			}
			if next >= len(answers) {
				next = 0
			}
			size := min(int(answers[next]), len(answers)-next-1)
			answer := answers[next+1 : next+1+size]
			next += 1 + size
			if size > 1 && (answer[size-2] == 0x64 || answer[size-2] == 0x6F) || size < 2 {
				return []byte{0x6D, 0x00} // these make it wait
			}
			return answer
		})
		h := read(t, line, eid.Options{ATR: atr})
		if h.err != nil && !clear(h.err) {
			t.Fatal(h.err)
		}
	})
}
