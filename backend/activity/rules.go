package activity

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/openbalie/openbalie/backend/period"
)

// A Span is a stretch of time; a zero bound is open.
type Span struct{ Begin, End time.Time }

// Holds reports whether the span holds an instant, both ends included.
func (s Span) Holds(at time.Time) bool {
	return (s.Begin.IsZero() || !at.Before(s.Begin)) && (s.End.IsZero() || !at.After(s.End))
}

// Window says whether a point may be saved now, as far as the calendar goes.
type Window struct {
	Open    bool
	Current Span      // the window that is open
	Next    time.Time // when the next one opens; zero: never
	Last    time.Time // when the last one closed; zero: none yet
}

// DefaultLimit is one point a day for what happens at moments, one a week for
// what is open for long.
func DefaultLimit(t CalendarType) Limit {
	if t == Periodic || t == Permanent {
		return Limit{1, period.Weekly}
	}
	return Limit{1, period.Daily}
}

// WindowAt says where now is in the windows of an activity.
func WindowAt(a Activity, now time.Time) Window {
	var w Window
	for _, m := range moments(a, now) {
		s := widen(a, m)
		switch {
		case s.Holds(now):
			if !w.Open || w.Current.End.Before(s.End) && !s.End.IsZero() {
				w.Current = s
			}
			w.Open = true
		case now.Before(s.Begin):
			if w.Next.IsZero() || s.Begin.Before(w.Next) {
				w.Next = s.Begin
			}
		case w.Last.Before(s.End):
			w.Last = s.End
		}
	}
	return w
}

// MomentAt returns the moment that matters at now: the one going on, else the
// next of today, else the last of today, else the next, else the last. It is
// false for what is always open.
func MomentAt(a Activity, now time.Time) (Span, bool) {
	var next, last Span
	today := period.DayOf(now, zone(a))
	for _, m := range moments(a, now) {
		switch {
		case m.Begin.IsZero() && m.End.IsZero():
			return Span{}, false
		case m.Holds(now):
			return m, true
		case now.Before(m.Begin):
			if next.Begin.IsZero() || m.Begin.Before(next.Begin) {
				next = m
			}
		case last.End.Before(m.End):
			last = m
		}
	}
	endedToday := !last.End.IsZero() && period.DayOf(last.End, zone(a)) == today
	if !next.Begin.IsZero() && (!endedToday || period.DayOf(next.Begin, zone(a)) == today) {
		return next, true
	}
	return last, !last.End.IsZero()
}

// Covers reports whether a list that starts at now shows the activity: a
// moment, or a window that is still open, falls within it.
func Covers(a Activity, w When, now time.Time) bool {
	loc := zone(a)
	today := period.DayOf(now, loc)
	until := today.End(loc)
	switch w {
	case ThisWeek:
		until = today.Add(6).End(loc)
	case ThisMonth:
		until = today.Add(30).End(loc)
	case All:
		until = time.Time{}
	default:
	}
	begin := today.Begin(loc)
	if w == All {
		begin = now
	}
	return slices.ContainsFunc(moments(a, now), func(m Span) bool {
		s := widen(a, m)
		return (s.End.IsZero() || !s.End.Before(begin)) && (until.IsZero() || m.Begin.Before(until))
	})
}

// Matches reports whether every word of text is in the title or the place.
func Matches(a Activity, text string) bool {
	in := fold(a.Title + " " + a.Location)
	for word := range strings.FieldsSeq(fold(text)) {
		if !strings.Contains(in, word) {
			return false
		}
	}
	return true
}

