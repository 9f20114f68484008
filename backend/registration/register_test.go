package registration_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/money"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/voucher"
)

func TestARegistrationIsWholeAndExplained(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.adult(t, 1)
	preview, err := w.Preview(t.Context(), registrar, r)
	if err != nil || !preview.Allowed || preview.Quote.Cents != 500 {
		t.Fatalf("preview: %+v, %v", preview, err)
	}
	got := w.register(t, r)
	if got.Cents != 500 || got.Reason != price.FirstCard || got.Receipt != 1 || got.Explanation.Label["nl"] != "Volwassene" || string(got.Number) != r.Number {
		t.Errorf("%+v", got)
	}
	if c := w.cardOf(t, r.Number); c.Status != card.Active || c.PassholderID != got.PassholderID {
		t.Errorf("card %+v", c)
	}
	if m := w.memberships(t, got.PassholderID)[gent]; m.Status != membership.Active || m.SocialTariff != nil {
		t.Errorf("membership %+v", m)
	}
	for what, n := range map[string]int{
		"points account":      w.count(t, `SELECT count(*) FROM account WHERE id = $1`, got.PassholderID),
		"consents":            w.count(t, `SELECT count(*) / 2 FROM consent WHERE passholder_id = $1`, got.PassholderID),
		"outbox":              w.count(t, `SELECT count(*) FROM outbox WHERE type = 'registration.registered'`),
		"audit":               w.count(t, `SELECT count(*) FROM audit WHERE action = 'registration.registered'`),
		"national number":     w.count(t, `SELECT count(*) FROM passholder WHERE id = $1 AND insz_hash IS NOT NULL`, got.PassholderID),
		"history of the card": w.count(t, `SELECT count(*) FROM card_event`),
	} {
		if n != 1 {
			t.Errorf("%s: %d", what, n)
		}
	}
	second := w.register(t, w.adult(t, 2))
	day, err := w.DayTotal(t.Context(), registrar, period.NewDay(2026, 11, 22))
	if err != nil || second.Receipt != 2 || day.Totals[registration.Cash] != 1000 || len(day.Sales) != 2 || day.Sales[0].ID != second.ID {
		t.Errorf("receipt %d, day %+v, %v", second.Receipt, day, err)
	}
}

func TestADigitalPassWithASocialTariffAndAVoucher(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.adult(t, 1)
	r.Pass = registration.Pass{CardSystemID: gent, Type: card.Digital, Tariff: &registration.Tariff{Ground: "RVV"}}
	r.Voucher = w.voucher(t, gent)
	hold, err := w.vouchers.Hold(t.Context(), registrar, r.Voucher, gent, uuid.Nil)
	if err != nil {
		t.Fatal(err)
	}
	r.HoldID, r.Expected = hold.ID, new(money.Cents(0))
	got := w.register(t, r)
	if got.Cents != 0 || got.Payment != registration.Nothing || *got.Explanation.Without != 100 || !got.Number.SocialTariffCard() {
		t.Errorf("%+v", got)
	}
	m := w.memberships(t, got.PassholderID)[gent]
	if m.SocialTariff == nil || m.SocialTariff.Until != period.NewDay(2027, 4, 30) {
		t.Errorf("%+v", m)
	}
	if v, _, err := voucher.Look(t.Context(), w.DB, r.Voucher); err != nil || v.Used != 1 || v.Held != 0 {
		t.Errorf("voucher %+v, %v", v, err)
	}
}

