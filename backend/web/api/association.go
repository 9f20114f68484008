package api

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

func (s *Server) associationRoutes() []Route {
	const ofPerson = "/api/v1/passholders/:passholderId/association-memberships"
	return []Route{
		{http.MethodGet, "/api/v1/associations", string(rights.Associations), s.getAssociations},
		{http.MethodGet, ofPerson, string(rights.Associations), s.getAssociationMemberships},
		{http.MethodPost, ofPerson, string(rights.Associations), s.postAssociationMembership},
		{http.MethodDelete, ofPerson + "/:associationId", string(rights.Associations), s.deleteAssociationMembership},
		{http.MethodGet, "/api/v1/managed-associations", string(rights.CardSystemsWrite), s.getManagedAssociations},
		{http.MethodPost, "/api/v1/managed-associations", string(rights.CardSystemsWrite), s.postManagedAssociation},
	}
}

type associationJSON struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	CardSystemID int    `json:"cardSystemId"`
	EndDateType  string `json:"endDateType"`
	Access       string `json:"access"`
}

func associationOf(a association.Shared) associationJSON {
	return associationJSON{a.ID.String(), a.Name, a.CardSystemID, string(a.EndDateType), string(a.Access)}
}

// getAssociations lists those that the counter sees, or registers for: GET
// /api/v1/associations?access=READ|WRITE.
func (s *Server) getAssociations(c *gin.Context, _ login.Session, by who.Actor) error {
	access, err := bind.Choice(c, "access", string(association.Read), string(association.Write))
	if err != nil {
		return err
	}
	all, err := s.Associations.Of(c.Request.Context(), by, by.Counter, association.Access(access))
	if err != nil {
		return err
	}
	out := make([]associationJSON, len(all))
	for i, a := range all {
		out[i] = associationOf(a)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

type standingJSON struct {
	Association associationJSON `json:"association"`
	Status      string          `json:"status"`
	Since       period.Day      `json:"since,omitzero"`
	EndDate     period.Day      `json:"endDate,omitzero"`    // last day
	NewEndDate  period.Day      `json:"newEndDate,omitzero"` // when they join or renew today
	Renewable   bool            `json:"renewable"`
	Refusal     *refusalJSON    `json:"refusal,omitempty"` // why they cannot join or renew
}

type refusalJSON struct {
	Code    string         `json:"code"`
	Args    map[string]any `json:"args,omitempty"`
	Message *bind.Message  `json:"message,omitempty"`
}

func refusalOf(f *fault.Error) *refusalJSON {
	if f == nil {
		return nil
	}
	out := &refusalJSON{Code: f.Code, Args: f.Args}
	if m, ok := bind.MessageOf(f.Code, f.Args); ok {
		out.Message = &m
	}
	return out
}

// getAssociationMemberships says where a person stands with each: GET
// /api/v1/passholders/{passholderId}/association-memberships.
func (s *Server) getAssociationMemberships(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "passholderId", passholder.ErrUnknown)
	if err != nil {
		return err
	}
	all, err := s.Associations.Standings(c.Request.Context(), by, by.Counter, id)
	if err != nil {
		return err
	}
	out := make([]standingJSON, len(all))
	for i, a := range all {
		out[i] = standingJSON{
			Association: associationOf(a.Shared), Status: string(a.Status), Since: a.Since, EndDate: a.EndsOn, NewEndDate: a.NewEnd,
			Renewable: a.Renewable(), Refusal: refusalOf(a.Refusal),
		}
	}
	c.JSON(http.StatusOK, out)
	return nil
}

type joinAssociationRequest struct {
	AssociationID string     `json:"associationId"`
	EndDate       period.Day `json:"endDate"`
}

// Check reads the shape.
func (in *joinAssociationRequest) Check(f *bind.Fields) {
	f.UUID("/associationId", in.AssociationID, true)
}

type associationMembershipJSON struct {
	AssociationID string     `json:"associationId"`
	Since         period.Day `json:"since"`
	EndDate       period.Day `json:"endDate"`
}

// postAssociationMembership lets a person join, or stay longer: POST
// /api/v1/passholders/{passholderId}/association-memberships.
func (s *Server) postAssociationMembership(c *gin.Context, _ login.Session, by who.Actor) error {
	r, err := associationRequest(c, by)
	if err != nil {
		return err
	}
	var in joinAssociationRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	r.AssociationID, _ = uuid.Parse(in.AssociationID) // checked
	r.EndsOn = in.EndDate
	m, err := s.Associations.Register(c.Request.Context(), by, r)
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, associationMembershipJSON{m.AssociationID.String(), m.Since, m.EndsOn})
	return nil
}

