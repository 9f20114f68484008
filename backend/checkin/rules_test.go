package checkin_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/checkin"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
)

func TestADecisionSaysWhyAndWhen(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 14, 0, 0, 0, period.Brussels())
	hours := func(n float64) time.Time { return now.Add(time.Duration(n * float64(time.Hour))) }
	times := func(pairs ...float64) func(f *checkin.Facts) {
		return func(f *checkin.Facts) {
			f.Activity.CalendarType, f.Activity.Calendar.Times = activity.Multiple, nil
			for i := 0; i < len(pairs); i += 2 {
				f.Activity.Calendar.Times = append(f.Activity.Calendar.Times, activity.Time{Begin: hours(pairs[i]), End: hours(pairs[i+1])})
			}
		}
	}
	ofCard := func(change func(c *card.Card)) func(f *checkin.Facts) {
		return func(f *checkin.Facts) { change(f.Card) }
	}
	for name, tt := range map[string]struct {
		change        func(f *checkin.Facts)
		refusal       error
		points        int
		opens, closes time.Time
	}{
		"all is well":              {change: func(*checkin.Facts) {}, points: 3, closes: hours(2)},
		"the last of two":          {change: func(f *checkin.Facts) { f.Used = 1 }, points: 3, closes: hours(2)},
		"two of two":               {change: func(f *checkin.Facts) { f.Used = 2 }, refusal: checkin.ErrLimitReached, points: 3, closes: hours(2)},
		"three of two":             {change: func(f *checkin.Facts) { f.Used = 3 }, refusal: checkin.ErrLimitReached, points: 3, closes: hours(2)},
		"one point is enough":      {change: func(f *checkin.Facts) { f.Activity.Points = 1 }, points: 1, closes: hours(2)},
		"no points":                {change: func(f *checkin.Facts) { f.Activity.Points = 0 }, refusal: checkin.ErrNoPoints},
		"no membership":            {change: func(f *checkin.Facts) { f.ActiveMember = false }, refusal: checkin.ErrNoActiveMembership},
		"no card":                  {change: func(f *checkin.Facts) { f.Card = nil }, refusal: passholder.ErrUnknown},
		"a group pass":             {change: ofCard(func(c *card.Card) { c.GroupPassID = uuid.New() }), refusal: checkin.ErrGroupPass},
		"a blocked card":           {change: ofCard(func(c *card.Card) { c.Status = card.Blocked }), refusal: checkin.ErrCardBlocked},
		"a card in stock":          {change: ofCard(func(c *card.Card) { c.Status = card.LocalStock }), refusal: checkin.ErrCardNotActive},
		"a card of nobody":         {change: ofCard(func(c *card.Card) { c.PassholderID = uuid.Nil }), refusal: checkin.ErrCardNotActive},
		"at its first moment":      {change: times(1, 2), points: 3, closes: hours(3)},
		"at its last moment":       {change: times(-2, -1), points: 3, closes: hours(0)},
		"later today":              {change: times(3, 4), refusal: checkin.ErrTooEarly, points: 3, opens: hours(2)},
		"the first on another day": {change: times(48, 49), refusal: checkin.ErrTooEarly, points: 3, opens: hours(47)},
		"was today and is again":   {change: times(-4, -3, 3, 4), refusal: checkin.ErrTooEarly, points: 3, opens: hours(2), closes: hours(-2)},
		"was and is on other days": {
			change: times(-48, -47, 48, 49), refusal: checkin.ErrNotToday, points: 3, opens: hours(47), closes: hours(-46),
		},
		"never again": {change: times(-4, -3), refusal: checkin.ErrTooLate, points: 3, closes: hours(-2)},
	} {
		f := checkin.Facts{
			Activity: &activity.Activity{
				ID: "a", TimeZone: "Europe/Brussels", CalendarType: activity.Single, Points: 3, Margin: time.Hour,
				Limit:    activity.Limit{Volume: 2, Period: period.Daily},
				Calendar: activity.Calendar{Times: []activity.Time{{Begin: hours(-1), End: hours(1)}}},
			},
			MayWrite: true, ActiveMember: true, Card: &card.Card{Status: card.Active, PassholderID: uuid.New()},
		}
		tt.change(&f)
		d := checkin.Allow(f, now)
		if !errors.Is(d.Err(), tt.refusal) || d.Allowed != (tt.refusal == nil) || d.Allowed != (d.Code == "") {
			t.Errorf("%s: allowed %t, %v, %q; want %v", name, d.Allowed, d.Err(), d.Code, tt.refusal)
		}
		if why, ok := errors.AsType[*fault.Error](tt.refusal); ok && d.Code != why.Code {
			t.Errorf("%s: code %s, want %s", name, d.Code, why.Code)
		}
		if today, told := d.Args["today"]; told && today != (tt.opens.Sub(now) < 12*time.Hour) {
			t.Errorf("%s: opens today: %v", name, today)
		} else if !told && errors.Is(tt.refusal, checkin.ErrTooEarly) {
			t.Errorf("%s: not told whether it opens today", name)
		}
		if d.Points != tt.points || !same(d.OpensAt, tt.opens) || !same(d.ClosesAt, tt.closes) {
			t.Errorf("%s: %d points, opens %v, closes %v; want %d, %s, %s", name, d.Points, d.OpensAt, d.ClosesAt, tt.points, tt.opens, tt.closes)
		}
	}
}

// same reports whether an instant that may be left out is this one.
func same(got *time.Time, want time.Time) bool {
	if got == nil {
		return want.IsZero()
	}
	return got.Equal(want)
}
