package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

type sampleJSON struct {
	Label        sandbox.Text `json:"label"`
	UitpasNumber string       `json:"uitpasNumber"`
	ChipNumber   string       `json:"chipNumber,omitempty"`
	Note         sandbox.Text `json:"note"`
}

// getSamples lists the passes to try in a sandbox: GET
// /api/v1/sandbox/samples.
func (s *Server) getSamples(c *gin.Context, _ login.Session, _ who.Actor) error {
	if s.About.Samples == nil {
		return bind.ErrURLUnknown
	}
	out := make([]sampleJSON, len(s.About.Samples))
	for i, sample := range s.About.Samples {
		out[i] = sampleJSON{sample.Label, sample.UitpasNumber, sample.ChipNumber, sample.Note}
	}
	c.JSON(http.StatusOK, out)
	return nil
}
