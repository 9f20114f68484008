package registration

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/money"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/rights"
)

// Facts are what a decision looks at beside the request.
type Facts struct {
	System  cardsystem.System
	Counter organizer.Organizer
	Held    []rights.Permission // at the counter
	Cities  []cardsystem.City   // of any card system, with the postal code
	Card    *card.Card          // nil: no such card, or none asked for
	CardErr error               // why there is none
	Known   uuid.UUID           // who has the national number; uuid.Nil: nobody
	Doubles []passholder.Double
	EID     *eidcheck.Kept
	EIDErr  error
	Quote   price.Quote
	Price   error // why there is no price
}

// decider collects what stands in the way.
type decider struct {
	facts    Facts
	problems []Problem
}

func (d *decider) add(field string, f *fault.Error) {
	d.problems = append(d.problems, Problem{Field: field, Fault: f})
}

// fail adds an error that is a fault. Any other never gets here: facts that
// could not be read end the transaction.
func (d *decider) fail(field string, err error) {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		d.add(field, f)
	}
}

func (d *decider) may(p rights.Permission) bool { return slices.Contains(d.facts.Held, p) }

func denied(p rights.Permission) *fault.Error { return rights.ErrDenied.With("permission", string(p)) }

// Decide says whether somebody may be registered, and everything that stands in
// the way.
func Decide(f Facts, r Request, now time.Time) Decision {
	d := decider{facts: f}
	terms := passholder.Terms{Rules: f.System.Rules, Cities: f.Cities, WithoutINSZ: d.may(rights.PassholdersWriteSocialTariff)}
	details, problems := passholder.Check(r.Details, terms, now)
	problems = append(problems, passholder.CheckConsents(r.Consents, details, f.System.Rules, now)...)

	d.pass(r.Pass, details, now)
	for _, p := range problems {
		d.problems = append(d.problems, Problem(p))
	}
	d.person(r, details)
	d.sale(r.Sale, r.Channel)
	return d.decision(details)
}

func (d *decider) decision(details passholder.Details) Decision {
	out := Decision{
		Problems: d.problems, Details: details, Doubles: d.facts.Doubles,
		AdultAge: d.facts.System.Rules.AdultAge, OptInAge: d.facts.System.Rules.OptInAge,
	}
	if d.facts.Price == nil {
		out.Quote = &d.facts.Quote
	}
	out.Allowed = !slices.ContainsFunc(out.Problems, func(p Problem) bool { return !p.Warning })
	return out
}

// pass judges the card, and the social tariff that goes with it.
func (d *decider) pass(p Pass, details passholder.Details, now time.Time) {
	if !slices.Contains(d.facts.Counter.CardSystemIDs, p.CardSystemID) {
		d.add("cardSystemId", denied(rights.PassholdersWrite))
	}
	if p.Type == card.Digital {
		if !d.facts.System.AllowsDigital(details.PostalCode, p.Tariff != nil) {
			d.add("cardType", ErrDigitalRefused)
		}
	} else {
		d.stock(p)
	}
	if p.Tariff != nil {
		d.tariff(*p.Tariff, details, now)
	}
}

// stock judges a card that is to be given out.
func (d *decider) stock(p Pass) {
	const field = "uitpasNumber"
	c := d.facts.Card
	switch {
	case strings.TrimSpace(p.Number) == "":
		d.add(field, ErrCardNeeded)
		return
	case c == nil:
		d.fail(field, d.facts.CardErr)
		return
	case c.Status == card.Active:
		d.add(field, ErrCardTaken.With("status", string(c.Status.Public())))
		return
	case c.Status == card.Blocked || c.Status == card.Deleted:
		d.add(field, ErrCardOutOfUse.With("status", string(c.Status.Public())))
		return
	case c.Status != card.LocalStock || c.CounterID != d.facts.Counter.ID:
		d.add(field, ErrCardNotHere.With("status", string(c.Status.Public())))
		return
	case c.CardSystemID != p.CardSystemID:
		d.add(field, ErrCardSystem)
	}
	switch marked := c.Number.SocialTariffCard(); {
	case marked && p.Tariff == nil:
		d.add("socialTariff", ErrTariffCard)
	case !marked && p.Tariff != nil:
		d.add(field, ErrTariffNoCard)
	}
}

