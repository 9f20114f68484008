// Package chip knows the chips on passes: their fixed number, the families
// their answer to reset tells apart, and the commands that ask for the number.
//
// It is pure: no reader, no clock, no goroutine. Package pcsc brings the bytes.
package chip

import (
	"encoding/hex"
	"errors"
	"strings"
)

// ErrNotUID is the answer to anything that is not a chip number.
var ErrNotUID = errors.New("chip: not a chip number of 4, 7 or 10 bytes")

// UID is the number of a chip in its one canonical form: 8, 14 or 20
// upper-case hexadecimal digits, in the order the reader gives them.
type UID string

// ParseUID reads a number as people and readers write it: in either case,
// with spaces, colons, dots or hyphens between the bytes.
func ParseUID(s string) (UID, error) {
	digits := strings.NewReplacer(" ", "", ":", "", "-", "", ".", "").Replace(s)
	raw, err := hex.DecodeString(digits)
	if err != nil {
		return "", ErrNotUID
	}
	return NewUID(raw)
}

// NewUID makes a UID of the bytes a reader gave.
func NewUID(raw []byte) (UID, error) {
	switch len(raw) {
	case 4, 7, 10:
		return UID(strings.ToUpper(hex.EncodeToString(raw))), nil
	default:
		return "", ErrNotUID
	}
}

// Short reports whether this is a number of four bytes, the only ones that a
// chip may make up.
func (u UID) Short() bool { return len(u) == 8 }

// Random reports whether the chip made this number up for this one visit, so
// that it says nothing about the pass. ISO 14443-3 sets 08 apart for such
// numbers; DESFire EV1 in random mode says 80.
func (u UID) Random(f Family) bool {
	return u.Short() && (strings.HasPrefix(string(u), "08") || f == ISO14443 && strings.HasPrefix(string(u), "80"))
}
