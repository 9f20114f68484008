package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

type cardActRequest struct {
	UitpasNumber string `json:"uitpasNumber"`
	Reason       string `json:"reason"`
}

// Check reads the shape.
func (in *cardActRequest) Check(f *bind.Fields) {
	f.Text("/uitpasNumber", in.UitpasNumber, 1, 32)
	f.OneOf("/reason", in.Reason, string(card.Lost), string(card.Stolen), string(card.Defect), string(card.Misuse), string(card.Regained), string(card.Mistake))
}

// postCardBlock blocks a card: POST /api/v1/card-blocks.
func (s *Server) postCardBlock(c *gin.Context, _ login.Session, by who.Actor) error {
	return s.cardAct(c, func(key string, in cardActRequest) error {
		return s.Registrations.Block(c.Request.Context(), by, key, in.UitpasNumber, card.Reason(in.Reason))
	})
}

// postCardUnblock puts a blocked card back in use: POST /api/v1/card-unblocks.
func (s *Server) postCardUnblock(c *gin.Context, _ login.Session, by who.Actor) error {
	return s.cardAct(c, func(key string, in cardActRequest) error {
		return s.Registrations.Unblock(c.Request.Context(), by, key, in.UitpasNumber, card.Reason(in.Reason))
	})
}

func (s *Server) cardAct(c *gin.Context, do func(key string, in cardActRequest) error) error {
	key, err := bind.IdempotencyKey(c, true)
	if err != nil {
		return err
	}
	var in cardActRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	if err := do(key, in); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}
