package bulk

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/municipality"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/secret"
)

// importer takes over the people and cards of another system. It asks the
// database about a whole portion at once, decides row by row, and writes table
// by table.
type importer struct {
	s       *Service
	b       Bulk
	counter organizer.Organizer
	system  cardsystem.System
	cities  map[string][]cardsystem.City // by postal code, of places that no list has
}

func (s *Service) newImporter(ctx context.Context, b Bulk, counter organizer.Organizer) (*importer, error) {
	system, err := cardsystem.ByID(ctx, s.DB, b.Parameters.CardSystemID)
	return &importer{s: s, b: b, counter: counter, system: system, cities: map[string][]cardsystem.City{}}, err
}

// constraints are what stops a row that looked well, when somebody else was
// first or the row contradicts itself.
var constraints = map[string]*fault.Error{
	"card_uitpas_number_key":   ErrNumberTaken,
	"card_chip_key":            ErrChipTaken,
	"card_one_active":          card.ErrOtherActive,
	"passholder_insz":          passholder.ErrINSZUsed,
	"social_tariff_no_overlap": ErrTariffTwice,
}

func (*importer) size() int { return 2000 }

// A party is what the rows about one person bring, or a card for the stock.
type party struct {
	rows   []int // of the portion
	first  int   // the row that tells who it is; -1: nobody, a card for the stock
	id     uuid.UUID
	known  bool // the person is there already
	wrong  *fault.Error
	name   passholder.Namesake
	person passholder.TakenOver
}

// A portion is what is decided about some rows.
type portion struct {
	rows    []waiting
	taken   []taken
	faults  []*fault.Error // of each row
	notes   []*fault.Error // what to know about a row that is done or skipped
	skip    []bool
	holder  []uuid.UUID // of a card that was taken over before
	parties []*party
}

func (i *importer) do(ctx context.Context, tx *db.Tx, rows []waiting) ([]Row, error) {
	now := i.s.Now()
	p, err := i.read(rows)
	if err != nil {
		return nil, err
	}
	if err := i.judgeCards(ctx, tx, p); err != nil {
		return nil, err
	}
	if err := i.judgePeople(ctx, tx, p, now); err != nil {
		return nil, err
	}
	if err := i.write(ctx, tx, p, now); err != nil {
		return nil, err
	}
	return p.outcomes(), nil
}

// read opens the rows and puts those about one person together.
func (i *importer) read(rows []waiting) (*portion, error) {
	n := len(rows)
	p := &portion{rows: rows, taken: make([]taken, n), faults: make([]*fault.Error, n), notes: make([]*fault.Error, n), skip: make([]bool, n), holder: make([]uuid.UUID, n)}
	of := map[uuid.UUID]*party{}
	for at, r := range rows {
		v, err := open(i.s.Ring, i.b.ID, r.input)
		if err != nil {
			return nil, err
		}
		p.taken[at], p.faults[at] = take(v)
		t := of[r.subject]
		if r.subject == uuid.Nil || t == nil {
			t = &party{first: -1, id: r.subject}
			p.parties = append(p.parties, t)
			if r.subject != uuid.Nil {
				of[r.subject] = t
			}
		}
		t.rows = append(t.rows, at)
		if t.first < 0 && v.isPerson() {
			t.first = at
		}
		if p.faults[at] == nil && !v.isPerson() && p.taken[at].card == nil && !v.hasRest() {
			p.faults[at] = ErrRowEmpty
		}
		if p.faults[at] == nil && v.hasRest() && r.subject == uuid.Nil && !v.isPerson() {
			p.faults[at] = ErrNoPerson
		}
	}
	for _, t := range p.parties {
		switch {
		case t.first >= 0 && t.id == uuid.Nil:
			t.id = db.NewID()
		case t.first < 0 && t.id != uuid.Nil:
			t.wrong = ErrNoPerson // a reference to somebody who is nowhere
		}
	}
	return p, nil
}

