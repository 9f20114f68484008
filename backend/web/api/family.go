package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

func (s *Server) familyRoutes() []Route {
	const members = "/api/v1/passholders/:passholderId/family-members"
	right := string(rights.PassholdersFamilyMembers)
	return []Route{
		{http.MethodGet, members, right, s.getFamily},
		{http.MethodPost, members, right, s.postFamilyMember},
		{http.MethodPut, members + "/:memberId", right, s.putFamilyMember},
		{http.MethodDelete, members + "/:memberId", right, s.deleteFamilyMember},
		{http.MethodGet, "/api/v1/passholders/:passholderId/families", right, s.getFamilies},
		{http.MethodGet, "/leave-family", public, s.getLeaveFamily},
		{http.MethodPost, "/leave-family", public, s.postLeaveFamily},
	}
}

type familyJSON struct {
	MaxMembers int                `json:"maxMembers"`
	MaxAdults  int                `json:"maxAdults"`
	AdultAge   int                `json:"adultAge"`
	Member     []familyMemberJSON `json:"member"`
}

type familyMemberJSON struct {
	PassholderID string     `json:"passholderId"`
	FirstName    string     `json:"firstName"`
	Name         string     `json:"name"`
	DateOfBirth  period.Day `json:"dateOfBirth"`
	Age          int        `json:"age"`
	UitpasNumber string     `json:"uitpasNumber,omitempty"`
	Main         bool       `json:"main"`
	Icon         string     `json:"icon,omitempty"`
	Since        time.Time  `json:"since"`
}

// getFamily lists a family: GET /api/v1/passholders/{passholderId}/family-members.
func (s *Server) getFamily(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "passholderId", passholder.ErrUnknown)
	if err != nil {
		return err
	}
	members, limits, err := s.Families.Of(c.Request.Context(), by, id)
	if err != nil {
		return err
	}
	out := familyJSON{limits.Members, limits.Adults, limits.AdultAge, make([]familyMemberJSON, len(members))}
	for i, m := range members {
		if out.Member[i], err = s.familyMember(c, by, m); err != nil {
			return err
		}
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func (s *Server) familyMember(c *gin.Context, by who.Actor, m family.Member) (familyMemberJSON, error) {
	p, err := s.Profiles.ByID(c.Request.Context(), by, m.PassholderID)
	if err != nil {
		return familyMemberJSON{}, err
	}
	return familyMemberJSON{
		PassholderID: p.ID.String(), FirstName: p.FirstName, Name: p.Name, DateOfBirth: p.DateOfBirth, Age: p.Age(s.Now()),
		UitpasNumber: string(p.UitpasNumber()), Main: m.Main, Icon: m.Icon, Since: m.Since.UTC(),
	}, nil
}

type addMemberRequest struct {
	UitpasNumber string `json:"uitpasNumber"`
	Icon         string `json:"icon"`
}

// Check reads the shape.
func (in *addMemberRequest) Check(f *bind.Fields) { f.Text("/uitpasNumber", in.UitpasNumber, 1, 32) }

// postFamilyMember puts the holder of a card on the list: POST
// /api/v1/passholders/{passholderId}/family-members.
func (s *Server) postFamilyMember(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "passholderId", passholder.ErrUnknown)
	if err != nil {
		return err
	}
	var in addMemberRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	m, err := s.Families.Add(c.Request.Context(), by, id, in.UitpasNumber, in.Icon)
	if err != nil {
		return err
	}
	out, err := s.familyMember(c, by, m)
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, out)
	return nil
}

// familyPath reads whose list it is, and who is on it.
func familyPath(c *gin.Context) (mainID, memberID uuid.UUID, err error) {
	if mainID, err = bind.ID(c, "passholderId", passholder.ErrUnknown); err != nil {
		return mainID, memberID, err
	}
	memberID, err = bind.ID(c, "memberId", family.ErrNoMember)
	return mainID, memberID, err
}

type iconRequest struct {
	Icon string `json:"icon"`
}

// Check wants nothing: no icon is an answer.
func (*iconRequest) Check(*bind.Fields) {}

// putFamilyMember changes an icon: PUT
// /api/v1/passholders/{passholderId}/family-members/{memberId}.
func (s *Server) putFamilyMember(c *gin.Context, _ login.Session, by who.Actor) error {
	mainID, memberID, err := familyPath(c)
	if err != nil {
		return err
	}
	var in iconRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	if err := s.Families.SetIcon(c.Request.Context(), by, mainID, memberID, in.Icon); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

// deleteFamilyMember takes somebody off the list: DELETE
// /api/v1/passholders/{passholderId}/family-members/{memberId}.
func (s *Server) deleteFamilyMember(c *gin.Context, _ login.Session, by who.Actor) error {
	mainID, memberID, err := familyPath(c)
	if err != nil {
		return err
	}
	if err := s.Families.Remove(c.Request.Context(), by, mainID, memberID); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

type otherFamilyJSON struct {
	PassholderID string    `json:"passholderId"`
	FirstName    string    `json:"firstName"`
	Name         string    `json:"name"`
	Email        string    `json:"email,omitempty"`
	Since        time.Time `json:"since"`
}

// getFamilies lists the families of others that a person was put in: GET
// /api/v1/passholders/{passholderId}/families.
func (s *Server) getFamilies(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "passholderId", passholder.ErrUnknown)
	if err != nil {
		return err
	}
	all, err := s.Families.Families(c.Request.Context(), by, id)
	if err != nil {
		return err
	}
	out := make([]otherFamilyJSON, len(all))
	for i, f := range all {
		out[i] = otherFamilyJSON{f.MainID.String(), f.FirstName, f.Name, f.Email, f.Since.UTC()}
	}
	c.JSON(http.StatusOK, out)
	return nil
}
