package activity_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/period"
)

func at(s string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, s, period.Brussels()); err == nil {
			return t
		}
	}
	panic(s)
}

func day(s string) period.Day {
	d, err := period.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func moment(begin, end string) activity.Time { return activity.Time{Begin: at(begin), End: at(end)} }

func made(kind activity.CalendarType, c activity.Calendar) activity.Activity {
	return activity.Activity{
		ID: "a", CalendarType: kind, Calendar: c, TimeZone: "Europe/Brussels", Margin: 5 * time.Hour, Title: "Café Théâtre",
		Location: "De Werf, Aalst",
	}
}

// Times are on the wall in Brussels. The margin is five hours.
var (
	concert = made(activity.Single, activity.Calendar{Times: []activity.Time{moment("2026-11-22 20:00", "2026-11-22 22:00")}})
	lessons = made(activity.Multiple, activity.Calendar{Times: []activity.Time{
		moment("2026-11-18 14:00", "2026-11-18 16:00"), moment("2026-11-25 14:00", "2026-11-25 16:00"),
	}})
	show = made(activity.Periodic, activity.Calendar{From: day("2026-11-01"), Until: day("2026-11-30")})
	pool = made(activity.Permanent, activity.Calendar{Opening: []activity.Opening{
		{Weekday: 3, Opens: "14:00", Closes: "18:00"}, {Weekday: 7, Opens: "10:00", Closes: "12:00"},
	}})
	bar = made(activity.Permanent, activity.Calendar{Opening: []activity.Opening{{Weekday: 6, Opens: "22:00", Closes: "03:00"}}})
	// From Sunday nine o'clock to Monday nine o'clock.
	kiosk = made(activity.Permanent, activity.Calendar{Opening: []activity.Opening{{Weekday: 7, Opens: "09:00", Closes: "09:00"}}})
	fair  = made(activity.Periodic, activity.Calendar{
		From: day("2026-11-20"), Until: day("2026-11-22"), Opening: []activity.Opening{{Weekday: 5, Opens: "10:00", Closes: "18:00"}},
	})
	always = made(activity.Permanent, activity.Calendar{})
)

func TestTheWindowInWhichAPointMayBeSaved(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		activity activity.Activity
		now      string
		open     bool
		next     string // when closed
		last     string
	}{
		"five hours before a concert":             {concert, "2026-11-22 15:00", true, "", ""},
		"a minute earlier":                        {concert, "2026-11-22 14:59", false, "2026-11-22 15:00", ""},
		"five hours after it":                     {concert, "2026-11-23 03:00", true, "", ""},
		"a minute later":                          {concert, "2026-11-23 03:01", false, "", "2026-11-23 03:00"},
		"between two lessons":                     {lessons, "2026-11-20 12:00", false, "2026-11-25 09:00", "2026-11-18 21:00"},
		"at the second lesson":                    {lessons, "2026-11-25 15:00", true, "", ""},
		"a whole-day show, first minute":          {show, "2026-11-01 00:00", true, "", ""},
		"a whole-day show, last minute":           {show, "2026-11-30 23:59", true, "", ""},
		"whole days have no margin":               {show, "2026-12-01 00:00", false, "", "2026-11-30 23:59:59.999999999"},
		"the day before a show":                   {show, "2026-10-31 23:59", false, "2026-11-01 00:00", ""},
		"the pool on Wednesday":                   {pool, "2026-11-25 16:00", true, "", ""},
		"five hours before it opens":              {pool, "2026-11-25 09:00", true, "", ""},
		"on Thursday it waits for Sunday":         {pool, "2026-11-26 12:00", false, "2026-11-29 05:00", "2026-11-25 23:00"},
		"a bar after midnight":                    {bar, "2026-11-22 02:00", true, "", ""},
		"eight in the morning is its last minute": {bar, "2026-11-22 08:00", true, "", ""},
		"a minute later it waits for Saturday":    {bar, "2026-11-22 08:01", false, "2026-11-28 17:00", "2026-11-22 08:00"},
		"round the clock, at its last minute":     {kiosk, "2026-11-23 14:00", true, "", ""},
		"round the clock, on Tuesday":             {kiosk, "2026-11-24 12:00", false, "2026-11-29 04:00", "2026-11-23 14:00"},
		"a fair on the day without hours":         {fair, "2026-11-21 12:00", false, "", "2026-11-20 23:00"},
		"weeks before a fair":                     {fair, "2026-10-01 12:00", false, "2026-11-20 05:00", ""},
		"years after a fair":                      {fair, "2030-10-01 12:00", false, "", "2026-11-20 23:00"},
		"what is always open":                     {always, "2026-11-22 03:00", true, "", ""},
	} {
		w := activity.WindowAt(tt.activity, at(tt.now))
		if w.Open != tt.open {
			t.Errorf("%s: open = %v", name, w.Open)
		}
		if tt.open {
			continue
		}
		if tt.next == "" != w.Next.IsZero() || tt.next != "" && !w.Next.Equal(at(tt.next)) {
			t.Errorf("%s: next at %s, want %s", name, w.Next, tt.next)
		}
		if tt.last == "" != w.Last.IsZero() || tt.last != "" && len(tt.last) == 16 && !w.Last.Equal(at(tt.last)) {
			t.Errorf("%s: last at %s, want %s", name, w.Last, tt.last)
		}
	}
}