// ByTime orders what happens at a moment before what is always open, then by
// moment, title and id.
func ByTime(now time.Time) func(a, b Activity) int {
	return func(a, b Activity) int {
		ma, okA := MomentAt(a, now)
		mb, okB := MomentAt(b, now)
		if okA != okB {
			if okA {
				return -1
			}
			return 1
		}
		return cmp.Or(ma.Begin.Compare(mb.Begin), ma.End.Compare(mb.End), cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
	}
}

// ValidID reports whether a string can be the id of an activity.
func ValidID(id string) bool {
	return id != "" && len(id) <= 64 && utf8.ValidString(id) && !strings.ContainsRune(id, 0)
}

// Validate says what is wrong with a calendar.
func Validate(a Activity) error {
	c := a.Calendar
	wrong := func(why string) error { return ErrInvalidCalendar.With("why", why) }
	if _, err := period.Zone(a.TimeZone); err != nil {
		return wrong("time-zone")
	}
	for _, t := range c.Times {
		if t.End.Before(t.Begin) {
			return wrong("end-before-begin")
		}
	}
	for _, o := range c.Opening {
		if _, _, err := o.Opens.parts(); err != nil || o.Weekday < 1 || o.Weekday > 7 {
			return wrong("opening")
		}
		if _, _, err := o.Closes.parts(); err != nil {
			return wrong("opening")
		}
	}
	switch a.CalendarType {
	case Single, Multiple:
		if len(c.Times) == 0 || a.CalendarType == Single && len(c.Times) != 1 {
			return wrong("times")
		}
	case Periodic:
		if c.From.IsZero() || c.Until.IsZero() || c.Until.Before(c.From) {
			return wrong("days")
		}
	case Permanent:
	default:
		return wrong("calendar-type")
	}
	return nil
}

// Bounds returns the instants between which the activity can matter, windows
// included; zero where it is open.
func Bounds(a Activity) Span {
	loc := zone(a)
	switch a.CalendarType {
	case Periodic:
		return Span{a.Calendar.From.Begin(loc).Add(-a.Margin), a.Calendar.Until.End(loc).Add(24*time.Hour + a.Margin)}
	case Permanent:
		return Span{}
	default:
		var s Span
		for _, t := range a.Calendar.Times {
			if s.Begin.IsZero() || t.Begin.Before(s.Begin) {
				s.Begin = t.Begin
			}
			if t.End.After(s.End) {
				s.End = t.End
			}
		}
		return Span{s.Begin.Add(-a.Margin), s.End.Add(a.Margin)}
	}
}

// moments lists the moments around now. Opening hours are unrolled over the
// days near now, and near the beginning and end of a periodic calendar, which
// is enough to find the one before and the one after.
func moments(a Activity, now time.Time) []Span {
	c, loc := a.Calendar, zone(a)
	switch {
	case a.CalendarType == Single || a.CalendarType == Multiple:
		out := make([]Span, len(c.Times))
		for i, t := range c.Times {
			out[i] = Span(t)
		}
		return out
	case len(c.Opening) == 0 && a.CalendarType == Permanent:
		return []Span{{}}
	case len(c.Opening) == 0:
		return []Span{{c.From.Begin(loc), c.Until.End(loc).Add(-time.Nanosecond)}}
	}
	// Eight days reach the same weekday on either side, also across midnight.
	middle := period.DayOf(now, loc)
	if a.CalendarType == Periodic {
		if middle.Before(c.From) {
			middle = c.From
		}
		if c.Until.Before(middle) {
			middle = c.Until
		}
	}
	var out []Span
	for n := -8; n <= 8; n++ {
		d := middle.Add(n)
		if a.CalendarType == Periodic && (d.Before(c.From) || c.Until.Before(d)) {
			continue
		}
		for _, o := range c.Opening {
			if o.Weekday == d.Weekday() {
				out = append(out, o.on(d, loc))
			}
		}
	}
	return out
}

// widen turns a moment into the window in which a point may be saved. Whole
// days have no margin.
func widen(a Activity, m Span) Span {
	if (a.CalendarType == Periodic || a.CalendarType == Permanent) && len(a.Calendar.Opening) == 0 {
		return m
	}
	return Span{m.Begin.Add(-a.Margin), m.End.Add(a.Margin)}
}

func (o Opening) on(d period.Day, loc *time.Location) Span {
	h, m, _ := o.Opens.parts()
	s := Span{Begin: d.At(h, m, loc)}
	h, m, _ = o.Closes.parts()
	if o.Closes <= o.Opens {
		d = d.Add(1)
	}
	s.End = d.At(h, m, loc)
	return s
}

// parts reads hours and minutes. 24:00 is midnight at the end of the day.
func (c Clock) parts() (hour, minute int, err error) {
	if c == "24:00" {
		return 24, 0, nil
	}
	t, err := time.Parse("15:04", string(c))
	if err != nil || len(c) != len("15:04") {
		return 0, 0, fmt.Errorf("%q is no time on the clock", string(c))
	}
	return t.Hour(), t.Minute(), nil
}

// zone is the activity's time zone; a stored one has been validated.
func zone(a Activity) *time.Location {
	loc, err := period.Zone(a.TimeZone)
	if err != nil {
		return period.Brussels()
	}
	return loc
}

// Zone is where the activity's days begin and end.
func (a Activity) Zone() *time.Location { return zone(a) }

// fold takes case and accents away.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
}
