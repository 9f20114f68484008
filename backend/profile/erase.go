package profile

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// Erase takes away who somebody is: the details, the picture, the note, the
// lists they are on. Their cards stop working and their memberships end. What
// the books say stays, about nobody in particular any more.
func (s *Service) Erase(ctx context.Context, by who.Actor, id uuid.UUID) error {
	return db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		old, err := s.open(ctx, tx, by, id, rights.PassholdersDelete)
		if err != nil {
			return err
		}
		return s.erase(ctx, tx, by, old)
	})
}

func (s *Service) erase(ctx context.Context, tx *db.Tx, by who.Actor, old opened) error {
	id := old.person.ID
	if err := s.retire(ctx, tx, by, old, card.Voided, membership.Request); err != nil {
		return err
	}
	if err := membership.Forget(ctx, tx, id); err != nil {
		return err
	}
	if err := association.Forget(ctx, tx, id); err != nil {
		return err
	}
	if err := family.Forget(ctx, tx, id); err != nil {
		return err
	}
	if err := registration.ForgetMovesOf(ctx, tx, id); err != nil {
		return err
	}
	if err := passholder.Erase(ctx, tx, id, s.Now()); err != nil {
		return err
	}
	return audit.Record(ctx, tx, by, audit.Entry{Action: passholder.ActionErased, SubjectKind: "passholder", SubjectID: id.String()})
}

// retire stops the cards of a person and ends the memberships, with their social
// tariffs.
func (s *Service) retire(ctx context.Context, tx *db.Tx, by who.Actor, old opened, why card.Reason, ended membership.Reason) error {
	cards, err := card.LockOf(ctx, tx, old.person.ID)
	if err != nil {
		return err
	}
	for _, c := range cards {
		if c.Status != card.Active {
			continue
		}
		if err := card.Transition(ctx, tx, by, c.ID, card.Blocked, why, card.Change{At: s.Now()}); err != nil {
			return err
		}
	}
	for _, m := range old.memberships {
		if m.Status == membership.Ended {
			continue
		}
		if m.SocialTariff != nil && m.SocialTariff.Works() && m.Status == membership.Active {
			if err := s.endTariff(ctx, tx, by, old.person.ID, m.System, string(ended)); err != nil {
				return err
			}
		}
		if err := membership.Become(ctx, tx, by, old.person.ID, m.System.ID, membership.Ended, ended, s.Now()); err != nil {
			return err
		}
	}
	return nil
}

// endTariff ends a social tariff that works. One that ends today already, or is
// in its grace, has no day left to lose.
func (s *Service) endTariff(ctx context.Context, tx *db.Tx, by who.Actor, id uuid.UUID, system cardsystem.System, why string) error {
	_, err := membership.EndTariff(ctx, tx, by, id, system, period.DayOf(s.Now(), period.Brussels()), why, s.Now())
	if errors.Is(err, membership.ErrEndLate) || errors.Is(err, membership.ErrTariffNone) {
		return nil
	}
	return err
}