// On 29 March the clock jumps from 2 to 3, on 25 October it falls back to 2.
func TestOpeningHoursOnTheDaysTheClockChanges(t *testing.T) {
	t.Parallel()
	sunday := made(activity.Permanent, activity.Calendar{Opening: []activity.Opening{{Weekday: 7, Opens: "10:00", Closes: "12:00"}}})
	sunday.Margin = 0
	for name, tt := range map[string]struct {
		now  string
		open bool
	}{
		"ten in the morning in March is eight in UTC":  {"2026-03-29T08:00:00Z", true},
		"a minute earlier":                             {"2026-03-29T07:59:00Z", false},
		"the Sunday before it is nine":                 {"2026-03-22T09:00:00Z", true},
		"ten in the morning in October is nine in UTC": {"2026-10-25T09:00:00Z", true},
		"an hour earlier it was still closed":          {"2026-10-25T08:59:00Z", false},
	} {
		if w := activity.WindowAt(sunday, at(tt.now)); w.Open != tt.open {
			t.Errorf("%s: open = %v", name, w.Open)
		}
	}
	whole := made(activity.Periodic, activity.Calendar{From: day("2026-10-25"), Until: day("2026-10-25")})
	if w := activity.WindowAt(whole, at("2026-10-25T22:59:59Z")); !w.Open {
		t.Error("the twenty-fifth hour of the day is closed")
	}
	if w := activity.WindowAt(whole, at("2026-10-25T23:00:00Z")); w.Open {
		t.Error("the next day is open")
	}
}

func TestTheMomentThatMatters(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		activity activity.Activity
		now      string
		begin    string // empty: always open
	}{
		"the concert before":          {concert, "2026-11-01 12:00", "2026-11-22 20:00"},
		"the concert during":          {concert, "2026-11-22 21:00", "2026-11-22 20:00"},
		"the concert after":           {concert, "2026-12-01 12:00", "2026-11-22 20:00"},
		"today's lesson, just over":   {lessons, "2026-11-18 16:01", "2026-11-18 14:00"},
		"the next lesson":             {lessons, "2026-11-19 12:00", "2026-11-25 14:00"},
		"the last lesson, afterwards": {lessons, "2026-12-18 12:00", "2026-11-25 14:00"},
		"the pool's next hours":       {pool, "2026-11-26 12:00", "2026-11-29 10:00"},
		"always open":                 {always, "2026-11-26 12:00", ""},
	} {
		m, ok := activity.MomentAt(tt.activity, at(tt.now))
		if ok != (tt.begin != "") || ok && !m.Begin.Equal(at(tt.begin)) {
			t.Errorf("%s: %s, %v", name, m.Begin, ok)
		}
	}
}

