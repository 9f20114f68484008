package registration

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/voucher"
	"github.com/openbalie/openbalie/backend/who"
)

// Void takes a sale back, the same day at the same counter: the card goes back
// into stock, what it replaced is in use again, the voucher is free, who
// moved house with it lives where they did, and a person who was new is forgotten.
func (s *Service) Void(ctx context.Context, by who.Actor, key string, id uuid.UUID) (Registration, error) {
	return s.act(ctx, by, key, "void", id, rights.PassholdersWrite, func(tx *db.Tx, now time.Time) (Registration, error) {
		return s.void(ctx, tx, by, id, now)
	})
}

func (s *Service) void(ctx context.Context, tx *db.Tx, by who.Actor, id uuid.UUID, now time.Time) (Registration, error) {
	r, was, newest, err := lock(ctx, tx, id)
	if err != nil {
		return Registration{}, err
	}
	if err := mayVoid(r, newest, by.Counter, now); err != nil {
		return Registration{}, err
	}
	if done, err := acted(ctx, tx, r.PassholderID, was.Person); err != nil || done {
		return Registration{}, orUsed(err)
	}
	if r.Voucher != "" {
		if err := voucher.GiveBack(ctx, tx, r.Voucher); err != nil {
			return Registration{}, err
		}
	}
	if err := putBack(ctx, tx, by, r, was, now); err != nil {
		return Registration{}, err
	}
	if was.Moved != nil {
		if err := s.moveBack(ctx, tx, r.PassholderID, *was.Moved, now); err != nil {
			return Registration{}, err
		}
	}
	if was.Tariff != nil {
		if _, err := membership.UndoTariff(ctx, tx, by, *was.Tariff, now); err != nil {
			return Registration{}, err
		}
	}
	switch was.Membership {
	case unmade:
		err = membership.Leave(ctx, tx, by, r.PassholderID, r.CardSystemID)
	case string(membership.Ended):
		err = membership.Become(ctx, tx, by, r.PassholderID, r.CardSystemID, membership.Ended, membership.Voided, now)
	}
	if err != nil {
		return Registration{}, err
	}
	if was.Person {
		if err := errors.Join(membership.Forget(ctx, tx, r.PassholderID), association.Forget(ctx, tx, r.PassholderID), family.Forget(ctx, tx, r.PassholderID)); err != nil {
			return Registration{}, err
		}
		if err := passholder.Erase(ctx, tx, r.PassholderID, now); err != nil {
			return Registration{}, err
		}
	}
	if err := markVoided(ctx, tx, by, r.ID, now); err != nil {
		return Registration{}, err
	}
	r.VoidedAt = now
	if err := tell(ctx, tx, TypeVoided, r); err != nil {
		return Registration{}, err
	}
	return r, audit.Record(ctx, tx, by, audit.Entry{
		Action: actionVoided, SubjectKind: "passholder", SubjectID: r.PassholderID.String(), Detail: map[string]any{"registration": r.ID},
	})
}

// putBack puts the card that was given back into stock, and the one that it
// replaced back in use.
func putBack(ctx context.Context, tx *db.Tx, by who.Actor, r Registration, was before, now time.Time) error {
	if r.CardID == uuid.Nil {
		return nil
	}
	cards, err := card.LockAll(ctx, tx, r.CardID, r.ReplacesID)
	if err != nil {
		return err
	}
	for _, c := range cards {
		if c.ID != r.CardID {
			continue
		}
		if c.Status != card.Active {
			return ErrVoidUsed
		}
		to := card.LocalStock
		if c.Type == card.Digital {
			to = card.Deleted
		}
		if err := card.Transition(ctx, tx, by, c.ID, to, card.Voided, card.Change{CounterID: r.OrganizerID, At: now}); err != nil {
			return err
		}
	}
	if was.OldCard != card.Active {
		return nil
	}
	return card.Transition(ctx, tx, by, r.ReplacesID, card.Active, card.Voided, card.Change{At: now})
}

func orUsed(err error) error {
	if err != nil {
		return err
	}
	return ErrVoidUsed
}
