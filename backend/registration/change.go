package registration

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// A Replacement gives a person a new card in the place of an old one: lost,
// stolen, broken, or because the social tariff came or went. The new card is
// looked at first; the old one is blocked in the same step.
type Replacement struct {
	Pass
	Sale
	PassholderID  uuid.UUID
	OldNumber     string
	Why           card.Reason // Lost, Stolen, Defect, or Replaced when the social tariff is the reason
	GivesUpTariff bool        // with a digital card; one of plastic says so by its number
	Address       *Address    // where they live from now on; nil: where they lived
	Channel       Channel
}

// A Joining makes a person a member of another card system, with a card of it,
// or with the card that they have.
type Joining struct {
	Pass
	Sale
	PassholderID uuid.UUID
	WithOwnCard  bool     // the card of another card system serves; Number and Type say nothing
	Address      *Address // where they live from now on; nil: where they lived
	Channel      Channel
}

// Replace replaces a card as one step.
func (s *Service) Replace(ctx context.Context, by who.Actor, key string, r Replacement) (Registration, error) {
	return s.act(ctx, by, key, "replace", r, rights.PassholdersWrite, func(tx *db.Tx, now time.Time) (Registration, error) {
		return s.replace(ctx, tx, by, r, now)
	})
}

func (s *Service) replace(ctx context.Context, tx *db.Tx, by who.Actor, r Replacement, now time.Time) (Registration, error) {
	vouchers, err := spend(ctx, tx, []Request{{Pass: r.Pass, Sale: r.Sale}}, now)
	if err != nil {
		return Registration{}, err
	}
	old, err := s.lockBoth(ctx, tx, r.OldNumber, r.Pass)
	if err != nil {
		return Registration{}, err
	}
	p, err := passholder.Lock(ctx, tx, r.PassholderID)
	if err != nil {
		return Registration{}, err
	}
	j, err := s.judgeReplacement(ctx, tx, by, r, p, old, vouchers[0].quote, now)
	if err != nil {
		return Registration{}, err
	}
	if !j.decision.Allowed {
		return Registration{}, &RefusedError{j.decision}
	}
	if err := s.move(ctx, tx, &j, now); err != nil {
		return Registration{}, err
	}
	if old.Status == card.Active {
		if err := card.Transition(ctx, tx, by, old.ID, card.Blocked, r.Why, card.Change{At: now}); err != nil {
			return Registration{}, err
		}
	}
	sold := Registration{ID: db.NewID(), Reason: j.reason, PassholderID: p.ID, CardSystemID: r.CardSystemID, Channel: r.Channel, At: now}
	var b db.Batch
	if err := give(ctx, tx, &b, by, &sold, j.pass, j.facts, old.ID, now); err != nil {
		return Registration{}, err
	}
	if err := db.Send(ctx, tx, &b); err != nil {
		return Registration{}, err
	}
	b = db.Batch{}
	if j.was.Tariff, err = s.follow(ctx, tx, by, p.ID, j.reason, r.Pass, j.facts, now); err != nil {
		return Registration{}, err
	}
	if err := sell(&b, by, &sold, r.Sale, j.facts.Quote, uuid.Nil, j.was); err != nil {
		return Registration{}, err
	}
	return sold, db.Send(ctx, tx, &b)
}

// follow lets the social tariff follow the card: granted with a card that needs
// one, ended with the last day being today when the new card has none.
func (s *Service) follow(ctx context.Context, tx *db.Tx, by who.Actor, id uuid.UUID, reason price.Reason, p Pass, f Facts, now time.Time) (*uuid.UUID, error) {
	switch reason {
	case price.TariffGranted:
		return grant(ctx, tx, by, id, p, f.System, now)
	case price.TariffLost:
		today := period.DayOf(now, period.Brussels())
		c, err := membership.EndTariff(ctx, tx, by, id, f.System, today, "", now)
		if unlessFault(err) != nil {
			return nil, err
		}
		if err != nil {
			return nil, nil //nolint:nilerr // it had ended already, or ends today
		}
		return &c.ID, nil
	default:
		return grant(ctx, tx, by, id, p, f.System, now) // when the right is renewed with the card
	}
}

