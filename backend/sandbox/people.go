package sandbox

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/secret"
)

const (
	female = "FEMALE"
	male   = "MALE"
)

// tariffState is what a person's social tariff is like today.
type tariffState int

const (
	none tariffState = iota
	active
	expired
	grace
	suspended
)

// person is somebody with a pass, as far as the history needs to know.
type person struct {
	id         uuid.UUID
	system     int
	number     string
	since      time.Time
	visits     int
	favourites []*act
	official   bool // of the public test data set

	moves   []move
	in, out int // points
}

// move is points that came, or went when below zero.
type move struct {
	at     time.Time
	points int
}

// household is who lives behind one door.
type household struct {
	community community
	surname   string
	street    string
	town      town
	phone     string
	since     time.Time
	organizer string
	tariff    tariffState
	called    map[string]bool // first names that are taken
}

// populate fills a region: households of several kinds, group passes, stock.
func (w *world) populate(r region) error {
	counters := countersOf(r.id)
	for n := 0; n < r.people; {
		h := w.newHousehold(r, counters)
		for _, age := range w.ages() {
			if err := w.addResident(r, h, age); err != nil {
				return err
			}
			n++
		}
	}
	if r.people == 0 {
		return nil
	}
	for i, name := range groupNames {
		turns := any(nil)
		until := any(nil)
		if i%2 == 0 {
			turns, until = 50*(2+w.IntN(8)), date(period.NewDay(w.now.Year()+1, time.December, 31))
		}
		id := w.id(w.ago(300))
		t := pick(w.dice, r.towns)
		w.add("group_pass", id, r.id, name+" "+t.name, "", "", t.postalCode, t.name, turns, until, w.ago(200))
		w.addCard(r, pass{status: "ACTIVE", group: &id, mark: i%2 == 0, chipped: true, at: w.ago(200)})
	}
	for range 30 {
		counter := pick(w.dice, counters).key()
		w.addCard(r, pass{status: "LOCAL_STOCK", mark: w.chance(25), chipped: true, counter: &counter, at: w.ago(60)})
	}
	return nil
}

var groupNames = []string{"Buurtwerking Samen", "Wandelgroep De Slak", "Woonzorghuis Avondlicht", "Jeugdwerking Tam-Tam"}

func countersOf(system int) []organizer {
	var out []organizer
	for _, o := range organizers {
		if o.systems[0] == system {
			out = append(out, o)
		}
	}
	return out
}

// ago is a moment within so many days before now.
func (w *world) ago(days int) time.Time {
	return w.now.Add(-time.Duration(1+w.IntN(days*24*60)) * time.Minute).Truncate(time.Second)
}

func (w *world) newHousehold(r region, counters []organizer) household {
	c := w.community(r.bilingual)
	h := household{
		community: c, surname: pick(w.dice, c.surnames),
		street: fmt.Sprintf("%s %d", pick(w.dice, streets), 1+w.IntN(140)),
		town:   pick(w.dice, r.towns),
		// Numbers that the telephone companies keep for stories.
		phone: fmt.Sprintf("+3245590%02d%02d", w.IntN(100), w.IntN(100)),
		since: w.ago(1500), organizer: pick(w.dice, counters).key(), called: map[string]bool{},
	}
	if w.chance(24) {
		h.tariff = []tariffState{active, active, active, active, active, active, active, expired, expired, grace, suspended}[w.IntN(11)]
	}
	return h
}

func (w *world) community(city bool) community {
	share := func(c community) int {
		if city {
			return c.city
		}
		return c.share
	}
	at := w.IntN(100)
	for _, c := range communities {
		if at -= share(c); at < 0 {
			return c
		}
	}
	return communities[0]
}

// ages is who lives in a household, the eldest first.
func (w *world) ages() []int {
	switch dice := w.IntN(100); {
	case dice < 25:
		return []int{19 + w.IntN(55)}
	case dice < 40:
		a := 24 + w.IntN(45)
		return []int{a, a - 3 + w.IntN(6)}
	case dice < 52:
		return []int{68 + w.IntN(24)}
	default:
		parent := 27 + w.IntN(22)
		out := []int{parent}
		if w.chance(70) {
			out = append(out, parent-2+w.IntN(5))
		}
		for range 1 + w.IntN(3) {
			out = append(out, 2+w.IntN(min(15, parent-20)))
		}
		return out
	}
}

