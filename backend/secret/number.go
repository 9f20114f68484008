// Package secret holds values that must never reach a log, a URL, an error or
// a plain column: national numbers, and the keys that seal them.
//
// A [NationalNumber] says «redacted» to everything that prints or marshals;
// only Reveal shows it, and Reveal is easy to search for. A [Ring] seals a
// number for one passholder and makes the keyed hashes by which it is found.
package secret

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"

	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/period"
)

// ErrInvalidNumber says that something is no national number.
var ErrInvalidNumber = fault.New(fault.Invalid, "invalid-insz-number")

var errShut = errors.New("secret: a national number is not marshalled")

const redacted = "redacted"

// A NationalNumber is a rijksregisternummer or a bis number: eleven digits,
// checked. The zero value is no number. It is a struct, because slog and
// encoding/json look through named strings.
type NationalNumber struct{ digits string }

// ParseNationalNumber reads a number with or without dots, dashes and spaces.
// Unknown birth dates and bis numbers pass; both check-digit rules (born before
// 2000, or from then on) are tried.
func ParseNationalNumber(s string) (NationalNumber, error) {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune(" .-/\u00a0", r):
		default:
			return NationalNumber{}, ErrInvalidNumber
		}
	}
	digits := b.String()
	if !validNumber(digits) {
		return NationalNumber{}, ErrInvalidNumber
	}
	return NationalNumber{digits}, nil
}

// validNumber tells whether eleven digits are a national number: the last two
// are 97 minus the rest modulo 97, with a 2 in front for births from 2000 on;
// the month may carry +20 or +40 and date parts may be unknown.
func validNumber(digits string) bool {
	if len(digits) != 11 {
		return false
	}
	n, err := strconv.ParseInt(digits[:9], 10, 64)
	if err != nil {
		return false
	}
	check, err := strconv.ParseInt(digits[9:], 10, 64)
	if err != nil {
		return false
	}
	month, day := (n/100_000)%100, (n/1000)%100
	if month > 52 || month%20 > 12 || day > 31 {
		return false
	}
	return check == 97-n%97 || check == 97-(2_000_000_000+n)%97
}

// FitsBirth reports whether somebody born on that day may have the number. Parts
// of the date that the number does not know fit every day.
func (n NationalNumber) FitsBirth(day period.Day) bool {
	year, month, date := day.Date()
	value, at := n.number()
	if at(2)%20 != 0 && at(2)%20 != int(month) || at(4) != 0 && at(4) != date {
		return false
	}
	switch check := at(9); {
	case at(0) != year%100:
		return false
	case year >= 2000:
		return int64(check) == 97-(2_000_000_000+value)%97
	default:
		return int64(check) == 97-value%97
	}
}

// FitsGender reports whether a man, or a woman, may have the number: the three
// digits after the date are odd for men. Some bis numbers do not say.
func (n NationalNumber) FitsGender(male bool) bool {
	value, at := n.number()
	return at(2) >= 20 && at(2) <= 32 || value%2 == 1 == male
}

// number returns the first nine digits, and a way to read two digits. The digits
// of the zero value are all 0.
func (n NationalNumber) number() (value int64, at func(int) int) {
	digits := n.digits
	if digits == "" {
		digits = "00000000000"
	}
	for _, r := range digits[:9] {
		value = value*10 + int64(r-'0')
	}
	return value, func(i int) int { return int(digits[i]-'0')*10 + int(digits[i+1]-'0') }
}

// IsZero reports whether there is no number.
func (n NationalNumber) IsZero() bool { return n.digits == "" }

// Reveal returns the eleven digits. Every call is a place where a national
// number leaves the house: keep them few.
func (n NationalNumber) Reveal() string { return n.digits }

// String says «redacted».
func (n NationalNumber) String() string { return redacted }

// GoString says «redacted».
func (n NationalNumber) GoString() string { return redacted }

// Format says «redacted», whatever the verb.
func (n NationalNumber) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue says «redacted».
func (n NationalNumber) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON says «redacted».
func (n NationalNumber) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText says «redacted».
func (n NationalNumber) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// GobEncode refuses: nothing that could be read back may hold it.
func (n NationalNumber) GobEncode() ([]byte, error) { return nil, errShut }
