package registration

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/voucher"
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
	p, f, err := s.somebody(ctx, tx, by, r.PassholderID, r.Pass, now)
	if err != nil {
		return Registration{}, err
	}
	moved, err := s.move(ctx, tx, &p, r.Address, f.System, now)
	if err != nil {
		return Registration{}, err
	}
	standing, err := standingIn(ctx, tx, p.ID, r.CardSystemID, now)
	if err != nil {
		return Registration{}, err
	}
	pass := r.keeping(old.Number, f.Card, standing)
	reason := reasonOf(old.Number, pass.Tariff != nil, r.Why)
	if f.Quote, f.Price = vouchers[0].quote(ctx, tx, inquiryOf(p, pass, r.Sale, reason), now); unlessFault(f.Price) != nil {
		return Registration{}, f.Price
	}
	d := decider{facts: f, problems: moved}
	switch {
	case old.PassholderID != p.ID:
		d.add("oldNumber", ErrNotTheirCard)
	case old.CardSystemID != r.CardSystemID:
		d.add("oldNumber", ErrCardSystem)
	case old.Status != card.Active && old.Status != card.Blocked:
		d.add("oldNumber", card.ErrTransition.With("status", string(old.Status)))
	}
	d.pass(pass, p.Details, now)
	d.sale(r.Sale, r.Channel)
	if decision := d.decision(p.Details); !decision.Allowed {
		return Registration{}, &RefusedError{decision}
	}
	was := before{OldCard: old.Status}
	if old.Status == card.Active {
		if err := card.Transition(ctx, tx, by, old.ID, card.Blocked, r.Why, card.Change{At: now}); err != nil {
			return Registration{}, err
		}
	}
	sold := Registration{ID: db.NewID(), Reason: reason, PassholderID: p.ID, CardSystemID: r.CardSystemID, Channel: r.Channel, At: now}
	if err := give(ctx, tx, by, &sold, pass, f, old.ID, now); err != nil {
		return Registration{}, err
	}
	if was.Tariff, err = s.follow(ctx, tx, by, p.ID, reason, r.Pass, f, now); err != nil {
		return Registration{}, err
	}
	return sold, s.sell(ctx, tx, by, &sold, r.Sale, f.Quote, uuid.Nil, was)
}

// keeping is the pass that is asked for, with the social tariff that goes on when
// one social-tariff card replaces another: nobody has to grant it again. It goes
// on with a marked card of plastic, and with a digital one unless it is given up.
func (r Replacement) keeping(old card.Number, fresh *card.Card, standing *membership.Standing) Pass {
	p := r.Pass
	marked := p.Type == card.Digital && !r.GivesUpTariff || fresh != nil && fresh.Number.SocialTariffCard()
	if p.Tariff == nil && old.SocialTariffCard() && marked && standing != nil && standing.Works() {
		p.Tariff = &Tariff{Until: standing.Until}
	}
	return p
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

// standingIn is where somebody's social tariff stands in a card system; nil when
// there never was one.
func standingIn(ctx context.Context, tx *db.Tx, id uuid.UUID, cardSystemID int, now time.Time) (*membership.Standing, error) {
	all, err := membership.OfPassholder(ctx, tx, id, now)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if m.System.ID == cardSystemID {
			return m.SocialTariff, nil
		}
	}
	return nil, ErrNotMember
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
	if err := lockCards(ctx, tx, []Request{{Pass: r.Pass}}); err != nil {
		return Registration{}, err
	}
	p, f, err := s.somebody(ctx, tx, by, r.PassholderID, r.Pass, now)
	if err != nil {
		return Registration{}, err
	}
	moved, err := s.move(ctx, tx, &p, r.Address, f.System, now)
	if err != nil {
		return Registration{}, err
	}
	reason := price.ExtraCard
	if r.WithOwnCard {
		reason = price.CardUpgrade
	}
	if f.Quote, f.Price = vouchers[0].quote(ctx, tx, inquiryOf(p, r.Pass, r.Sale, reason), now); unlessFault(f.Price) != nil {
		return Registration{}, f.Price
	}
	memberships, err := membership.OfPassholder(ctx, tx, p.ID, now)
	if err != nil {
		return Registration{}, err
	}
	was := before{Membership: unmade}
	d := decider{facts: f, problems: moved}
	for _, m := range memberships {
		if m.System.ID == r.CardSystemID {
			was.Membership = string(m.Status)
			if m.Status != membership.Ended {
				d.add("cardSystemId", ErrMember)
			}
		}
	}
	if r.WithOwnCard {
		d.ownCard(ctx, tx, r, p.ID)
	} else {
		d.pass(r.Pass, p.Details, now)
	}
	d.sale(r.Sale, r.Channel)
	if decision := d.decision(p.Details); !decision.Allowed {
		return Registration{}, &RefusedError{decision}
	}
	if err := membership.Join(ctx, tx, by, p.ID, r.CardSystemID, now); err != nil {
		return Registration{}, err
	}
	sold := Registration{ID: db.NewID(), Reason: reason, PassholderID: p.ID, CardSystemID: r.CardSystemID, Channel: r.Channel, At: now}
	if !r.WithOwnCard {
		if err := give(ctx, tx, by, &sold, r.Pass, f, uuid.Nil, now); err != nil {
			return Registration{}, err
		}
		if was.Tariff, err = grant(ctx, tx, by, p.ID, r.Pass, f.System, now); err != nil {
			return Registration{}, err
		}
	}
	return sold, s.sell(ctx, tx, by, &sold, r.Sale, f.Quote, uuid.Nil, was)
}

