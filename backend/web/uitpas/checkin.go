package uitpas

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/checkin"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

type checkinRequest struct {
	EventID      string `json:"eventId"`
	UitpasNumber string `json:"uitpasNumber"`
}

// maxText is longer than any id or number; longer ones are refused unread.
const maxText = 100

func (in *checkinRequest) Check(f *bind.Fields) {
	f.Text("/eventId", in.EventID, 1, maxText)
	f.Text("/uitpasNumber", in.UitpasNumber, 1, maxText)
}

// activityID is the id of an event as it is kept: some clients send it in capitals.
func activityID(event string) string {
	if id, err := uuid.Parse(event); err == nil && len(event) == len(id.String()) {
		return id.String()
	}
	return event
}

type checkinJSON struct {
	ID           string          `json:"id"`
	CreationDate string          `json:"creationDate"`
	EventID      string          `json:"eventId"`
	EventTitle   string          `json:"eventTitle"`
	UitpasNumber string          `json:"uitpasNumber"`
	Points       int             `json:"points"`
	Passholder   *passholderJSON `json:"passholder,omitempty"`
}

// postCheckin saves a point: POST /checkins. What was sent comes back byte for
// byte, because clients match on it. The person comes along for callers that
// may search people, unless they prefer a minimal answer (RFC 7240).
func (s *Server) postCheckin(c *gin.Context, by who.Actor) error {
	key, err := bind.IdempotencyKey(c, false)
	if err != nil {
		return err
	}
	var in checkinRequest
	if err := bind.LooseJSON(c, &in); err != nil {
		return err
	}
	ctx := c.Request.Context()
	got, err := s.Checkins.Register(ctx, by, checkin.Registration{
		UitpasNumber: in.UitpasNumber, ActivityID: activityID(in.EventID), IdempotencyKey: key, Channel: checkin.API,
	})
	if err != nil {
		return checkinProblem(err, http.StatusBadRequest)
	}
	out := checkinJSON{
		ID: got.ID.String(), CreationDate: instant(got.At), EventID: in.EventID, EventTitle: got.ActivityTitle,
		UitpasNumber: in.UitpasNumber, Points: got.Points,
	}
	if strings.Contains(c.GetHeader("Prefer"), "return=minimal") {
		c.Header("Preference-Applied", "return=minimal")
	} else {
		out.Passholder = s.passholder(c, by, got.PassholderID)
	}
	replayed(c, got.Replayed)
	c.JSON(http.StatusCreated, out)
	return nil
}

// passholder reads the person who saved a point; nil when the caller may not,
// or when it fails: the point is saved, and an error would say that it is not.
func (s *Server) passholder(c *gin.Context, by who.Actor, id uuid.UUID) *passholderJSON {
	p, err := s.Profiles.ByID(c.Request.Context(), by, id)
	if err != nil {
		if !errors.Is(err, rights.ErrDenied) {
			slog.ErrorContext(c.Request.Context(), "Check-in answered without its person",
				"requestId", c.GetString(bind.RequestID), "error", err)
		}
		return nil
	}
	person := passholderOf(p)
	return &person
}

// deleteCheckin takes a point back: DELETE /checkins/{checkinId}.
func (s *Server) deleteCheckin(c *gin.Context, by who.Actor) error {
	key, err := bind.IdempotencyKey(c, false)
	if err != nil {
		return err
	}
	id, err := bind.ID(c, "checkinId", checkin.ErrUnknown)
	if err != nil {
		return err
	}
	got, err := s.Checkins.Cancel(c.Request.Context(), by, id, key)
	if errors.Is(err, checkin.ErrAlreadyCancelled) {
		return checkin.ErrUnknown // gone is gone
	}
	if err != nil {
		return err
	}
	replayed(c, got.Replayed)
	c.Status(http.StatusNoContent)
	return nil
}

// replayed tells that nothing happened now, because it had before.
func replayed(c *gin.Context, yes bool) {
	if yes {
		c.Header("Idempotent-Replayed", "true")
	}
}

type checkinStatusJSON struct {
	Allowed        bool          `json:"allowed"`
	EndUserMessage *bind.Message `json:"endUserMessage,omitempty"`
}

// getCheckinStatus says whether a point could be saved now: GET
// /checkin-status.
func (s *Server) getCheckinStatus(c *gin.Context, by who.Actor) error {
	number, event := c.Query("uitpasNumber"), c.Query("eventId")
	switch {
	case number == "":
		return bind.ErrQuery.With("parameter", "uitpasNumber")
	case event == "" || len(event) > maxText:
		return bind.ErrQuery.With("parameter", "eventId")
	}
	d, err := s.Checkins.Status(c.Request.Context(), by, number, activityID(event))
	if err == nil {
		err = d.Err()
	}
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Conflict {
		out := checkinStatusJSON{}
		if m, ok := bind.MessageOf(f.Code, f.Args); ok {
			out.EndUserMessage = &m
		}
		c.JSON(http.StatusOK, out)
		return nil
	}
	if errors.Is(err, card.ErrInvalidNumber) { // the contract has no other answer
		return unknownPassholder(http.StatusNotFound, "UiTPAS numbers must be exactly 13 digits.")
	}
	if err != nil {
		return checkinProblem(err, http.StatusNotFound)
	}
	c.JSON(http.StatusOK, checkinStatusJSON{Allowed: true})
	return nil
}

// checkinProblem spells a refusal. What is unknown is 400 when it came in a
// body and 404 when it came in the query.
func checkinProblem(err error, unknown int) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	problem := func(status int, kind, title, detail string) error {
		return bind.NewPublicError(status, "uitpas/"+kind, title, detail).WithMessage(f.Code, f.Args)
	}
	switch f.Code {
	case activity.ErrUnknown.Code:
		return problem(unknown, "event-not-found", "Event not found", "")
	case passholder.ErrUnknown.Code, card.ErrUnknown.Code:
		return unknownPassholder(unknown, "")
	case card.ErrInvalidNumber.Code:
		return problem(http.StatusBadRequest, "invalid-uitpasnumber", "UiTPAS number invalid", "UiTPAS numbers must be exactly 13 digits.")
	case checkin.ErrGroupPass.Code:
		return problem(http.StatusBadRequest, "invalid-card", "Invalid card", "")
	case checkin.ErrNoActiveMembership.Code:
		return problem(http.StatusBadRequest, "passholder-no-active-cardsystems", "Passholder has no active cardsystem memberships", "")
	case checkin.ErrCardBlocked.Code:
		return withStatus(problem(http.StatusBadRequest, "invalid-card-status", "Invalid card status", ""), string(card.Blocked))
	case checkin.ErrCardNotActive.Code:
		status, _ := f.Args["status"].(string)
		return withStatus(problem(http.StatusBadRequest, "invalid-card-status", "Invalid card status", ""), status)
	case checkin.ErrTooEarly.Code, checkin.ErrTooLate.Code, checkin.ErrNotToday.Code,
		checkin.ErrLimitReached.Code, checkin.ErrNoPoints.Code:
		return problem(http.StatusBadRequest, "checkin-not-allowed", "Check-in not allowed", "")
	}
	return err
}

func unknownPassholder(status int, detail string) error {
	return bind.NewPublicError(status, "uitpas/passholder-not-found", "Passholder not found", detail).
		WithMessage(passholder.ErrUnknown.Code, nil)
}

func withStatus(err error, status string) error {
	if p, ok := errors.AsType[*bind.PublicError](err); ok {
		p.CardStatus = status
	}
	return err
}