// tariff judges a social tariff that is asked for.
func (d *decider) tariff(t Tariff, details passholder.Details, now time.Time) {
	const field = "socialTariff"
	if !d.may(rights.PassholdersWriteSocialTariff) {
		d.add(field, denied(rights.PassholdersWriteSocialTariff))
		return
	}
	city, resident := d.facts.System.CityOf(details.PostalCode, details.City)
	switch {
	case details.PostalCode == "": // not typed yet: that it is missing is a problem already
	case !resident:
		d.add(field, ErrResidence)
	case !strings.EqualFold(city.Name, d.facts.Counter.City) && !strings.EqualFold(details.City, d.facts.Counter.City) &&
		!d.may(rights.PassholdersWriteSocialTariffFullCardSystem):
		d.add(field, denied(rights.PassholdersWriteSocialTariffFullCardSystem))
	}
	today := period.DayOf(now, period.Brussels())
	if until := t.Until; !until.IsZero() {
		if latest := d.facts.System.Rules.MaximumEnd(today); latest.Before(until) {
			d.add("socialTariff/until", membership.ErrEndLate.With("latest", latest))
		} else if until.Before(today) {
			d.add("socialTariff/until", membership.ErrEndPast.With("today", today))
		}
	}
}

// person judges whether it is somebody new, and who they say they are.
func (d *decider) person(r Request, details passholder.Details) {
	if details.Country != passholder.Belgium && !d.may(rights.PassholdersWriteForeignCountry) {
		d.add("country", denied(rights.PassholdersWriteForeignCountry))
	}
	if r.Note != "" && !d.may(rights.PassholdersPrivateWrite) {
		d.add("note", denied(rights.PassholdersPrivateWrite))
	}
	if d.facts.Known != uuid.Nil {
		d.add("inszNumber", ErrKnown.With("passholderId", d.facts.Known.String()))
	} else if len(d.facts.Doubles) > 0 && !r.AcceptDoubles {
		d.add("doubles", ErrDoubles.With("people", len(d.facts.Doubles)))
	}
	if r.EIDReadID == uuid.Nil {
		return
	}
	if d.facts.EIDErr != nil {
		d.fail("eidReadId", d.facts.EIDErr)
	} else if d.facts.EID.INSZ != details.INSZ {
		d.add("eidReadId", ErrEIDOther)
	}
}

// sale judges the price and how it is paid.
func (d *decider) sale(s Sale, through Channel) {
	if d.facts.Price != nil {
		field := "price"
		if s.Voucher != "" {
			field = "voucher"
		}
		d.fail(field, d.facts.Price)
		return
	}
	cents := d.facts.Quote.Cents
	if s.Expected != nil && *s.Expected != cents {
		d.add("price", ErrPriceChanged.With("cents", int64(cents)))
	}
	if through == AtCounter && cents > 0 && !slices.Contains([]Payment{Cash, Card, Transfer}, s.Payment) {
		d.add("payment", ErrPaymentMissing)
	}
}

// paid is how a sale is written down: what costs nothing is not paid.
func paid(p Payment, q price.Quote) Payment {
	if q.Cents == 0 || p == "" {
		return Nothing
	}
	return p
}

// reasonOf says why a card is replaced, which the price depends on: a social
// tariff that is won or lost counts for more than what became of the old card.
func reasonOf(old card.Number, tariff bool, why card.Reason) price.Reason {
	switch had := old.SocialTariffCard(); {
	case had && !tariff:
		return price.TariffLost
	case !had && tariff:
		return price.TariffGranted
	case why == card.Defect:
		return price.Defect
	default:
		return price.LossTheft
	}
}

// mayVoid returns nil when a sale may be voided: on its day, at its counter, and
// when nothing came after it.
func mayVoid(r Registration, newest bool, counter string, now time.Time) error {
	switch {
	case !r.VoidedAt.IsZero():
		return ErrVoided
	case r.OrganizerID != counter:
		return ErrVoidElsewhere
	case period.DayOf(r.At, period.Brussels()) != period.DayOf(now, period.Brussels()):
		return ErrVoidLate
	case !newest:
		return ErrVoidUsed
	default:
		return nil
	}
}

func explain(q price.Quote) Explanation {
	out := Explanation{
		Label: q.Label, Age: q.Question.Age, Resident: q.Question.Resident, SocialTariff: q.Question.SocialTariff,
		CardType: q.Question.CardType, VoucherName: q.Voucher.Name,
	}
	if q.Without != nil {
		out.Without = &q.Without.Cents
	}
	return out
}

// total adds up the sales of a day that were not voided.
func total(day period.Day, sales []Registration) DayTotal {
	out := DayTotal{Day: day, Totals: map[Payment]money.Cents{}, Sales: sales}
	for _, r := range sales {
		if r.VoidedAt.IsZero() {
			out.Totals[r.Payment] += r.Cents
		}
	}
	return out
}
