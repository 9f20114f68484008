package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// departureRoutes are the operations on those who leave.
func (s *Server) departureRoutes() []Route {
	return []Route{
		{http.MethodPost, "/api/v1/departures", string(rights.PassholdersWrite), s.postDeparture},
		{http.MethodPost, "/api/v1/departures/:departureId/undo", string(rights.PassholdersWrite), s.postDepartureUndo},
		{http.MethodGet, "/api/v1/passholders/:passholderId/departures", string(rights.PassholdersWrite), s.getDepartures},
	}
}

type departureRequest struct {
	PassholderID string     `json:"passholderId"`
	CardSystemID int        `json:"cardSystemId"` // that the person leaves; absent with a death
	DeceasedOn   period.Day `json:"deceasedOn"`
}

// Check reads the shape.
func (in *departureRequest) Check(f *bind.Fields) { f.UUID("/passholderId", in.PassholderID, true) }

type departureJSON struct {
	ID           string     `json:"id"`
	PassholderID string     `json:"passholderId"`
	Reason       string     `json:"reason"`
	CardSystemID int        `json:"cardSystemId,omitempty"`
	At           time.Time  `json:"at"`
	UndoneAt     *time.Time `json:"undoneAt,omitempty"`
	Undo         undoJSON   `json:"undo"`
}

func departureOf(d registration.Departure) departureJSON {
	out := departureJSON{
		ID: d.ID.String(), PassholderID: d.PassholderID.String(), Reason: string(d.Why), CardSystemID: d.CardSystemID, At: d.At.UTC(),
		UndoneAt: instantOrNone(d.UndoneAt), Undo: undoJSON{Allowed: d.UndoRefusal == nil},
	}
	if f := d.UndoRefusal; f != nil {
		out.Undo.Code = f.Code
		if m, ok := bind.MessageOf(f.Code, f.Args); ok {
			out.Undo.Message = &m
		}
	}
	return out
}

// postDeparture ends what must end when somebody moves away or died: POST
// /api/v1/departures.
func (s *Server) postDeparture(c *gin.Context, _ login.Session, by who.Actor) error {
	key, err := bind.IdempotencyKey(c, true)
	if err != nil {
		return err
	}
	var in departureRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	id, _ := uuid.Parse(in.PassholderID) // checked
	var d registration.Departure
	if in.DeceasedOn.IsZero() {
		d, err = s.Registrations.Depart(c.Request.Context(), by, key, id, in.CardSystemID)
	} else {
		d, err = s.Registrations.Bury(c.Request.Context(), by, key, id, in.DeceasedOn)
	}
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, departureOf(d))
	return nil
}

// postDepartureUndo takes a departure back: POST
// /api/v1/departures/{departureId}/undo.
func (s *Server) postDepartureUndo(c *gin.Context, _ login.Session, by who.Actor) error {
	key, err := bind.IdempotencyKey(c, true)
	if err != nil {
		return err
	}
	id, err := bind.ID(c, "departureId", registration.ErrDepartureUnknown)
	if err != nil {
		return err
	}
	d, err := s.Registrations.Undo(c.Request.Context(), by, key, id)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, departureOf(d))
	return nil
}

// getDepartures lists when somebody left, newest first: GET
// /api/v1/passholders/{passholderId}/departures.
func (s *Server) getDepartures(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "passholderId", passholder.ErrUnknown)
	if err != nil {
		return err
	}
	list, err := s.Registrations.Departures(c.Request.Context(), by, id)
	if err != nil {
		return err
	}
	out := make([]departureJSON, len(list))
	for i, d := range list {
		out[i] = departureOf(d)
	}
	c.JSON(http.StatusOK, gin.H{"member": out})
	return nil
}
