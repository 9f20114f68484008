package api

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

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