// addResident gives one of a household a name, a pass and a past.
func (w *world) addResident(r region, h household, age int) error {
	gender, names := female, h.community.female
	if w.chance(49) {
		gender, names = male, h.community.male
	}
	surname := h.surname
	if age > 18 && w.chance(45) {
		surname = pick(w.dice, h.community.surnames)
	}
	born := w.today.Add(-365*age - w.IntN(365))
	h.since = later(h.since, born.Add(400).Begin(time.UTC))
	p := holder{
		id: w.id(h.since), first: w.firstName(h, names), last: surname, gender: gender, born: born,
		street: h.street, town: h.town, organizer: h.organizer, since: h.since,
	}
	if age > 14 {
		p.phone = h.phone
		p.mail = mailName(p.first, p.last) + "@" + pick(w.dice, h.community.mail)
	}
	if w.chance(35) {
		p.insz = w.freshNationalNumber(born, gender)
	}
	if err := w.addHolder(p); err != nil {
		return err
	}
	number := w.addPasses(r, p, h.tariff)
	w.addMembership(p, r.id, h.tariff)
	if w.chance(5) {
		// Somebody who also joined a neighbouring region, with a card of its own.
		other := regions[3+(r.id-firstFictional+1)%4]
		w.addCard(other, pass{status: "ACTIVE", holder: &p.id, chipped: true, at: w.ago(100)})
		w.addMembership(p, other.id, none)
	}
	w.people = append(w.people, &person{id: p.id, system: r.id, number: number, since: h.since, visits: w.visits()})
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// firstName chooses a name that nobody else in the house has.
func (w *world) firstName(h household, names []string) string {
	for {
		if n := pick(w.dice, names); !h.called[n] {
			h.called[n] = true
			return n
		}
	}
}

// visits is how often somebody came in the past months: many never, a few
// every week.
func (w *world) visits() int {
	switch dice := w.IntN(100); {
	case dice < 40:
		return 0
	case dice < 75:
		return 1 + w.IntN(7)
	case dice < 94:
		return 8 + w.IntN(14)
	default:
		return 25 + w.IntN(30)
	}
}

func (w *world) freshNationalNumber(born period.Day, gender string) string {
	for {
		n := w.nationalNumber(born, gender)
		if !w.insz[n] {
			w.insz[n] = true
			return n
		}
		born = born.Add(1)
	}
}

// holder is a row of passholder.
type holder struct {
	id          uuid.UUID
	first, last string
	gender      string
	born        period.Day
	street      string
	town        town
	mail, phone string
	insz        string
	organizer   string
	since       time.Time
}

func (w *world) addHolder(p holder) error {
	var sealed, hash []byte
	var key string
	if p.insz != "" {
		n, err := secret.ParseNationalNumber(p.insz)
		if err != nil {
			return fmt.Errorf("national number of a sample person: %w", err)
		}
		if sealed, err = w.ring.Seal(n, p.id[:]); err != nil {
			return fmt.Errorf("seal national number: %w", err)
		}
		hash, key = w.ring.Hashes(n)[0], w.ring.HashKey()
	}
	w.add("passholder", p.id, p.last, p.first, date(p.born), p.gender, p.street, p.town.postalCode, p.town.name, p.mail, p.phone,
		sealed, hash, key, p.organizer, p.since)
	return nil
}

// addMembership makes somebody a member, with the social tariff in the state
// that it shall have today.
func (w *world) addMembership(p holder, system int, state tariffState) {
	w.add("membership", p.id, system, "ACTIVE", p.since)
	from, until, paused := w.today.Add(-200), w.today.Add(150+w.IntN(600)), any(nil)
	switch state {
	case none:
		return
	case active:
	case expired:
		from, until = w.today.Add(-700), w.today.Add(-60-w.IntN(300))
	case grace:
		from, until = w.today.Add(-380), w.today.Add(-5-w.IntN(20))
	case suspended:
		paused = date(w.today.Add(20 + w.IntN(60)))
	}
	w.add("social_tariff", w.id(w.ago(200)), p.id, system, dayRange(period.Range{From: from, Until: until.Add(1)}), paused, "RVV")
}

func date(d period.Day) time.Time { return d.Begin(time.UTC) }
