package card

import (
	"encoding/hex"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/secret"
)

// Number is a UiTPAS number: thirteen digits, the last a Luhn digit, the one
// before it 1 for a card issued as a social-tariff card and 0 for others.
type Number string

// ParseNumber reads a number with or without spaces, dots and dashes.
func ParseNumber(s string) (Number, error) {
	s = strip(s)
	if len(s) != 13 || strings.ContainsFunc(s, notDigit) || !luhn(s) || s[11] > '1' {
		return "", ErrInvalidNumber
	}
	return Number(s), nil
}

// SocialTariffCard reports whether the card was issued as a social-tariff card.
func (n Number) SocialTariffCard() bool { return len(n) == 13 && n[11] == '1' }

// NewNumber builds a number from eleven digits, the marker and the check digit.
func NewNumber(serial string, socialTariff bool) (Number, error) {
	marker := "0"
	if socialTariff {
		marker = "1"
	}
	for check := '0'; check <= '9'; check++ {
		if n, err := ParseNumber(serial + marker + string(check)); err == nil {
			return n, nil
		}
	}
	return "", ErrInvalidNumber
}

// luhn doubles every second digit from the right; the digits of all that add
// up to a multiple of ten.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// Chip is the number of a chip: 4, 7 or 10 bytes in upper-case hexadecimal.
type Chip string

// ParseChip reads a chip number in any case, with or without separators.
func ParseChip(s string) (Chip, error) {
	s = strings.ToUpper(strip(s))
	if !slices.Contains([]int{8, 14, 20}, len(s)) {
		return "", ErrInvalidChip
	}
	if _, err := hex.DecodeString(s); err != nil {
		return "", ErrInvalidChip
	}
	return Chip(s), nil
}

// ChipOf spells the bytes of a chip number.
func ChipOf(uid []byte) Chip { return Chip(strings.ToUpper(hex.EncodeToString(uid))) }

// Bytes returns the bytes of the chip number; nil when there is none.
func (c Chip) Bytes() []byte {
	uid, err := hex.DecodeString(string(c))
	if err != nil || len(uid) == 0 {
		return nil
	}
	return uid
}

// Reversed returns the number as a reader that sends the bytes backwards meant
// it, when that is likely: seven bytes that end, not begin, with the maker's 04.
func (c Chip) Reversed() (Chip, bool) {
	uid := c.Bytes()
	if len(uid) != 7 || uid[0] == 0x04 || uid[6] != 0x04 {
		return "", false
	}
	slices.Reverse(uid)
	return ChipOf(uid), true
}

// IdentifierKind is what an identifier was taken for.
type IdentifierKind string

// The kinds of identifier.
const (
	AsNumber IdentifierKind = "UITPAS_NUMBER"
	AsChip   IdentifierKind = "CHIP"
	AsINSZ   IdentifierKind = "INSZ"
)

// An Identifier is what was typed, scanned or read, taken for what it is.
type Identifier struct {
	Kind   IdentifierKind
	Number Number
	Chip   Chip
	INSZ   secret.NationalNumber
}

// ParseIdentifier tells a UiTPAS number (13 digits), a national number (11
// digits) and a chip number (8, 14 or 20 hexadecimal digits) apart by length,
// and checks it.
func ParseIdentifier(s string) (Identifier, error) {
	s = strip(s)
	digits := !strings.ContainsFunc(s, notDigit)
	switch {
	case len(s) == 13 && digits:
		n, err := ParseNumber(s)
		return Identifier{Kind: AsNumber, Number: n}, err
	case len(s) == 11 && digits:
		n, err := secret.ParseNationalNumber(s)
		return Identifier{Kind: AsINSZ, INSZ: n}, err
	}
	c, err := ParseChip(s)
	if err != nil {
		return Identifier{}, ErrInvalidIdentifier
	}
	return Identifier{Kind: AsChip, Chip: c}, nil
}

// kindOf says what a card that was found means at a counter.
func kindOf(c Card) Kind {
	switch c.Status {
	case Active:
		if c.GroupPassID != uuid.Nil {
			return KindGroupPass
		}
		return KindPassholder
	case LocalStock:
		return KindUnregistered
	case Blocked:
		return KindBlocked
	case Deleted:
		return KindDeleted
	default:
		return KindInTransit
	}
}

func notDigit(r rune) bool { return r < '0' || r > '9' }

// strip takes out what people and scanners put between digits.
func strip(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .-/:\u00a0\t\r\n", r) {
			return -1
		}
		return r
	}, s)
}
