package api

import (
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/money"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/web/bind"
)

type passRequest struct {
	CardSystemID int            `json:"cardSystemId"`
	CardType     string         `json:"cardType"`
	UitpasNumber string         `json:"uitpasNumber"` // of a card from stock
	SocialTariff *tariffRequest `json:"socialTariff"`
}

type tariffRequest struct {
	Until  period.Day `json:"until"` // last day; absent: the card system's default
	Ground string     `json:"ground"`
	Note   string     `json:"note"`
}

func (in *passRequest) check(f *bind.Fields) {
	f.OneOf("/cardType", in.CardType, string(card.NFCCard), string(card.Digital))
}

func (in *passRequest) pass() registration.Pass {
	p := registration.Pass{CardSystemID: in.CardSystemID, Type: card.Type(in.CardType), Number: in.UitpasNumber}
	if t := in.SocialTariff; t != nil {
		p.Tariff = &registration.Tariff{Until: t.Until, Ground: t.Ground, Note: t.Note}
	}
	return p
}

type saleRequest struct {
	Voucher       string       `json:"voucher"`
	HoldID        string       `json:"holdId"`
	Payment       string       `json:"payment"`
	ExpectedCents *money.Cents `json:"expectedCents"` // the price that was shown
}

func (in *saleRequest) check(f *bind.Fields) {
	f.UUID("/holdId", in.HoldID, false)
	if in.Payment != "" {
		f.OneOf("/payment", in.Payment, string(registration.Cash), string(registration.Card), string(registration.Transfer), string(registration.Nothing))
	}
}

func (in *saleRequest) sale() registration.Sale {
	hold, _ := uuid.Parse(in.HoldID) // checked; none is none
	return registration.Sale{Voucher: in.Voucher, HoldID: hold, Payment: registration.Payment(in.Payment), Expected: in.ExpectedCents}
}

type saleDecisionJSON struct {
	Allowed  bool          `json:"allowed"`
	Problems []problemJSON `json:"problems"`
	Reason   string        `json:"reason,omitempty"` // what the price depends on
	Quote    *quoteJSON    `json:"quote,omitempty"`
	Doubles  []doubleJSON  `json:"doubles"`
	AdultAge int           `json:"adultAge"`
	OptInAge int           `json:"optInAge"`

	VoucherHeldUntil *time.Time `json:"voucherHeldUntil,omitempty"`
}

func saleDecisionOf(d registration.Decision) saleDecisionJSON {
	out := saleDecisionJSON{
		Allowed: d.Allowed, Problems: saleProblems("", d.Problems), Doubles: []doubleJSON{},
		AdultAge: d.AdultAge, OptInAge: d.OptInAge,
	}
	if d.Quote != nil {
		q := quoteOf(*d.Quote)
		out.Quote, out.Reason = &q, string(d.Quote.Question.Reason)
	}
	if !d.VoucherHeldUntil.IsZero() {
		until := d.VoucherHeldUntil.UTC()
		out.VoucherHeldUntil = &until
	}
	for _, double := range d.Doubles {
		out.Doubles = append(out.Doubles, doubleJSON{
			double.ID.String(), double.FirstName, double.Name, double.DateOfBirth, double.City, double.SameBirthday,
		})
	}
	return out
}

func saleProblems(under string, problems []registration.Problem) []problemJSON {
	out := make([]problemJSON, len(problems))
	for i, p := range problems {
		out[i] = problemJSON{bind.FieldFault(under+"/"+p.Field, p.Fault), p.Warning}
	}
	return out
}

// saleProblem says everything that stood in the way of a sale.
func saleProblem(err error) error {
	refused, ok := errors.AsType[*registration.RefusedError](err)
	if !ok {
		return err
	}
	var fields []bind.FieldError
	for _, p := range refused.Decision.Problems {
		if !p.Warning {
			fields = append(fields, bind.FieldFault("/"+p.Field, p.Fault))
		}
	}
	return bind.WithFields(registration.ErrRefused, fields...)
}
