package uitpas

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

func (s *Server) associationRoutes() []Route {
	const ofPerson = "/passholders/:passholderId/association-memberships"
	return []Route{
		{http.MethodGet, "/associations", "ASSOCIATIONS", s.getAssociations},
		{http.MethodGet, ofPerson, "ASSOCIATIONS", s.getAssociationMemberships},
		{http.MethodPost, ofPerson, "ASSOCIATIONS", s.postAssociationMembership},
		{http.MethodDelete, ofPerson + "/:associationId", "ASSOCIATIONS", s.deleteAssociationMembership},
	}
}

type associationJSON struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	EndDateType string `json:"endDateType"`
}

func associationOf(a association.Shared) associationJSON {
	return associationJSON{a.ID.String(), a.Name, string(a.EndDateType)}
}

type associationPage struct {
	TotalItems int               `json:"totalItems"`
	Member     []associationJSON `json:"member"`
}

// organizerID is the organizer that asks. Older clients spell it another way.
func organizerID(c *gin.Context) (string, error) {
	id := cmp.Or(c.Query("organizerId"), c.Query("organiserId"))
	if id == "" || len(id) > maxText {
		return "", bind.ErrQuery.With("parameter", "organizerId")
	}
	return id, nil
}

// getAssociations lists the associations that an organizer sees, or registers
// for: GET /associations.
func (s *Server) getAssociations(c *gin.Context, by who.Actor) error {
	page, err := bind.PublicPage(c)
	if err != nil {
		return err
	}
	id, err := organizerID(c)
	if err != nil {
		return err
	}
	access := association.Access(c.Query("permission"))
	if access != association.Read && access != association.Write {
		return bind.ErrQuery.With("parameter", "permission")
	}
	all, err := s.Associations.Of(c.Request.Context(), by, id, access)
	if err != nil {
		return err
	}
	out := associationPage{TotalItems: len(all), Member: []associationJSON{}}
	for _, a := range all[min(page.Start, len(all)):min(page.Start+page.Limit, len(all))] {
		out.Member = append(out.Member, associationOf(a))
	}
	c.JSON(http.StatusOK, out)
	return nil
}

type associationMembershipJSON struct {
	Association associationJSON `json:"association"`
	Status      string          `json:"status"`
	EndDate     *period.Day     `json:"endDate,omitempty"`
	Renewable   bool            `json:"renewable"`
	NewEndDate  *period.Day     `json:"newEndDate,omitempty"`
}

// getAssociationMemberships lists the memberships that a person has and could
// have: GET /passholders/{passholderId}/association-memberships.
func (s *Server) getAssociationMemberships(c *gin.Context, by who.Actor) error {
	return one(c, func(id uuid.UUID) error {
		organizer, err := organizerID(c)
		if err != nil {
			return err
		}
		all, err := s.Associations.Standings(c.Request.Context(), by, organizer, id)
		if err != nil {
			return err
		}
		out := []associationMembershipJSON{}
		for _, a := range all {
			if a.Status == association.None && a.Refusal != nil {
				continue
			}
			m := associationMembershipJSON{Association: associationOf(a.Shared), Status: string(a.Status), Renewable: a.Renewable()}
			if a.Status != association.None {
				m.EndDate = &a.EndsOn
			}
			if a.EndDateType == association.Custom && !a.NewEnd.IsZero() {
				m.NewEndDate = &a.NewEnd
			}
			out = append(out, m)
		}
		c.JSON(http.StatusOK, out)
		return nil
	})
}

type associationMembershipRequest struct {
	Association *struct {
		ID string `json:"id"`
	} `json:"association"`
	EndDate string `json:"endDate"`

	endsOn period.Day
}

// Check reads the shape. The last day is a date; older clients send the moment.
func (in *associationMembershipRequest) Check(f *bind.Fields) {
	if in.Association == nil {
		f.Text("/association", "", 1, 1)
	} else {
		f.Text("/association/id", in.Association.ID, 1, maxText)
	}
	if in.EndDate == "" {
		return
	}
	var err error
	if in.endsOn, err = lastDay(in.EndDate); err != nil {
		f.OneOf("/endDate", in.EndDate, "") // which it is not
	}
}

// lastDay reads a date, or the moment that ends one; a moment without a zone is
// of Brussels.
func lastDay(text string) (period.Day, error) {
	if !strings.Contains(text, "T") {
		return period.ParseDay(text)
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		at, err = time.ParseInLocation("2006-01-02T15:04:05", text, period.Brussels())
	}
	return period.DayOf(at, period.Brussels()), err
}

// postAssociationMembership lets a person join an association, or stay longer:
// POST /passholders/{passholderId}/association-memberships.
func (s *Server) postAssociationMembership(c *gin.Context, by who.Actor) error {
	return one(c, func(id uuid.UUID) error {
		r := association.Request{PassholderID: id}
		var err error
		if r.OrganizerID, err = organizerID(c); err != nil {
			return err
		}
		if r.IdempotencyKey, err = bind.IdempotencyKey(c, false); err != nil {
			return err
		}
		var in associationMembershipRequest
		if err := bind.LooseJSON(c, &in); err != nil {
			return err
		}
		r.EndsOn = in.endsOn
		if r.AssociationID, err = uuid.Parse(in.Association.ID); err != nil {
			return associationProblem(association.ErrUnknown)
		}
		if _, err := s.Associations.Register(c.Request.Context(), by, r); err != nil {
			return associationProblem(err)
		}
		c.Status(http.StatusCreated)
		return nil
	})
}

// deleteAssociationMembership stops one: DELETE
// /passholders/{passholderId}/association-memberships/{associationId}.
func (s *Server) deleteAssociationMembership(c *gin.Context, by who.Actor) error {
	return one(c, func(id uuid.UUID) error {
		r := association.Request{PassholderID: id}
		var err error
		if r.OrganizerID, err = organizerID(c); err != nil {
			return err
		}
		if r.IdempotencyKey, err = bind.IdempotencyKey(c, false); err != nil {
			return err
		}
		if r.AssociationID, err = bind.ID(c, "associationId", association.ErrUnknown); err != nil {
			return err
		}
		err = s.Associations.Stop(c.Request.Context(), by, r)
		if errors.Is(err, association.ErrReadOnly) { // not there for who may not change it
			err = association.ErrUnknown
		}
		if err != nil {
			return err
		}
		c.Status(http.StatusNoContent)
		return nil
	})
}

// associationProblem spells why somebody cannot join or stay longer.
func associationProblem(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	problem := func(kind, title string) error {
		return bind.NewPublicError(http.StatusBadRequest, "uitpas/"+kind, title, "").WithMessage(f.Code, f.Args)
	}
	switch f.Code {
	case association.ErrUnknown.Code, association.ErrReadOnly.Code:
		return problem("association-not-found", "Association not found")
	case association.ErrOtherSystem.Code:
		return problem("association-passholder-cardsystem-mismatch", "Association passholder cardsystem mismatch")
	case association.ErrTooOld.Code, association.ErrNotRenewable.Code, association.ErrTooEarly.Code:
		return problem("association-membership-renew-not-possible", "Association membership renew not possible")
	case association.ErrEndMissing.Code, association.ErrEndEarly.Code:
		return refusedField("/endDate", err)
	}
	return err
}
