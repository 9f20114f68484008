package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/document"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

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
	systemID, err := bind.Number(c.Query("cardSystemId"))
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
