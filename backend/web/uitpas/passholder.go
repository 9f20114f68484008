package uitpas

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// passholderRoutes are the operations on people.
func (s *Server) passholderRoutes() []Route {
	const one, readers = "/passholders/:passholderId", "PASSHOLDERS_SEARCH, PASSHOLDERS_SEARCH_BY_ID or PASSHOLDERS_SEARCH_ALL"
	return []Route{
		{http.MethodGet, "/passholders", readers, s.getPassholders},
		{http.MethodGet, "/passholders/status/insz-numbers/:inszNumber", identified, s.getINSZStatus},
		{http.MethodGet, one, readers, s.getPassholder},
		{http.MethodPut, one, "PASSHOLDERS_WRITE", s.putPassholder},
		{http.MethodDelete, one, "PASSHOLDERS_DELETE", s.deletePassholder},
		{http.MethodGet, one + "/picture", "PASSHOLDERS_PICTURE_READ", s.getPicture},
		{http.MethodPut, one + "/picture", "PASSHOLDERS_PICTURE_WRITE", s.putPicture},
		{http.MethodDelete, one + "/picture", "PASSHOLDERS_PICTURE_WRITE", s.deletePicture},
		{http.MethodGet, one + "/private", "PASSHOLDERS_PRIVATE_READ", s.getPrivate},
		{http.MethodPut, one + "/private", "PASSHOLDERS_PRIVATE_WRITE", s.putPrivate},
		{http.MethodGet, one + "/school", "PASSHOLDERS_SEARCH", s.getSchool},
		{http.MethodPut, one + "/school", "PASSHOLDERS_UPDATE", s.putSchool},
		{http.MethodDelete, one + "/school", "PASSHOLDERS_UPDATE", s.deleteSchool},
	}
}

type passholderPage struct {
	TotalItems int              `json:"totalItems"`
	Member     []passholderJSON `json:"member"`
}

