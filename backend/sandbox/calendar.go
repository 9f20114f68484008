package sandbox

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/period"
)

// plan is the calendar of a show, told from today.
type plan struct {
	shape      activity.CalendarType
	begin, end string // on the wall, "20:00"
	days       []int  // SINGLE: offsets to choose from; MULTIPLE: of one of the moments
	weekdays   []int  // PERIODIC: 1 is Monday
}

// always is permanent, without hours.
func always() plan { return plan{shape: activity.Permanent} }

// open is a season with opening hours on some days of the week.
func open(from, until string, weekdays ...int) plan {
	return plan{shape: activity.Periodic, begin: from, end: until, weekdays: weekdays}
}

// once is one moment, on one of some days from today.
func once(begin, end string, days ...int) plan {
	return plan{shape: activity.Single, begin: begin, end: end, days: days}
}

// weekly is nine moments, a week apart, one of them so many days from today.
func weekly(day int, begin, end string) plan {
	return plan{shape: activity.Multiple, begin: begin, end: end, days: []int{day}}
}

// dates are the columns of activity that move along with today.
type dates struct {
	json        string
	first, last *time.Time // nil: open
}

// dates tells the plan of an activity as of a day.
func (a *act) dates(today period.Day) (dates, error) {
	of := activity.Activity{
		CalendarType: a.plan.shape, Calendar: a.calendar(today), TimeZone: period.Brussels().String(),
		Margin: time.Duration(a.margin) * time.Minute,
	}
	if err := activity.Validate(of); err != nil {
		return dates{}, fmt.Errorf("calendar of %s: %w", a.title, err)
	}
	text, err := json.Marshal(of.Calendar)
	if err != nil {
		return dates{}, fmt.Errorf("write calendar: %w", err)
	}
	out := dates{json: string(text)}
	if b := activity.Bounds(of); !b.Begin.IsZero() {
		out.first, out.last = &b.Begin, &b.End
	}
	return out, nil
}

func (a *act) calendar(today period.Day) (c activity.Calendar) {
	on := func(days ...period.Day) {
		for _, d := range days {
			c.Times = append(c.Times, activity.Time{Begin: at(d, a.plan.begin), End: at(d, a.plan.end)})
		}
	}
	switch {
	case !a.past.IsZero():
		on(a.past)
	case a.plan.shape == activity.Single:
		on(today.Add(a.plan.days[a.nth%len(a.plan.days)]))
	case a.plan.shape == activity.Multiple:
		for week := -4; week <= 4; week++ {
			on(today.Add(a.plan.days[0] + 7*week))
		}
	case a.plan.shape == activity.Periodic:
		// A season begins and ends with a month, so that it does not move daily.
		y, m, _ := today.Date()
		c.From, c.Until = period.NewDay(y, m-9, 1), period.NewDay(y, m+6, 0)
		for _, weekday := range a.plan.weekdays {
			c.Opening = append(c.Opening, activity.Opening{
				Weekday: weekday, Opens: activity.Clock(a.plan.begin), Closes: activity.Clock(a.plan.end),
			})
		}
	default: // permanent
	}
	return c
}

// at is a time on the wall of a day, in Brussels.
func at(d period.Day, clock string) time.Time {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		panic(err) // a constant of this package
	}
	return d.At(t.Hour(), t.Minute(), period.Brussels())
}
