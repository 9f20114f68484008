package association

import (
	"slices"
	"strings"
	"time"

	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/period"
)

// A Person is what an association looks at.
type Person struct {
	DateOfBirth period.Day
	InSystem    bool // an active member of the association's card system
}

// Decide says where somebody stands with an association today, and whether they
// can join or stay longer. m is their membership, nil when they never had one.
func Decide(a Shared, m *Membership, p Person, today period.Day) Standing {
	s := Standing{Shared: a, Status: None}
	if m != nil && m.StoppedAt.IsZero() {
		s.Status, s.Since, s.EndsOn = Active, m.Since, m.EndsOn
		if m.EndsOn.Before(today) {
			s.Status = Expired
		}
	}
	s.NewEnd = a.propose(p.DateOfBirth, s, today)
	s.Refusal = s.refuse(p, today)
	if s.Refusal != nil {
		s.NewEnd = period.Day{}
	}
	return s
}

// refuse says why somebody cannot join or stay longer.
func (s Standing) refuse(p Person, today period.Day) *fault.Error {
	switch {
	case s.Access != Write:
		return ErrReadOnly
	case !p.InSystem:
		return ErrOtherSystem.With("cardSystem", s.CardSystemID)
	case s.EndDateType == ByBirth && s.NewEnd.Before(today):
		return ErrTooOld.With("until", s.NewEnd)
	case s.EndDateType == ByBirth && s.Status == Active:
		return ErrNotRenewable
	case s.Status != Active:
		return nil
	}
	if from := months(s.EndsOn, -s.RenewableMonths); today.Before(from) {
		return ErrTooEarly.With("from", from)
	}
	return nil
}

// propose is the last day that a membership would have, begun or renewed today.
func (a Shared) propose(born period.Day, s Standing, today period.Day) period.Day {
	switch {
	case a.EndDateType == ByBirth:
		return months(born, a.Months)
	case a.EndDateType == ByRegistration:
		return months(today, a.Months)
	case a.SuggestedEnd.IsZero():
		return period.Day{}
	}
	end := a.SuggestedEnd
	for n := 12; end.Before(s.earliest(today)); n += 12 {
		end = months(a.SuggestedEnd, n)
	}
	return end
}

// earliest is the first day on which a membership that is named may end: today,
// and longer than it runs already.
func (s Standing) earliest(today period.Day) period.Day {
	if s.Status == Active {
		return s.EndsOn.Add(1)
	}
	return today
}

// end is the last day of a membership that is asked for, which Decide has
// allowed.
func (s Standing) end(asked, today period.Day) (period.Day, error) {
	if s.EndDateType != Custom {
		return s.NewEnd, nil
	}
	if asked.IsZero() {
		return period.Day{}, ErrEndMissing
	}
	if earliest := s.earliest(today); asked.Before(earliest) {
		return period.Day{}, ErrEndEarly.With("earliest", earliest)
	}
	return asked, nil
}

// months is a day so many months later, or the last of that month when it has no
// such day.
func months(d period.Day, n int) period.Day {
	year, month, day := d.Date()
	last := period.NewDay(year, month+time.Month(n)+1, 0)
	if _, _, days := last.Date(); day > days {
		return last
	}
	return period.NewDay(year, month+time.Month(n), day)
}

// The largest settings.
const (
	maxName      = 200
	maxMonths    = 120 * 12
	maxRenewable = 24
	maxShares    = 500
)

// check refuses an association that makes no sense, and names the field.
func (a Association) check(shares []Share) error {
	wrong := func(field string) error { return ErrInvalid.With("field", field) }
	organizers := make([]string, len(shares))
	for i, s := range shares {
		organizers[i] = s.OrganizerID
		if s.Access != Read && s.Access != Write {
			return wrong("organizers")
		}
	}
	slices.Sort(organizers)
	switch {
	case a.Name == "" || len([]rune(a.Name)) > maxName:
		return wrong("name")
	case a.EndDateType != Custom && a.EndDateType != ByBirth && a.EndDateType != ByRegistration:
		return wrong("endDateType")
	case a.EndDateType == Custom && a.Months != 0, a.EndDateType != Custom && (a.Months < 1 || a.Months > maxMonths):
		return wrong("months")
	case a.EndDateType != Custom && !a.SuggestedEnd.IsZero():
		return wrong("suggestedEnd")
	case a.RenewableMonths < 0 || a.RenewableMonths > maxRenewable:
		return wrong("renewableMonths")
	case len(shares) > maxShares || len(slices.Compact(organizers)) < len(shares):
		return wrong("organizers")
	}
	return nil
}

func (a Association) trimmed() Association {
	a.Name = strings.TrimSpace(a.Name)
	return a
}
