package uitpas

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// personRequest is a person as programs send one. What is only read, or only for
// a registration, is ignored.
type personRequest struct {
	Name              string           `json:"name"`
	FirstName         string           `json:"firstName"`
	INSZNumber        string           `json:"inszNumber"`
	Email             string           `json:"email"`
	DateOfBirth       period.Day       `json:"dateOfBirth"`
	Gender            string           `json:"gender"`
	Nationality       string           `json:"nationality"`
	PhoneNumber       string           `json:"phoneNumber"`
	Address           *addressRequest  `json:"address"`
	OptIns            *map[string]bool `json:"optInPreferences"`
	ParentalConsent   *bool            `json:"parentalConsent"`
	LegalTermsPaper   *bool            `json:"legalTermsPaper"`
	LegalTermsDigital *bool            `json:"legalTermsDigital"`
	SocialTariffEnd   period.Day       `json:"registrationSocialTariffEndDate"`

	insz secret.NationalNumber
}

type addressRequest struct {
	Street     string `json:"street"`
	Number     string `json:"number"`
	Box        string `json:"box"`
	PostalCode string `json:"postalCode"`
	City       string `json:"city"`
	Country    string `json:"country"`
}

// Check reads the shape; the rules of the noun read the rest.
func (in *personRequest) Check(f *bind.Fields) {
	f.Text("/name", in.Name, 1, maxText)
	f.Text("/firstName", in.FirstName, 1, maxText)
	f.Text("/dateOfBirth", in.DateOfBirth.String(), 1, maxText)
	if in.Gender != "" {
		f.OneOf("/gender", in.Gender, string(passholder.Male), string(passholder.Female), string(passholder.X))
	}
	if in.Address == nil {
		f.Text("/address", "", 1, 1)
	} else {
		f.Text("/address/postalCode", in.Address.PostalCode, 1, maxText)
		f.Text("/address/city", in.Address.City, 1, maxText)
	}
	if in.OptIns != nil {
		for _, kind := range passholder.OptIns() {
			if _, given := (*in.OptIns)[kind.Name()]; !given {
				f.Text("/optInPreferences/"+kind.Name(), "", 1, 1)
			}
		}
	}
}

func (in *personRequest) details() passholder.Details {
	a := in.Address
	return passholder.Details{
		Name: in.Name, FirstName: in.FirstName, DateOfBirth: in.DateOfBirth, Gender: passholder.Gender(in.Gender), Nationality: in.Nationality,
		INSZ: in.insz, Street: strings.Join(strings.Fields(a.Street+" "+a.Number+" "+a.Box), " "), PostalCode: a.PostalCode, City: a.City,
		Country: a.Country, Email: in.Email, NoEmail: in.Email == "", PhoneNumber: in.PhoneNumber,
	}
}

func (in *personRequest) consents() passholder.Consents {
	out := passholder.Consents{}
	for kind, given := range map[passholder.Consent]*bool{
		passholder.Parental: in.ParentalConsent, passholder.TermsOnPaper: in.LegalTermsPaper, passholder.TermsDigitally: in.LegalTermsDigital,
	} {
		if given != nil {
			out[kind] = *given
		}
	}
	if in.OptIns != nil {
		for _, kind := range passholder.OptIns() {
			out[kind] = (*in.OptIns)[kind.Name()]
		}
	}
	return out
}

// putPassholder changes a person, in full: PUT /passholders/{passholderId}. What
// the contract has no field for stays.
func (s *Server) putPassholder(c *gin.Context, by who.Actor) error {
	return one(c, func(id uuid.UUID) error {
		var in personRequest
		if err := bind.LooseJSON(c, &in); err != nil {
			return err
		}
		if in.INSZNumber != "" {
			var err error
			if in.insz, err = secret.ParseNationalNumber(in.INSZNumber); err != nil {
				return findProblem(err)
			}
		}
		_, err := s.Profiles.Save(c.Request.Context(), by, id, profile.Change{
			Details: in.details(), Consents: in.consents(), Channel: passholder.ByAPI, SocialTariffEnd: in.SocialTariffEnd, Partial: true,
		})
		if err != nil {
			return personProblem(err)
		}
		c.Status(http.StatusNoContent)
		return nil
	})
}

// places are where the contract has the fields of an address.
var places = map[string]string{"street": "/address/street", "postalCode": "/address/postalCode", "city": "/address/city", "country": "/address/country"}

