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
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

type activityJSON struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Location string    `json:"location"`
	When     whenJSON  `json:"when"`
	Points   int       `json:"points"`
	Checkin  *decision `json:"checkin,omitempty"`
}

// whenJSON is the moment going on, the next, or the last.
type whenJSON struct {
	Begin     *time.Time `json:"begin,omitempty"`
	End       *time.Time `json:"end,omitempty"`
	Permanent bool       `json:"permanent"`
}

type decision struct {
	Allowed   bool           `json:"allowed"`
	Code      string         `json:"code,omitempty"`
	Args      map[string]any `json:"args,omitempty"`
	Message   *bind.Message  `json:"message,omitempty"`
	OpensAt   *time.Time     `json:"opensAt,omitempty"`
	ClosesAt  *time.Time     `json:"closesAt,omitempty"`
	DoneAt    *time.Time     `json:"doneAt,omitempty"`
	CheckinID string         `json:"checkinId,omitempty"`
}

type page[T any] struct {
	TotalItems int `json:"totalItems"`
	Member     []T `json:"member"`
}

// getActivities lists what the counter offers: GET /api/v1/activities.
func (s *Server) getActivities(c *gin.Context, _ login.Session, by who.Actor) error {
	filter, p, err := filterOf(c, by)
	if err != nil {
		return err
	}
	list, total, err := s.Activities.List(c.Request.Context(), by, filter, p)
	if err != nil {
		return err
	}
	out := page[activityJSON]{total, make([]activityJSON, len(list))}
	for i, a := range list {
		out.Member[i] = activityOf(a, s.Now())
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// getPassholderActivities lists what the counter offers a person, those that
// allow a point first: GET /api/v1/passholders/{passholderId}/activities.
func (s *Server) getPassholderActivities(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "passholderId", passholder.ErrUnknown)
	if err != nil {
		return err
	}
	filter, p, err := filterOf(c, by)
	if err != nil {
		return err
	}
	offers, total, err := s.Checkins.Offers(c.Request.Context(), by, id, filter, p)
	if err != nil {
		return err
	}
	out := page[activityJSON]{total, make([]activityJSON, len(offers))}
	for i, o := range offers {
		out.Member[i] = activityOf(o.Activity, s.Now())
		out.Member[i].Checkin = decisionOf(o)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func filterOf(c *gin.Context, by who.Actor) (activity.Filter, activity.Page, error) {
	when, err := bind.Choice(c, "when", string(activity.Today), string(activity.ThisWeek), string(activity.ThisMonth), string(activity.All))
	if err != nil {
		return activity.Filter{}, activity.Page{}, err
	}
	text, err := bind.Text(c, "q", 100)
	if err != nil {
		return activity.Filter{}, activity.Page{}, err
	}
	p, err := bind.OwnPage(c)
	return activity.Filter{OrganizerID: by.Counter, When: activity.When(when), Text: text}, activity.Page(p), err
}

func activityOf(a activity.Activity, now time.Time) activityJSON {
	out := activityJSON{ID: a.ID, Title: a.Title, Location: a.Location, Points: a.Points}
	if span, ok := activity.MomentAt(a, now); ok {
		out.When.Begin, out.When.End = unlessZero(span.Begin), unlessZero(span.End)
	} else {
		out.When.Permanent = true
	}
	return out
}

func decisionOf(o checkin.Offer) *decision {
	d := o.Decision
	out := &decision{
		Allowed: d.Allowed, Code: d.Code, Args: d.Args,
		OpensAt: utc(d.OpensAt), ClosesAt: utc(d.ClosesAt), DoneAt: unlessZero(o.DoneAt),
	}
	if o.CheckinID != uuid.Nil {
		out.CheckinID = o.CheckinID.String()
	}
	if m, ok := bind.MessageOf(d.Code, d.Args); ok {
		out.Message = &m
	}
	return out
}

func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return utc(&t)
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