// deleteAssociationMembership stops one: DELETE
// /api/v1/passholders/{passholderId}/association-memberships/{associationId}.
func (s *Server) deleteAssociationMembership(c *gin.Context, _ login.Session, by who.Actor) error {
	r, err := associationRequest(c, by)
	if err != nil {
		return err
	}
	if r.AssociationID, err = bind.ID(c, "associationId", association.ErrUnknown); err != nil {
		return err
	}
	if err := s.Associations.Stop(c.Request.Context(), by, r); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

func associationRequest(c *gin.Context, by who.Actor) (association.Request, error) {
	id, err := bind.ID(c, "passholderId", passholder.ErrUnknown)
	if err != nil {
		return association.Request{}, err
	}
	key, err := bind.IdempotencyKey(c, true)
	return association.Request{OrganizerID: by.Counter, PassholderID: id, IdempotencyKey: key}, err
}

type managedAssociationJSON struct {
	ID              string      `json:"id,omitempty"`      // of the one to change
	Version         int         `json:"version,omitempty"` // that was seen of it
	CardSystemID    int         `json:"cardSystemId"`
	Name            string      `json:"name"`
	EndDateType     string      `json:"endDateType"`
	SuggestedEnd    period.Day  `json:"suggestedEnd,omitzero"`
	Months          int         `json:"months,omitempty"`
	RenewableMonths int         `json:"renewableMonths"`
	Organizers      []shareJSON `json:"organizers"`
}

type shareJSON struct {
	OrganizerID string `json:"organizerId"`
	Access      string `json:"access"`
}

// Check reads the shape; the rules of the noun read the rest.
func (in *managedAssociationJSON) Check(f *bind.Fields) {
	f.UUID("/id", in.ID, false)
	f.Text("/name", in.Name, 1, 200)
	f.OneOf("/endDateType", in.EndDateType, string(association.Custom), string(association.ByBirth), string(association.ByRegistration))
	f.Most("/organizers", len(in.Organizers), 500)
}

type listedAssociationJSON struct {
	managedAssociationJSON
	Members int `json:"members"` // active ones
}

func managedOf(m association.Managed) listedAssociationJSON {
	out := listedAssociationJSON{Members: m.Members, managedAssociationJSON: managedAssociationJSON{
		ID: m.ID.String(), Version: m.Version, CardSystemID: m.CardSystemID, Name: m.Name, EndDateType: string(m.EndDateType),
		SuggestedEnd: m.SuggestedEnd, Months: m.Months, RenewableMonths: m.RenewableMonths, Organizers: []shareJSON{},
	}}
	for _, share := range m.Shares {
		out.Organizers = append(out.Organizers, shareJSON{share.OrganizerID, string(share.Access)})
	}
	return out
}

// getManagedAssociations lists those of the counter's card systems: GET
// /api/v1/managed-associations.
func (s *Server) getManagedAssociations(c *gin.Context, _ login.Session, by who.Actor) error {
	all, err := s.Associations.Managed(c.Request.Context(), by)
	if err != nil {
		return err
	}
	out := make([]listedAssociationJSON, len(all))
	for i, m := range all {
		out[i] = managedOf(m)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// postManagedAssociation makes one, or changes one: POST
// /api/v1/managed-associations.
func (s *Server) postManagedAssociation(c *gin.Context, _ login.Session, by who.Actor) error {
	var in managedAssociationJSON
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	id, _ := uuid.Parse(in.ID) // checked; none is none
	shares := make([]association.Share, len(in.Organizers))
	for i, o := range in.Organizers {
		shares[i] = association.Share{OrganizerID: o.OrganizerID, Access: association.Access(o.Access)}
	}
	saved, err := s.Associations.Save(c.Request.Context(), by, association.Association{
		ID: id, Version: in.Version, CardSystemID: in.CardSystemID, Name: in.Name, EndDateType: association.EndDateType(in.EndDateType),
		SuggestedEnd: in.SuggestedEnd, Months: in.Months, RenewableMonths: in.RenewableMonths,
	}, shares)
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, managedOf(saved).managedAssociationJSON)
	return nil
}
