package profile

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

// reach is among whom somebody may search.
type reach struct {
	none    bool // may not at all
	all     bool
	systems []int // else: members of these
}

// minText is how many letters of a name are the least to look for.
const minText = 2

// Search finds people. Numbers find them wherever they belong; everything else
// among the members of the card systems of the counter, or of those where a
// program has the right, unless by may search all.
func (s *Service) Search(ctx context.Context, by who.Actor, c Criteria, page Page) (Result, error) {
	r, err := s.reach(ctx, by, c.byNumber())
	if err != nil {
		return Result{}, err
	}
	var out Result
	r.all = r.all || c.Among != nil
	if len(c.Numbers) > 0 || c.INSZ != "" {
		out, err = s.byNumbers(ctx, c)
	} else {
		out, err = s.byDetails(ctx, by, c, r, page)
	}
	if err != nil {
		return Result{}, err
	}
	return out, s.recordFound(ctx, by, c.used(), out.People)
}

func (s *Service) reach(ctx context.Context, by who.Actor, byNumber bool) (reach, error) {
	if by.Kind == who.System {
		return reach{all: true}, nil
	}
	held, err := rights.Of(ctx, s.DB, by)
	if err != nil {
		return reach{}, err
	}
	var at []string
	anyReader := false
	for _, h := range held {
		if by.Counter != "" && h.OrganizerID != by.Counter {
			continue
		}
		anyReader = anyReader || rights.Require(by, h.Roles, passholder.Readers...) == nil
		if slices.Contains(h.Permissions, rights.PassholdersSearchAll) {
			return reach{all: true}, nil
		}
		if slices.Contains(h.Permissions, rights.PassholdersSearch) {
			at = append(at, h.OrganizerID)
		}
	}
	if len(at) == 0 && (!byNumber || !anyReader) {
		return reach{}, rights.ErrDenied.With("permission", string(rights.PassholdersSearch))
	}
	organizers, err := organizer.ByIDs(ctx, s.DB, at...)
	if err != nil {
		return reach{}, err
	}
	r := reach{systems: []int{}}
	for _, o := range organizers {
		r.systems = append(r.systems, o.CardSystemIDs...)
	}
	return r, nil
}

func (s *Service) byDetails(ctx context.Context, by who.Actor, c Criteria, r reach, page Page) (Result, error) {
	if err := s.check(ctx, by, c); err != nil {
		return Result{}, err
	}
	today := period.DayOf(s.Now(), period.Brussels())
	w := where(c, r, today.String())
	var out Result
	var err error
	if ways := readings(c.Text); len(ways) > 0 {
		out.People, err = named(ctx, s.DB, ways, w, page)
	} else {
		out.People, err = listed(ctx, s.DB, w, page, c.Descending)
	}
	if err != nil {
		return Result{}, err
	}
	if len(out.People) > page.Limit {
		out.People, out.More = out.People[:page.Limit], true
	}
	if c.Count && c.Text == "" {
		out.Total, err = count(ctx, s.DB, w)
	}
	return out, err
}

// check refuses filters that say nothing or name nothing.
func (s *Service) check(ctx context.Context, by who.Actor, c Criteria) error {
	for _, text := range []string{c.Text, c.Name, c.FirstName, c.Street, c.City, c.Email} {
		if text != "" && !meaningful(text) {
			return ErrNothingAsked
		}
	}
	if c.Text != "" && utf8.RuneCountInString(strings.TrimSpace(c.Text)) < minText {
		return ErrTooShort.With("min", minText)
	}
	if c.OrganizerID != "" {
		if _, err := organizer.ByID(ctx, s.DB, c.OrganizerID); err != nil {
			return err
		}
	}
	if c.SchoolID != "" && c.SchoolID != "*" {
		o, err := organizer.ByID(ctx, s.DB, c.SchoolID)
		if errors.Is(err, organizer.ErrUnknown) || err == nil && !o.School {
			return passholder.ErrSchool
		}
		if err != nil {
			return err
		}
	}
	if c.AssociationID != uuid.Nil {
		if err := s.mayReadAssociation(ctx, by, c.AssociationID, c.OrganizerID); err != nil {
			return err
		}
	}
	if c.CardSystemID != 0 {
		if _, err := cardsystem.ByID(ctx, s.DB, c.CardSystemID); err != nil {
			return err
		}
	}
	return nil
}

// mayReadAssociation tells whether the members of an association are for by to
// see: at the counter, at the organizer of the filter, or anywhere.
func (s *Service) mayReadAssociation(ctx context.Context, by who.Actor, id uuid.UUID, organizerID string) error {
	held, err := rights.Of(ctx, s.DB, by)
	if err != nil {
		return err
	}
	var at []string
	for _, h := range held {
		here := by.Counter == "" && (organizerID == "" || organizerID == h.OrganizerID) || h.OrganizerID == by.Counter
		if here && slices.Contains(h.Permissions, rights.Associations) {
			at = append(at, h.OrganizerID)
		}
	}
	return linkedAssociation(ctx, s.DB, id, at)
}

