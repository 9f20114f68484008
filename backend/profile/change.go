package profile

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// ErrLeavesRegion says that somebody with a social tariff would live outside the
// card system that gave it: that is a move, with an act of its own.
var ErrLeavesRegion = fault.New(fault.Invalid, "address-leaves-region") // With "cardSystem", its name

// A Change is what a person shall be from now on, in full.
type Change struct {
	Version         int // that was seen; 0: whatever it is
	Details         passholder.Details
	Consents        passholder.Consents // those that were asked
	Channel         passholder.Channel
	SocialTariffEnd period.Day // zero: as it is
	Partial         bool       // from the public API: what it has no field for stays, and so does a national number that is known
}

// Save changes a person. It returns what a clerk should look at again; what may
// not be saved is a *passholder.DetailsError.
func (s *Service) Save(ctx context.Context, by who.Actor, id uuid.UUID, c Change) ([]passholder.Problem, error) {
	var warnings []passholder.Problem
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		old, err := s.open(ctx, tx, by, id, rights.PassholdersWrite)
		if err != nil {
			return err
		}
		if c.Details.Country != "" && c.Details.Country != passholder.Belgium && c.Details.Country != old.person.Country {
			if err := rights.CheckHere(ctx, tx, by, rights.PassholdersWriteForeignCountry); err != nil {
				return err
			}
		}
		if c.Partial {
			c.Details.PlaceOfBirth, c.Details.Language, c.Details.Remarks = old.person.PlaceOfBirth, old.person.Language, old.person.Remarks
		}
		d, problems, err := s.judge(ctx, tx, old, c)
		if err != nil {
			return err
		}
		if err := passholder.Wrong(problems); err != nil {
			return err
		}
		warnings = problems
		version := c.Version
		if version == 0 {
			version = old.person.Version
		}
		if err := passholder.Update(ctx, tx, s.Ring, id, version, d, s.Now()); err != nil {
			return err
		}
		if err := passholder.SetConsents(ctx, tx, by, id, c.Consents, c.Channel, s.Now()); err != nil {
			return err
		}
		if err := s.extend(ctx, tx, by, old, c.SocialTariffEnd); err != nil {
			return err
		}
		return audit.Record(ctx, tx, by, audit.Entry{
			Action: passholder.ActionChanged, SubjectKind: "passholder", SubjectID: id.String(),
			Detail: map[string]any{"fields": changed(old.person.Details, d)},
		})
	})
	return warnings, err
}

// opened is a person under change.
type opened struct {
	person      passholder.Passholder
	memberships []membership.Membership
}

// open locks a person whom by may change: a member of a card system of an
// organizer where by holds the right, or of none.
func (s *Service) open(ctx context.Context, tx *db.Tx, by who.Actor, id uuid.UUID, need rights.Permission) (opened, error) {
	systems, err := s.systemsWith(ctx, tx, by, need)
	if err != nil {
		return opened{}, err
	}
	person, err := passholder.Lock(ctx, tx, id)
	if err != nil {
		return opened{}, err
	}
	memberships, err := membership.OfPassholder(ctx, tx, id, s.Now())
	if err != nil {
		return opened{}, err
	}
	if systems != nil && !theirs(memberships, systems) {
		return opened{}, rights.ErrDenied.With("permission", string(need))
	}
	switch {
	case !person.ErasedAt.IsZero():
		return opened{}, passholder.ErrUnknown
	case person.MergedInto != uuid.Nil:
		return opened{}, passholder.ErrGone
	}
	return opened{person, memberships}, nil
}

// theirs tells whether somebody is one of the people of card systems: a member of
// one of them, or of none at all.
func theirs(memberships []membership.Membership, systems []int) bool {
	here := func(m membership.Membership) bool { return slices.Contains(systems, m.System.ID) }
	return len(memberships) == 0 || slices.ContainsFunc(memberships, here)
}

