package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

type discardRequest struct {
	Number string `json:"uitpasNumber"`
	Reason string `json:"reason"` // none: it is back
}

func (in *discardRequest) Check(f *bind.Fields) { f.Text("/uitpasNumber", in.Number, 1, 20) }

// postCardDiscard takes a card that nobody has out of the stock: POST
// /api/v1/card-discards.
func (s *Server) postCardDiscard(c *gin.Context, _ login.Session, by who.Actor) error {
	var in discardRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	n, err := card.ParseNumber(in.Number)
	if err != nil {
		return err
	}
	if err := s.Cards.Discard(c.Request.Context(), by, n, card.Reason(in.Reason)); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

type regainRequest struct {
	Number string `json:"uitpasNumber"`
}

func (in *regainRequest) Check(f *bind.Fields) { f.Text("/uitpasNumber", in.Number, 1, 20) }

// postCardRegain takes a discarded card back: POST /api/v1/card-regains.
func (s *Server) postCardRegain(c *gin.Context, _ login.Session, by who.Actor) error {
	var in regainRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	n, err := card.ParseNumber(in.Number)
	if err != nil {
		return err
	}
	if err := s.Cards.Regain(c.Request.Context(), by, n); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

type cardHistoryJSON struct {
	UitpasNumber string          `json:"uitpasNumber"`
	Status       string          `json:"status"`
	Events       []cardEventJSON `json:"events"`
}

type cardEventJSON struct {
	ID          string    `json:"id"`
	At          time.Time `json:"at"`
	From        string    `json:"from"`
	To          string    `json:"to"`
	Reason      string    `json:"reason,omitempty"`
	OrganizerID string    `json:"organizerId,omitempty"`
}

// getCardHistory says what happened to a card: GET
// /api/v1/cards/{uitpasNumber}/events.
func (s *Server) getCardHistory(c *gin.Context, _ login.Session, by who.Actor) error {
	n, err := card.ParseNumber(c.Param("uitpasNumber"))
	if err != nil {
		return err
	}
	found, events, err := s.Cards.History(c.Request.Context(), by, n)
	if err != nil {
		return err
	}
	out := cardHistoryJSON{UitpasNumber: string(found.Number), Status: string(found.Status), Events: make([]cardEventJSON, len(events))}
	for i, e := range events {
		out.Events[i] = cardEventJSON{e.ID.String(), e.At.UTC(), string(e.From), string(e.To), string(e.Reason), e.OrganizerID}
	}
	c.JSON(http.StatusOK, out)
	return nil
}