// byNumbers looks numbers up, in the order in which they were given.
func (s *Service) byNumbers(ctx context.Context, c Criteria) (Result, error) {
	out := Result{By: map[uuid.UUID]card.Number{}}
	if len(c.Numbers) > MaxNumbers {
		return Result{}, ErrTooMany.With("max", MaxNumbers)
	}
	if c.INSZ != "" {
		n, err := secret.ParseNationalNumber(c.INSZ)
		if err != nil {
			return Result{}, err
		}
		switch id, err := passholder.IDByINSZ(ctx, s.DB, s.Ring, n); {
		case err == nil:
			out.People = append(out.People, id)
		case !errors.Is(err, passholder.ErrUnknown):
			return Result{}, err
		}
	}
	var numbers []string
	var chips [][]byte
	asked := make([]card.Identifier, len(c.Numbers))
	for i, text := range c.Numbers {
		id, err := card.ParseIdentifier(text)
		switch {
		case err != nil || id.Kind == card.AsINSZ:
			out.Invalid = append(out.Invalid, text)
			continue
		case id.Kind == card.AsNumber:
			numbers = append(numbers, string(id.Number))
		default:
			chips = append(chips, id.Chip.Bytes())
			if other, ok := id.Chip.Reversed(); ok {
				chips = append(chips, other.Bytes())
			}
		}
		asked[i] = id
	}
	found, err := holders(ctx, s.DB, numbers, chips)
	if err != nil {
		return Result{}, err
	}
	for i, id := range asked {
		if id.Kind == "" {
			continue
		}
		at, ok := found[string(id.Number)+string(id.Chip)]
		if other, turns := id.Chip.Reversed(); !ok && turns {
			at, ok = found[string(other)]
		}
		switch {
		case !ok || at.holder == uuid.Nil:
			out.Unknown = append(out.Unknown, c.Numbers[i])
		case out.By[at.holder] == "":
			out.By[at.holder] = at.number
			out.People = append(out.People, at.holder)
		}
	}
	out.Total = len(out.People)
	return out, nil
}

// recordFound writes down who was shown to a person, and to anybody what a
// national number found; never what was asked.
func (s *Service) recordFound(ctx context.Context, by who.Actor, used []string, found []uuid.UUID) error {
	if by.Kind != who.Person && !slices.Contains(used, "insz") {
		return nil
	}
	return db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, by, audit.Entry{
			Action: actionSearched, SubjectKind: "passholder", Detail: map[string]any{"by": used, "found": found},
		}.For(by.Purpose))
	})
}

// People assembles several people at once, in the order of their ids. Who was
// erased meanwhile is left out. Whoever calls it has searched for them.
func (s *Service) People(ctx context.Context, by who.Actor, ids []uuid.UUID) ([]Profile, error) {
	out := make([]Profile, len(ids))
	var b db.Batch
	var writes reach
	queueSystemsWith(&b, by, rights.PassholdersWrite, &writes)
	for i, id := range ids {
		points.QueueOf(&b, id, &out[i].Balance)
		membership.QueueOf(&b, id, &out[i].Memberships)
		card.QueueOf(&b, id, &out[i].Cards)
	}
	people, err := passholder.ByIDs(ctx, s.DB, s.Ring, ids, s.mayReveal(ctx, by))
	if err != nil {
		return nil, err
	}
	if err := db.Send(ctx, s.DB, &b); err != nil {
		return nil, err
	}
	var systemIDs []int
	var organizerIDs []string
	for i, id := range ids {
		out[i].Passholder = people[id]
		organizerIDs = append(organizerIDs, people[id].RegistrationOrganizerID)
		for _, c := range out[i].Cards {
			systemIDs = append(systemIDs, c.CardSystemID)
		}
		for _, m := range out[i].Memberships {
			systemIDs = append(systemIDs, m.System.ID)
		}
	}
	systems, err := cardsystem.ByIDs(ctx, s.DB, systemIDs...)
	if err != nil {
		return nil, err
	}
	registrars, err := organizer.ByIDs(ctx, s.DB, organizerIDs...)
	if err != nil {
		return nil, err
	}
	conceal(out, writes)
	for i := range out {
		out[i].Systems, out[i].Registrar = systems, registrars[out[i].RegistrationOrganizerID]
		if err := membership.Place(out[i].Memberships, systems, s.Now()); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(out, func(p Profile) bool { return p.ID == uuid.Nil }), nil
}

// mayReveal tells whether national numbers come along.
func (s *Service) mayReveal(ctx context.Context, by who.Actor) bool {
	return rights.CheckHere(ctx, s.DB, by, rights.PassholdersWrite) == nil
}

// conceal takes back the national numbers of people whom by may look up and not
// change: those who are members elsewhere only.
func conceal(people []Profile, r reach) {
	for i, p := range people {
		if !r.all && !theirs(p.Memberships, r.systems) {
			people[i].INSZ = secret.NationalNumber{}
		}
	}
}