// Join makes a person a member of another card system.
func (s *Service) Join(ctx context.Context, by who.Actor, key string, r Joining) (Registration, error) {
	return s.act(ctx, by, key, "join", r, rights.PassholdersWrite, func(tx *db.Tx, now time.Time) (Registration, error) {
		return s.join(ctx, tx, by, r, now)
	})
}

func (s *Service) join(ctx context.Context, tx *db.Tx, by who.Actor, r Joining, now time.Time) (Registration, error) {
	vouchers, err := spend(ctx, tx, []Request{{Pass: r.Pass, Sale: r.Sale}}, now)
	if err != nil {
		return Registration{}, err
	}
	var locks db.Batch
	queueLocks(&locks, []Request{{Pass: r.Pass}})
	if err := db.Send(ctx, tx, &locks); err != nil {
		return Registration{}, err
	}
	if r.WithOwnCard {
		if _, err := card.LockOf(ctx, tx, r.PassholderID); err != nil {
			return Registration{}, err
		}
	}
	p, err := passholder.Lock(ctx, tx, r.PassholderID)
	if err != nil {
		return Registration{}, err
	}
	j, err := s.judgeJoining(ctx, tx, by, r, p, vouchers[0].quote, now)
	if err != nil {
		return Registration{}, err
	}
	if !j.decision.Allowed {
		return Registration{}, &RefusedError{j.decision}
	}
	if err := s.move(ctx, tx, &j, now); err != nil {
		return Registration{}, err
	}
	if err := membership.Join(ctx, tx, by, p.ID, r.CardSystemID, now); err != nil {
		return Registration{}, err
	}
	sold := Registration{ID: db.NewID(), Reason: j.reason, PassholderID: p.ID, CardSystemID: r.CardSystemID, Channel: r.Channel, At: now}
	var b db.Batch
	if !r.WithOwnCard {
		if err := give(ctx, tx, &b, by, &sold, r.Pass, j.facts, uuid.Nil, now); err != nil {
			return Registration{}, err
		}
		if err := db.Send(ctx, tx, &b); err != nil {
			return Registration{}, err
		}
		b = db.Batch{}
		if j.was.Tariff, err = grant(ctx, tx, by, p.ID, r.Pass, j.facts.System, now); err != nil {
			return Registration{}, err
		}
	}
	if err := sell(&b, by, &sold, r.Sale, j.facts.Quote, uuid.Nil, j.was); err != nil {
		return Registration{}, err
	}
	return sold, db.Send(ctx, tx, &b)
}

// Block blocks a card, with the reason. Any counter of a card system that the
// holder belongs to may (UiTPAS functional documentation, cards).
func (s *Service) Block(ctx context.Context, by who.Actor, key string, number string, why card.Reason) error {
	_, err := s.act(ctx, by, key, "block", []string{number, string(why)}, rights.CardsBlock, func(tx *db.Tx, now time.Time) (Registration, error) {
		c, err := s.theirs(ctx, tx, by, number)
		if err != nil {
			return Registration{}, err
		}
		if err := card.Transition(ctx, tx, by, c.ID, card.Blocked, why, card.Change{At: now}); err != nil {
			return Registration{}, err
		}
		return Registration{}, audit.Record(ctx, tx, by, audit.Entry{
			Action: actionBlocked, SubjectKind: "passholder", SubjectID: c.PassholderID.String(), Detail: map[string]any{"card": c.ID, "why": why},
		})
	})
	return err
}

