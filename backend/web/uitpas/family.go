package uitpas

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

func (s *Server) familyRoutes() []Route {
	const members, right = "/passholders/:passholderId/family-members", "PASSHOLDERS_FAMILY_MEMBERS"
	return []Route{
		{http.MethodGet, members, right, s.getFamilyMembers},
		{http.MethodPost, members, right, s.postFamilyMember},
		{http.MethodPut, members + "/:familyMemberId", right, s.putFamilyMember},
		{http.MethodDelete, members + "/:familyMemberId", right + ", also " + custom, s.deleteFamilyMember},
		{http.MethodGet, "/passholders/:passholderId/families", right, s.getFamilies},
	}
}

type familyMemberJSON struct {
	UitpasNumber     string         `json:"uitpasNumber"`
	Passholder       passholderJSON `json:"passholder"`
	CreationDate     string         `json:"creationDate"`
	Icon             string         `json:"icon,omitempty"`
	MainFamilyMember bool           `json:"mainFamilyMember"`
}

// getFamilyMembers lists the family that a person keeps: GET
// /passholders/{passholderId}/family-members.
func (s *Server) getFamilyMembers(c *gin.Context, by who.Actor) error {
	return one(c, func(id uuid.UUID) error {
		members, _, err := s.Families.Of(c.Request.Context(), by, id)
		if err != nil {
			return err
		}
		out := make([]familyMemberJSON, len(members))
		for i, m := range members {
			p, err := s.Profiles.ByID(c.Request.Context(), by, m.PassholderID)
			if err != nil {
				return err
			}
			out[i] = familyMemberJSON{string(p.UitpasNumber()), passholderOf(p), instant(m.Since), m.Icon, m.Main}
		}
		c.JSON(http.StatusOK, out)
		return nil
	})
}

type familyMemberRequest struct {
	UitpasNumber string `json:"uitpasNumber"`
	Icon         string `json:"icon"`
}

// Check reads the shape.
func (in *familyMemberRequest) Check(f *bind.Fields) {
	f.Text("/uitpasNumber", in.UitpasNumber, 1, maxText)
}

// postFamilyMember puts the holder of a card on the list: POST
// /passholders/{passholderId}/family-members. The token with which people show
// that a card is theirs is not given out yet, so none can be right; programs and
// people with the permission need none.
func (s *Server) postFamilyMember(c *gin.Context, by who.Actor) error {
	return one(c, func(id uuid.UUID) error {
		for _, header := range []string{"x-registration-token", "x-registration-header"} {
			if c.GetHeader(header) != "" {
				return bind.ErrHeader.With("header", header)
			}
		}
		var in familyMemberRequest
		if err := bind.LooseJSON(c, &in); err != nil {
			return err
		}
		if _, err := s.Families.Add(c.Request.Context(), by, id, in.UitpasNumber, in.Icon); err != nil {
			return familyProblem(err)
		}
		c.Status(http.StatusCreated)
		return nil
	})
}

// familyProblem spells why somebody cannot be put on a list.
func familyProblem(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	problem := func(kind, title string) error {
		return bind.NewPublicError(http.StatusBadRequest, "uitpas/"+kind, title, "").WithMessage(f.Code, f.Args)
	}
	switch f.Code {
	case card.ErrInvalidNumber.Code:
		return invalidNumber()
	case card.ErrUnknown.Code:
		return unknownPassholder(http.StatusBadRequest, "")
	case family.ErrAlready.Code:
		return problem("family-member-already-added", "Family member already added")
	case family.ErrFull.Code:
		return problem("too-many-family-members", "Too many family members")
	case family.ErrAdults.Code:
		return problem("too-many-adults-in-family", "Too many adults in family")
	case family.ErrIcon.Code:
		return refusedField("/icon", err)
	}
	return err
}

type iconRequest struct {
	Icon string `json:"icon"`
}

// Check wants nothing: no icon is an answer.
func (*iconRequest) Check(*bind.Fields) {}

// putFamilyMember changes how somebody is shown: PUT
// /passholders/{passholderId}/family-members/{familyMemberId}.
func (s *Server) putFamilyMember(c *gin.Context, by who.Actor) error {
	return one(c, func(id uuid.UUID) error {
		member, err := bind.ID(c, "familyMemberId", family.ErrNoMember)
		if err != nil {
			return err
		}
		var in iconRequest
		if err := bind.LooseJSON(c, &in); err != nil {
			return err
		}
		if err := s.Families.SetIcon(c.Request.Context(), by, id, member, in.Icon); err != nil {
			return familyProblem(err)
		}
		c.Status(http.StatusAccepted)
		return nil
	})
}

// deleteFamilyMember takes somebody off the list: DELETE
// /passholders/{passholderId}/family-members/{familyMemberId}. Whoever has the
// token of the mail that told them needs nothing else.
func (s *Server) deleteFamilyMember(c *gin.Context, by who.Actor) error {
	return one(c, func(id uuid.UUID) error {
		member, err := bind.ID(c, "familyMemberId", family.ErrNoMember)
		if err != nil {
			return err
		}
		if token := c.GetString(custom); token != "" {
			err = s.Families.Leave(c.Request.Context(), id, member, token)
		} else {
			err = s.Families.Remove(c.Request.Context(), by, id, member)
		}
		if err != nil {
			return err
		}
		c.Status(http.StatusAccepted)
		return nil
	})
}

type familyJSON struct {
	Name         string `json:"name"`
	FirstName    string `json:"firstName"`
	PassholderID string `json:"passholderId"`
	Email        string `json:"email,omitempty"`
	MemberSince  string `json:"memberSince"`
}

// getFamilies lists the families of others that a person was put in: GET
// /passholders/{passholderId}/families.
func (s *Server) getFamilies(c *gin.Context, by who.Actor) error {
	return one(c, func(id uuid.UUID) error {
		all, err := s.Families.Families(c.Request.Context(), by, id)
		if err != nil {
			return err
		}
		out := make([]familyJSON, len(all))
		for i, f := range all {
			out[i] = familyJSON{f.Name, f.FirstName, f.MainID.String(), f.Email, instant(f.Since)}
		}
		c.JSON(http.StatusOK, out)
		return nil
	})
}
