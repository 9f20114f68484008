package period

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"time"
)

// A Period is the stretch of time in which a limit counts.
type Period string

// The periods.
const (
	Absolute Period = "ABSOLUTE" // all time
	Daily    Period = "DAY"
	Weekly   Period = "WEEK" // from Monday
	Monthly  Period = "MONTH"
	Quarter  Period = "QUARTER"
	Yearly   Period = "YEAR"
)

// Range returns the days of the period that holds an instant.
func (p Period) Range(at time.Time, loc *time.Location) Range {
	d := DayOf(at, loc)
	switch p {
	case Daily:
		return Range{d, d.Add(1)}
	case Weekly:
		monday := d.Add(1 - d.Weekday())
		return Range{monday, monday.Add(7)}
	case Monthly:
		return Range{NewDay(d.year, d.month, 1), NewDay(d.year, d.month+1, 1)}
	case Quarter:
		first := (d.month-1)/3*3 + 1
		return Range{NewDay(d.year, first, 1), NewDay(d.year, first+3, 1)}
	case Yearly:
		return Range{NewDay(d.year, time.January, 1), NewDay(d.year+1, time.January, 1)}
	default:
		return Range{}
	}
}

// A Range is the days from From up to, not including, Until. A zero bound is
// open: the zero Range is all time.
type Range struct{ From, Until Day }

// Contains reports whether the range holds a day.
func (r Range) Contains(d Day) bool {
	return (r.From.IsZero() || !d.Before(r.From)) && (r.Until.IsZero() || d.Before(r.Until))
}

// Equal reports whether both are the same days.
func (r Range) Equal(other Range) bool { return r == other }

// String writes the range as PostgreSQL does: [2026-11-22,2026-11-23).
func (r Range) String() string {
	open := "["
	if r.From.IsZero() {
		open = "("
	}
	return open + r.From.String() + "," + r.Until.String() + ")"
}

// Value writes the range into a daterange column.
func (r Range) Value() (driver.Value, error) { return r.String(), nil }

// Scan reads a daterange column.
func (r *Range) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("cannot read days from %T", v)
	}
	from, until, ok := strings.Cut(strings.Trim(s, "[]()"), ",")
	if !ok {
		return fmt.Errorf("%q is not a range of days", s)
	}
	if err := r.From.UnmarshalText([]byte(from)); err != nil {
		return err
	}
	return r.Until.UnmarshalText([]byte(until))
}
