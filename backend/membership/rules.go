package membership

import (
	"time"

	"github.com/openbalie/openbalie/backend/cardsystem"
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
