package api

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/document"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/money"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
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

type replacementRequest struct {
	passRequest
	saleRequest
	PassholderID  string `json:"passholderId"`
	OldNumber     string `json:"oldNumber"`
	Why           string `json:"why"`
	GivesUpTariff bool   `json:"givesUpTariff"`
}

// Check reads the shape.
func (in *replacementRequest) Check(f *bind.Fields) {
	in.passRequest.check(f)
	in.saleRequest.check(f)
	f.UUID("/passholderId", in.PassholderID, true)
	f.Text("/oldNumber", in.OldNumber, 1, 32)
	f.OneOf("/why", in.Why, string(card.Lost), string(card.Stolen), string(card.Defect), string(card.Replaced))
}

func (in *replacementRequest) replacement() registration.Replacement {
	id, _ := uuid.Parse(in.PassholderID) // checked
	return registration.Replacement{
		Pass: in.pass(), Sale: in.sale(), PassholderID: id, OldNumber: in.OldNumber, Why: card.Reason(in.Why),
		GivesUpTariff: in.GivesUpTariff, Channel: registration.AtCounter,
	}
}

// postReplacementPreview decides about a replacement as it is typed; it saves
// nothing: POST /api/v1/replacement-previews.
func (s *Server) postReplacementPreview(c *gin.Context, _ login.Session, by who.Actor) error {
	var in replacementRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	d, err := s.Registrations.PreviewReplacement(c.Request.Context(), by, in.replacement())
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, saleDecisionOf(d))
	return nil
}

// postReplacement gives a new card in the place of an old one: POST
// /api/v1/replacements.
func (s *Server) postReplacement(c *gin.Context, _ login.Session, by who.Actor) error {
	key, err := bind.IdempotencyKey(c, true)
	if err != nil {
		return err
	}
	var in replacementRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	sold, err := s.Registrations.Replace(c.Request.Context(), by, key, in.replacement())
	if err != nil {
		return saleProblem(err)
	}
	replayed(c, sold.Replayed)
	c.JSON(http.StatusCreated, registrationOf(sold))
	return nil
}

type joiningRequest struct {
	passRequest
	saleRequest
	PassholderID string `json:"passholderId"`
	WithOwnCard  bool   `json:"withOwnCard"`
}

// Check reads the shape.
func (in *joiningRequest) Check(f *bind.Fields) {
	in.passRequest.check(f)
	in.saleRequest.check(f)
	f.UUID("/passholderId", in.PassholderID, true)
}

func (in *joiningRequest) joining() registration.Joining {
	id, _ := uuid.Parse(in.PassholderID) // checked
	return registration.Joining{
		Pass: in.pass(), Sale: in.sale(), PassholderID: id, WithOwnCard: in.WithOwnCard, Channel: registration.AtCounter,
	}
}

// postJoiningPreview decides about a joining as it is typed; it saves nothing:
// POST /api/v1/joining-previews.
func (s *Server) postJoiningPreview(c *gin.Context, _ login.Session, by who.Actor) error {
	var in joiningRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	d, err := s.Registrations.PreviewJoining(c.Request.Context(), by, in.joining())
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, saleDecisionOf(d))
	return nil
}

// postJoining makes a person a member of another card system: POST
// /api/v1/joinings.
func (s *Server) postJoining(c *gin.Context, _ login.Session, by who.Actor) error {
	key, err := bind.IdempotencyKey(c, true)
	if err != nil {
		return err
	}
	var in joiningRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	sold, err := s.Registrations.Join(c.Request.Context(), by, key, in.joining())
	if err != nil {
		return saleProblem(err)
	}
	replayed(c, sold.Replayed)
	c.JSON(http.StatusCreated, registrationOf(sold))
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

// getReceipt is the receipt on paper: GET
// /api/v1/registrations/{registrationId}/receipt.
func (s *Server) getReceipt(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "registrationId", registration.ErrUnknown)
	if err != nil {
		return err
	}
	language, err := bind.Choice(c, "language", "nl", "fr", "de", "en")
	if err != nil {
		return err
	}
	r, err := s.Registrations.Receipt(c.Request.Context(), by, id, document.Language(language))
	if err != nil {
		return err
	}
	return servePDF(c, r, "receipt-"+r.Number)
}

// getPassSheet is a digital pass on paper: GET
// /api/v1/passholders/{passholderId}/pass-sheet?cardSystemId=….
func (s *Server) getPassSheet(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "passholderId", passholder.ErrUnknown)
	if err != nil {
		return err
	}
	language, err := bind.Choice(c, "language", "nl", "fr", "de", "en")
	if err != nil {
		return err
	}
	systemID, err := strconv.Atoi(c.Query("cardSystemId"))
	if err != nil {
		return bind.ErrQuery.With("parameter", "cardSystemId")
	}
	sheet, err := s.Registrations.PassSheet(c.Request.Context(), by, id, systemID, document.Language(language))
	if err != nil {
		return err
	}
	return servePDF(c, sheet, "pass")
}

func servePDF(c *gin.Context, paper interface{ PDF() ([]byte, error) }, name string) error {
	pdf, err := paper.PDF()
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `inline; filename="`+name+`.pdf"`)
	c.Data(http.StatusOK, "application/pdf", pdf)
	return nil
}

type cardActRequest struct {
	UitpasNumber string `json:"uitpasNumber"`
	Reason       string `json:"reason"`
}

// Check reads the shape.
func (in *cardActRequest) Check(f *bind.Fields) {
	f.Text("/uitpasNumber", in.UitpasNumber, 1, 32)
	f.OneOf("/reason", in.Reason, string(card.Lost), string(card.Stolen), string(card.Defect), string(card.Misuse), string(card.Regained), string(card.Mistake))
}

// postCardBlock blocks a card: POST /api/v1/card-blocks.
func (s *Server) postCardBlock(c *gin.Context, _ login.Session, by who.Actor) error {
	return s.cardAct(c, func(key string, in cardActRequest) error {
		return s.Registrations.Block(c.Request.Context(), by, key, in.UitpasNumber, card.Reason(in.Reason))
	})
}

// postCardUnblock puts a blocked card back in use: POST /api/v1/card-unblocks.
func (s *Server) postCardUnblock(c *gin.Context, _ login.Session, by who.Actor) error {
	return s.cardAct(c, func(key string, in cardActRequest) error {
		return s.Registrations.Unblock(c.Request.Context(), by, key, in.UitpasNumber, card.Reason(in.Reason))
	})
}

func (s *Server) cardAct(c *gin.Context, do func(key string, in cardActRequest) error) error {
	key, err := bind.IdempotencyKey(c, true)
	if err != nil {
		return err
	}
	var in cardActRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	if err := do(key, in); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}
