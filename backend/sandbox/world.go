package sandbox

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
)

// The sample users and the sample client.
const (
	clerkUser       = "clerk@openbalie.example"
	coordinatorUser = "coordinator@openbalie.example"
	adminUser       = "admin@openbalie.example"
	sampleClient    = "sandbox-client"
)

// world is a sandbox before it is written down: the rows of each table, and
// what the later parts need to know of the earlier ones.
type world struct {
	dice
	now   time.Time
	today period.Day
	ring  *secret.Ring

	rows    map[string][][]any
	acts    []*act
	people  []*person
	used    map[use]count
	insz    map[string]bool
	serials map[string]int // of pass numbers, per prefix
}

// act is an activity with the organizer it belongs to.
type act struct {
	show
	id      string
	owner   organizer
	nth     int // chooses among the days of the show's plan
	systems []int
	past    period.Day // of activities that were once, long ago
}

// build makes a whole sandbox around now.
func build(ring *secret.Ring, now time.Time) (*world, error) {
	w := &world{
		dice: newDice(1), now: now, today: period.DayOf(now, period.Brussels()), ring: ring,
		rows: map[string][][]any{}, used: map[use]count{}, insz: map[string]bool{}, serials: map[string]int{},
	}
	w.addRegions()
	w.addOrganizers()
	w.acts = append(programme(), w.pastActs()...)
	if err := w.addActivities(); err != nil {
		return nil, err
	}
	w.addGrants()
	if err := w.addOfficial(); err != nil {
		return nil, err
	}
	for _, r := range regions {
		if err := w.populate(r); err != nil {
			return nil, err
		}
	}
	w.addHistory()
	return w, nil
}

// add notes one row; its values follow the columns of the table in store.go.
func (w *world) add(table string, values ...any) {
	w.rows[table] = append(w.rows[table], values)
}

func (w *world) addRegions() {
	for _, r := range regions {
		w.add("card_system", r.id, r.name, r.color, r.website, r.email)
		for _, t := range r.towns {
			w.add("card_system_city", r.id, t.postalCode, t.name)
		}
	}
}

func (w *world) addOrganizers() {
	for _, o := range organizers {
		w.add("organizer", o.key(), o.name, o.city(), o.kind == school, o.account())
		w.add("account", o.account(), "ORGANIZER", "POINT", true, 0, 0, 0)
		for _, s := range o.systems {
			w.add("organizer_card_system", o.key(), s)
		}
	}
}

// key is the organizer's id: official ones have theirs.
func (o organizer) key() string {
	if o.id != "" {
		return o.id
	}
	return named("organizer", o.slug).String()
}

// account is where the points come from that the organizer gives.
func (o organizer) account() uuid.UUID { return named("account", o.slug) }

func (o organizer) city() string { return regionOf(o.systems[0]).towns[o.town].name }

func regionOf(id int) region {
	for _, r := range regions {
		if r.id == id {
			return r
		}
	}
	panic(fmt.Sprintf("no card system %d", id)) // the lists of this package disagree
}

func organizerBy(slug string) organizer {
	for _, o := range organizers {
		if o.slug == slug {
			return o
		}
	}
	panic("no organizer " + slug) // the lists of this package disagree
}

// addGrants lets the sample users in. Nobody@ is somebody without a grant.
func (w *world) addGrants() {
	grant := func(kind, subject, organizer string, role rights.Role) {
		w.add("rights_grant", kind, subject, organizer, string(role), "system:sandbox", w.now)
	}
	grant("CLIENT", sampleClient, TestOrganizer, rights.Integrator)
	for _, o := range organizers {
		if o.slug == secondCounter || o.id == TestOrganizer {
			grant("PERSON", clerkUser, o.key(), rights.Clerk)
		}
		if o.id == TestOrganizer || o.systems[0] == firstFictional {
			grant("PERSON", coordinatorUser, o.key(), rights.Coordinator)
		}
		grant("PERSON", adminUser, o.key(), rights.Admin)
	}
}
