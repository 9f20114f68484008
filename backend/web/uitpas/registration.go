package uitpas

import (
	"cmp"
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/idempotency"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// registrationRequest is somebody new. What is only read is ignored.
type registrationRequest struct {
	personRequest
	Organizer    *organizerRequest `json:"registrationOrganizer"`
	CardSystemID *int              `json:"registrationCardSystemId"`
	CardType     string            `json:"registrationCardType"`
	UitpasNumber string            `json:"registrationUitpasNumber"`
	Voucher      string            `json:"registrationVoucher"`
	Picture      string            `json:"registrationPicture"`
	Note         string            `json:"registrationNote"`

	picture []byte
}

type organizerRequest struct {
	ID string `json:"id"`
}

// check reads the organizer of a request, which must name one.
func (in *organizerRequest) check(f *bind.Fields, pointer string) {
	if in == nil {
		f.Text(pointer, "", 1, 1)
		return
	}
	f.Text(pointer+"/id", in.ID, 1, maxText)
}

// maxRegistration is room for a picture in a body.
const maxRegistration = 4 << 20

// Check reads the shape; the rules of the nouns read the rest.
func (in *registrationRequest) Check(f *bind.Fields) {
	in.personRequest.Check(f)
	in.Organizer.check(f, "/registrationOrganizer")
	f.OneOf("/registrationCardType", in.CardType, string(card.NFCCard), string(card.Digital))
	if in.CardType == string(card.NFCCard) {
		f.Text("/registrationUitpasNumber", in.UitpasNumber, 1, maxText)
	}
	in.picture = f.Base64("/registrationPicture", in.Picture, base64.StdEncoding.EncodedLen(passholder.MaxPicture))
}

// request is what the service takes. With a card, its number says whether there
// is a social tariff; with a digital pass, that it has a last day.
func (in *registrationRequest) request(cardSystemID int) (registration.Request, error) {
	out := registration.Request{
		Pass:    registration.Pass{CardSystemID: cardSystemID, Type: card.Type(in.CardType)},
		Sale:    registration.Sale{Voucher: in.Voucher, Payment: registration.Nothing},
		Details: in.details(), Consents: in.consents(), Note: in.Note, AcceptDoubles: true, Channel: registration.ByAPI,
	}
	tariff := !in.SocialTariffEnd.IsZero()
	if out.Type == card.NFCCard {
		n, err := card.ParseNumber(in.UitpasNumber)
		if err != nil {
			return out, invalidNumber()
		}
		out.Number, tariff = string(n), n.SocialTariffCard()
	}
	if tariff {
		out.Tariff = &registration.Tariff{Until: in.SocialTariffEnd}
	}
	if len(in.picture) > 0 {
		p, err := passholder.ReadPicture(in.picture, passholder.FromAPI)
		if err != nil {
			return out, refusedField("/registrationPicture", err)
		}
		out.Picture = &p
	}
	return out, nil
}

// postPassholder registers somebody: POST /passholders. Nothing is paid here:
// whoever registers settles that.
func (s *Server) postPassholder(c *gin.Context, by who.Actor) error {
	key, err := bind.IdempotencyKey(c, false)
	if err != nil {
		return err
	}
	var in registrationRequest
	if err := bind.LooseJSONWithin(c, maxRegistration, &in); err != nil {
		return err
	}
	if in.INSZNumber != "" {
		if in.insz, err = secret.ParseNationalNumber(in.INSZNumber); err != nil {
			return findProblem(err)
		}
	}
	o, err := s.registrar(c, in.Organizer)
	if err != nil {
		return err
	}
	system, err := systemOf(in.CardSystemID, o)
	if err != nil {
		return err
	}
	r, err := in.request(system)
	if err != nil {
		return err
	}
	by.Counter = o.ID
	sold, err := s.Registrations.Register(c.Request.Context(), by, cmp.Or(key, uuid.NewString()), r)
	if errors.Is(err, cardsystem.ErrUnknown) {
		return unknownCardSystem(http.StatusBadRequest)
	}
	if err != nil {
		return saleProblem(err, registrationFields)
	}
	p, err := s.Profiles.ByID(c.Request.Context(), by, sold.PassholderID)
	if err != nil {
		return err
	}
	replayed(c, sold.Replayed)
	c.JSON(http.StatusOK, passholderOf(p))
	return nil
}

// registrar is the organizer of a body.
func (s *Server) registrar(c *gin.Context, in *organizerRequest) (organizer.Organizer, error) {
	o, err := s.Organizers.ByID(c.Request.Context(), in.ID)
	if errors.Is(err, organizer.ErrUnknown) {
		err = unknownOrganizer()
	}
	return o, err
}

func unknownOrganizer() error {
	return bind.NewPublicError(http.StatusBadRequest, "uitpas/organizer-not-found", "Organizer not found", "").
		WithMessage(organizer.ErrUnknown.Code, nil)
}

// systemOf is the card system of a registration: it must be named by organizers
// that have several.
func systemOf(named *int, o organizer.Organizer) (int, error) {
	switch {
	case named != nil:
		return *named, nil
	case len(o.CardSystemIDs) == 1:
		return o.CardSystemIDs[0], nil
	default:
		return 0, invalidData(bind.SchemaError{JSONPointer: "/registrationCardSystemId", Error: "The required property is missing."})
	}
}

func invalidData(where ...bind.SchemaError) *bind.PublicError {
	p := bind.NewPublicError(http.StatusBadRequest, "body/invalid-data", "Invalid body data", "")
	p.SchemaErrors = where
	return p
}

// refusedField is body/invalid-data about one value that a rule refuses.
func refusedField(pointer string, err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	m, _ := bind.MessageOf(f.Code, f.Args)
	return invalidData(bind.SchemaError{JSONPointer: pointer, Error: m.EN}).WithMessage(f.Code, f.Args)
}

// Where the contract has what the decisions of a sale are about: in the body of a
// registration, and in that of a membership.
var (
	registrationFields = map[string]string{
		"street": "/address/street", "postalCode": "/address/postalCode", "city": "/address/city", "country": "/address/country",
		"uitpasNumber": "/registrationUitpasNumber", "cardType": "/registrationCardType", "cardSystemId": "/registrationCardSystemId",
		"socialTariff": "/registrationUitpasNumber", "socialTariff/until": "/registrationSocialTariffEndDate", "voucher": "/registrationVoucher",
		"note": "/registrationNote", "consents": "/legalTermsPaper", "consents/parentalConsent": "/parentalConsent",
	}
	membershipFields = map[string]string{"socialTariff/until": "/socialTariff/socialTariffEndDate"}
)

// saleProblem spells what stood in the way of a sale: a right that is missing
// first, then what the contract has a type for, then everything else.
func saleProblem(err error, fields map[string]string) error {
	refused, ok := errors.AsType[*registration.RefusedError](err)
	if errors.Is(err, idempotency.ErrReused) || errors.Is(err, idempotency.ErrInvalidKey) {
		return err
	}
	if !ok {
		return personProblem(err)
	}
	problems := slices.DeleteFunc(slices.Clone(refused.Decision.Problems), func(p registration.Problem) bool { return p.Warning })
	for _, p := range problems {
		if errors.Is(p.Fault, rights.ErrDenied) {
			return p.Fault
		}
	}
	out := invalidData()
	for _, p := range problems {
		if typed := saleType(p.Fault); typed != nil {
			return typed
		}
		at, ok := fields[p.Field]
		if !ok {
			at = "/" + strings.Replace(p.Field, "consents/", "optInPreferences/", 1)
		}
		m, _ := bind.MessageOf(p.Fault.Code, p.Fault.Args)
		out.SchemaErrors = append(out.SchemaErrors, bind.SchemaError{JSONPointer: at, Error: m.EN})
	}
	return out.WithMessage(problems[0].Fault.Code, problems[0].Fault.Args)
}

// saleType is the problem that the contract has a type of its own for; nil for
// all others.
func saleType(f *fault.Error) error {
	problem := func(kind, title string) *bind.PublicError {
		return bind.NewPublicError(http.StatusBadRequest, "uitpas/"+kind, title, "").WithMessage(f.Code, f.Args)
	}
	switch f.Code {
	case registration.ErrKnown.Code, passholder.ErrINSZUsed.Code:
		return problem("insz-already-used", "INSZ already used")
	case card.ErrInvalidNumber.Code:
		return problem("invalid-uitpas-number", "Invalid uitpas number")
	case "invalid-city", "invalid-postal-code", registration.ErrResidence.Code:
		return problem("invalid-city", "Invalid city")
	case card.ErrUnknown.Code, registration.ErrCardSystem.Code, registration.ErrTariffCard.Code, registration.ErrTariffNoCard.Code,
		registration.ErrDigitalRefused.Code, cardsystem.ErrNoNumbers.Code:
		return problem("invalid-card", "Invalid card")
	case registration.ErrCardTaken.Code, registration.ErrCardOutOfUse.Code, registration.ErrCardNotHere.Code:
		status, _ := f.Args["status"].(string)
		if status == string(card.LocalStock) { // of another counter
			return problem("invalid-card", "Invalid card")
		}
		return withStatus(problem("invalid-card-status", "Invalid card status"), status)
	}
	if strings.HasPrefix(f.Code, "voucher-") {
		return problem("invalid-voucher-code", "Invalid voucher code")
	}
	return nil
}
