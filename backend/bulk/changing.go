package bulk

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/rights"
)

// changer does what changes people who are there: address, block, renew; and it
// picks whom an export shows.
type changer struct {
	s       *Service
	b       Bulk
	counter organizer.Organizer
	system  cardsystem.System // Renew
	all     bool              // may see everybody
	region  bool              // Renew: also in other municipalities
}

func (s *Service) newChanger(ctx context.Context, b Bulk, counter organizer.Organizer) (*changer, error) {
	c := &changer{s: s, b: b, counter: counter}
	var err error
	if b.Kind == Renew {
		if c.system, err = cardsystem.ByID(ctx, s.DB, b.Parameters.CardSystemID); err != nil {
			return nil, err
		}
	}
	for permission, has := range map[rights.Permission]*bool{
		rights.PassholdersSearchAll: &c.all, rights.PassholdersWriteSocialTariffFullCardSystem: &c.region,
	} {
		err := rights.Check(ctx, s.DB, b.by, permission, b.by.Counter)
		if *has = err == nil; err != nil && !errors.Is(err, rights.ErrDenied) {
			return nil, err
		}
	}
	return c, nil
}

// A portion is small, for the people in it are locked until it is done.
func (c *changer) size() int { return 100 }

func (c *changer) do(ctx context.Context, tx *db.Tx, rows []waiting) ([]Row, error) {
	cells, err := c.read(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	var ids []uuid.UUID
	for _, r := range rows {
		if r.subject != uuid.Nil {
			ids = append(ids, r.subject)
		}
	}
	systems := c.counter.CardSystemIDs
	if c.all {
		systems = nil
	}
	ours, err := membersHere(ctx, tx, ids, systems)
	if err != nil {
		return nil, err
	}
	cards := map[uuid.UUID][]card.Card{}
	if c.b.Kind == Block {
		// All at once and first: cards are locked in the order of their ids.
		locked, err := card.LockOfAll(ctx, tx, ids)
		if err != nil {
			return nil, err
		}
		for _, k := range locked {
			cards[k.PassholderID] = append(cards[k.PassholderID], k)
		}
	}
	// People are changed in the order of their ids, whatever that of the rows.
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return slices.Compare(rows[a].subject[:], rows[b].subject[:]) })
	out, entries := make([]Row, len(rows)), []audit.Entry{}
	for _, i := range order {
		r := rows[i]
		err := error(passholder.ErrUnknown)
		if r.fault != nil {
			err = r.fault
		} else if ours[r.subject] {
			err = c.change(ctx, tx, r.subject, cells[i], cards[r.subject])
		}
		refusal, expected := errors.AsType[*fault.Error](err)
		switch {
		case err == nil:
			out[i] = Row{Number: r.number, SubjectID: r.subject, State: RowDone}
			entries = append(entries, c.entry(r.subject))
		case errors.Is(err, ErrNoCardInUse):
			out[i] = Row{Number: r.number, SubjectID: r.subject, State: RowSkipped, Code: ErrNoCardInUse.Code}
		case expected:
			out[i] = failed(r, refusal)
		default:
			return nil, err
		}
	}
	return out, audit.RecordAll(ctx, tx, c.b.by, entries)
}

func (c *changer) entry(id uuid.UUID) audit.Entry {
	return audit.Entry{Action: actions[c.b.Kind], SubjectKind: "passholder", SubjectID: id.String(), Detail: map[string]any{"bulk": c.b.ID}}
}

// actions are what each change leaves in the audit log, beside what the nouns
// leave themselves.
var actions = map[Kind]string{
	Address: passholder.ActionChanged, Block: "card.blocked", Renew: "membership.renewedInBulk", Enlist: "association.joinedInBulk", Export: "passholder.chosenForExport",
}

// read opens the rows of a file and finds whom they are about.
func (c *changer) read(ctx context.Context, tx *db.Tx, rows []waiting) ([]values, error) {
	out := make([]values, len(rows))
	var numbers []card.Number
	for i := range rows {
		r := &rows[i]
		v, err := open(c.s.Ring, c.b.ID, r.input)
		if err != nil {
			return nil, err
		}
		if out[i] = v; r.subject != uuid.Nil {
			continue
		}
		if id, err := uuid.Parse(v[colPassholder]); err == nil {
			r.subject = id
			continue
		}
		n, err := card.ParseNumber(v[colNumber])
		if err != nil {
			r.fault = card.ErrInvalidNumber.With("column", colNumber)
			continue
		}
		v[colNumber] = string(n)
		numbers = append(numbers, n)
	}
	if len(numbers) == 0 {
		return out, nil
	}
	found, err := card.Taken(ctx, tx, numbers, nil)
	if err != nil {
		return nil, err
	}
	for i, v := range out {
		at := slices.IndexFunc(found, func(k card.Card) bool { return string(k.Number) == v[colNumber] })
		if rows[i].subject == uuid.Nil && rows[i].fault == nil && at >= 0 {
			rows[i].subject = found[at].PassholderID
		}
	}
	return out, nil
}

