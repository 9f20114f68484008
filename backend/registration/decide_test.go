package registration_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/rights"
)

// may are the rights of a counter that may do everything but register who lives
// abroad and grant outside its own town.
func may(without ...rights.Permission) []rights.Permission {
	var out []rights.Permission
	for _, p := range []rights.Permission{
		rights.PassholdersWrite, rights.PassholdersWriteSocialTariff, rights.PassholdersPrivateWrite,
	} {
		if len(without) == 0 || p != without[0] {
			out = append(out, p)
		}
	}
	return out
}

// Each row changes one thing about somebody who may be registered, or about what
// is known of them, and names what the clerk is told; nil: nothing.
func TestWhatADecisionSays(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	number, err := card.NewNumber("09301000001", false)
	if err != nil {
		t.Fatal(err)
	}
	marked, err := card.NewNumber("09301000002", true)
	if err != nil {
		t.Fatal(err)
	}
	tariff := func(f *registration.Facts, r *registration.Request) {
		f.Card.Number, r.Tariff = marked, &registration.Tariff{}
	}
	digital := func(to cardsystem.Cardless) func(*registration.Facts, *registration.Request) {
		return func(f *registration.Facts, r *registration.Request) {
			f.Card, f.System.Rules.Cardless = nil, to
			r.Pass = registration.Pass{CardSystemID: gent, Type: card.Digital}
		}
	}
	for name, tt := range map[string]struct {
		change func(*registration.Facts, *registration.Request)
		field  string
		want   *fault.Error
	}{
		"nothing":                    {func(*registration.Facts, *registration.Request) {}, "", nil},
		"a blocked card":             {func(f *registration.Facts, _ *registration.Request) { f.Card.Status = card.Blocked }, "uitpasNumber", registration.ErrCardOutOfUse},
		"a deleted card":             {func(f *registration.Facts, _ *registration.Request) { f.Card.Status = card.Deleted }, "uitpasNumber", registration.ErrCardOutOfUse},
		"a card in use":              {func(f *registration.Facts, _ *registration.Request) { f.Card.Status = card.Active }, "uitpasNumber", registration.ErrCardTaken},
		"a card that is on its way":  {func(f *registration.Facts, _ *registration.Request) { f.Card.Status = card.Sent }, "uitpasNumber", registration.ErrCardNotHere},
		"a card of another counter":  {func(f *registration.Facts, _ *registration.Request) { f.Card.CounterID = "other" }, "uitpasNumber", registration.ErrCardNotHere},
		"digital, for all":           {digital(cardsystem.CardlessAll), "", nil},
		"digital, for nobody":        {digital(cardsystem.CardlessNone), "cardType", registration.ErrDigitalRefused},
		"digital, for others":        {digital(cardsystem.CardlessSocialTariff), "cardType", registration.ErrDigitalRefused},
		"a social tariff":            {tariff, "", nil},
		"a social tariff, in Gentse": {func(f *registration.Facts, r *registration.Request) { tariff(f, r); f.Counter.City = "GENT" }, "", nil},
		"a social tariff, by who may not": {func(f *registration.Facts, r *registration.Request) {
			tariff(f, r)
			f.Held = may(rights.PassholdersWriteSocialTariff)
		}, "socialTariff", rights.ErrDenied},
		"a social tariff, address not typed yet": {func(f *registration.Facts, r *registration.Request) {
			tariff(f, r)
			r.Details.PostalCode = ""
		}, "postalCode", passholder.ErrRequired},
		"a social tariff in a village of the counter's name": {func(f *registration.Facts, r *registration.Request) {
			tariff(f, r)
			f.Counter.City = "Gentbrugge"
			f.System.Cities = []cardsystem.City{{PostalCode: "9050", Name: "Gent"}}
			f.Cities, r.Details.PostalCode, r.Details.City = f.System.Cities, "9050", "Gentbrugge"
		}, "", nil},
		"a social tariff that ended yesterday": {func(f *registration.Facts, r *registration.Request) {
			tariff(f, r)
			r.Tariff.Until = period.NewDay(2026, 11, 21)
		}, "socialTariff/until", membership.ErrEndPast},
		"a social tariff until tonight": {func(f *registration.Facts, r *registration.Request) {
			tariff(f, r)
			r.Tariff.Until = period.NewDay(2026, 11, 22)
		}, "", nil},
		"a remark": {func(_ *registration.Facts, r *registration.Request) { r.Note = "Belt graag" }, "", nil},
		"a remark, by who may not read": {func(f *registration.Facts, r *registration.Request) {
			r.Note, f.Held = "Belt graag", may(rights.PassholdersPrivateWrite)
		}, "note", rights.ErrDenied},
		"their own eID": {func(f *registration.Facts, r *registration.Request) {
			r.EIDReadID, f.EID = uuid.New(), &eidcheck.Kept{INSZ: r.Details.INSZ}
		}, "", nil},
		"somebody else's eID": {func(f *registration.Facts, r *registration.Request) {
			r.EIDReadID, f.EID = uuid.New(), &eidcheck.Kept{INSZ: insz(t, 2)}
		}, "eidReadId", registration.ErrEIDOther},
		"a double that was looked at": {func(f *registration.Facts, r *registration.Request) {
			f.Doubles, r.AcceptDoubles = []passholder.Double{{}}, true
		}, "", nil},
		"paid at the counter": {func(f *registration.Facts, r *registration.Request) {
			f.Quote.Cents = 500
			r.Payment = registration.Cash
		}, "", nil},
		"not paid, through the API": {func(f *registration.Facts, r *registration.Request) {
			f.Quote.Cents, r.Channel = 500, registration.ByAPI
		}, "", nil},
	} {
		f := registration.Facts{
			System: cardsystem.System{ID: gent, Name: "Gent", Rules: cardsystem.Rules{
				AdultAge: 18, OptInAge: 16, Cardless: cardsystem.CardlessAll, SocialTariffDefaultEnd: "04-30", SocialTariffMaximumEnd: "12-31",
			}, Cities: []cardsystem.City{{PostalCode: "9000", Name: "Gent"}}},
			Counter: organizer.Organizer{ID: "desk", City: "Gent", CardSystemIDs: []int{gent}},
			Held:    may(), Card: &card.Card{CardSystemID: gent, Number: number, Status: card.LocalStock, CounterID: "desk"},
			Cities: []cardsystem.City{{PostalCode: "9000", Name: "Gent"}}, Quote: price.Quote{},
		}
		r := registration.Request{
			Pass: registration.Pass{CardSystemID: gent, Type: card.NFCCard, Number: string(number)},
			Details: passholder.Details{
				FirstName: "Ann", Name: "Peeters", DateOfBirth: period.NewDay(1983, 3, 2), Gender: passholder.Female, INSZ: insz(t, 1),
				Nationality: "Belg", PlaceOfBirth: "Gent", Street: "Markt 1", PostalCode: "9000", City: "Gent", Country: "be", Email: "ann@example.org",
			},
			Consents: passholder.Consents{passholder.TermsOnPaper: true, passholder.ServiceMails: true}, Channel: registration.AtCounter,
		}
		tt.change(&f, &r)
		got := registration.Decide(f, r, now)
		said := false
		for _, p := range got.Problems {
			said = said || p.Field == tt.field && errors.Is(p.Fault, tt.want)
		}
		if got.Allowed != (tt.want == nil) || tt.want == nil && len(got.Problems) > 0 || tt.want != nil && (!said || len(got.Problems) > 1) {
			t.Errorf("%s: allowed %v, %+v", name, got.Allowed, got.Problems)
		}
	}
}
