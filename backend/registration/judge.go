package registration

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/voucher"
	"github.com/openbalie/openbalie/backend/who"
)

// A judged is a further pass of somebody who is a passholder already, and the
// decision about it.
type judged struct {
	person   passholder.Passholder
	facts    Facts
	pass     Pass // with the social tariff that goes on
	reason   price.Reason
	home     *passholder.Details // where they live from now on; nil: where they lived
	was      before
	decision Decision
}

// asking says what a pass costs: with a voucher that was spent just now, or as a
// look at it says.
type asking func(context.Context, *db.Tx, price.Inquiry, time.Time) (price.Quote, error)

func look(ctx context.Context, tx *db.Tx, in price.Inquiry, now time.Time) (price.Quote, error) {
	return price.Ask(ctx, tx, in, now)
}

// PreviewReplacement decides about a replacement as it is typed; it keeps nothing.
func (s *Service) PreviewReplacement(ctx context.Context, by who.Actor, r Replacement) (Decision, error) {
	return s.preview(ctx, by, r.PassholderID, r.Sale, func(tx *db.Tx, p passholder.Passholder, now time.Time) (judged, error) {
		n, wrong := card.ParseNumber(r.OldNumber)
		if wrong != nil {
			return judged{}, wrong
		}
		old, err := card.ByNumber(ctx, tx, n)
		if err != nil {
			return judged{}, err
		}
		return s.judgeReplacement(ctx, tx, by, r, p, old, look, now)
	})
}

// PreviewJoining decides about a joining as it is typed; it keeps nothing.
func (s *Service) PreviewJoining(ctx context.Context, by who.Actor, r Joining) (Decision, error) {
	return s.preview(ctx, by, r.PassholderID, r.Sale, func(tx *db.Tx, p passholder.Passholder, now time.Time) (judged, error) {
		return s.judgeJoining(ctx, tx, by, r, p, look, now)
	})
}

func (s *Service) preview(ctx context.Context, by who.Actor, id uuid.UUID, sale Sale, judge func(*db.Tx, passholder.Passholder, time.Time) (judged, error)) (Decision, error) {
	var out Decision
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		if err := rights.Check(ctx, tx, by, rights.PassholdersWrite, by.Counter); err != nil {
			return err
		}
		var p passholder.Passholder
		var b db.Batch
		passholder.QueueByID(&b, id, &p)
		if err := db.Send(ctx, tx, &b); err != nil {
			return err
		}
		now := s.Now()
		j, err := judge(tx, p, now)
		if err != nil {
			return err
		}
		out = j.decision
		out.VoucherHeldUntil, err = voucher.HeldUntil(ctx, tx, sale.HoldID, sale.Voucher, now)
		return err
	})
	return out, err
}

func (s *Service) judgeReplacement(ctx context.Context, tx *db.Tx, by who.Actor, r Replacement, p passholder.Passholder, old card.Card, ask asking, now time.Time) (judged, error) {
	j, d, err := s.judge(ctx, tx, by, p, r.Pass, r.Address, now)
	if err != nil {
		return judged{}, err
	}
	standing, err := standingIn(ctx, tx, p.ID, r.CardSystemID, now)
	if err != nil {
		return judged{}, err
	}
	j.was.OldCard = old.Status
	j.pass = r.keeping(old.Number, d.facts.Card, standing)
	j.reason = reasonOf(old.Number, j.pass.Tariff != nil, r.Why)
	switch {
	case old.PassholderID != p.ID:
		d.add("oldNumber", ErrNotTheirCard)
	case old.CardSystemID != r.CardSystemID:
		d.add("oldNumber", ErrCardSystem)
	case old.Status != card.Active && old.Status != card.Blocked:
		d.add("oldNumber", card.ErrTransition.With("status", string(old.Status)))
	}
	d.pass(j.pass, j.details(), now)
	return j.decided(ctx, tx, d, r.Sale, r.Channel, ask, now)
}

func (s *Service) judgeJoining(ctx context.Context, tx *db.Tx, by who.Actor, r Joining, p passholder.Passholder, ask asking, now time.Time) (judged, error) {
	j, d, err := s.judge(ctx, tx, by, p, r.Pass, r.Address, now)
	if err != nil {
		return judged{}, err
	}
	memberships, err := membership.OfPassholder(ctx, tx, p.ID, now)
	if err != nil {
		return judged{}, err
	}
	j.was.Membership = unmade
	for _, m := range memberships {
		if m.System.ID == r.CardSystemID {
			j.was.Membership = string(m.Status)
			if m.Status != membership.Ended {
				d.add("cardSystemId", ErrMember)
			}
		}
	}
	j.reason = price.ExtraCard
	if !r.WithOwnCard {
		d.pass(r.Pass, j.details(), now)
		return j.decided(ctx, tx, d, r.Sale, r.Channel, ask, now)
	}
	var cards []card.Card
	var b db.Batch
	card.QueueOf(&b, p.ID, &cards)
	if err := db.Send(ctx, tx, &b); err != nil {
		return judged{}, err
	}
	j.reason = price.CardUpgrade
	d.ownCard(r, cards)
	return j.decided(ctx, tx, d, r.Sale, r.Channel, ask, now)
}

