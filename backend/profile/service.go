package profile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/who"
)

// Service assembles people. All fields are required.
type Service struct {
	DB   *db.DB
	Now  func() time.Time
	Ring *secret.Ring
}

// ByID reads a person, and records that it did: in one round trip what is
// theirs, in another what that belongs to.
func (s *Service) ByID(ctx context.Context, by who.Actor, id uuid.UUID) (Profile, error) {
	var p Profile
	people := passholder.Service{DB: s.DB, Now: s.Now, Ring: s.Ring}
	person, err := people.ByID(ctx, by, id, func(b *db.Batch) {
		points.QueueOf(b, id, &p.Balance)
		membership.QueueOf(b, id, &p.Memberships)
		card.QueueOf(b, id, &p.Cards)
	})
	if err != nil {
		return Profile{}, err
	}
	p.Passholder = person
	var systemIDs []int
	for _, c := range p.Cards {
		systemIDs = append(systemIDs, c.CardSystemID)
	}
	for _, m := range p.Memberships {
		systemIDs = append(systemIDs, m.System.ID)
	}
	var registrars map[string]organizer.Organizer
	var b db.Batch
	cardsystem.QueueByIDs(&b, systemIDs, &p.Systems)
	organizer.QueueByIDs(&b, []string{person.RegistrationOrganizerID}, &registrars)
	var writes reach
	queueSystemsWith(&b, by, rights.PassholdersWrite, &writes)
	if err := db.Send(ctx, s.DB, &b); err != nil {
		return Profile{}, fmt.Errorf("read what a person belongs to: %w", err)
	}
	p.Registrar = registrars[person.RegistrationOrganizerID]
	out := []Profile{p}
	conceal(out, writes)
	return out[0], membership.Place(p.Memberships, p.Systems, s.Now())
}

// Find looks a person up by number. Nobody found is no error; a number that
// cannot be one is.
func (s *Service) Find(ctx context.Context, by who.Actor, q Query) (Profile, bool, error) {
	if err := rights.CheckHere(ctx, s.DB, by, passholder.Readers...); err != nil {
		return Profile{}, false, err
	}
	id, err := s.find(ctx, by, q)
	if errors.Is(err, card.ErrUnknown) || errors.Is(err, passholder.ErrUnknown) || err == nil && id == uuid.Nil {
		return Profile{}, false, nil
	}
	if err != nil {
		return Profile{}, false, err
	}
	p, err := s.ByID(ctx, by, id)
	return p, err == nil, err
}

// Whose returns who has a number; uuid.Nil when nobody has.
func (s *Service) Whose(ctx context.Context, by who.Actor, q Query) (uuid.UUID, error) {
	if err := rights.CheckHere(ctx, s.DB, by, passholder.Readers...); err != nil {
		return uuid.Nil, err
	}
	id, err := s.find(ctx, by, q)
	if errors.Is(err, card.ErrUnknown) || errors.Is(err, passholder.ErrUnknown) {
		return uuid.Nil, nil
	}
	return id, err
}

func (s *Service) find(ctx context.Context, by who.Actor, q Query) (uuid.UUID, error) {
	switch {
	case q.INSZ != "":
		n, err := secret.ParseNationalNumber(q.INSZ)
		if err != nil {
			return uuid.Nil, err
		}
		id, err := passholder.IDByINSZ(ctx, s.DB, s.Ring, n)
		if errors.Is(err, passholder.ErrUnknown) {
			return uuid.Nil, s.recordSearch(ctx, by, "")
		}
		if err != nil {
			return uuid.Nil, err
		}
		return id, s.recordSearch(ctx, by, id.String())
	case q.Chip != "":
		n, err := card.ParseChip(q.Chip)
		if err != nil {
			return uuid.Nil, err
		}
		c, err := card.ByChip(ctx, s.DB, n)
		return c.PassholderID, err
	default:
		n, err := card.ParseNumber(q.Number)
		if err != nil {
			return uuid.Nil, err
		}
		c, err := card.ByNumber(ctx, s.DB, n)
		return c.PassholderID, err
	}
}

// Pass reads a pass by UiTPAS number, chip number or national number, for who
// may read passes or holds one of the other permissions. A card that is not in
// use comes back as a *CardStatusError.
func (s *Service) Pass(ctx context.Context, by who.Actor, identifier string, or ...rights.Permission) (Pass, error) {
	cards := card.Service{DB: s.DB, Now: s.Now, Ring: s.Ring}
	found, err := cards.Identify(ctx, by, identifier, or...)
	if err != nil {
		return Pass{}, err
	}
	if found.Read == card.AsINSZ {
		id := ""
		if found.PassholderID != uuid.Nil {
			id = found.PassholderID.String()
		}
		if err := s.recordSearch(ctx, by, id); err != nil {
			return Pass{}, err
		}
	}
	switch found.Kind {
	case card.KindPassholder:
	case card.KindGroupPass:
		return Pass{Card: *found.Card, System: *found.System, GroupPass: found.GroupPass}, nil
	case card.KindUnknown, card.KindInvalid:
		return Pass{}, ErrPassUnknown
	default:
		return Pass{}, &CardStatusError{found}
	}
	return s.passOf(ctx, found)
}

func (s *Service) passOf(ctx context.Context, found card.Found) (Pass, error) {
	var out Pass
	var balance points.Balance
	var memberships []membership.Membership
	var cards []card.Card
	var b db.Batch
	passholder.QueueByID(&b, found.PassholderID, &out.Passholder)
	points.QueueOf(&b, found.PassholderID, &balance)
	membership.QueueOf(&b, found.PassholderID, &memberships)
	if found.Card == nil {
		card.QueueOf(&b, found.PassholderID, &cards)
	}
	if err := db.Send(ctx, s.DB, &b); err != nil {
		return Pass{}, fmt.Errorf("read pass: %w", err)
	}
	has := func(status membership.Status) bool {
		return slices.ContainsFunc(memberships, func(m membership.Membership) bool { return m.Status == status })
	}
	if has(membership.Blocked) && !has(membership.Active) { // what ended does not count
		return Pass{}, ErrPassholderBlocked
	}
	if found.Card == nil {
		return Pass{}, outOfUse(found, cards)
	}
	out.Card, out.System, out.Points = *found.Card, *found.System, balance.Points
	here := func(m membership.Membership) bool { return m.System.ID == out.System.ID }
	if i := slices.IndexFunc(memberships, here); i >= 0 {
		mine := memberships[i : i+1]
		if err := membership.Place(mine, map[int]cardsystem.System{out.System.ID: out.System}, s.Now()); err != nil {
			return Pass{}, err
		}
		out.SocialRight = mine[0].SocialTariff
	}
	return out, nil
}

// outOfUse says of somebody who was found by a national number and uses no card
// what became of the newest that they had.
func outOfUse(found card.Found, cards []card.Card) error {
	if len(cards) == 0 {
		return ErrPassUnknown
	}
	found.Card, found.Kind = &cards[0], card.KindBlocked
	if cards[0].Status == card.Deleted {
		found.Kind = card.KindDeleted
	}
	return &CardStatusError{found}
}

// recordSearch writes down that a national number was looked up, not which.
func (s *Service) recordSearch(ctx context.Context, by who.Actor, passholderID string) error {
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, by, audit.Entry{
			Action: actionSearched, SubjectKind: "passholder", SubjectID: passholderID,
			Detail: map[string]any{"by": card.AsINSZ},
		})
	})
	if err != nil {
		return fmt.Errorf("record search: %w", err)
	}
	return nil
}
