// Package activity holds what organizers offer, when, and how many points a
// visit earns. Its rules turn a calendar into the windows in which a point may
// be saved: a margin before and after a moment, or whole days where no hours
// are given. All of it happens in the activity's own time zone.
package activity

import (
	"time"

	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/period"
)

// The refusals.
var (
	ErrUnknown         = fault.New(fault.Missing, "activity-unknown")
	ErrInvalidCalendar = fault.New(fault.Invalid, "invalid-calendar")
)

// CalendarType is how an activity repeats.
type CalendarType string

// The calendar types of the event database.
const (
	Single    CalendarType = "SINGLE"
	Multiple  CalendarType = "MULTIPLE"
	Periodic  CalendarType = "PERIODIC"
	Permanent CalendarType = "PERMANENT"
)

// Calendar holds the moments in full: times for SINGLE and MULTIPLE; days and
// opening hours for PERIODIC; opening hours for PERMANENT. Without opening
// hours it is open all day.
type Calendar struct {
	Times   []Time     `json:"times,omitempty"`
	From    period.Day `json:"from,omitzero"`
	Until   period.Day `json:"until,omitzero"` // included
	Opening []Opening  `json:"opening,omitempty"`
}

// A Time is one moment.
type Time struct {
	Begin time.Time `json:"begin"`
	End   time.Time `json:"end"`
}

// Opening is the hours of one weekday; closing at or before opening means the
// next day.
type Opening struct {
	Weekday int   `json:"weekday"` // 1 Monday … 7 Sunday
	Opens   Clock `json:"opens"`
	Closes  Clock `json:"closes"`
}

// Clock is a time on the wall, as 10:00.
type Clock string

// A Limit is how often one person may save a point in a period.
type Limit struct {
	Volume int
	Period period.Period
}

// An Activity is something to take part in.
type Activity struct {
	ID           string
	OrganizerID  string
	Title        string
	Location     string
	Description  string
	CalendarType CalendarType
	Calendar     Calendar
	TimeZone     string // IANA name
	Margin       time.Duration
	Points       int
	Limit        Limit // zero: the default of the calendar type
	CardSystems  []CardSystem
}

// CardSystem is one in which the activity takes part.
type CardSystem struct {
	ID      int
	Enabled bool
}

// When is a stretch of days that a list covers.
type When string

// The stretches, each from today.
const (
	Today     When = "today"
	ThisWeek  When = "week"  // seven days
	ThisMonth When = "month" // thirty-one days
	All       When = "all"   // everything that is not over
)

// Filter picks activities for a list.
type Filter struct {
	OrganizerID string
	When        When
	Text        string // part of a title or place, accents and case aside
}

// Page is a part of a list; Limit 0 means all.
type Page struct{ Start, Limit int }

// Of returns the part of the list.
func (p Page) Of(n int) (from, to int) {
	from = min(max(p.Start, 0), n)
	if p.Limit <= 0 {
		return from, n
	}
	return from, min(from+p.Limit, n)
}
