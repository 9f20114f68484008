package membership

import (
	"slices"
	"time"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/period"
)

// StandingOf says what somebody's rights in one card system are worth at now.
// The right that holds today counts; without one the last that ended; without
// that there is none, also when one begins later. A right works until the end
// of its last day in the card system's time zone and then for graceDays more.
// Suspension takes it away until its day, everything else stays.
func StandingOf(rights []SocialTariff, graceDays int, loc *time.Location, now time.Time) (Standing, bool) {
	today := period.DayOf(now, loc)
	var last *SocialTariff
	for i, r := range rights {
		if today.Before(r.From) {
			continue
		}
		if last == nil || last.Until.Before(r.Until) {
			last = &rights[i]
		}
	}
	if last == nil {
		return Standing{}, false
	}
	s := Standing{
		Until: last.Until, EndsAt: last.Until.End(loc).Add(-time.Second), GraceUntil: last.Until.Add(graceDays),
	}
	switch {
	case s.GraceUntil.Before(today):
		s.Status = TariffExpired
	case today.Before(last.SuspendedUntil):
		s.Status, s.SuspendedUntil = TariffSuspended, last.SuspendedUntil
	case last.Until.Before(today):
		s.Status = TariffGrace
	default:
		s.Status = TariffActive
	}
	return s, true
}

// Place puts memberships in their card systems, whose days and grace periods say
// where the social tariffs stand at now.
func Place(list []Membership, systems map[int]cardsystem.System, now time.Time) error {
	for i := range list {
		m := &list[i]
		m.System = systems[m.System.ID]
		loc, err := period.Zone(m.System.TimeZone)
		if err != nil {
			return err
		}
		if s, ok := StandingOf(m.Rights, m.System.SocialTariffGraceDays, loc, now); ok {
			m.SocialTariff = &s
		}
	}
	return nil
}

// transitions lists what a membership may become.
var transitions = map[Status][]Status{
	Active:  {Blocked, Ended},
	Blocked: {Active, Ended},
	Ended:   {Active},
}

// mayBecome returns nil when a membership may go from one status to another.
func mayBecome(from, to Status) error {
	switch {
	case slices.Contains(transitions[from], to):
		return nil
	case from == Active:
		return ErrAlready
	case from == Blocked:
		return ErrBlocked
	default:
		return ErrEnded
	}
}

// A plan is what a grant would do to somebody's rights.
type plan struct {
	kind  ChangeKind
	right SocialTariff // as it will be
	was   SocialTariff // as it is; zero with a new one
}

// planGrant decides what a grant does today: a right that still holds becomes
// longer, one in its grace period is followed without a gap, and otherwise a new
// one begins today.
func planGrant(rights []SocialTariff, until period.Day, ground string, rules cardsystem.Rules, graceDays int, today period.Day) (plan, error) {
	if until.IsZero() {
		until = rules.DefaultEnd(today)
	}
	if until.Before(today) {
		return plan{}, ErrEndPast.With("today", today)
	}
	if latest := rules.MaximumEnd(today); latest.Before(until) {
		return plan{}, ErrEndLate.With("latest", latest)
	}
	fresh := plan{kind: Granted, right: SocialTariff{From: today, Until: until, Ground: ground}}
	last, ok := latestOf(rights)
	if !ok {
		return fresh, nil
	}
	switch {
	case !last.Until.Before(today):
		if !last.Until.Before(until) {
			return plan{}, ErrNotLonger.With("until", last.Until)
		}
		longer := last
		longer.Until = until
		if ground != "" {
			longer.Ground = ground
		}
		return plan{Renewed, longer, last}, nil
	case !last.Until.Add(graceDays).Before(today):
		fresh.kind, fresh.right.From = Renewed, last.Until.Add(1)
		return fresh, nil
	default:
		return fresh, nil
	}
}

// latestOf returns the right that ends last.
func latestOf(rights []SocialTariff) (SocialTariff, bool) {
	if len(rights) == 0 {
		return SocialTariff{}, false
	}
	return slices.MaxFunc(rights, func(a, b SocialTariff) int { return compareDays(a.Until, b.Until) }), true
}

// current returns the right that holds today or begins later, the latest of all.
func current(rights []SocialTariff, today period.Day) (SocialTariff, error) {
	last, ok := latestOf(rights)
	if !ok || last.Until.Before(today) {
		return SocialTariff{}, ErrTariffNone
	}
	return last, nil
}

func compareDays(a, b period.Day) int {
	switch {
	case a.Before(b):
		return -1
	case b.Before(a):
		return 1
	default:
		return 0
	}
}

// mayUndo returns nil when a change may be undone: on the day it was made, by
// the counter that made it, as long as nothing came after it.
func mayUndo(c Change, newest bool, counter string, now time.Time) *fault.Error {
	switch {
	case !newest || c.Kind == Undone:
		return ErrUndoGone
	case c.OrganizerID != counter:
		return ErrUndoForeign
	case period.DayOf(c.At, period.Brussels()) != period.DayOf(now, period.Brussels()):
		return ErrUndoLate
	default:
		return nil
	}
}
