package sandbox

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
)

// historyDays is how far back the points history goes.
const historyDays = 230

// use is what a limit counts: a person, an activity and the days of a period.
type use struct {
	person   uuid.UUID
	activity string
	days     period.Range
}

// count is how often that was, of how often it may be.
type count struct{ used, max int }

// addHistory lets people come in the past months. Everything is written as
// check-ins and cancellations write it, counters included, so that the
// ledger's verifier finds nothing.
func (w *world) addHistory() {
	offers := map[int][]*act{}
	for _, a := range w.acts {
		// What moves along with today cannot have been months ago.
		if a.plan.shape == activity.Permanent || a.plan.shape == activity.Periodic || !a.past.IsZero() {
			for _, s := range a.systems {
				offers[s] = append(offers[s], a)
			}
		}
	}
	for _, p := range w.people {
		offer := offers[p.system]
		if p.official {
			// Points can be saved in any region; these people like to travel.
			offer = slices.Concat(offers[gent], offers[firstFictional])
		}
		for range min(3, p.visits) {
			p.favourites = append(p.favourites, pick(w.dice, offer))
		}
		for range p.visits {
			a := pick(w.dice, offer)
			if w.chance(60) {
				a = pick(w.dice, p.favourites)
			}
			if at, ok := w.moment(a, p); ok {
				var undone *time.Time
				if w.chance(2) {
					cancelled := at.Add(2 * time.Minute)
					undone = &cancelled
				}
				w.visit(p, a, at, undone)
			}
		}
	}
	w.addStories()
	for u, c := range w.used {
		w.add("usage_counter", u.person, "checkin:"+u.activity, dayRange(u.days), c.used, c.max)
	}
	for _, p := range w.people {
		w.add("account", p.id, "PASSHOLDER", "POINT", false, p.in, p.out, max(0, p.out-p.in))
	}
}

// moment is when somebody was at an activity, if there was such a time.
func (w *world) moment(a *act, p *person) (time.Time, bool) {
	if !a.past.IsZero() {
		begin := at(a.past, a.plan.begin)
		return begin.Add(time.Duration(w.IntN(90)) * time.Minute), begin.After(p.since)
	}
	day := w.today.Add(-1 - min(historyDays, int(w.ExpFloat64()*70)))
	opens, closes := "09:00", "19:00"
	if a.plan.shape == activity.Periodic {
		if !slices.Contains(a.plan.weekdays, day.Weekday()) {
			return time.Time{}, false
		}
		opens, closes = a.plan.begin, a.plan.end
	}
	from, until := at(day, opens), at(day, closes)
	t := from.Add(time.Duration(w.Int64N(int64(until.Sub(from))))).Truncate(time.Second)
	return t, t.After(p.since)
}

// visit writes one check-in, if the limit leaves room for it; one that was
// undone takes no room.
func (w *world) visit(p *person, a *act, at time.Time, undone *time.Time) {
	days := a.period().Range(at, period.Brussels())
	u := use{p.id, a.id, days}
	c := w.used[u]
	if c.used >= a.volume() {
		return
	}
	// A check-in and its transfer share one id.
	checkin := w.id(at)
	w.transfer(checkin, p, a.owner, at, a.worth(), points.Checkin, checkin, nil)
	if undone != nil {
		w.transfer(w.id(*undone), p, a.owner, *undone, -a.worth(), points.Reversal, checkin, &checkin)
	} else {
		w.used[u] = count{c.used + 1, a.volume()}
	}
	w.add("checkin", checkin, p.id, a.id, a.owner.key(), p.system, p.number, a.worth(), dayRange(days), at, "COUNTER", undone)
}

// spend changes points for something nice: as many as there were at the time.
func (w *world) spend(p *person, from organizer, at time.Time, atMost int) {
	left := 0
	for _, m := range p.moves {
		if m.at.Before(at) {
			left += m.points
		}
	}
	if n := min(left, atMost); n > 0 {
		id := w.id(at)
		w.transfer(id, p, from, at, -n, points.Spending, id, nil)
	}
}

// transfer moves points to somebody, or away when there are fewer than none.
func (w *world) transfer(id uuid.UUID, p *person, o organizer, at time.Time, n int, code points.Code, group uuid.UUID, reverses *uuid.UUID) {
	debit, credit, amount := o.account(), p.id, n
	if n < 0 {
		debit, credit, amount = p.id, o.account(), -n
		p.out += amount
	} else {
		p.in += amount
	}
	p.moves = append(p.moves, move{at, n})
	w.add("transfer", id, at, at, p.system, debit, credit, amount, "POINT", int16(code), group, reverses)
}

// addStories writes what somebody who tries the sandbox should meet.
func (w *world) addStories() {
	w.tell("0900000095902", "Open deur in het testhuis", w.thisMorning())
	w.tell("1000000520006", welcomeShow, w.now.AddDate(0, -5, 0))
	for i, p := range w.people {
		switch {
		case len(p.favourites) == 0 || p.official:
		case i%170 == 0:
			// Points spent, and then a check-in undone that had paid for them: a debt.
			undone := w.now.Add(-3 * time.Hour)
			w.visit(p, p.favourites[0], w.now.AddDate(0, 0, -3), &undone)
			w.spend(p, p.favourites[0].owner, w.now.AddDate(0, 0, -1), 1000)
		case i%6 == 0:
			w.spend(p, p.favourites[0].owner, w.ago(30), 5+5*w.IntN(4))
		}
	}
}

// thisMorning is a while ago, but today.
func (w *world) thisMorning() time.Time {
	t := w.now.Add(-50 * time.Minute).Truncate(time.Second)
	return later(t, w.today.Begin(period.Brussels()))
}

func (w *world) tell(number, title string, at time.Time) {
	for _, p := range w.people {
		for _, a := range w.acts {
			if p.number == number && a.title == title {
				w.visit(p, a, at, nil)
			}
		}
	}
}
