// Package period knows days, and the periods in which a limit counts: a day, a
// week from Monday, a month, a quarter, a year, or all time. A day is a date on
// the wall, not an instant; it becomes instants in a time zone, on days of 23
// and 25 hours too.
package period

import (
	"database/sql/driver"
	"fmt"
	"sync"
	"time"
	_ "time/tzdata" // a counter's machine may have no zone files
)

// Brussels is where the days of this house begin and end, unless a card system
// says otherwise.
var Brussels = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		panic(err) // the zone is compiled in
	}
	return loc
})

var zones sync.Map // name → *time.Location; LoadLocation reads and parses each time

// Zone returns a time zone by its IANA name.
func Zone(name string) (*time.Location, error) {
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location), nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("time zone %q: %w", name, err)
	}
	zones.Store(name, loc)
	return loc, nil
}

// A Day is a date on the calendar. The zero Day means no day.
type Day struct {
	year  int
	month time.Month
	day   int
}

// NewDay returns a day; months and days out of range roll over, as in
// time.Date.
func NewDay(year int, month time.Month, day int) Day {
	return DayOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC), time.UTC)
}

// DayOf returns the day of an instant in a time zone.
func DayOf(at time.Time, loc *time.Location) Day {
	y, m, d := at.In(loc).Date()
	return Day{y, m, d}
}

// ParseDay reads a day as the API writes it: 2026-11-22.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, fmt.Errorf("day %q is not yyyy-mm-dd", s)
	}
	return DayOf(t, time.UTC), nil
}

// IsZero reports whether d is no day.
func (d Day) IsZero() bool { return d == Day{} }

// Date returns the parts of the day.
func (d Day) Date() (year int, month time.Month, day int) { return d.year, d.month, d.day }

// Begin returns the first instant of the day in a time zone.
func (d Day) Begin(loc *time.Location) time.Time {
	return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, loc)
}

// End returns the first instant after the day in a time zone.
func (d Day) End(loc *time.Location) time.Time { return d.Add(1).Begin(loc) }

// At returns the instant at which a clock on the wall shows hour and minute.
// An hour that the spring skips is the hour after it.
func (d Day) At(hour, minute int, loc *time.Location) time.Time {
	return time.Date(d.year, d.month, d.day, hour, minute, 0, 0, loc)
}

// Add returns the day n days later.
func (d Day) Add(n int) Day { return NewDay(d.year, d.month, d.day+n) }

// Weekday returns 1 for Monday to 7 for Sunday.
func (d Day) Weekday() int {
	return (int(d.Begin(time.UTC).Weekday())+6)%7 + 1
}

// Before reports whether d is earlier than other.
func (d Day) Before(other Day) bool { return d.Begin(time.UTC).Before(other.Begin(time.UTC)) }

// Equal reports whether both are the same day.
func (d Day) Equal(other Day) bool { return d == other }

// String writes the day as yyyy-mm-dd, and no day as nothing.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Begin(time.UTC).Format(time.DateOnly)
}

// MarshalText writes the day as yyyy-mm-dd.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads yyyy-mm-dd.
func (d *Day) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Day{}
		return nil
	}
	got, err := ParseDay(string(text))
	if err == nil {
		*d = got
	}
	return err
}

// Value writes the day into a date column.
func (d Day) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads a date column.
func (d *Day) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*d = Day{}
		return nil
	case time.Time:
		*d = DayOf(v, v.Location())
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	default:
		return fmt.Errorf("cannot read a day from %T", v)
	}
}

// Age returns the full years between a birthday and a day.
func Age(born, on Day) int {
	age := on.year - born.year
	if on.month < born.month || on.month == born.month && on.day < born.day {
		age--
	}
	return age
}
