package voucher

import (
	"strings"

	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/period"
)

// Spell writes a number as it is stored, whatever was typed or scanned: upper
// case, and nothing but letters and digits.
func Spell(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
			return r
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		default:
			return -1
		}
	}, typed)
}

// wellFormed reports whether a spelt number can be one.
func wellFormed(number string) bool { return len(number) >= 4 && len(number) <= 32 }

// Allow returns nil when a voucher can be used once more on a day in a card
// system, and otherwise why not. What is wrong for good comes before what may
// pass.
func Allow(v Voucher, t Type, cardSystemID int, on period.Day) error {
	switch {
	case v.Withdrawn || t.Closed:
		return ErrWithdrawn
	case t.CardSystemID != cardSystemID:
		return ErrElsewhere
	case v.Used >= v.MaxUses:
		return ErrUsed.With("uses", v.MaxUses)
	case !t.Valid.From.IsZero() && on.Before(t.Valid.From):
		return ErrTooEarly.With("from", t.Valid.From)
	case !t.Valid.Contains(on):
		return ErrExpired.With("until", t.Valid.Until.Add(-1))
	case v.Used+v.Held >= v.MaxUses:
		return ErrReserved.With("minutes", int(HoldTime.Minutes()))
	default:
		return nil
	}
}

// checkType returns nil for a type that can be saved.
func checkType(t Type) error {
	switch {
	case strings.TrimSpace(t.Name) == "":
		return ErrTypeInvalid.With("field", "name")
	case t.Prefix != Spell(t.Prefix) || t.Prefix == "" || len(t.Prefix) > 8:
		return ErrTypeInvalid.With("field", "prefix")
	case t.MaxUses < 1:
		return ErrTypeInvalid.With("field", "maxUses")
	case !t.Valid.From.IsZero() && !t.Valid.Until.IsZero() && !t.Valid.From.Before(t.Valid.Until):
		return ErrTypeInvalid.With("field", "validUntil")
	default:
		return nil
	}
}

// numberOf reads a line of a list; an empty one has no number. seen are the
// numbers of the lines before.
func numberOf(line, prefix string, seen map[string]int) (string, *fault.Error) {
	number := Spell(line)
	switch {
	case number == "":
		return "", nil
	case !wellFormed(number):
		return "", ErrNumber
	case !strings.HasPrefix(number, prefix):
		return "", ErrPrefixWrong.With("prefix", prefix)
	case seen[number] > 0:
		return "", ErrNumberTaken
	default:
		return number, nil
	}
}