// judgeCards finds the cards that are there already. One that is the same, and
// somebody's, was taken over before: nothing of its row is done again.
func (i *importer) judgeCards(ctx context.Context, tx *db.Tx, p *portion) error {
	var numbers []card.Number
	var chips []card.Chip
	for at, t := range p.taken {
		if t.card == nil || p.faults[at] != nil {
			continue
		}
		numbers = append(numbers, t.card.Number)
		if t.card.Chip != "" {
			chips = append(chips, t.card.Chip)
		}
	}
	found, err := card.Taken(ctx, tx, numbers, chips)
	if err != nil || len(found) == 0 {
		return err
	}
	byNumber, byChip := map[card.Number]card.Card{}, map[card.Chip]card.Card{}
	for _, c := range found {
		byNumber[c.Number] = c
		if c.Chip != "" {
			byChip[c.Chip] = c
		}
	}
	for at, t := range p.taken {
		if t.card == nil || p.faults[at] != nil {
			continue
		}
		there, known := byNumber[t.card.Number]
		_, chipTaken := byChip[t.card.Chip]
		switch {
		case known && there.Chip == t.card.Chip && there.CardSystemID == i.system.ID && there.StatusReason == card.Imported:
			p.skip[at], p.notes[at], p.holder[at] = true, ErrCardKnown, there.PassholderID
		case known:
			p.faults[at] = ErrNumberTaken
		case chipTaken:
			p.faults[at] = ErrChipTaken
		}
	}
	return nil
}

// judgePeople checks who the rows tell about, and finds those who are there.
func (i *importer) judgePeople(ctx context.Context, tx *db.Tx, p *portion, now time.Time) error {
	var people []*party
	var numbers []secret.NationalNumber
	for _, t := range p.parties {
		if t.first < 0 {
			continue
		}
		if f := p.faults[t.first]; f != nil {
			t.wrong = f
			continue
		}
		if err := i.check(ctx, tx, p, t, now); err != nil {
			return err
		}
		for _, at := range t.rows {
			if p.holder[at] != uuid.Nil {
				t.id, t.known = p.holder[at], true
			}
		}
		if t.wrong == nil && !t.known {
			people = append(people, t)
			numbers = append(numbers, t.person.INSZ)
		}
	}
	ids, err := passholder.IDsByINSZ(ctx, tx, i.s.Ring, numbers)
	if err != nil {
		return err
	}
	var strangers []*party
	var names []passholder.Namesake
	for n, t := range people {
		if ids[n] != uuid.Nil {
			t.id, t.known = ids[n], true
			continue
		}
		strangers, names = append(strangers, t), append(names, t.name)
	}
	if i.b.Parameters.AddDoubles || len(names) == 0 {
		return nil
	}
	doubles, err := passholder.Namesakes(ctx, tx, names)
	if err != nil {
		return err
	}
	for n, t := range strangers {
		if doubles[n] != uuid.Nil {
			t.wrong = ErrDouble.With("passholderId", doubles[n].String())
		}
	}
	return nil
}

// check looks at what the first row of a person says, as a registration would,
// but for the national number, which other systems did not always ask for.
func (i *importer) check(ctx context.Context, tx *db.Tx, p *portion, t *party, now time.Time) error {
	in := p.taken[t.first]
	d := in.details
	cities, ok := i.cities[d.PostalCode]
	if !ok {
		if _, err := municipality.Resolve(d.PostalCode, d.City); err != nil && d.PostalCode != "" {
			if cities, err = cardsystem.CitiesWith(ctx, tx, d.PostalCode); err != nil {
				return err
			}
			i.cities[d.PostalCode] = cities
		}
	}
	d, problems := passholder.Check(d, passholder.Terms{Rules: i.system.Rules, WithoutINSZ: true, Cities: cities}, now)
	for _, problem := range problems {
		if !problem.Warning {
			t.wrong = problem.Fault.With("field", problem.Field)
			return nil
		}
	}
	since := in.registeredAt
	if since.IsZero() || since.After(now) {
		since = now
	}
	t.name = passholder.Namesake{FirstName: d.FirstName, Name: d.Name, DateOfBirth: d.DateOfBirth}
	t.person = passholder.TakenOver{
		Passholder: passholder.Passholder{ID: t.id, Details: d, RegistrationOrganizerID: i.counter.ID, CreatedAt: since},
		Consents:   in.consents,
	}
	return nil
}

