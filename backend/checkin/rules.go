package checkin

import (
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
)

// Facts are what a decision is made of.
type Facts struct {
	Activity     *activity.Activity // nil: unknown
	MayWrite     bool               // the one who asks holds CHECKINS_WRITE at its organizer
	Card         *card.Card         // nil: unknown
	ActiveMember bool               // of any card system: it need not be the activity's
	Used         int                // check-ins counted in the limit's period
}

// A Decision says whether a point may be saved, and if not why, with the
// numbers behind it. The counter, the public API and the list of activities
// all speak from it.
type Decision struct {
	Allowed  bool
	Code     string // of the refusal
	Args     map[string]any
	Points   int        // what is, or would be, saved
	OpensAt  *time.Time // when a point may be saved next
	ClosesAt *time.Time // until when now, or when the last chance was
	refusal  *fault.Error
}

// Err returns the refusal, or nil when it is allowed.
func (d Decision) Err() error {
	if d.refusal == nil {
		return nil
	}
	return d.refusal
}

// Allow decides whether a point may be saved at now. It names the first
// obstacle, from what the caller asked wrongly to what time will solve: the
// activity, the right, the card, the membership, the points, the window, the
// limit. An expired or suspended social tariff is no obstacle.
func Allow(f Facts, now time.Time) Decision {
	if f.Activity == nil {
		return refuse(activity.ErrUnknown)
	}
	a := *f.Activity
	if !f.MayWrite {
		return refuse(rights.ErrDenied.With("permission", string(rights.CheckinsWrite)))
	}
	if err := cardProblem(f.Card); err != nil {
		return refuse(err)
	}
	if !f.ActiveMember {
		return refuse(ErrNoActiveMembership)
	}
	if a.Points <= 0 {
		return refuse(ErrNoPoints)
	}
	w := activity.WindowAt(a, now)
	if !w.Open {
		d := refuse(windowProblem(w, a.Zone(), now))
		d.Points, d.OpensAt, d.ClosesAt = a.Points, instant(w.Next), instant(w.Last)
		return d
	}
	if f.Used >= a.Limit.Volume {
		d := refuse(ErrLimitReached.With("limit", a.Limit.Volume).With("period", string(a.Limit.Period)))
		d.Points, d.ClosesAt = a.Points, instant(w.Current.End)
		return d
	}
	return Decision{Allowed: true, Points: a.Points, ClosesAt: instant(w.Current.End)}
}

func cardProblem(c *card.Card) *fault.Error {
	switch {
	case c == nil:
		return passholder.ErrUnknown
	case c.GroupPassID != uuid.Nil:
		return ErrGroupPass
	case c.Status == card.Blocked:
		return ErrCardBlocked
	case c.Status != card.Active || c.PassholderID == uuid.Nil:
		return ErrCardNotActive.With("status", string(c.Status.Public()))
	default:
		return nil
	}
}

// windowProblem tells «not yet», «not any more» and «not today» apart: not
// today is between two windows, the next of which opens on another day.
func windowProblem(w activity.Window, loc *time.Location, now time.Time) *fault.Error {
	today := period.DayOf(w.Next, loc) == period.DayOf(now, loc)
	switch {
	case w.Next.IsZero():
		return ErrTooLate.With("closedAt", w.Last)
	case w.Last.IsZero() || today:
		return ErrTooEarly.With("opensAt", w.Next).With("today", today)
	default:
		return ErrNotToday.With("opensAt", w.Next)
	}
}

func refuse(why *fault.Error) Decision {
	return Decision{Code: why.Code, Args: why.Args, refusal: why}
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
