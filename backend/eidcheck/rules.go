package eidcheck

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/bridge/eid"
)

// hidden stands for a digit that is nobody's business.
const hidden = '•'

// MaskedNumber is a national number as it may be shown: the date in front, which
// is the date of birth that the card shows anyway. It is empty when the card has
// none.
func MaskedNumber(n eid.NationalNumber) string {
	digits := n.Reveal()
	switch {
	case digits == "":
		return ""
	case len(digits) != 11:
		return strings.Repeat(string(hidden), 11)
	default:
		const rest = "•••.••"
		return digits[:2] + "." + digits[2:4] + "." + digits[4:6] + "-" + rest
	}
}

// MaskedCard is a card number of which only the last two characters are shown,
// to tell two cards of one person apart.
func MaskedCard(number string) string {
	all := []rune(number)
	for i := range max(0, len(all)-2) {
		all[i] = hidden
	}
	return string(all)
}

// differences compares a card with a profile. What one of them does not know is
// no difference, but an address that the profile lacks is.
func differences(id eid.Identity, a eid.Address, p passholder.Passholder) []Field {
	out := []Field{}
	compare := func(f Field, same bool) {
		if !same {
			out = append(out, f)
		}
	}
	compare(FirstName, begins(words(id.GivenNames), words(p.FirstName)))
	compare(Name, slices.Equal(words(id.Name), words(p.Name)))
	compare(DateOfBirth, sameBirth(id.Born, p))
	compare(Gender, sameGender(id.Sex, p.Gender))
	if !a.IsZero() {
		compare(Street, slices.Equal(house(a.Street), house(p.Street)))
		compare(PostalCode, slices.Equal(words(a.PostalCode), words(p.PostalCode)))
		compare(City, slices.Equal(words(a.Municipality), words(p.City)))
	}
	return out
}

// begins reports whether the names on the card begin with those that somebody
// goes by: a card has two given names, a profile often one.
func begins(card, profile []string) bool {
	return len(profile) <= len(card) && slices.Equal(card[:len(profile)], profile) && (len(profile) > 0 || len(card) == 0)
}

func sameBirth(card eid.Date, p passholder.Passholder) bool {
	if p.DateOfBirth.IsZero() {
		return card.IsZero()
	}
	year, month, day := p.DateOfBirth.Date()
	return (card.Year == 0 || card.Year == year) && (card.Month == 0 || card.Month == int(month)) && (card.Day == 0 || card.Day == day)
}

// sameGender leaves alone who has another answer than a card can give.
func sameGender(card eid.Sex, profile passholder.Gender) bool {
	gender := GenderOf(card)
	return gender == "" || profile == "" || profile == passholder.X || gender == profile
}

// GenderOf spells a card's sex as profiles do.
func GenderOf(s eid.Sex) passholder.Gender {
	switch s {
	case eid.Male:
		return passholder.Male
	case eid.Female:
		return passholder.Female
	default:
		return ""
	}
}

// boxes are the ways to say that a box number follows.
var boxes = []string{"bus", "b", "bte", "boite", "box", "bt"}

// house compares streets without what people write in front of a box number.
func house(street string) []string {
	return slices.DeleteFunc(words(street), func(w string) bool { return slices.Contains(boxes, w) })
}

// words splits a text into runs of letters and runs of digits, in lower case
// and without accents: «D'Hondt» is «d hondt» and «12b» is «12 b».
func words(s string) []string {
	var out []string
	last := 0
	for _, r := range norm.NFD.String(s) {
		class := 0
		switch {
		case unicode.IsMark(r):
			continue
		case unicode.IsDigit(r):
			class = 1
		case unicode.IsLetter(r):
			class = 2
		}
		switch class {
		case 0:
		case last:
			out[len(out)-1] += string(unicode.ToLower(r))
		default:
			out = append(out, string(unicode.ToLower(r)))
		}
		last = class
	}
	return out
}

// digest is over all files, each with its length. There is a signature among
// them, so that nobody can guess a person and compare.
func digest(f eid.Files) []byte {
	h := sha256.New()
	for _, file := range eid.All() {
		content := f.Of(file)
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(content)))) //nolint:gosec // files are small
		h.Write(content)
	}
	return h.Sum(nil)
}
