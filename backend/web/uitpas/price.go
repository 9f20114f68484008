package uitpas

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// priceJSON is a price in euro with words, in Dutch, as the contract has it.
type priceJSON struct {
	Price       float64 `json:"price"`
	Label       string  `json:"label"`
	Description string  `json:"description"`
}

// The codes of the words of a price.
const (
	priceLabel       = "price-label"
	priceDescription = "price-description"
)

func priceOf(r price.Row, for_ price.Conditions) priceJSON {
	args := priceArgs(r, for_)
	description, _ := bind.MessageOf(priceDescription, args)
	out := priceJSON{float64(r.Cents) / 100, r.Label["nl"], description.NL}
	if out.Label == "" {
		label, _ := bind.MessageOf(priceLabel, args)
		out.Label = label.NL
	}
	return out
}

// priceArgs are what the words of a price say about whom it is for.
func priceArgs(r price.Row, c price.Conditions) map[string]any {
	is := func(b *bool, value bool) bool { return b != nil && *b == value }
	age := func(n *int) string {
		if n == nil {
			return ""
		}
		return strconv.Itoa(*n)
	}
	return map[string]any{
		"price": strings.Replace(strings.TrimSuffix(r.Cents.String(), ".00"), ".", ",", 1), "voucher": c.VoucherTypeID != nil,
		"resident": is(c.Resident, true), "foreign": is(c.Resident, false), "social": is(c.SocialTariff, true), "ordinary": is(c.SocialTariff, false),
		"from": age(c.AgeFrom), "until": age(c.AgeUntil),
	}
}

// getPrice is what a first pass costs somebody: GET
// /passholders/membership-prices/{cardSystemId}.
func (s *Server) getPrice(c *gin.Context, by who.Actor) error {
	in, err := s.inquiry(c, by)
	if err != nil {
		return err
	}
	in.Reason = price.FirstCard
	in.PostalCode = c.Query("postalCode")
	if in.PostalCode == "" {
		return bind.ErrQuery.With("parameter", "postalCode")
	}
	if in.DateOfBirth, err = period.ParseDay(c.Query("dateOfBirth")); err != nil {
		return bind.ErrQuery.With("parameter", "dateOfBirth")
	}
	if in.PostalCode != price.Abroad {
		if err := postalCodes(in.PostalCode); err != nil {
			return err
		}
	}
	q, err := s.Prices.Quote(c.Request.Context(), by, in)
	if errors.Is(err, passholder.ErrBirthDate) {
		return bind.ErrQuery.With("parameter", "dateOfBirth")
	}
	if err != nil {
		return priceProblem(err)
	}
	c.JSON(http.StatusOK, priceOf(q.Row, q.Conditions))
	return nil
}

// inquiry reads what both questions about a price have in common. Vouchers that
// are tried, and visitors, are counted.
func (s *Server) inquiry(c *gin.Context, by who.Actor) (price.Inquiry, error) {
	key := by.Key()
	if c.GetBool(visitor) {
		key = bind.Address(c)
	}
	in := price.Inquiry{Voucher: c.Query("voucher"), CardType: card.Type(c.Query("cardType"))}
	if in.Voucher != "" || c.GetBool(visitor) {
		if err := s.Searches.Allow(key); err != nil {
			return in, err
		}
	}
	if in.CardType != card.NFCCard && in.CardType != card.Digital {
		return in, bind.ErrQuery.With("parameter", "cardType")
	}
	tariff, err := strconv.ParseBool(c.DefaultQuery("socialTariff", "false"))
	if err != nil {
		return in, bind.ErrQuery.With("parameter", "socialTariff")
	}
	in.SocialTariff = tariff
	in.CardSystemID, err = systemID(c)
	return in, err
}

// getPassholderPrice is what a membership costs somebody who has a pass: GET
// /passholders/{passholderId}/membership-prices/{cardSystemId}.
func (s *Server) getPassholderPrice(c *gin.Context, by who.Actor) error {
	in, err := s.inquiry(c, by)
	if err != nil {
		return err
	}
	id, err := uuid.Parse(c.Param("passholderId"))
	if err != nil {
		return unknownPassholder(http.StatusNotFound, "")
	}
	pass := registration.Pass{CardSystemID: in.CardSystemID, Type: in.CardType}
	if in.SocialTariff {
		pass.Tariff = &registration.Tariff{}
	}
	q, err := s.Registrations.Quote(c.Request.Context(), by, id, pass, in.Voucher)
	if err != nil {
		return priceProblem(err)
	}
	c.JSON(http.StatusOK, priceOf(q.Row, q.Conditions))
	return nil
}

// getPrices is the list on the wall, what a first pass costs: GET
// /card-systems/{cardSystemId}/membership-prices.
func (s *Server) getPrices(c *gin.Context, _ who.Actor) error {
	kind := card.Type(c.Query("cardType"))
	if kind != card.NFCCard && kind != card.Digital {
		return bind.ErrQuery.With("parameter", "cardType")
	}
	id, err := systemID(c)
	if err != nil {
		return err
	}
	list, err := s.Prices.InForce(c.Request.Context(), id)
	if err != nil && !errors.Is(err, price.ErrNone) {
		return priceProblem(err)
	}
	out := []priceJSON{}
	for _, cell := range price.Table(list.Rows) {
		of := cell.Conditions
		if cell.Row != nil && *of.Reason == price.FirstCard && of.VoucherTypeID == nil && (of.CardType == nil || *of.CardType == kind) {
			out = append(out, priceOf(*cell.Row, of))
		}
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// priceProblem spells why there is no price.
func priceProblem(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	switch {
	case errors.Is(err, cardsystem.ErrUnknown):
		return unknownCardSystem(http.StatusNotFound)
	case errors.Is(err, passholder.ErrUnknown):
		return unknownPassholder(http.StatusNotFound, "")
	case errors.Is(err, price.ErrNone): // no list holds today
		return bind.NewPublicError(http.StatusNotFound, "url/not-found", "Not Found", "This card system has no prices.").WithMessage(f.Code, f.Args)
	case ok && strings.HasPrefix(f.Code, "voucher-"):
		return bind.NewPublicError(http.StatusBadRequest, "uitpas/invalid-voucher-code", "Invalid voucher code", "").WithMessage(f.Code, f.Args)
	default:
		return err
	}
}
