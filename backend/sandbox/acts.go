package sandbox

import (
	"fmt"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/period"
)

// showsOfOne is how many shows of its kind an organizer takes.
const showsOfOne = 5

// programme is everything that moves along with today.
func programme() []*act {
	test := organizerBy("test-organisatie")
	foreign := organizerBy(otherOrganizer)
	out := []*act{
		{id: permanentEvent, owner: test, systems: test.systems, show: show{title: "[TEST] Permanent aanbod", plan: always()}},
		{id: weeklyEvent, owner: test, systems: test.systems, show: show{title: "[TEST] Eén keer per week", plan: always()}},
		{id: foreignEvent, owner: foreign, systems: foreign.systems, show: show{title: "[TEST] Aanbod van een andere organisator", plan: always()}},
	}
	seen := map[kind]int{}
	for n, o := range organizers {
		var shows []show
		switch {
		case o.id == TestOrganizer:
			shows = testProgramme
		case o.slug == otherOrganizer:
			continue
		default:
			shows = choose(programmes[o.kind], seen[o.kind])
			seen[o.kind]++
		}
		if o.slug == secondCounter {
			shows = append(shows, counterProgramme...)
		}
		for _, s := range shows {
			if s.french != "" && regionOf(o.systems[0]).bilingual {
				s.title = s.french
			}
			out = append(out, &act{id: named("activity", o.slug+"/"+s.title).String(), owner: o, nth: n, systems: o.systems, show: s})
		}
	}
	return out
}

// choose takes the permanent show, which can be done at any hour, and some of
// the others in turn.
func choose(all []show, nth int) []show {
	var permanent, others []show
	for _, s := range all {
		if s.plan.shape == activity.Permanent {
			permanent = append(permanent, s)
		} else {
			others = append(others, s)
		}
	}
	out := permanent
	for i := range min(showsOfOne-len(permanent), len(others)) {
		out = append(out, others[(nth*3+i)%len(others)])
	}
	return out
}

// pastActs were once, in the months before the sandbox was made, and stay
// there.
func (w *world) pastActs() []*act {
	var out []*act
	for _, o := range organizers[2:] {
		for n := range 1 + w.IntN(2) {
			title := pick(w.dice, pastShows)
			day := w.today.Add(-20 - w.IntN(historyDays-20))
			out = append(out, &act{
				id: named("activity", fmt.Sprintf("%s/%s/%s/%d", o.slug, title, day, n)).String(), owner: o, systems: o.systems,
				past: day, show: show{title: title, plan: once("14:00", "17:00", 0), points: 1 + w.IntN(3)},
			})
		}
	}
	return out
}

func (w *world) addActivities() error {
	for _, a := range w.acts {
		d, err := a.dates(w.today)
		if err != nil {
			return err
		}
		w.add("activity", a.id, a.owner.key(), a.title, a.owner.name, string(a.plan.shape), d.json, d.first, d.last, a.margin,
			a.worth(), a.volume(), string(a.period()))
		for _, s := range a.systems {
			w.add("activity_card_system", a.id, s)
		}
	}
	return nil
}

func (s show) worth() int { return max(1, s.points) }

func (s show) volume() int { return max(1, s.max) }

// period is what the limit counts in: for what is always there a week, for
// what has dates a day.
func (s show) period() period.Period {
	switch {
	case s.per != "":
		return period.Period(s.per)
	case s.plan.shape == activity.Permanent || s.plan.shape == activity.Periodic:
		return period.Weekly
	default:
		return period.Daily
	}
}