// judge begins to judge: whether the person can have a pass, where they live from
// now on, and the facts about the pass.
func (s *Service) judge(ctx context.Context, tx *db.Tx, by who.Actor, p passholder.Passholder, pass Pass, to *Address, now time.Time) (judged, *decider, error) {
	switch {
	case p.MergedInto != uuid.Nil || !p.ErasedAt.IsZero():
		return judged{}, nil, passholder.ErrGone
	case !p.DeceasedOn.IsZero():
		return judged{}, nil, ErrDeceased
	}
	f, err := s.facts(ctx, tx, by, pass, now)
	if err != nil {
		return judged{}, nil, err
	}
	j := judged{person: p, pass: pass}
	d := &decider{facts: f}
	if to != nil {
		if f.Cities, err = citiesWith(ctx, tx, strings.TrimSpace(to.PostalCode)); err != nil {
			return judged{}, nil, err
		}
		if home := d.move(p.Details, *to, f.Cities, now); home != p.Details {
			j.home = &home
		}
	}
	return j, d, nil
}

// details are the person's, living where they will.
func (j judged) details() passholder.Details {
	if j.home != nil {
		return *j.home
	}
	return j.person.Details
}

// decided asks for the price, and ends the judgement.
func (j judged) decided(ctx context.Context, tx *db.Tx, d *decider, sale Sale, through Channel, ask asking, now time.Time) (judged, error) {
	d.facts.Quote, d.facts.Price = ask(ctx, tx, inquiryOf(j.details(), j.pass, sale, j.reason), now)
	if err := unlessFault(d.facts.Price); err != nil {
		return judged{}, err
	}
	d.sale(sale, through)
	j.facts, j.decision = d.facts, d.decision(j.details())
	return j, nil
}

// move judges where somebody moves to, in Belgium.
func (d *decider) move(from passholder.Details, to Address, cities []cardsystem.City, now time.Time) passholder.Details {
	details := from
	details.Street, details.PostalCode, details.City, details.Country = to.Street, strings.TrimSpace(to.PostalCode), to.City, passholder.Belgium
	checked, problems := passholder.Check(details, passholder.Terms{Rules: d.facts.System.Rules, Cities: cities, WithoutINSZ: true}, now)
	good := true
	for _, p := range problems {
		if slices.Contains([]string{"street", "postalCode", "city"}, p.Field) {
			d.add("address/"+p.Field, p.Fault)
			good = false
		}
	}
	if !good {
		return from
	}
	from.Street, from.PostalCode, from.City, from.Country = checked.Street, checked.PostalCode, checked.City, checked.Country
	return from
}

// ownCard judges a joining with the card that somebody has: one in use, and no
// social tariff, which needs a card of its own.
func (d *decider) ownCard(r Joining, cards []card.Card) {
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

// keeping is the pass that is asked for, with the social tariff that goes on when
// one social-tariff card replaces another: nobody has to grant it again. It goes
// on with a marked card of plastic, and with a digital one unless it is given up.
func (r Replacement) keeping(old card.Number, fresh *card.Card, standing *membership.Standing) Pass {
	p := r.Pass
	marked := p.Type == card.Digital && !r.GivesUpTariff || fresh != nil && fresh.Number.SocialTariffCard()
	if p.Tariff == nil && old.SocialTariffCard() && marked && standing != nil && standing.Works() {
		p.Tariff = &Tariff{} // its last day stays as it is, which is past in the grace
	}
	return p
}

// standingIn is where the social tariff of a member stands in a card system; nil
// when there never was one. It returns membership.ErrBlocked for a blocked member,
// and ErrNotMember for who is none, or none any more.
func standingIn(ctx context.Context, tx *db.Tx, id uuid.UUID, cardSystemID int, now time.Time) (*membership.Standing, error) {
	all, err := membership.OfPassholder(ctx, tx, id, now)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		switch {
		case m.System.ID != cardSystemID:
		case m.Status == membership.Active:
			return m.SocialTariff, nil
		case m.Status == membership.Blocked:
			return nil, membership.ErrBlocked
		}
	}
	return nil, ErrNotMember // any more, or never
}

// inquiryOf is what the price of a further card of somebody depends on.
func inquiryOf(p passholder.Details, pass Pass, sale Sale, reason price.Reason) price.Inquiry {
	in := price.Inquiry{
		CardSystemID: pass.CardSystemID, Reason: reason, DateOfBirth: p.DateOfBirth, SocialTariff: pass.Tariff != nil,
		CardType: pass.Type, PostalCode: strings.TrimSpace(p.PostalCode), Voucher: sale.Voucher,
	}
	if p.Country != passholder.Belgium {
		in.PostalCode = price.Abroad
	}
	return in
}