// personProblem spells what is wrong with a person.
func personProblem(err error) error {
	if errors.Is(err, passholder.ErrINSZUsed) {
		return bind.NewPublicError(http.StatusBadRequest, "uitpas/insz-already-used", "INSZ already used", "").
			WithMessage(passholder.ErrINSZUsed.Code, nil)
	}
	wrong, ok := errors.AsType[*passholder.DetailsError](err)
	if !ok {
		return personRefusal(err)
	}
	p := bind.NewPublicError(http.StatusBadRequest, "body/invalid-data", "Invalid body data", "")
	for _, problem := range wrong.Problems {
		f := problem.Fault
		if f.Code == "invalid-city" || f.Code == "invalid-postal-code" {
			return bind.NewPublicError(http.StatusBadRequest, "uitpas/invalid-city", "Invalid city", "").WithMessage(f.Code, f.Args)
		}
		at, ok := places[problem.Field]
		if !ok {
			at = "/" + strings.Replace(problem.Field, "consents/", "optInPreferences/", 1)
		}
		m, _ := bind.MessageOf(f.Code, f.Args)
		p.SchemaErrors = append(p.SchemaErrors, bind.SchemaError{JSONPointer: at, Error: m.EN})
	}
	first := wrong.Problems[0].Fault
	return p.WithMessage(first.Code, first.Args)
}

// personRefusal is body/invalid-data for what is no right and no unknown person.
func personRefusal(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.Conflict && f.Kind != fault.Invalid || strings.HasPrefix(f.Code, "body-") {
		return err
	}
	if strings.HasPrefix(f.Code, "socialtariff-end-") {
		return refusedField("/registrationSocialTariffEndDate", f)
	}
	return bind.NewPublicError(http.StatusBadRequest, "body/invalid-data", "Invalid body data", "").WithMessage(f.Code, f.Args)
}

type privateJSON struct {
	ID   string `json:"id"`
	Note string `json:"note,omitempty"`
}

// getPrivate reads the note about a person: GET
// /passholders/{passholderId}/private.
func (s *Server) getPrivate(c *gin.Context, by who.Actor) error {
	return one(c, func(id uuid.UUID) error {
		n, err := s.Profiles.Note(c.Request.Context(), by, id)
		if err != nil {
			return err
		}
		c.JSON(http.StatusOK, privateJSON{id.String(), n.Text})
		return nil
	})
}

type privateRequest struct {
	Note string `json:"note"`
}

// Check wants nothing: no note is an answer.
func (*privateRequest) Check(*bind.Fields) {}

// putPrivate writes the note about a person: PUT
// /passholders/{passholderId}/private.
func (s *Server) putPrivate(c *gin.Context, by who.Actor) error {
	return one(c, func(id uuid.UUID) error {
		var in privateRequest
		if err := bind.LooseJSON(c, &in); err != nil {
			return err
		}
		if err := s.Profiles.SetNote(c.Request.Context(), by, id, in.Note); err != nil {
			if errors.Is(err, passholder.ErrTooLong) {
				err = refusedField("/note", err)
			}
			return personRefusal(err)
		}
		c.Status(http.StatusNoContent)
		return nil
	})
}

// schoolProblem spells the refusals about schools.
func schoolProblem(err error) error {
	switch {
	case errors.Is(err, passholder.ErrUnknown), errors.Is(err, passholder.ErrGone):
		return bind.NewPublicError(http.StatusNotFound, "uitpas/passholder-not-found", "Passholder not found", "").
			WithMessage(passholder.ErrUnknown.Code, nil)
	case errors.Is(err, passholder.ErrNoSchool):
		return bind.NewPublicError(http.StatusNotFound, "uitpas/school-not-found", "School not found", "").
			WithMessage(passholder.ErrNoSchool.Code, nil)
	}
	return findProblem(err)
}

// getSchool returns the school of a person: GET
// /passholders/{passholderId}/school.
func (s *Server) getSchool(c *gin.Context, by who.Actor) error {
	return schoolProblem(one(c, func(id uuid.UUID) error {
		o, err := s.Profiles.School(c.Request.Context(), by, id)
		if err != nil {
			return err
		}
		c.JSON(http.StatusOK, organizerOf(o))
		return nil
	}))
}

type schoolRequest struct {
	ID string `json:"id"`
}

// Check reads the shape.
func (in *schoolRequest) Check(f *bind.Fields) { f.Text("/id", in.ID, 1, maxText) }

// putSchool links a person to a school: PUT /passholders/{passholderId}/school.
func (s *Server) putSchool(c *gin.Context, by who.Actor) error {
	return schoolProblem(one(c, func(id uuid.UUID) error {
		var in schoolRequest
		if err := bind.LooseJSON(c, &in); err != nil {
			return err
		}
		if err := s.Profiles.SetSchool(c.Request.Context(), by, id, in.ID); err != nil {
			return err
		}
		c.Status(http.StatusNoContent)
		return nil
	}))
}

// deleteSchool takes that link away: DELETE /passholders/{passholderId}/school.
func (s *Server) deleteSchool(c *gin.Context, by who.Actor) error {
	return schoolProblem(one(c, func(id uuid.UUID) error {
		if err := s.Profiles.SetSchool(c.Request.Context(), by, id, ""); err != nil {
			return err
		}
		c.Status(http.StatusNoContent)
		return nil
	}))
}