// write puts everything that nothing is wrong with into the tables.
func (i *importer) write(ctx context.Context, tx *db.Tx, p *portion, now time.Time) error {
	var people []passholder.TakenOver
	var fresh []uuid.UUID
	var members []membership.TakenOver
	var cards []card.Card
	var moves []points.Movement
	var entries []audit.Entry
	for _, t := range p.parties {
		p.settleParty(t)
		var since time.Time
		if live := p.live(t); len(live) == 0 {
			continue
		} else if t.first >= 0 {
			if since = t.person.CreatedAt; !t.known {
				people, fresh = append(people, t.person), append(fresh, t.id)
			}
			entries = append(entries, audit.Entry{Action: actionImported, SubjectKind: "passholder", SubjectID: t.id.String(), Detail: map[string]any{"bulk": i.b.ID}})
			members = append(members, membership.TakenOver{PassholderID: t.id, CardSystemID: i.system.ID, Since: since})
		}
		for _, at := range p.live(t) {
			row := p.taken[at]
			if row.card != nil {
				cards = append(cards, i.place(*row.card, t, now))
			}
			if row.tariff != nil {
				m := &members[len(members)-1]
				m.Rights = append(m.Rights, *row.tariff)
			}
			if row.points > 0 {
				moves = append(moves, points.Movement{
					ID: db.NewID(), PassholderID: t.id, OrganizerID: i.counter.AccountID, CardSystemID: i.system.ID, Points: row.points, GroupID: i.b.ID, At: now,
				})
			}
		}
	}
	if err := passholder.TakeOver(ctx, tx, i.s.Ring, i.b.by, people, now); err != nil {
		return err
	}
	if err := points.TakeOver(ctx, tx, fresh, moves); err != nil {
		return err
	}
	if err := membership.TakeOver(ctx, tx, i.b.by, members, now); err != nil {
		return err
	}
	if err := card.AddAll(ctx, tx, cards); err != nil {
		return err
	}
	return audit.RecordAll(ctx, tx, i.b.by, entries)
}

// place says where a card is: with its holder, or in stock.
func (i *importer) place(c card.Card, t *party, now time.Time) card.Card {
	c.CardSystemID, c.StatusAt = i.system.ID, now
	if t.first >= 0 {
		c.PassholderID, c.CounterID = t.id, i.counter.ID
		if c.Status == "" {
			c.Status = card.Active
		}
		return c
	}
	if c.Status == "" {
		c.Status = card.Stock
	}
	if c.Status == card.LocalStock {
		c.CounterID = i.counter.ID
	}
	return c
}

// settleParty carries what is wrong with a person to all their rows, and what is
// known about them to those that are done.
func (p *portion) settleParty(t *party) {
	active := false
	for _, at := range t.rows {
		switch status := p.status(at); {
		case t.wrong != nil && (at == t.first || t.first < 0):
			p.faults[at] = t.wrong
		case t.wrong != nil:
			p.faults[at] = ErrPersonLost.With("row", p.rows[t.first].number)
		case p.faults[at] != nil || p.skip[at]:
		case t.first >= 0 && (status == card.Stock || status == card.LocalStock), t.first < 0 && (status == card.Active || status == card.Blocked):
			p.faults[at] = card.ErrHolder
		case t.known && p.taken[at].card == nil:
			// Nothing tells whether these points came along before.
			p.skip[at], p.notes[at] = true, ErrPersonKnown
		case t.known:
			p.notes[at] = ErrPersonKnown
		}
		if p.faults[at] == nil && t.first >= 0 && p.taken[at].card != nil && (p.status(at) == "" || p.status(at) == card.Active) {
			if active && !p.skip[at] {
				p.faults[at] = card.ErrOtherActive
			}
			active = true
		}
	}
}

func (p *portion) status(at int) card.Status {
	if p.taken[at].card == nil {
		return ""
	}
	return p.taken[at].card.Status
}

// live are the rows of a party that are to be done.
func (p *portion) live(t *party) []int {
	var out []int
	for _, at := range t.rows {
		if p.faults[at] == nil && !p.skip[at] {
			out = append(out, at)
		}
	}
	return out
}

// outcomes are those of the rows, in their order.
func (p *portion) outcomes() []Row {
	out := make([]Row, len(p.rows))
	for _, t := range p.parties {
		for _, at := range t.rows {
			o := Row{Number: p.rows[at].number, State: RowDone}
			if t.first >= 0 && t.wrong == nil {
				o.SubjectID = t.id
			}
			switch {
			case p.faults[at] != nil:
				o.State, o.Code, o.Args, o.SubjectID = RowFailed, p.faults[at].Code, p.faults[at].Args, uuid.Nil
			case p.skip[at]:
				o.State, o.Code = RowSkipped, p.notes[at].Code
			case p.notes[at] != nil:
				o.Code = p.notes[at].Code
			}
			out[at] = o
		}
	}
	return out
}