// Each row changes one thing about a request that is fine, and names what the
// clerk is told.
func TestWhatStandsInTheWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	known := w.register(t, w.adult(t, 900))
	used := w.voucher(t, gent)
	spent := w.adult(t, 901)
	spent.Voucher = used
	w.register(t, spent)
	tariff := &registration.Tariff{}
	for name, tt := range map[string]struct {
		change func(*registration.Request)
		field  string
		want   error
	}{
		"no card":                       {func(r *registration.Request) { r.Number = " " }, "uitpasNumber", registration.ErrCardNeeded},
		"a typing mistake":              {func(r *registration.Request) { r.Number = "0930000237931" }, "uitpasNumber", card.ErrInvalidNumber},
		"an unknown card":               {func(r *registration.Request) { r.Number = "0930000390706" }, "uitpasNumber", card.ErrUnknown},
		"somebody's card":               {func(r *registration.Request) { r.Number = string(known.Number) }, "uitpasNumber", registration.ErrCardTaken},
		"a card of another counter":     {func(r *registration.Request) { r.Number = w.stock(t, gent, "other", false) }, "uitpasNumber", registration.ErrCardNotHere},
		"a card of another card system": {func(r *registration.Request) { r.Number = w.stock(t, zuid, "desk", false) }, "uitpasNumber", registration.ErrCardSystem},
		"a social-tariff card without":  {func(r *registration.Request) { r.Number = w.stock(t, gent, "desk", true) }, "socialTariff", registration.ErrTariffCard},
		"an ordinary card with":         {func(r *registration.Request) { r.Tariff = tariff }, "uitpasNumber", registration.ErrTariffNoCard},
		"another region's counter":      {func(r *registration.Request) { r.CardSystemID = elsewhere }, "cardSystemId", rights.ErrDenied},
		"somebody who is a passholder":  {func(r *registration.Request) { r.Details.INSZ = insz(t, 900) }, "inszNumber", registration.ErrKnown},
		"no name":                       {func(r *registration.Request) { r.Details.Name = "" }, "name", passholder.ErrRequired},
		"no consent":                    {func(r *registration.Request) { r.Consents = nil }, "consents", passholder.ErrTerms},
		"abroad without the right":      {func(r *registration.Request) { r.Details.Country = "nl" }, "country", rights.ErrDenied},
		"an unknown voucher":            {func(r *registration.Request) { r.Voucher = "123456" }, "voucher", voucher.ErrUnknown},
		"a used voucher":                {func(r *registration.Request) { r.Voucher = used }, "voucher", voucher.ErrUsed},
		"a voucher of elsewhere":        {func(r *registration.Request) { r.Voucher = w.voucher(t, zuid) }, "voucher", voucher.ErrElsewhere},
		"not paid":                      {func(r *registration.Request) { r.Payment = registration.Nothing }, "payment", registration.ErrPaymentMissing},
		"another price than was shown":  {func(r *registration.Request) { r.Expected = new(money.Cents(300)) }, "price", registration.ErrPriceChanged},
		"an eID read that nobody made":  {func(r *registration.Request) { r.EIDReadID = uuid.New() }, "eidReadId", nil},
		"a social tariff of elsewhere": {func(r *registration.Request) {
			r.Number, r.Tariff = w.stock(t, gent, "desk", true), tariff
			r.Details.PostalCode, r.Details.City = "8400", "Oostende"
		}, "socialTariff", registration.ErrResidence},
		"a social tariff of the next town": {func(r *registration.Request) {
			r.Number, r.Tariff = w.stock(t, gent, "desk", true), tariff
			r.Details.PostalCode, r.Details.City = "9090", "Melle"
		}, "socialTariff", rights.ErrDenied},
		"a social tariff for ten years": {func(r *registration.Request) {
			r.Number, r.Tariff = w.stock(t, gent, "desk", true), &registration.Tariff{Until: period.NewDay(2036, 4, 30)}
		}, "socialTariff/until", membership.ErrEndLate},
		"somebody alike, not looked at": {func(r *registration.Request) {
			r.AcceptDoubles, r.Details.Name = false, surname(900)
		}, "doubles", registration.ErrDoubles},
	} {
		r := w.adult(t, 1)
		tt.change(&r)
		_, err := w.Register(t.Context(), registrar, uuid.NewString(), r)
		refused, ok := errors.AsType[*registration.RefusedError](err)
		if !ok || len(refused.Decision.Problems) == 0 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		found := false
		for _, p := range refused.Decision.Problems {
			found = found || p.Field == tt.field && (tt.want == nil || errors.Is(p.Fault, tt.want))
		}
		if !found {
			t.Errorf("%s: %+v", name, refused.Decision.Problems)
		}
	}
	if n := w.count(t, `SELECT count(*) FROM passholder`); n != 2 {
		t.Errorf("%d people after refusals only", n)
	}
	if _, err := w.Register(t.Context(), clerk, uuid.NewString(), w.adult(t, 1)); !errors.Is(err, rights.ErrDenied) {
		t.Errorf("a clerk: %v", err)
	}
}

func TestAHouseholdIsAllOrNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mother, child := w.adult(t, 1), w.adult(t, 2)
	child.Details.DateOfBirth, child.Details.INSZ = period.NewDay(2016, 5, 3), insz(t, 2)
	_, err := w.RegisterHousehold(t.Context(), registrar, uuid.NewString(), []registration.Request{mother, child})
	if _, refused := errors.AsType[*registration.RefusedError](err); !refused || w.count(t, `SELECT count(*) FROM passholder`) != 0 {
		t.Fatalf("a child without a parent's consent: %v", err)
	}
	child.Consents = passholder.Consents{passholder.TermsOnPaper: true, passholder.Parental: true}
	child.Details.INSZ = bornIn2016(t)
	got, err := w.RegisterHousehold(t.Context(), registrar, uuid.NewString(), []registration.Request{mother, child})
	if err != nil || len(got) != 2 || got[0].HouseholdID == uuid.Nil || got[0].HouseholdID != got[1].HouseholdID || got[1].Cents != 300 || got[1].Receipt != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := w.RegisterHousehold(t.Context(), registrar, "k", make([]registration.Request, registration.MaxHousehold+1)); !errors.Is(err, registration.ErrHouseholdSize) {
		t.Errorf("a village: %v", err)
	}
}

func TestOneKeyRegistersOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.adult(t, 1)
	var all sync.WaitGroup
	ids, errs := make([]uuid.UUID, 8), make([]error, 8)
	for i := range ids {
		all.Go(func() {
			got, err := w.Register(t.Context(), registrar, "key", r)
			ids[i], errs[i] = got.ID, err
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if id != ids[0] {
			t.Fatal("registered more than once")
		}
	}
	r.Details.FirstName = "Mies"
	if _, err := w.Register(t.Context(), registrar, "key", r); !errors.Is(err, idempotency.ErrReused) {
		t.Errorf("the same key for another person: %v", err)
	}
}

// Eight counters want the same thing at once: one gets it.
func TestOneCardOneVoucherOnePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for what, same := range map[string]func(first registration.Request, r *registration.Request){
		"card":    func(first registration.Request, r *registration.Request) { r.Number = first.Number },
		"voucher": func(first registration.Request, r *registration.Request) { r.Voucher = first.Voucher },
		"person":  func(first registration.Request, r *registration.Request) { r.Details.INSZ = first.Details.INSZ },
	} {
		for round := range 5 {
			requests := make([]registration.Request, 8)
			for i := range requests {
				requests[i] = w.adult(t, 10*(round+1)+i+int(what[0])*100)
				if i == 0 && what == "voucher" {
					requests[0].Voucher = w.voucher(t, gent)
				}
				same(requests[0], &requests[i])
			}
			var all sync.WaitGroup
			errs := make([]error, len(requests))
			for i, r := range requests {
				all.Go(func() { _, errs[i] = w.Register(t.Context(), registrar, uuid.NewString(), r) })
			}
			all.Wait()
			through := 0
			for _, err := range errs {
				if err == nil {
					through++
					continue
				}
				if _, refused := errors.AsType[*registration.RefusedError](err); !refused && !errors.Is(err, passholder.ErrINSZUsed) {
					t.Errorf("one %s: %v", what, err)
				}
			}
			if through != 1 {
				t.Fatalf("one %s: %d of 8 got it", what, through)
			}
		}
	}
}
