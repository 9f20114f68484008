package api

import (
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// passholderRoutes are the operations on people.
func (s *Server) passholderRoutes() []Route {
	const one = "/api/v1/passholders/:passholderId"
	return append([]Route{
		{http.MethodGet, one, string(rights.PassholdersSearch), s.getPassholder},
		{http.MethodPut, one, string(rights.PassholdersWrite), s.putPassholder},
		{http.MethodPost, "/api/v1/passholder-checks", string(rights.PassholdersWrite), s.postPassholderCheck},
		{http.MethodPost, "/api/v1/passholder-searches", string(rights.PassholdersSearch), s.postPassholderSearch},
		{http.MethodGet, one + "/picture", string(rights.PassholdersPictureRead), s.getPicture},
		{http.MethodPut, one + "/picture", string(rights.PassholdersPictureWrite), s.putPicture},
		{http.MethodDelete, one + "/picture", string(rights.PassholdersPictureWrite), s.deletePicture},
		{http.MethodGet, one + "/note", string(rights.PassholdersPrivateRead), s.getNote},
		{http.MethodPut, one + "/note", string(rights.PassholdersPrivateWrite), s.putNote},
		{http.MethodPut, one + "/school", string(rights.PassholdersUpdate), s.putSchool},
		{http.MethodGet, one + "/consents", string(rights.PassholdersSearch), s.getConsents},
		{http.MethodGet, "/api/v1/schools", string(rights.PassholdersSearch), s.getSchools},
	}, s.privacyRoutes()...)
}

type passholderJSON struct {
	ID           string           `json:"id"`
	FirstName    string           `json:"firstName"`
	Name         string           `json:"name"`
	DateOfBirth  string           `json:"dateOfBirth"`
	Age          int              `json:"age"`
	PlaceOfBirth string           `json:"placeOfBirth,omitempty"`
	Gender       string           `json:"gender,omitempty"`
	Nationality  string           `json:"nationality,omitempty"`
	Address      addressJSON      `json:"address"`
	Email        string           `json:"email,omitempty"`
	NoEmail      bool             `json:"noEmail,omitempty"`
	PhoneNumber  string           `json:"phoneNumber,omitempty"`
	Language     string           `json:"language"`
	Remarks      string           `json:"remarks,omitempty"`
	INSZKnown    bool             `json:"inszKnown"`
	Verified     *verifiedJSON    `json:"verified,omitempty"`
	SchoolID     string           `json:"schoolId,omitempty"`
	OptIns       map[string]bool  `json:"optIns"`
	DeceasedOn   string           `json:"deceasedOn,omitempty"`
	MergedInto   string           `json:"mergedInto,omitempty"`
	RegisteredAt time.Time        `json:"registeredAt"`
	Version      int              `json:"version"`
	Points       balanceJSON      `json:"points"`
	Cards        []cardJSON       `json:"cards"`
	Memberships  []membershipJSON `json:"memberships"`
}

// Verified says that an identity card proved who somebody is.
type verifiedJSON struct {
	At time.Time `json:"at"`
	By string    `json:"by"`
}

type addressJSON struct {
	Street     string `json:"street,omitempty"`
	PostalCode string `json:"postalCode"`
	City       string `json:"city"`
	Country    string `json:"country"`
}

type balanceJSON struct {
	Balance int `json:"balance"`
	Debt    int `json:"debt"`
}

type cardJSON struct {
	ID           string         `json:"id"`
	UitpasNumber string         `json:"uitpasNumber"`
	CardSystem   cardSystemJSON `json:"cardSystem"`
	CardType     string         `json:"cardType"`
	Status       string         `json:"status"`
	StatusReason string         `json:"statusReason,omitempty"`
	Current      bool           `json:"current"`
}

type membershipJSON struct {
	CardSystem   cardSystemJSON    `json:"cardSystem"`
	Status       string            `json:"status"`
	Since        time.Time         `json:"since"`
	SocialTariff *socialTariffJSON `json:"socialTariff,omitempty"`
}

type socialTariffJSON struct {
	Status         string `json:"status"`
	Until          string `json:"until"`
	SuspendedUntil string `json:"suspendedUntil,omitempty"`
}

// getPassholder shows a person: GET /api/v1/passholders/{passholderId}.
func (s *Server) getPassholder(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "passholderId", passholder.ErrUnknown)
	if err != nil {
		return err
	}
	p, err := s.Profiles.ByID(c.Request.Context(), by, id)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, passholderOf(p, s.Now()))
	return nil
}

func passholderOf(p profile.Profile, now time.Time) passholderJSON {
	out := passholderJSON{
		ID: p.ID.String(), FirstName: p.FirstName, Name: p.Name, DateOfBirth: p.DateOfBirth.String(), Age: p.Age(now),
		PlaceOfBirth: p.PlaceOfBirth, Gender: string(p.Gender), Nationality: p.Nationality,
		Address: addressJSON{p.Street, p.PostalCode, p.City, p.Country}, Email: p.Email, NoEmail: p.NoEmail,
		PhoneNumber: p.PhoneNumber, Language: string(p.Language), Remarks: p.Remarks, INSZKnown: p.INSZKnown,
		SchoolID: p.SchoolID, OptIns: p.OptIn, DeceasedOn: p.DeceasedOn.String(), RegisteredAt: p.CreatedAt.UTC(), Version: p.Version,
		Points: balanceJSON{p.Balance.Points, p.Balance.Debt},
		Cards:  make([]cardJSON, len(p.Cards)), Memberships: make([]membershipJSON, len(p.Memberships)),
	}
	if !p.VerifiedAt.IsZero() {
		out.Verified = &verifiedJSON{p.VerifiedAt.UTC(), p.VerifiedBy}
	}
	if p.MergedInto != uuid.Nil {
		out.MergedInto = p.MergedInto.String()
	}
	for i, c := range p.Cards {
		out.Cards[i] = cardJSON{
			ID: c.ID.String(), UitpasNumber: string(c.Number), CardSystem: cardSystemOf(p.Systems[c.CardSystemID]),
			CardType: string(c.Type), Status: string(c.Status), StatusReason: string(c.StatusReason), Current: p.IsCurrent(c.ID),
		}
	}
	for i, m := range p.Memberships {
		out.Memberships[i] = membershipOf(m)
	}
	return out
}