// getPassholders finds people: GET /passholders.
func (s *Server) getPassholders(c *gin.Context, by who.Actor) error {
	page, err := bind.PublicPage(c)
	if err != nil {
		return err
	}
	criteria, err := criteriaOf(c)
	if err != nil {
		return err
	}
	if criteria.Among, err = s.among(c, by); err != nil {
		return findProblem(err)
	}
	found, err := s.Profiles.Search(c.Request.Context(), by, criteria, profile.Page{Start: page.Start, Limit: page.Limit})
	if err != nil {
		return findProblem(err)
	}
	people, err := s.Profiles.People(c.Request.Context(), by, found.People)
	if err != nil {
		return err
	}
	out := passholderPage{TotalItems: found.Total, Member: make([]passholderJSON, len(people))}
	for i, p := range people {
		out.Member[i] = passholderOf(p)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// criteriaOf reads the filters that are no numbers.
func criteriaOf(c *gin.Context) (profile.Criteria, error) {
	out := profile.Criteria{
		Name: c.Query("name"), FirstName: c.Query("firstName"), Email: c.Query("email"), Street: c.Query("address.street"),
		City: c.Query("address.city"), SchoolID: c.Query("schoolId"), OrganizerID: c.Query("organizerId"), Count: true,
	}
	for _, text := range []string{out.Name, out.FirstName, out.Email, out.Street, out.City, out.SchoolID, out.OrganizerID} {
		if len(text) > maxText {
			return out, bind.ErrQuery.With("parameter", "name")
		}
	}
	var err error
	if out.BornFrom, err = day(c, "dateOfBirthFrom"); err != nil {
		return out, err
	}
	if out.BornUntil, err = day(c, "dateOfBirthTo"); err != nil {
		return out, err
	}
	order, err := bind.Choice(c, "sort[name]", "asc", "desc")
	if err != nil {
		return out, err
	}
	out.Descending = order == "desc"
	status, err := bind.Choice(c, "associationMembershipStatus", "ACTIVE", "EXPIRED", "ALL")
	if err != nil {
		return out, err
	}
	association := c.Query("associationId")
	if association == "" {
		if c.Query("associationMembershipStatus") != "" {
			return out, bind.ErrQuery.With("parameter", "associationId")
		}
		return out, nil
	}
	if out.AssociationID, err = uuid.Parse(association); err != nil || out.AssociationID == uuid.Nil {
		return out, findProblem(profile.ErrAssociation)
	}
	if status != "ALL" {
		out.AssociationStatus = profile.Validity(status)
	}
	return out, nil
}

func day(c *gin.Context, name string) (period.Day, error) {
	text := c.Query(name)
	if text == "" {
		return period.Day{}, nil
	}
	d, err := period.ParseDay(text)
	if err != nil {
		return period.Day{}, bind.ErrQuery.With("parameter", name)
	}
	return d, nil
}

// among are the people whom all the numbers of the request name; nil when there
// is no number in it.
func (s *Server) among(c *gin.Context, by who.Actor) ([]uuid.UUID, error) {
	var out []uuid.UUID
	for name, query := range map[string]profile.Query{
		"uitpasNumber": {Number: c.Query("uitpasNumber")}, "chipNumber": {Chip: c.Query("chipNumber")}, "inszNumber": {INSZ: c.Query("inszNumber")},
	} {
		if c.Query(name) == "" {
			continue
		}
		if name == "inszNumber" {
			if err := s.Searches.Allow(by.Key()); err != nil {
				return nil, err
			}
		}
		id, err := s.Profiles.Whose(c.Request.Context(), by, query)
		if err != nil {
			return nil, err
		}
		if id == uuid.Nil || out != nil && (len(out) == 0 || out[0] != id) {
			out = []uuid.UUID{}
			continue
		}
		out = []uuid.UUID{id}
	}
	if c.Query("uitidId") != "" {
		out = []uuid.UUID{} // nobody is linked to one yet
	}
	return out, nil
}

func findProblem(err error) error {
	switch {
	case errors.Is(err, card.ErrInvalidNumber):
		return invalidNumber()
	case errors.Is(err, secret.ErrInvalidNumber):
		return bind.NewPublicError(http.StatusBadRequest, "uitpas/invalid-insz-number", "Invalid insz number", "").
			WithMessage(secret.ErrInvalidNumber.Code, nil)
	case errors.Is(err, organizer.ErrUnknown):
		return bind.NewPublicError(http.StatusBadRequest, "uitpas/organizer-not-found", "Organizer not found", "").
			WithMessage(organizer.ErrUnknown.Code, nil)
	case errors.Is(err, passholder.ErrSchool):
		return bind.NewPublicError(http.StatusBadRequest, "uitpas/school-not-found", "School not found", "").
			WithMessage(passholder.ErrSchool.Code, nil)
	case errors.Is(err, profile.ErrAssociation):
		return bind.NewPublicError(http.StatusBadRequest, "uitpas/association-not-found", "Association not found", "").
			WithMessage(profile.ErrAssociation.Code, nil)
	case errors.Is(err, card.ErrInvalidChip):
		return bind.ErrQuery.With("parameter", "chipNumber")
	case errors.Is(err, profile.ErrNothingAsked):
		return bind.ErrQuery.With("parameter", "name")
	}
	return err
}

// getINSZStatus tells whether somebody has a national number, and nothing else:
// GET /passholders/status/insz-numbers/{inszNumber}.
func (s *Server) getINSZStatus(c *gin.Context, by who.Actor) error {
	caller := by.Key()
	if c.GetBool(visitor) {
		// A client that anybody may name is no caller: its turns are its own, and
		// the address counts, for it is a way to find out who is registered.
		caller = "visitors of " + by.Key()
		if err := s.Visits.Allow(bind.Address(c)); err != nil {
			return err
		}
	}
	if err := s.Searches.Allow(caller); err != nil {
		return err
	}
	used, err := s.Profiles.KnowsINSZ(c.Request.Context(), by, c.Param("inszNumber"))
	if err != nil {
		return findProblem(err)
	}
	state := "UNUSED"
	if used {
		state = "USED"
	}
	c.JSON(http.StatusOK, gin.H{"state": state})
	return nil
}

// one runs an operation on the person whom the path names. Where the contract
// has no type for somebody unknown, that is url/not-found.
func one(c *gin.Context, do func(uuid.UUID) error) error {
	id, err := uuid.Parse(c.Param("passholderId"))
	if err != nil {
		return passholder.ErrUnknown
	}
	return do(id)
}

// getPassholder shows a person: GET /passholders/{passholderId}.
func (s *Server) getPassholder(c *gin.Context, by who.Actor) error {
	return one(c, func(id uuid.UUID) error {
		p, err := s.Profiles.ByID(c.Request.Context(), by, id)
		if err != nil {
			return err
		}
		c.JSON(http.StatusOK, passholderOf(p))
		return nil
	})
}

// deletePassholder erases a person: DELETE /passholders/{passholderId}.
func (s *Server) deletePassholder(c *gin.Context, by who.Actor) error {
	return one(c, func(id uuid.UUID) error {
		if err := s.Profiles.Erase(c.Request.Context(), by, id); err != nil {
			return err
		}
		c.Status(http.StatusNoContent)
		return nil
	})
}