// ownCard judges a joining with the card that somebody has: one in use, and no
// social tariff, which needs a card of its own.
func (d *decider) ownCard(ctx context.Context, tx *db.Tx, r Joining, id uuid.UUID) {
	cards, err := card.LockOf(ctx, tx, id)
	if err != nil {
		d.fail("card", err)
		return
	}
	if !slices.ContainsFunc(cards, func(c card.Card) bool { return c.Status == card.Active }) {
		d.add("card", ErrNoCardAtAll)
	}
	if r.Tariff != nil {
		d.add("socialTariff", ErrTariffNoCard)
	}
	if !slices.Contains(d.facts.Counter.CardSystemIDs, r.CardSystemID) {
		d.add("cardSystemId", denied(rights.PassholdersWrite))
	}
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

// Depart ends what must end when somebody moves out of a card system: the social
// tariff, the cards of it, and the membership.
func (s *Service) Depart(ctx context.Context, by who.Actor, key string, passholderID uuid.UUID, cardSystemID int) error {
	_, err := s.act(ctx, by, key, "depart", []any{passholderID, cardSystemID}, rights.PassholdersWrite, func(tx *db.Tx, now time.Time) (Registration, error) {
		return Registration{}, s.leave(ctx, tx, by, passholderID, cardSystemID, membership.Moved, card.Moved, now)
	})
	return err
}

// Bury ends everything of somebody who died.
func (s *Service) Bury(ctx context.Context, by who.Actor, key string, passholderID uuid.UUID, on period.Day) error {
	_, err := s.act(ctx, by, key, "bury", []any{passholderID, on}, rights.PassholdersWrite, func(tx *db.Tx, now time.Time) (Registration, error) {
		memberships, err := membership.OfPassholder(ctx, tx, passholderID, now)
		if err != nil {
			return Registration{}, err
		}
		for _, m := range memberships {
			if m.Status == membership.Ended {
				continue
			}
			if err := s.leave(ctx, tx, by, passholderID, m.System.ID, membership.Deceased, card.Deceased, now); err != nil {
				return Registration{}, err
			}
		}
		return Registration{}, passholder.Die(ctx, tx, passholderID, on, now)
	})
	return err
}

func (s *Service) leave(ctx context.Context, tx *db.Tx, by who.Actor, id uuid.UUID, cardSystemID int, why membership.Reason, cardWhy card.Reason, now time.Time) error {
	cards, err := card.LockOf(ctx, tx, id)
	if err != nil {
		return err
	}
	system, err := cardsystem.ByID(ctx, tx, cardSystemID)
	if err != nil {
		return err
	}
	for _, c := range cards {
		if c.CardSystemID == cardSystemID && c.Status == card.Active {
			if err := card.Transition(ctx, tx, by, c.ID, card.Blocked, cardWhy, card.Change{At: now}); err != nil {
				return err
			}
		}
	}
	_, err = membership.EndTariff(ctx, tx, by, id, system, period.DayOf(now, period.Brussels()), string(why), now)
	if unlessFault(err) != nil {
		return err
	}
	if err := membership.Become(ctx, tx, by, id, cardSystemID, membership.Ended, why, now); err != nil {
		return err
	}
	return audit.Record(ctx, tx, by, audit.Entry{
		Action: actionDeparted, SubjectKind: "passholder", SubjectID: id.String(), Detail: map[string]any{"cardSystem": cardSystemID, "why": why},
	})
}

// Void takes a sale back, the same day at the same counter: the card goes back
// into stock, what it replaced is in use again, the voucher is free, and a person
// who was new is forgotten.
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
	if was.Person {
		if done, err := acted(ctx, tx, r.PassholderID); err != nil || done {
			return Registration{}, orUsed(err)
		}
	}
	if r.Voucher != "" {
		if err := voucher.GiveBack(ctx, tx, r.Voucher); err != nil {
			return Registration{}, err
		}
	}
	if err := putBack(ctx, tx, by, r, was, now); err != nil {
		return Registration{}, err
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
		done, err := idempotency.Take(ctx, tx, by, key, fp, &out)
		if err != nil || done {
			return err
		}
		if out, err = do(tx, s.Now()); err != nil {
			return err
		}
		return idempotency.Keep(ctx, tx, by, key, fp, out)
	})
	return out, err
}

// somebody reads a person who is a passholder already, and the facts about the
// pass that they are to get.
func (s *Service) somebody(ctx context.Context, tx *db.Tx, by who.Actor, id uuid.UUID, pass Pass, now time.Time) (passholder.Passholder, Facts, error) {
	p, err := passholder.Lock(ctx, tx, id)
	if err != nil {
		return p, Facts{}, err
	}
	switch {
	case p.MergedInto != uuid.Nil || !p.ErasedAt.IsZero():
		return p, Facts{}, passholder.ErrGone
	case !p.DeceasedOn.IsZero():
		return p, Facts{}, ErrDeceased
	}
	f, err := s.facts(ctx, tx, by, pass, now)
	return p, f, err
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

// inquiryOf is what the price of a further card of somebody depends on.
func inquiryOf(p passholder.Passholder, pass Pass, sale Sale, reason price.Reason) price.Inquiry {
	in := price.Inquiry{
		CardSystemID: pass.CardSystemID, Reason: reason, DateOfBirth: p.DateOfBirth, SocialTariff: pass.Tariff != nil,
		CardType: pass.Type, PostalCode: strings.TrimSpace(p.PostalCode), Voucher: sale.Voucher,
	}
	if p.Country != passholder.Belgium {
		in.PostalCode = price.Abroad
	}
	return in
}