// systemsWith are the card systems in which by holds a permission; nil is all.
func (s *Service) systemsWith(ctx context.Context, q db.Q, by who.Actor, need rights.Permission) ([]int, error) {
	if by.Kind == who.System {
		return nil, nil
	}
	var b db.Batch
	var r reach
	queueSystemsWith(&b, by, need, &r)
	if err := db.Send(ctx, q, &b); err != nil {
		return nil, err
	}
	if r.none {
		return nil, rights.ErrDenied.With("permission", string(need))
	}
	if r.all {
		return nil, nil
	}
	return r.systems, nil
}

// judge checks a change beside what is there.
func (s *Service) judge(ctx context.Context, q db.Q, old opened, c Change) (passholder.Details, []passholder.Problem, error) {
	terms := passholder.Terms{Rules: rulesOf(old.memberships), WithoutINSZ: true} // one that is known stays
	var err error
	if terms.Cities, err = cardsystem.CitiesWith(ctx, q, c.Details.PostalCode); err != nil {
		return passholder.Details{}, nil, err
	}
	d, problems := passholder.Check(c.Details, terms, s.Now())
	asked, err := passholder.ConsentsOf(ctx, q, old.person.ID)
	if err != nil {
		return passholder.Details{}, nil, err
	}
	maps.Copy(asked, c.Consents)
	problems = append(problems, passholder.CheckOptIns(asked, d, terms.Rules, s.Now())...)
	if c.Partial && old.person.INSZKnown && !d.INSZ.IsZero() {
		if _, err := passholder.IDByINSZ(ctx, q, s.Ring, d.INSZ); errors.Is(err, passholder.ErrUnknown) {
			problems = append(problems, passholder.Problem{Field: "inszNumber", Fault: passholder.ErrINSZSet})
		} else if err != nil {
			return passholder.Details{}, nil, err
		}
	}
	for _, f := range LeavesRegions(old.memberships, old.person.Details, d) {
		problems = append(problems, passholder.Problem{Field: "postalCode", Fault: f})
	}
	return d, problems, nil
}

// LeavesRegions are the refusals, with the card system of each, of an address
// outside a card system in which somebody lived and has a social tariff that has
// not expired: that right ends first (UiTPAS functional documentation, moving).
func LeavesRegions(memberships []membership.Membership, from, to passholder.Details) []*fault.Error {
	var out []*fault.Error
	if to.PostalCode == from.PostalCode && to.Country == from.Country {
		return nil
	}
	for _, m := range memberships {
		if m.SocialTariff == nil || m.SocialTariff.Status == membership.TariffExpired || m.Status != membership.Active {
			continue
		}
		_, lives := m.System.CityOf(to.PostalCode, to.City)
		_, lived := m.System.CityOf(from.PostalCode, from.City)
		if lived && (!lives || to.Country != passholder.Belgium) {
			out = append(out, ErrLeavesRegion.With("cardSystem", m.System.Name))
		}
	}
	return out
}

// rulesOf are those of the card system that somebody has been a member of
// longest.
func rulesOf(memberships []membership.Membership) cardsystem.Rules {
	if len(memberships) == 0 || memberships[0].System.Rules == (cardsystem.Rules{}) {
		return cardsystem.DefaultRules()
	}
	return memberships[0].System.Rules
}

// extend gives the social tariff another last day, where there is one.
func (s *Service) extend(ctx context.Context, tx *db.Tx, by who.Actor, old opened, until period.Day) error {
	if until.IsZero() {
		return nil
	}
	i := slices.IndexFunc(old.memberships, func(m membership.Membership) bool { return m.SocialTariff != nil && m.Status == membership.Active })
	if i < 0 || old.memberships[i].SocialTariff.Until == until {
		return nil
	}
	if err := rights.CheckHere(ctx, tx, by, rights.PassholdersWriteSocialTariff); err != nil {
		return err
	}
	m := old.memberships[i]
	if until.Before(m.SocialTariff.Until) {
		_, err := membership.EndTariff(ctx, tx, by, old.person.ID, m.System, until, "", s.Now())
		return err
	}
	_, err := membership.GrantTariff(ctx, tx, by, membership.Grant{PassholderID: old.person.ID, CardSystemID: m.System.ID, Until: until}, m.System, s.Now())
	return err
}