func (c *changer) change(ctx context.Context, tx *db.Tx, id uuid.UUID, v values, cards []card.Card) error {
	switch c.b.Kind {
	case Address:
		return c.move(ctx, tx, id, v)
	case Block:
		return c.block(ctx, tx, cards)
	case Renew:
		return c.renew(ctx, tx, id, v)
	case Enlist:
		return c.enlist(ctx, tx, id)
	default:
		return nil // an export only looks who may be seen
	}
}

func (c *changer) move(ctx context.Context, tx *db.Tx, id uuid.UUID, v values) error {
	to := c.b.Parameters.place()
	if v[colStreet] != "" || v[colPostalCode] != "" {
		to = passholder.Details{Street: v[colStreet], PostalCode: v[colPostalCode], City: v[colCity], Country: v[colCountry]}
	}
	p, err := passholder.Lock(ctx, tx, id)
	if err != nil {
		return err
	}
	cities, err := cardsystem.CitiesWith(ctx, tx, strings.TrimSpace(to.PostalCode))
	if err != nil {
		return err
	}
	to, problem := checkAddress(to, cities)
	if problem != nil {
		return problem
	}
	memberships, err := membership.OfPassholder(ctx, tx, id, c.s.Now())
	if err != nil {
		return err
	}
	if refusals := profile.LeavesRegions(memberships, p.Details, to); len(refusals) > 0 {
		return refusals[0]
	}
	p.Street, p.PostalCode, p.City, p.Country = to.Street, to.PostalCode, to.City, to.Country
	return passholder.Update(ctx, tx, c.s.Ring, id, p.Version, p.Details, c.s.Now())
}

// addressProblem says what an address lacks, before anybody knows which cities
// the card systems have.
func addressProblem(to passholder.Details) error {
	for name, value := range map[string]string{colStreet: to.Street, colPostalCode: to.PostalCode, colCity: to.City} {
		if strings.TrimSpace(value) == "" {
			return ErrParameter.With("parameter", name)
		}
	}
	return nil
}

// checkAddress checks an address by itself.
func checkAddress(to passholder.Details, cities []cardsystem.City) (passholder.Details, error) {
	// Somebody without any other mistake.
	to.FirstName, to.Name, to.DateOfBirth, to.NoEmail = "A", "A", period.NewDay(2000, 1, 1), true
	to, problems := passholder.Check(to, passholder.Terms{WithoutINSZ: true, Cities: cities}, period.NewDay(2020, 1, 1).Begin(period.Brussels()))
	for _, p := range problems {
		if !p.Warning {
			return to, p.Fault.With("field", p.Field)
		}
	}
	return to, nil
}

func (c *changer) block(ctx context.Context, tx *db.Tx, cards []card.Card) error {
	blocked := false
	for _, k := range cards {
		if k.Status != card.Active || !slices.Contains(c.counter.CardSystemIDs, k.CardSystemID) {
			continue
		}
		if err := card.Transition(ctx, tx, c.b.by, k.ID, card.Blocked, c.b.Parameters.Reason, card.Change{At: c.s.Now()}); err != nil {
			return err
		}
		blocked = true
	}
	if !blocked {
		return ErrNoCardInUse
	}
	return nil
}

func (c *changer) renew(ctx context.Context, tx *db.Tx, id uuid.UUID, v values) error {
	until := c.b.Parameters.Until
	if v[colUntil] != "" {
		var ok bool
		if until, ok = parseDay(v[colUntil]); !ok {
			return ErrValue.With("column", colUntil)
		}
	}
	if !c.region {
		p, err := passholder.Lock(ctx, tx, id)
		if err != nil {
			return err
		}
		if !strings.EqualFold(p.City, c.counter.City) {
			return rights.ErrDenied.With("permission", string(rights.PassholdersWriteSocialTariffFullCardSystem))
		}
	}
	_, err := membership.GrantTariff(ctx, tx, c.b.by, membership.Grant{
		PassholderID: id, CardSystemID: c.system.ID, Until: until, Ground: c.b.Parameters.Ground,
	}, c.system, c.s.Now())
	return err
}

func (c *changer) enlist(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	associations := association.Service{DB: c.s.DB, Now: c.s.Now}
	_, err := associations.RegisterIn(ctx, tx, c.b.by, association.Request{
		OrganizerID: c.counter.ID, PassholderID: id, AssociationID: c.b.Parameters.Association, EndsOn: c.b.Parameters.Until,
	})
	return err
}
