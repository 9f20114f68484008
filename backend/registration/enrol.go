package registration

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/who"
)

// ErrSameMembership says that somebody has exactly the membership that is asked
// for.
var ErrSameMembership = fault.New(fault.Conflict, "registration-same-membership")

// An Enrolment gives somebody who is a passholder a membership with a card of
// its own: of another card system, or in the place of the one they have, because
// a social tariff comes or goes.
type Enrolment struct {
	Pass
	Sale
	PassholderID uuid.UUID
	Address      *Address // where they live from now on; nil: where they lived
	Channel      Channel
}

// An Address is where somebody moves to, in Belgium.
type Address struct {
	Street, PostalCode, City string
}

// A ProspectKind is what an enrolment would do.
type ProspectKind string

// The kinds, as the public API spells them.
const (
	NotPossible ProspectKind = "NOT_POSSIBLE" // they have that membership
	Fresh       ProspectKind = "NEW_MEMBERSHIP"
	Replaces    ProspectKind = "REPLACE_MEMBERSHIP"
)

// A Prospect says what an enrolment would do.
type Prospect struct {
	Kind          ProspectKind
	TariffUntil   period.Day             // the default last day; zero without a social tariff
	AddressNeeded bool                   // for a social tariff they have to live in the card system
	Replaced      *membership.Membership // with Replaces
	Old           *card.Card             // what the new card would take the place of
}

// Consider says what an enrolment at the counter of by would do.
func (s *Service) Consider(ctx context.Context, by who.Actor, id uuid.UUID, cardSystemID int, tariff bool) (Prospect, error) {
	if err := rights.Check(ctx, s.DB, by, rights.PassholdersWrite, by.Counter); err != nil {
		return Prospect{}, err
	}
	if tariff {
		if err := rights.Check(ctx, s.DB, by, rights.PassholdersWriteSocialTariff, by.Counter); err != nil {
			return Prospect{}, err
		}
	}
	counter, err := organizer.ByID(ctx, s.DB, by.Counter)
	if err != nil {
		return Prospect{}, err
	}
	b, err := s.belongings(ctx, s.DB, id, cardSystemID, s.Now())
	if err != nil {
		return Prospect{}, err
	}
	if !slices.Contains(counter.CardSystemIDs, cardSystemID) {
		return Prospect{}, denied(rights.PassholdersWrite)
	}
	return b.consider(tariff, s.Now())
}

// belongings are what somebody has of a card system.
type belongings struct {
	person     passholder.Passholder
	system     cardsystem.System
	membership *membership.Membership // nil: none, or one that ended
	card       *card.Card             // the one they use, or used last; nil: none
}

func (s *Service) belongings(ctx context.Context, q db.Q, id uuid.UUID, cardSystemID int, now time.Time) (belongings, error) {
	var out belongings
	var b db.Batch
	var cards []card.Card
	passholder.QueueByID(&b, id, &out.person)
	card.QueueOf(&b, id, &cards)
	if err := db.Send(ctx, q, &b); err != nil {
		return out, err
	}
	var err error
	if out.system, err = cardsystem.ByID(ctx, q, cardSystemID); err != nil {
		return out, err
	}
	memberships, err := membership.OfPassholder(ctx, q, id, now)
	if err != nil {
		return out, err
	}
	of := func(m membership.Membership) bool { return m.System.ID == cardSystemID && m.Status != membership.Ended }
	if i := slices.IndexFunc(memberships, of); i >= 0 {
		out.membership = &memberships[i]
	}
	if i := slices.IndexFunc(cards, func(c card.Card) bool { return c.CardSystemID == cardSystemID && c.Status != card.Deleted }); i >= 0 {
		out.card = &cards[i]
	}
	return out, nil
}

// consider decides what an enrolment would do. Whoever has a social tariff, or
// the card for one, has that already: it is made longer, not given again.
func (b belongings) consider(tariff bool, now time.Time) (Prospect, error) {
	out := Prospect{Kind: Fresh}
	switch {
	case b.person.MergedInto != uuid.Nil:
		return out, passholder.ErrGone
	case !b.person.DeceasedOn.IsZero():
		return out, ErrDeceased
	case b.membership != nil && b.membership.Status == membership.Blocked:
		return out, membership.ErrBlocked
	}
	if tariff {
		out.TariffUntil = b.system.Rules.DefaultEnd(period.DayOf(now, period.Brussels()))
		_, resident := b.system.CityOf(b.person.PostalCode, b.person.City)
		out.AddressNeeded = !resident || b.person.Country != passholder.Belgium
	}
	if b.membership == nil {
		return out, nil
	}
	if b.has() == tariff || b.card == nil {
		return Prospect{Kind: NotPossible}, nil
	}
	out.Kind, out.Replaced, out.Old = Replaces, b.membership, b.card
	return out, nil
}

// has reports whether somebody has a social tariff in the card system, or the
// card for one.
func (b belongings) has() bool {
	t := b.membership.SocialTariff
	return t != nil && t.Status != membership.TariffExpired || b.card != nil && b.card.Number.SocialTariffCard()
}

// reason is what the price of an enrolment depends on; of one that is not
// possible, that of a card in the place of the one that is there.
func (b belongings) reason(tariff bool) price.Reason {
	switch {
	case b.membership == nil:
		return price.ExtraCard
	case b.has() && !tariff:
		return price.TariffLost
	case !b.has() && tariff:
		return price.TariffGranted
	default:
		return price.LossTheft
	}
}

// Quote says what an enrolment would cost.
func (s *Service) Quote(ctx context.Context, by who.Actor, id uuid.UUID, p Pass, voucherNumber string) (price.Quote, error) {
	for _, need := range []rights.Permission{rights.PassholdersSearch, rights.MembershipPricesRead} {
		if err := rights.CheckHere(ctx, s.DB, by, need); err != nil {
			return price.Quote{}, err
		}
	}
	b, err := s.belongings(ctx, s.DB, id, p.CardSystemID, s.Now())
	if err != nil {
		return price.Quote{}, err
	}
	reason := b.reason(p.Tariff != nil)
	return price.Ask(ctx, s.DB, inquiryOf(b.person.Details, p, Sale{Voucher: voucherNumber}, reason), s.Now())
}

// Enrol gives the membership that is asked for. It returns ErrSameMembership when
// they have it, and a *RefusedError with all that stands in the way.
func (s *Service) Enrol(ctx context.Context, by who.Actor, key string, r Enrolment) (Registration, error) {
	return s.act(ctx, by, key, "enrol", r, rights.PassholdersWrite, func(tx *db.Tx, now time.Time) (Registration, error) {
		b, err := s.belongings(ctx, tx, r.PassholderID, r.CardSystemID, now)
		if err != nil {
			return Registration{}, err
		}
		what, err := b.consider(r.Tariff != nil, now)
		if err != nil {
			return Registration{}, err
		}
		switch what.Kind {
		case Fresh:
			return s.join(ctx, tx, by, Joining{Pass: r.Pass, Sale: r.Sale, PassholderID: r.PassholderID, Address: r.Address, Channel: r.Channel}, now)
		case Replaces:
			return s.replace(ctx, tx, by, Replacement{
				Pass: r.Pass, Sale: r.Sale, PassholderID: r.PassholderID, OldNumber: string(what.Old.Number), Why: card.Replaced,
				GivesUpTariff: r.Tariff == nil, Address: r.Address, Channel: r.Channel,
			}, now)
		default:
			return Registration{}, ErrSameMembership
		}
	})
}
