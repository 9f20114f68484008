package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/checkin"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/points"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

type checkinRequest struct {
	PassholderID string `json:"passholderId"`
	ActivityID   string `json:"activityId"`
}

func (in *checkinRequest) Check(f *bind.Fields) {
	f.Text("/passholderId", in.PassholderID, 1, 64)
	f.Text("/activityId", in.ActivityID, 1, 64)
}

type checkinJSON struct {
	ID            string    `json:"id"`
	PassholderID  string    `json:"passholderId"`
	ActivityID    string    `json:"activityId"`
	ActivityTitle string    `json:"activityTitle"`
	Points        int       `json:"points"`
	Balance       int       `json:"balance"`
	Debt          int       `json:"debt"`
	At            time.Time `json:"at"`
}

// postCheckin saves a point: POST /api/v1/checkins.
func (s *Server) postCheckin(c *gin.Context, _ login.Session, by who.Actor) error {
	key, err := bind.IdempotencyKey(c, true)
	if err != nil {
		return err
	}
	var in checkinRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	id, err := uuid.Parse(in.PassholderID)
	if err != nil {
		return passholder.ErrUnknown
	}
	got, err := s.Checkins.Register(c.Request.Context(), by, checkin.Registration{
		PassholderID: id, ActivityID: in.ActivityID, IdempotencyKey: key, Channel: checkin.Counter,
	})
	if err != nil {
		return err
	}
	replayed(c, got.Replayed)
	c.JSON(http.StatusCreated, checkinJSON{
		got.ID.String(), got.PassholderID.String(), got.ActivityID, got.ActivityTitle,
		got.Points, got.Balance, got.Debt, got.At.UTC(),
	})
	return nil
}

// deleteCheckin takes a point back: DELETE /api/v1/checkins/{checkinId}.
func (s *Server) deleteCheckin(c *gin.Context, _ login.Session, by who.Actor) error {
	key, err := bind.IdempotencyKey(c, true)
	if err != nil {
		return err
	}
	id, err := bind.ID(c, "checkinId", checkin.ErrUnknown)
	if err != nil {
		return err
	}
	got, err := s.Checkins.Cancel(c.Request.Context(), by, id, key)
	if err != nil {
		return err
	}
	replayed(c, got.Replayed)
	c.JSON(http.StatusOK, balanceJSON{got.Balance, got.Debt})
	return nil
}

// replayed tells that nothing happened now, because it had before.
func replayed(c *gin.Context, yes bool) {
	if yes {
		c.Header("Idempotent-Replayed", "true")
	}
}

type pointsJSON struct {
	Balance    int         `json:"balance"`
	Debt       int         `json:"debt"`
	TotalItems int         `json:"totalItems"`
	Member     []entryJSON `json:"member"`
}

type entryJSON struct {
	ID            string    `json:"id"`
	At            time.Time `json:"at"`
	Kind          string    `json:"kind"`
	Title         string    `json:"title"`
	OrganizerName string    `json:"organizerName"`
	Points        int       `json:"points"`
	BalanceAfter  int       `json:"balanceAfter"`
	CheckinID     string    `json:"checkinId,omitempty"`
	Undo          *undoJSON `json:"undo,omitempty"`
}

type undoJSON struct {
	Allowed bool          `json:"allowed"`
	Code    string        `json:"code,omitempty"`
	Message *bind.Message `json:"message,omitempty"`
}

// getPoints lists a person's points, newest first: GET
// /api/v1/passholders/{passholderId}/points.
func (s *Server) getPoints(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "passholderId", passholder.ErrUnknown)
	if err != nil {
		return err
	}
	p, err := bind.OwnPage(c)
	if err != nil {
		return err
	}
	h, err := s.Checkins.History(c.Request.Context(), by, id, activity.Page(p))
	if err != nil {
		return err
	}
	out := pointsJSON{h.Balance, h.Debt, h.Total, make([]entryJSON, len(h.Lines))}
	for i, l := range h.Lines {
		out.Member[i] = entryOf(l)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// entryKinds are the contract's words for why points moved.
var entryKinds = map[points.Code]string{
	points.Checkin: "CHECKIN", points.Reversal: "REVERSAL", points.Spending: "SPENDING",
	points.TakenOver: "TAKEN_OVER", points.Handing: "MERGED",
}

func entryOf(l checkin.Line) entryJSON {
	out := entryJSON{
		ID: l.ID.String(), At: l.At.UTC(), Kind: entryKinds[l.Code], Title: l.Title, OrganizerName: l.OrganizerName,
		Points: l.Points, BalanceAfter: l.BalanceAfter,
	}
	if l.CheckinID != uuid.Nil {
		out.CheckinID = l.CheckinID.String()
	}
	if l.Undo == nil {
		return out
	}
	out.Undo = &undoJSON{Allowed: l.Undo.Allowed}
	if why := l.Undo.Err; why != nil {
		out.Undo.Code = why.Code
		if m, ok := bind.MessageOf(why.Code, why.Args); ok {
			out.Undo.Message = &m
		}
	}
	return out
}
