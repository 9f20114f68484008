package sandbox

import (
	"time"

	"github.com/openbalie/openbalie/backend/period"
)

// officialPass is one line of the public UiTPAS test data set, which the
// integrations of others are tested with: numbers, chips and national numbers
// are exactly those. Names and birthdays are ours; the birthdays follow from
// the national numbers.
type officialPass struct {
	number, chip string // no chip: a digital pass
	first, last  string
	gender       string
	insz         string
	postalCode   string
	city         string
	system       int
	tariff       tariffState
	tariffIn     int // the card system of the social tariff, when another
	blocked      bool
	family       string // those of one family live and write together
	visits       int    // check-ins of the past months
}

// The passes of people, in the order of the public table. Number
// 0900004518305 stands there twice; the daughter has one of her own here.
var officialPasses = []officialPass{
	{number: "0900000095902", chip: "04784CDAEE3880", first: "Bram", last: "De Wachter", gender: male, insz: "83030201540", postalCode: "9000", city: "Gent", system: gent, visits: 3},
	{number: "0900000067513", chip: "04363CDAEE3880", first: "Godelieve", last: "Maertens", gender: female, insz: "36051380284", postalCode: "9090", city: "Melle", system: gent, tariff: active, visits: 14},
	{number: "0900000031618", chip: "04CEE7528E6180", first: "Luc", last: "Baeyens", gender: male, insz: "66010101785", postalCode: "9000", city: "Gent", system: gent, tariff: expired, visits: 8},
	{number: "0900010959113", chip: "04ED6ACACF6180", first: "Nora", last: "Bensaïd", gender: female, insz: "08091860684", postalCode: "9090", city: "Melle", system: gent, tariff: active, visits: 5},
	{number: "0900000002312", chip: "04B00412F15284", first: "Hilde", last: "Stevens", gender: female, insz: "71030360442", postalCode: "9000", city: "Gent", system: gent, tariff: active, blocked: true, visits: 6},
	{number: "0900000058918", chip: "045157B2B63780", first: "Adam", last: "Lambert", gender: male, insz: "17010180147", postalCode: "1000", city: "Brussel", system: brussels, tariff: expired, visits: 2},
	{number: "1000000520006", chip: "045A4832633680", first: "Koen", last: "Verlinden", gender: male, insz: "80010101392", postalCode: "9000", city: "Gent", system: oostende, visits: 46},
	{number: "0900000093204", chip: "045D69DAEE3880", first: "Emir", last: "Yıldırım", gender: male, insz: "10010105762", postalCode: "9000", city: "Gent", system: gent, tariff: active, tariffIn: oostende, visits: 4},
	{number: "0900004518305", first: "Sofie", last: "Verhelst", gender: female, insz: "80010170282", postalCode: "9000", city: "Gent", system: gent, family: "verhelst", visits: 9},
	{number: "0900004518404", first: "Lotte", last: "Verhelst", gender: female, insz: "20010170215", postalCode: "9000", city: "Gent", system: gent, family: "verhelst", visits: 7},
	{number: "0900011902815", first: "Amina", last: "Haddad", gender: female, insz: "91063061055", postalCode: "9000", city: "Gent", system: gent, tariff: active, family: "haddad", visits: 11},
	{number: "0900011903417", first: "Lina", last: "Haddad", gender: female, insz: "15021760024", postalCode: "9000", city: "Gent", system: gent, tariff: active, family: "haddad", visits: 10},
}

// officialGroup is a group pass of the public test data set.
type officialGroup struct {
	number, chip, name string
	turnsPerYear       int // 0: it lives on coupons
}

var officialGroups = []officialGroup{
	{number: "0900000045410", chip: "04D0AB6AF85C80", name: "Buurtwerking De Brug (testgroep)", turnsPerYear: 500},
	{number: "0900000191800", chip: "048B25DAEE3880", name: "Wandelclub De Stappers (testgroep)"},
}

// officialStock are the cards that nobody has yet.
var officialStock = []struct{ number, chip string }{
	{"0900000074519", "044AC54A8E6180"},
	{"0900000020405", "047E2EEA053B80"},
}

// otherRegionNumber is the second card of 0900000093204, with the social
// tariff that he has in another region.
const otherRegionNumber = "0900000093311"

// addOfficial brings the public test data set into the world.
func (w *world) addOfficial() error {
	since := w.today.Add(-900).Begin(period.Brussels())
	for i, o := range officialPasses {
		p := holder{
			id: named("passholder", o.number), first: o.first, last: o.last, gender: o.gender, born: birthday(o.insz), insz: o.insz,
			street: streets[i] + " 1", town: town{o.postalCode, o.city}, organizer: TestOrganizer, since: since,
		}
		if o.family != "" {
			p.street, p.mail = "Familieplein 12", o.family+"@thuis.example"
		}
		w.insz[o.insz] = true
		if err := w.addHolder(p); err != nil {
			return err
		}
		c := pass{status: "ACTIVE", holder: &p.id, at: since}
		if o.blocked {
			c.status, c.reason = "BLOCKED", "LOST"
		}
		var uid []byte
		if o.chip != "" {
			uid = mustHex(o.chip)
		}
		w.addCardAs(o.system, o.number, uid, c)
		if o.tariffIn == 0 {
			w.addMembership(p, o.system, o.tariff)
		} else {
			w.addMembership(p, o.system, none)
			w.addMembership(p, o.tariffIn, o.tariff)
			w.addCardAs(o.tariffIn, otherRegionNumber, nil, pass{status: "ACTIVE", holder: &p.id, at: since})
		}
		w.people = append(w.people, &person{id: p.id, system: o.system, number: o.number, since: since, visits: o.visits, official: true})
	}
	r := regionOf(gent)
	for _, g := range officialGroups {
		id := named("group", g.number)
		turns, until := any(nil), any(nil)
		if g.turnsPerYear > 0 {
			turns, until = g.turnsPerYear, date(period.NewDay(w.now.Year()+3, time.December, 31))
		}
		w.add("group_pass", id, gent, g.name, "", "", r.towns[0].postalCode, r.towns[0].name, turns, until, since)
		w.addCardAs(gent, g.number, mustHex(g.chip), pass{status: "ACTIVE", group: &id, at: since})
	}
	counter := TestOrganizer
	for _, s := range officialStock {
		w.addCardAs(gent, s.number, mustHex(s.chip), pass{status: "LOCAL_STOCK", counter: &counter, at: since})
	}
	return nil
}

// birthday reads the day of birth off a national number of the data set,
// whose people were born between 1936 and 2020.
func birthday(insz string) period.Day {
	n := func(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }
	year := 1900 + n(insz)
	if n(insz) < 30 {
		year += 100
	}
	return period.NewDay(year, time.Month(n(insz[2:])), n(insz[4:]))
}
