package family

import (
	"slices"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/period"
)

// mayAdd returns nil when somebody may come onto a list. members are those who
// are on it, the main member first; born the birthdays of all, with who is to
// come.
func mayAdd(l Limits, members []uuid.UUID, who uuid.UUID, born []period.Day, today period.Day) error {
	adults := 0
	for _, d := range born {
		if period.Age(d, today) >= l.AdultAge {
			adults++
		}
	}
	switch {
	case slices.Contains(members, who):
		return ErrAlready
	case len(members)+1 > l.Members:
		return ErrFull.With("max", l.Members)
	case adults > l.Adults:
		return ErrAdults.With("max", l.Adults)
	default:
		return nil
	}
}
