package api

import (
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/money"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// A registrationRequest is one person who gets a first pass.
type registrationRequest struct {
	passRequest
	saleRequest
	personJSON
	SchoolID      string          `json:"schoolId"`
	Picture       *pictureRequest `json:"picture"`
	EIDReadID     string          `json:"eidReadId"`
	AcceptDoubles bool            `json:"acceptDoubles"`
}

type pictureRequest struct {
	Content []byte `json:"content"` // JPEG or PNG
	Source  string `json:"source"`
}

// Check reads the shape.
func (in *registrationRequest) Check(f *bind.Fields) {
	in.passRequest.check(f)
	in.saleRequest.check(f)
	in.personJSON.check(f)
	f.UUID("/eidReadId", in.EIDReadID, false)
	if in.Picture != nil {
		f.OneOf("/picture/source", in.Picture.Source, string(passholder.FromEID), string(passholder.FromFile), string(passholder.FromWebcam))
	}
}

// request turns what was sent into what the service takes. A picture that is
// none is an error.
func (in *registrationRequest) request() (registration.Request, error) {
	read, _ := uuid.Parse(in.EIDReadID) // checked; none is none
	out := registration.Request{
		Pass: in.pass(), Sale: in.sale(), Details: in.details(), Consents: in.consents(), SchoolID: in.SchoolID,
		EIDReadID: read, AcceptDoubles: in.AcceptDoubles, Channel: registration.AtCounter,
	}
	if out.Details.Country == "" {
		out.Details.Country = passholder.Belgium
	}
	if in.Picture != nil {
		p, err := passholder.ReadPicture(in.Picture.Content, passholder.PictureSource(in.Picture.Source))
		if err != nil {
			return out, err
		}
		out.Picture = &p
	}
	return out, nil
}

// postRegistrationPreview decides about a registration as it is typed; it saves
// nothing: POST /api/v1/registration-previews.
func (s *Server) postRegistrationPreview(c *gin.Context, _ login.Session, by who.Actor) error {
	var in registrationRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	r, err := in.request()
	if err != nil {
		return err
	}
	d, err := s.Registrations.Preview(c.Request.Context(), by, r)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, saleDecisionOf(d))
	return nil
}

type householdRequest struct {
	People []registrationRequest `json:"people"`
}

// Check reads the shape.
func (in *householdRequest) Check(f *bind.Fields) {
	f.Most("/people", len(in.People), registration.MaxHousehold)
	for i := range in.People {
		f.Under(fmt.Sprintf("/people/%d", i), in.People[i].Check)
	}
}

type registrationJSON struct {
	ID           string          `json:"id"`
	Receipt      string          `json:"receipt"`
	Reason       string          `json:"reason"`
	PassholderID string          `json:"passholderId"`
	CardSystemID int             `json:"cardSystemId"`
	UitpasNumber string          `json:"uitpasNumber,omitempty"`
	Cents        money.Cents     `json:"cents"`
	Explanation  explanationJSON `json:"explanation"`
	Voucher      string          `json:"voucher,omitempty"`
	Payment      string          `json:"payment"`
	HouseholdID  string          `json:"householdId,omitempty"`
	At           time.Time       `json:"at"`
	VoidedAt     *time.Time      `json:"voidedAt,omitempty"`
}

type explanationJSON struct {
	Label          map[string]string `json:"label,omitempty"`
	Age            int               `json:"age"`
	Resident       bool              `json:"resident"`
	SocialTariff   bool              `json:"socialTariff"`
	CardType       string            `json:"cardType"`
	VoucherName    string            `json:"voucherName,omitempty"`
	WithoutVoucher *money.Cents      `json:"withoutVoucher,omitempty"`
}

type registrationsJSON struct {
	Registrations []registrationJSON `json:"registrations"`
}

func registrationOf(r registration.Registration) registrationJSON {
	e := r.Explanation
	out := registrationJSON{
		ID: r.ID.String(), Receipt: r.ReceiptNumber(), Reason: string(r.Reason), PassholderID: r.PassholderID.String(),
		CardSystemID: r.CardSystemID, UitpasNumber: string(r.Number), Cents: r.Cents, Voucher: r.Voucher, Payment: string(r.Payment), At: r.At.UTC(),
		Explanation: explanationJSON{e.Label, e.Age, e.Resident, e.SocialTariff, string(e.CardType), e.VoucherName, e.Without},
	}
	if r.HouseholdID != uuid.Nil {
		out.HouseholdID = r.HouseholdID.String()
	}
	if !r.VoidedAt.IsZero() {
		at := r.VoidedAt.UTC()
		out.VoidedAt = &at
	}
	return out
}

func registrationsOf(list []registration.Registration) []registrationJSON {
	out := make([]registrationJSON, len(list))
	for i, r := range list {
		out[i] = registrationOf(r)
	}
	return out
}

// postRegistrations registers people: POST /api/v1/registrations.
func (s *Server) postRegistrations(c *gin.Context, _ login.Session, by who.Actor) error {
	key, err := bind.IdempotencyKey(c, true)
	if err != nil {
		return err
	}
	var in householdRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	people := make([]registration.Request, len(in.People))
	for i := range in.People {
		if people[i], err = in.People[i].request(); err != nil {
			return err
		}
	}
	sold, err := s.Registrations.RegisterHousehold(c.Request.Context(), by, key, people)
	if err != nil {
		return saleProblem(err)
	}
	replayed(c, len(sold) > 0 && sold[0].Replayed)
	c.JSON(http.StatusCreated, registrationsJSON{registrationsOf(sold)})
	return nil
}

type dayTotalJSON struct {
	Day           period.Day             `json:"day"`
	Totals        map[string]money.Cents `json:"totals"`
	Registrations []registrationJSON     `json:"registrations"`
}

// getRegistrations is what the counter sold on a day: GET
// /api/v1/registrations?day=….
func (s *Server) getRegistrations(c *gin.Context, _ login.Session, by who.Actor) error {
	day := period.DayOf(s.Now(), period.Brussels())
	if text := c.Query("day"); text != "" {
		var err error
		if day, err = period.ParseDay(text); err != nil {
			return bind.ErrQuery.With("parameter", "day")
		}
	}
	got, err := s.Registrations.DayTotal(c.Request.Context(), by, day)
	if err != nil {
		return err
	}
	out := dayTotalJSON{got.Day, map[string]money.Cents{}, registrationsOf(got.Sales)}
	for payment, cents := range got.Totals {
		out.Totals[string(payment)] = cents
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// getPassholderRegistrations lists what a person was sold: GET
// /api/v1/passholders/{passholderId}/registrations.
func (s *Server) getPassholderRegistrations(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "passholderId", passholder.ErrUnknown)
	if err != nil {
		return err
	}
	got, err := s.Registrations.Of(c.Request.Context(), by, id)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, registrationsJSON{registrationsOf(got)})
	return nil
}

// postVoid takes a sale back: POST /api/v1/registrations/{registrationId}/void.
func (s *Server) postVoid(c *gin.Context, _ login.Session, by who.Actor) error {
	key, err := bind.IdempotencyKey(c, true)
	if err != nil {
		return err
	}
	id, err := bind.ID(c, "registrationId", registration.ErrUnknown)
	if err != nil {
		return err
	}
	got, err := s.Registrations.Void(c.Request.Context(), by, key, id)
	if err != nil {
		return err
	}
	replayed(c, got.Replayed)
	c.JSON(http.StatusOK, registrationOf(got))
	return nil
}
