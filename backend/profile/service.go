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

// ByID reads a person, and records that it did.
func (s *Service) ByID(ctx context.Context, by who.Actor, id uuid.UUID) (Profile, error) {
	people := passholder.Service{DB: s.DB, Now: s.Now, Ring: s.Ring}
	person, err := people.ByID(ctx, by, id)
	if err != nil {
		return Profile{}, err
	}
	return s.assemble(ctx, person)
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

// Pass reads a pass by UiTPAS number, chip number or national number. A card
// that is not in use comes back as a *CardStatusError.
func (s *Service) Pass(ctx context.Context, by who.Actor, identifier string) (Pass, error) {
	cards := card.Service{DB: s.DB, Now: s.Now, Ring: s.Ring}
	found, err := cards.Identify(ctx, by, identifier)
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
	memberships, err := membership.OfPassholder(ctx, s.DB, found.PassholderID, s.Now())
	if err != nil {
		return Pass{}, err
	}
	blocked := func(m membership.Membership) bool { return m.Status == membership.Blocked }
	if len(memberships) > 0 && !slices.ContainsFunc(memberships, func(m membership.Membership) bool { return !blocked(m) }) {
		return Pass{}, ErrPassholderBlocked
	}
	if found.Card == nil {
		return Pass{}, ErrPassUnknown
	}
	out := Pass{Card: *found.Card, System: *found.System}
	for _, m := range memberships {
		if m.System.ID == found.Card.CardSystemID {
			out.SocialRight = m.SocialTariff
		}
	}
	if out.Passholder, err = passholder.ByID(ctx, s.DB, found.PassholderID); err != nil {
		return Pass{}, err
	}
	balance, err := points.Of(ctx, s.DB, found.PassholderID)
	out.Points = balance.Points
	return out, err
}

func (s *Service) assemble(ctx context.Context, person passholder.Passholder) (Profile, error) {
	p := Profile{Passholder: person}
	var err error
	if p.Balance, err = points.Of(ctx, s.DB, person.ID); err != nil {
		return Profile{}, err
	}
	if p.Memberships, err = membership.OfPassholder(ctx, s.DB, person.ID, s.Now()); err != nil {
		return Profile{}, err
	}
	if p.Cards, err = card.OfPassholder(ctx, s.DB, person.ID); err != nil {
		return Profile{}, err
	}
	var ids []int
	for _, c := range p.Cards {
		ids = append(ids, c.CardSystemID)
	}
	if p.Systems, err = cardsystem.ByIDs(ctx, s.DB, ids...); err != nil {
		return Profile{}, err
	}
	if person.RegistrationOrganizerID == "" {
		return p, nil
	}
	p.Registrar, err = organizer.ByID(ctx, s.DB, person.RegistrationOrganizerID)
	if errors.Is(err, organizer.ErrUnknown) {
		err = nil
	}
	return p, err
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
