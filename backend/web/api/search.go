package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// A search is sent, not named in an address: it holds names and numbers of
// people.
type searchRequest struct {
	Text              string     `json:"text"`
	FirstName         string     `json:"firstName"`
	Name              string     `json:"name"`
	BornFrom          period.Day `json:"bornFrom"`
	BornUntil         period.Day `json:"bornUntil"`
	Street            string     `json:"street"`
	PostalCode        string     `json:"postalCode"`
	City              string     `json:"city"`
	Email             string     `json:"email"`
	PhoneNumber       string     `json:"phoneNumber"`
	SchoolID          string     `json:"schoolId"`
	AssociationID     string     `json:"associationId"`
	AssociationStatus string     `json:"associationStatus"`
	CardSystemID      int        `json:"cardSystemId"`
	MembershipStatus  string     `json:"membershipStatus"`
	CardStatus        string     `json:"cardStatus"`
	SocialTariff      string     `json:"socialTariff"`
	Numbers           []string   `json:"numbers"`
	INSZNumber        string     `json:"inszNumber"`
	Start             int        `json:"start"`
	Limit             int        `json:"limit"`
}

// The pages of a search.
const (
	searchLimit = 20
	maxSearch   = 100
	maxStart    = 10_000
)

// Check reads the shape.
func (in *searchRequest) Check(f *bind.Fields) {
	for _, t := range []struct{ pointer, value string }{
		{"/text", in.Text},
		{"/firstName", in.FirstName},
		{"/name", in.Name},
		{"/street", in.Street},
		{"/postalCode", in.PostalCode},
		{"/city", in.City},
		{"/email", in.Email},
		{"/phoneNumber", in.PhoneNumber},
		{"/schoolId", in.SchoolID},
		{"/inszNumber", in.INSZNumber},
	} {
		f.Most(t.pointer, len(t.value), 254)
	}
	f.UUID("/associationId", in.AssociationID, false)
	for _, v := range []struct{ pointer, value string }{{"/associationStatus", in.AssociationStatus}, {"/socialTariff", in.SocialTariff}} {
		if v.value != "" {
			f.OneOf(v.pointer, v.value, string(profile.Current), string(profile.Over))
		}
	}
	if in.MembershipStatus != "" {
		f.OneOf("/membershipStatus", in.MembershipStatus, string(membership.Active), string(membership.Blocked), string(membership.Ended))
	}
	if in.CardStatus != "" {
		f.OneOf("/cardStatus", in.CardStatus, string(card.Active), string(card.Blocked), string(card.Deleted))
	}
	f.Most("/numbers", len(in.Numbers), profile.MaxNumbers)
	f.Most("/limit", in.Limit, maxSearch)
	f.Most("/start", in.Start, maxStart)
	if in.Start < 0 || in.Limit < 0 {
		f.Most("/start", 1, 0)
	}
}

func (in *searchRequest) criteria() profile.Criteria {
	association, _ := uuid.Parse(in.AssociationID) // checked; none is none
	return profile.Criteria{
		Text: in.Text, FirstName: in.FirstName, Name: in.Name, BornFrom: in.BornFrom, BornUntil: in.BornUntil,
		Street: in.Street, PostalCode: in.PostalCode, City: in.City, Email: in.Email, Phone: in.PhoneNumber,
		SchoolID: in.SchoolID, AssociationID: association, AssociationStatus: profile.Validity(in.AssociationStatus),
		CardSystemID: in.CardSystemID, MembershipStatus: membership.Status(in.MembershipStatus), CardStatus: card.Status(in.CardStatus),
		SocialTariff: profile.Validity(in.SocialTariff), Numbers: in.Numbers, INSZ: in.INSZNumber,
	}
}

type searchJSON struct {
	Member  []hitJSON `json:"member"`
	More    bool      `json:"more"`
	Unknown []string  `json:"unknown,omitempty"` // numbers that are nobody's
	Invalid []string  `json:"invalid,omitempty"` // numbers that cannot be
}

type hitJSON struct {
	ID           string           `json:"id"`
	FirstName    string           `json:"firstName"`
	Name         string           `json:"name"`
	DateOfBirth  string           `json:"dateOfBirth"`
	Age          int              `json:"age"`
	Address      addressJSON      `json:"address"`
	UitpasNumber string           `json:"uitpasNumber,omitempty"` // the one that was asked for, or the one in use
	DeceasedOn   string           `json:"deceasedOn,omitempty"`
	Cards        []cardJSON       `json:"cards"`
	Memberships  []membershipJSON `json:"memberships"`
}

// postPassholderSearch finds people: POST /api/v1/passholder-searches.
func (s *Server) postPassholderSearch(c *gin.Context, _ login.Session, by who.Actor) error {
	var in searchRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	if in.INSZNumber != "" {
		if err := s.Searches.Allow(by.Key()); err != nil {
			return err
		}
	}
	page := profile.Page{Start: in.Start, Limit: in.Limit}
	if page.Limit == 0 {
		page.Limit = searchLimit
	}
	r, err := s.Profiles.Search(c.Request.Context(), by, in.criteria(), page)
	if err != nil {
		return err
	}
	people, err := s.Profiles.People(c.Request.Context(), by, r.People)
	if err != nil {
		return err
	}
	out := searchJSON{Member: make([]hitJSON, len(people)), More: r.More, Unknown: r.Unknown, Invalid: r.Invalid}
	for i, p := range people {
		out.Member[i] = hitOf(p, string(r.By[p.ID]), s.Now())
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func hitOf(p profile.Profile, number string, now time.Time) hitJSON {
	whole := passholderOf(p, now)
	if number == "" {
		number = string(p.UitpasNumber())
	}
	return hitJSON{
		whole.ID, whole.FirstName, whole.Name, whole.DateOfBirth, whole.Age, whole.Address, number, whole.DeceasedOn,
		whole.Cards, whole.Memberships,
	}
}