// Unblock puts a blocked card back in use: whoever may unblock, always; the
// counter that blocked it, the same day, which is its undo.
func (s *Service) Unblock(ctx context.Context, by who.Actor, key string, number string, why card.Reason) error {
	_, err := s.act(ctx, by, key, "unblock", []string{number, string(why)}, rights.CardsBlock, func(tx *db.Tx, now time.Time) (Registration, error) {
		c, err := s.theirs(ctx, tx, by, number)
		if err != nil {
			return Registration{}, err
		}
		if err := mayUnblock(ctx, tx, by, c, now); err != nil {
			return Registration{}, err
		}
		if _, err := standingIn(ctx, tx, c.PassholderID, c.CardSystemID, now); err != nil && !errors.Is(err, membership.ErrBlocked) {
			return Registration{}, err
		}
		if err := card.Transition(ctx, tx, by, c.ID, card.Active, why, card.Change{At: now}); err != nil {
			return Registration{}, err
		}
		return Registration{}, audit.Record(ctx, tx, by, audit.Entry{
			Action: actionUnblocked, SubjectKind: "passholder", SubjectID: c.PassholderID.String(), Detail: map[string]any{"card": c.ID, "why": why},
		})
	})
	return err
}

func mayUnblock(ctx context.Context, tx *db.Tx, by who.Actor, c card.Card, now time.Time) error {
	own, err := blockedHereToday(ctx, tx, c.ID, by.Counter, period.DayOf(now, period.Brussels()))
	if err != nil || own {
		return err
	}
	return rights.Check(ctx, tx, by, rights.CardsUnblock, by.Counter)
}

// act runs an act once under its key, for whoever holds the permission.
func (s *Service) act(ctx context.Context, by who.Actor, key, what string, request any, p rights.Permission, do func(*db.Tx, time.Time) (Registration, error)) (Registration, error) {
	var out Registration
	fp, err := s.fingerprint(what, request)
	if err != nil {
		return out, err
	}
	err = db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		out = Registration{}
		if err := rights.Check(ctx, tx, by, p, by.Counter); err != nil {
			return err
		}
		if out.Replayed, err = idempotency.Take(ctx, tx, by, key, fp, &out); err != nil || out.Replayed {
			return err
		}
		if out, err = do(tx, s.Now()); err != nil {
			return err
		}
		return idempotency.Keep(ctx, tx, by, key, fp, out)
	})
	return out, err
}

// lockBoth locks the card that is to be replaced and the one in its place, in
// the order of their ids, and returns the first.
func (s *Service) lockBoth(ctx context.Context, tx *db.Tx, oldNumber string, pass Pass) (card.Card, error) {
	n, err := card.ParseNumber(oldNumber)
	if err != nil {
		return card.Card{}, err
	}
	old, err := card.ByNumber(ctx, tx, n)
	if err != nil {
		return card.Card{}, err
	}
	ids := []uuid.UUID{old.ID}
	if n, err := card.ParseNumber(pass.Number); err == nil {
		if c, err := card.ByNumber(ctx, tx, n); err == nil {
			ids = append(ids, c.ID)
		}
	}
	locked, err := card.LockAll(ctx, tx, ids...)
	if err != nil {
		return card.Card{}, err
	}
	i := slices.IndexFunc(locked, func(c card.Card) bool { return c.ID == old.ID })
	if i < 0 {
		return card.Card{}, card.ErrUnknown
	}
	return locked[i], nil
}

// theirs locks a person's card that the counter may block: they have a card
// system in common.
func (s *Service) theirs(ctx context.Context, tx *db.Tx, by who.Actor, number string) (card.Card, error) {
	n, err := card.ParseNumber(number)
	if err != nil {
		return card.Card{}, err
	}
	c, err := card.Lock(ctx, tx, n)
	if err != nil {
		return card.Card{}, err
	}
	if c.PassholderID == uuid.Nil {
		return card.Card{}, ErrNotTheirCard
	}
	shared, err := sharesSystem(ctx, tx, c.PassholderID, by.Counter)
	if err != nil {
		return card.Card{}, err
	}
	if !shared {
		return card.Card{}, rights.ErrDenied.With("permission", string(rights.CardsBlock))
	}
	return c, nil
}
