package uitpas

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// registrationRoutes are the operations that make people members, and what that
// costs.
func (s *Server) registrationRoutes() []Route {
	const one = "/passholders/:passholderId"
	return []Route{
		{http.MethodPost, "/passholders", "PASSHOLDERS_WRITE", s.postPassholder},
		{http.MethodGet, one + "/memberships/:cardSystemId", "PASSHOLDERS_WRITE", s.getMembership},
		{http.MethodPost, one + "/memberships/:cardSystemId", "PASSHOLDERS_WRITE", s.postMembership},
		{http.MethodGet, "/passholders/membership-prices/:cardSystemId", "MEMBERSHIP_PRICES_READ, also " + identified, s.getPrice},
		{http.MethodGet, one + "/membership-prices/:cardSystemId", "PASSHOLDERS_SEARCH and MEMBERSHIP_PRICES_READ", s.getPassholderPrice},
		{http.MethodGet, "/card-systems/:cardSystemId/membership-prices", identified, s.getPrices},
	}
}

type prospectJSON struct {
	Type                  string          `json:"type"`
	SocialTariffEndDate   *period.Day     `json:"socialTariffEndDate,omitempty"`
	AddressChangeRequired bool            `json:"addressChangeRequired"`
	ReplacedMembership    *membershipJSON `json:"replacedMembership,omitempty"`
}

// getMembership says what a new membership would do: GET
// /passholders/{passholderId}/memberships/{cardSystemId}.
func (s *Server) getMembership(c *gin.Context, by who.Actor) error {
	return one(c, func(id uuid.UUID) error {
		tariff, err := strconv.ParseBool(c.Query("socialTariff"))
		if err != nil {
			return bind.ErrQuery.With("parameter", "socialTariff")
		}
		by.Counter = c.Query("organizerId")
		if by.Counter == "" || len(by.Counter) > maxText {
			return bind.ErrQuery.With("parameter", "organizerId")
		}
		system, err := systemID(c)
		if err != nil {
			return err
		}
		ctx := c.Request.Context()
		if _, err := s.Organizers.ByID(ctx, by.Counter); err != nil {
			return membershipProblem(err)
		}
		got, err := s.Registrations.Consider(ctx, by, id, system, tariff)
		if err != nil {
			return membershipProblem(err)
		}
		out := prospectJSON{Type: string(got.Kind), AddressChangeRequired: got.AddressNeeded}
		if !got.TariffUntil.IsZero() {
			out.SocialTariffEndDate = &got.TariffUntil
		}
		if got.Replaced != nil {
			p, err := s.Profiles.ByID(ctx, by, id)
			if err != nil {
				return err
			}
			replaced := membershipOf(p, *got.Replaced)
			out.ReplacedMembership = &replaced
		}
		c.JSON(http.StatusOK, out)
		return nil
	})
}

func systemID(c *gin.Context) (int, error) {
	id, err := bind.Number(c.Param("cardSystemId"))
	if err != nil {
		return 0, unknownCardSystem(http.StatusNotFound)
	}
	return id, nil
}

// membershipProblem spells why a membership cannot be considered, or not be had.
func membershipProblem(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	switch {
	case errors.Is(err, organizer.ErrUnknown):
		return unknownOrganizer()
	case errors.Is(err, cardsystem.ErrUnknown):
		return unknownCardSystem(http.StatusNotFound)
	case ok && f.Kind == fault.Conflict && !errors.Is(err, idempotency.ErrReused):
		return bind.NewPublicError(http.StatusBadRequest, "uitpas/passholder-new-membership-error", "Passholder new membership error", "").
			WithMessage(f.Code, f.Args)
	default:
		return err
	}
}

type membershipRequest struct {
	CardType     string `json:"cardType"`
	UitpasNumber string `json:"uitpasNumber"`
	Address      *struct {
		Street     string `json:"street"`
		PostalCode string `json:"postalCode"`
		City       string `json:"city"`
	} `json:"address"`
	SocialTariff *struct {
		EndDate period.Day `json:"socialTariffEndDate"`
	} `json:"socialTariff"`
	Voucher   string            `json:"voucher"`
	Organizer *organizerRequest `json:"registrationOrganizer"`
}

// Check reads the shape; the rules of the nouns read the rest.
func (in *membershipRequest) Check(f *bind.Fields) {
	in.Organizer.check(f, "/registrationOrganizer")
	f.OneOf("/cardType", in.CardType, string(card.NFCCard), string(card.Digital))
	if in.CardType == string(card.NFCCard) {
		f.Text("/uitpasNumber", in.UitpasNumber, 1, maxText)
	}
	if a := in.Address; a != nil {
		f.Text("/address/street", a.Street, 1, 2*maxText)
		f.Text("/address/postalCode", a.PostalCode, 1, maxText)
		f.Text("/address/city", a.City, 1, maxText)
	}
}

func (in *membershipRequest) enrolment(id uuid.UUID, system int) registration.Enrolment {
	out := registration.Enrolment{
		Pass: registration.Pass{CardSystemID: system, Type: card.Type(in.CardType)}, PassholderID: id, Channel: registration.ByAPI,
		Sale: registration.Sale{Voucher: in.Voucher, Payment: registration.Nothing},
	}
	if out.Type == card.NFCCard {
		out.Number = in.UitpasNumber
	}
	if a := in.Address; a != nil {
		out.Address = &registration.Address{Street: a.Street, PostalCode: a.PostalCode, City: a.City}
	}
	if t := in.SocialTariff; t != nil {
		out.Tariff = &registration.Tariff{Until: t.EndDate}
	}
	return out
}

// postMembership makes a passholder a member of a card system, or gives another
// pass in the place of the one they have there: POST
// /passholders/{passholderId}/memberships/{cardSystemId}.
func (s *Server) postMembership(c *gin.Context, by who.Actor) error {
	return one(c, func(id uuid.UUID) error {
		key, err := bind.IdempotencyKey(c, false)
		if err != nil {
			return err
		}
		system, err := systemID(c)
		if err != nil {
			return err
		}
		var in membershipRequest
		if err := bind.LooseJSON(c, &in); err != nil {
			return err
		}
		o, err := s.registrar(c, in.Organizer)
		if err != nil {
			return err
		}
		by.Counter = o.ID
		sold, err := s.Registrations.Enrol(c.Request.Context(), by, cmp.Or(key, uuid.NewString()), in.enrolment(id, system))
		if _, refused := errors.AsType[*registration.RefusedError](err); refused {
			return saleProblem(err, membershipFields)
		}
		if err != nil {
			return membershipProblem(err)
		}
		replayed(c, sold.Replayed)
		c.Status(http.StatusCreated)
		return nil
	})
}