// changed names the fields that differ, never what is in them.
func changed(a, b passholder.Details) []string {
	out := []string{}
	for _, f := range []struct {
		name string
		same bool
	}{
		{"name", a.Name == b.Name},
		{"firstName", a.FirstName == b.FirstName},
		{"dateOfBirth", a.DateOfBirth == b.DateOfBirth},
		{"placeOfBirth", a.PlaceOfBirth == b.PlaceOfBirth},
		{"gender", a.Gender == b.Gender},
		{"nationality", a.Nationality == b.Nationality},
		{"inszNumber", b.INSZ.IsZero()},
		{"address", a.Street == b.Street && a.PostalCode == b.PostalCode && a.City == b.City && a.Country == b.Country},
		{"email", a.Email == b.Email && a.NoEmail == b.NoEmail},
		{"phoneNumber", a.PhoneNumber == b.PhoneNumber},
		{"language", a.Language == b.Language},
		{"remarks", a.Remarks == b.Remarks},
	} {
		if !f.same {
			out = append(out, f.name)
		}
	}
	return out
}

// Check reads details as [Service.Save] would, for somebody who is registered or
// not (uuid.Nil), and looks for doubles.
func (s *Service) Check(ctx context.Context, by who.Actor, id uuid.UUID, cardSystemID int, c Change) (Checked, error) {
	if err := rights.CheckHere(ctx, s.DB, by, rights.PassholdersWrite); err != nil {
		return Checked{}, err
	}
	rules := cardsystem.DefaultRules()
	if cardSystemID != 0 {
		system, err := cardsystem.ByID(ctx, s.DB, cardSystemID)
		if err != nil {
			return Checked{}, err
		}
		rules = system.Rules
	}
	terms := passholder.Terms{Rules: rules, WithoutINSZ: id != uuid.Nil}
	var err error
	if terms.Cities, err = cardsystem.CitiesWith(ctx, s.DB, c.Details.PostalCode); err != nil {
		return Checked{}, err
	}
	var out Checked
	out.Details, out.Problems = passholder.Check(c.Details, terms, s.Now())
	if id == uuid.Nil {
		out.Problems = append(out.Problems, passholder.CheckConsents(c.Consents, out.Details, rules, s.Now())...)
	} else {
		out.Problems = append(out.Problems, passholder.CheckOptIns(c.Consents, out.Details, rules, s.Now())...)
	}
	if !c.Details.INSZ.IsZero() {
		switch other, err := passholder.IDByINSZ(ctx, s.DB, s.Ring, c.Details.INSZ); {
		case err == nil && other != id:
			out.INSZOf = other
			out.Problems = append(out.Problems, passholder.Problem{Field: "inszNumber", Fault: passholder.ErrINSZUsed})
		case err != nil && !errors.Is(err, passholder.ErrUnknown):
			return Checked{}, err
		}
		if err := s.recordFound(ctx, by, []string{"insz"}, []uuid.UUID{out.INSZOf}); err != nil {
			return Checked{}, err
		}
	}
	if out.Details.DateOfBirth.IsZero() || out.Details.Name == "" {
		return out, nil
	}
	out.Doubles, err = passholder.Doubles(ctx, s.DB, out.Details.FirstName, out.Details.Name, out.Details.DateOfBirth)
	out.Doubles = slices.DeleteFunc(out.Doubles, func(d passholder.Double) bool { return d.ID == id })
	return out, err
}

// Checked is what became of details that were typed.
type Checked struct {
	Details  passholder.Details
	Problems []passholder.Problem
	Doubles  []passholder.Double
	INSZOf   uuid.UUID // who has the national number; uuid.Nil: nobody else
}