func TestWhatAListShows(t *testing.T) {
	t.Parallel()
	now := "2026-11-20 12:00" // a Friday
	for name, tt := range map[string]struct {
		activity activity.Activity
		when     activity.When
		now      string
		want     bool
	}{
		"Sunday's concert is not today":                {concert, activity.Today, now, false},
		"but this week":                                {concert, activity.ThisWeek, now, true},
		"next Wednesday's lesson is within seven days": {lessons, activity.ThisWeek, now, true},
		"a concert in eight days is not":               {concert, activity.ThisWeek, "2026-11-14 12:00", false},
		"but within the month":                         {concert, activity.ThisMonth, "2026-11-14 12:00", true},
		"a concert that ended tonight is still today":  {concert, activity.Today, "2026-11-22 23:30", true},
		"and open after midnight":                      {concert, activity.Today, "2026-11-23 01:00", true},
		"but not next morning in what is to come":      {concert, activity.All, "2026-11-23 09:00", false},
		"what is to come":                              {concert, activity.All, now, true},
		"a show on every day":                          {show, activity.Today, now, true},
		"the pool is closed on Friday":                 {pool, activity.Today, now, false},
		"the pool on Sunday":                           {pool, activity.ThisWeek, now, true},
		"what is always open":                          {always, activity.Today, now, true},
	} {
		if got := activity.Covers(tt.activity, tt.when, at(tt.now)); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestSearchForgetsAccentsAndCase(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"cafe": true, "THEATRE aalst": true, "théâtre": true, "": true, "zwembad": false, "cafe gent": false} {
		if got := activity.Matches(concert, text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestACalendarThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]activity.Activity{
		"a concert without a time":    made(activity.Single, activity.Calendar{}),
		"two times for a single":      made(activity.Single, lessons.Calendar),
		"an end before its begin":     made(activity.Single, activity.Calendar{Times: []activity.Time{moment("2026-11-22 20:00", "2026-11-22 19:00")}}),
		"a period without days":       made(activity.Periodic, activity.Calendar{}),
		"a period that ends too soon": made(activity.Periodic, activity.Calendar{From: day("2026-11-02"), Until: day("2026-11-01")}),
		"an eighth weekday":           made(activity.Permanent, activity.Calendar{Opening: []activity.Opening{{Weekday: 8, Opens: "10:00", Closes: "11:00"}}}),
		"a twenty-fifth hour":         made(activity.Permanent, activity.Calendar{Opening: []activity.Opening{{Weekday: 1, Opens: "25:00", Closes: "26:00"}}}),
		"a type of its own":           made("DAILY", activity.Calendar{}),
		"a zone that does not exist":  {CalendarType: activity.Permanent, TimeZone: "Europe/Aalst"},
	} {
		if err := activity.Validate(a); !errors.Is(err, activity.ErrInvalidCalendar) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, a := range []activity.Activity{concert, lessons, show, pool, bar, fair, always} {
		if err := activity.Validate(a); err != nil {
			t.Errorf("%s: %v", a.CalendarType, err)
		}
	}
}

func TestTheNextWindowIsTheFirstMinuteThatIsOpen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SampledFrom([]activity.Activity{concert, lessons, show, pool, bar, fair}).Draw(t, "activity")
		now := at("2026-11-01 00:00").Add(time.Duration(rapid.IntRange(0, 45*24*60).Draw(t, "minutes")) * time.Minute)
		w := activity.WindowAt(a, now)
		if w.Open || w.Next.IsZero() {
			return
		}
		if !activity.WindowAt(a, w.Next).Open {
			t.Fatalf("%s at %s: closed at its next opening %s", a.CalendarType, now, w.Next)
		}
		for step := now; step.Before(w.Next); step = step.Add(w.Next.Sub(now)/50 + time.Second) {
			if activity.WindowAt(a, step).Open {
				t.Fatalf("%s at %s: open at %s, before %s", a.CalendarType, now, step, w.Next)
			}
		}
	})
}

func TestBoundsHoldEveryWindow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SampledFrom([]activity.Activity{concert, lessons, show, pool, fair}).Draw(t, "activity")
		now := at("2026-10-01 00:00").Add(time.Duration(rapid.IntRange(0, 90*24*60).Draw(t, "minutes")) * time.Minute)
		if activity.WindowAt(a, now).Open && !activity.Bounds(a).Holds(now) {
			t.Fatalf("%s is open at %s, outside %v", a.CalendarType, now, activity.Bounds(a))
		}
	})
}