func membershipOf(m membership.Membership) membershipJSON {
	out := membershipJSON{CardSystem: cardSystemOf(m.System), Status: string(m.Status), Since: m.Since.UTC()}
	if t := m.SocialTariff; t != nil {
		out.SocialTariff = &socialTariffJSON{Status: string(t.Status), Until: t.Until.String()}
		if !t.SuspendedUntil.IsZero() {
			out.SocialTariff.SuspendedUntil = t.SuspendedUntil.String()
		}
	}
	return out
}

type passholderRequest struct {
	Version int `json:"version"`
	personJSON
}

// Check reads the shape; the rules of the noun read the rest.
func (in *passholderRequest) Check(f *bind.Fields) { in.check(f) }

// putPassholder changes a person: PUT /api/v1/passholders/{passholderId}.
func (s *Server) putPassholder(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "passholderId", passholder.ErrUnknown)
	if err != nil {
		return err
	}
	var in passholderRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	if in.Version < 1 {
		return passholder.ErrChanged
	}
	warnings, err := s.Profiles.Save(c.Request.Context(), by, id, in.change(in.Version))
	if err != nil {
		return personProblem(err)
	}
	p, err := s.Profiles.ByID(c.Request.Context(), by, id)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, savedJSON{passholderOf(p, s.Now()), problemsOf(warnings)})
	return nil
}

type savedJSON struct {
	Passholder passholderJSON `json:"passholder"`
	Warnings   []problemJSON  `json:"warnings"`
}

// A problem is what is wrong with one field of a person; a warning may be saved.
type problemJSON struct {
	bind.FieldError
	Warning bool `json:"warning"`
}

func problemsOf(problems []passholder.Problem) []problemJSON {
	out := make([]problemJSON, len(problems))
	for i, p := range problems {
		out[i] = problemJSON{bind.FieldFault("/"+p.Field, p.Fault), p.Warning}
	}
	return out
}

// personProblem says at which fields a person is not right.
func personProblem(err error) error {
	wrong, ok := errors.AsType[*passholder.DetailsError](err)
	if !ok {
		return err
	}
	fields := make([]bind.FieldError, len(wrong.Problems))
	for i, p := range wrong.Problems {
		fields[i] = bind.FieldFault("/"+p.Field, p.Fault)
	}
	return bind.WithFields(passholder.ErrDetails, fields...)
}

type passholderCheckRequest struct {
	PassholderID string `json:"passholderId"` // of somebody who is registered
	CardSystemID int    `json:"cardSystemId"` // whose rules hold
	personJSON
}

// Check reads the shape.
func (in *passholderCheckRequest) Check(f *bind.Fields) {
	f.UUID("/passholderId", in.PassholderID, false)
	in.check(f)
}

type passholderCheckJSON struct {
	Address     addressJSON   `json:"address"` // as it would be kept
	Email       string        `json:"email,omitempty"`
	PhoneNumber string        `json:"phoneNumber,omitempty"`
	Problems    []problemJSON `json:"problems"`
	Doubles     []doubleJSON  `json:"doubles"`
	INSZOf      string        `json:"inszOf,omitempty"` // who has the national number
}

type doubleJSON struct {
	PassholderID string     `json:"passholderId"`
	FirstName    string     `json:"firstName"`
	Name         string     `json:"name"`
	DateOfBirth  period.Day `json:"dateOfBirth"`
	City         string     `json:"city"`
	SameBirthday bool       `json:"sameBirthday"`
}

// postPassholderCheck says what is wrong with a person, and who may be the same;
// it saves nothing: POST /api/v1/passholder-checks.
func (s *Server) postPassholderCheck(c *gin.Context, _ login.Session, by who.Actor) error {
	var in passholderCheckRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	if in.INSZNumber != "" {
		if err := s.Searches.Allow(by.Key()); err != nil {
			return err
		}
	}
	id, _ := uuid.Parse(in.PassholderID) // checked; none is nobody
	got, err := s.Profiles.Check(c.Request.Context(), by, id, in.CardSystemID, in.change(0))
	if err != nil {
		return err
	}
	d := got.Details
	out := passholderCheckJSON{
		Address: addressJSON{d.Street, d.PostalCode, d.City, d.Country}, Email: d.Email, PhoneNumber: d.PhoneNumber,
		Problems: problemsOf(got.Problems), Doubles: make([]doubleJSON, len(got.Doubles)),
	}
	for i, p := range got.Doubles {
		out.Doubles[i] = doubleJSON{p.ID.String(), p.FirstName, p.Name, p.DateOfBirth, p.City, p.SameBirthday}
	}
	if got.INSZOf != uuid.Nil {
		out.INSZOf = got.INSZOf.String()
	}
	c.JSON(http.StatusOK, out)
	return nil
}
