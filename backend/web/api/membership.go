package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

func (s *Server) membershipRoutes() []Route {
	const tariff = "/api/v1/passholders/:passholderId/social-tariffs/:cardSystemId"
	right := string(rights.PassholdersWriteSocialTariff)
	return []Route{
		{http.MethodGet, tariff, right, s.getTariff},
		{http.MethodPost, tariff + "/grants", right, s.postTariffGrant},
		{http.MethodPost, tariff + "/suspensions", right, s.postTariffSuspension},
		{http.MethodPost, tariff + "/resumptions", right, s.postTariffResumption},
		{http.MethodPost, tariff + "/endings", right, s.postTariffEnding},
		{http.MethodPost, tariff + "/undos", right, s.postTariffUndo},
		{http.MethodGet, "/api/v1/expiring-social-tariffs", right, s.getExpiring},
	}
}

type tariffChangeJSON struct {
	ID             string     `json:"id"`
	Kind           string     `json:"kind"`
	From           period.Day `json:"from"`
	Until          period.Day `json:"until"` // last day
	SuspendedUntil period.Day `json:"suspendedUntil,omitzero"`
	Ground         string     `json:"ground,omitempty"`
	Note           string     `json:"note,omitempty"`
	At             time.Time  `json:"at"`
}

func tariffChangeOf(c membership.Change) tariffChangeJSON {
	return tariffChangeJSON{
		ID: c.ID.String(), Kind: string(c.Kind), From: c.From, Until: c.Until, SuspendedUntil: c.SuspendedUntil, Ground: c.Ground, Note: c.Note,
		At: c.At.UTC(),
	}
}

type tariffHistoryJSON struct {
	Today   period.Day        `json:"today"`
	Default period.Day        `json:"defaultUntil"`
	Latest  period.Day        `json:"latestUntil"`
	Changes []tariffEntryJSON `json:"changes"`
}

type tariffEntryJSON struct {
	tariffChangeJSON
	Counter string   `json:"counter,omitempty"`
	Undo    undoJSON `json:"undo"`
}

// getTariff is the history of a social tariff, and what a new one may be: GET
// /api/v1/passholders/{passholderId}/social-tariffs/{cardSystemId}.
func (s *Server) getTariff(c *gin.Context, _ login.Session, by who.Actor) error {
	a, err := tariffOf(c)
	if err != nil {
		return err
	}
	history, terms, err := s.Memberships.History(c.Request.Context(), by, a.PassholderID, a.CardSystemID)
	if err != nil {
		return err
	}
	out := tariffHistoryJSON{terms.Today, terms.Default, terms.Latest, make([]tariffEntryJSON, len(history))}
	for i, e := range history {
		out.Changes[i] = tariffEntryJSON{tariffChangeOf(e.Change), e.OrganizerName, undoJSON{Allowed: e.UndoRefusal == nil}}
		if f := e.UndoRefusal; f != nil {
			out.Changes[i].Undo.Code = f.Code
			if m, ok := bind.MessageOf(f.Code, f.Args); ok {
				out.Changes[i].Undo.Message = &m
			}
		}
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// tariffOf names the social tariff of the path.
func tariffOf(c *gin.Context) (membership.Act, error) {
	id, err := bind.ID(c, "passholderId", passholder.ErrUnknown)
	if err != nil {
		return membership.Act{}, err
	}
	systemID, err := bind.Number(c.Param("cardSystemId"))
	if err != nil {
		return membership.Act{}, cardsystem.ErrUnknown
	}
	return membership.Act{PassholderID: id, CardSystemID: systemID}, nil
}

// changeTariff reads a request about a social tariff and answers with what
// changed.
func changeTariff(c *gin.Context, in bind.Checked, do func(membership.Act) (membership.Change, error)) error {
	a, err := tariffOf(c)
	if err != nil {
		return err
	}
	if a.IdempotencyKey, err = bind.IdempotencyKey(c, true); err != nil {
		return err
	}
	if err := bind.JSON(c, in); err != nil {
		return err
	}
	change, err := do(a)
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, tariffChangeOf(change))
	return nil
}

// maxNote is the longest note about a social tariff; maxGround the longest name
// of a ground.
const (
	maxNote   = 500
	maxGround = 50
)

// Check reads the shape.
func (in *tariffRequest) Check(f *bind.Fields) {
	f.Most("/ground", len(in.Ground), maxGround)
	f.Most("/note", len(in.Note), maxNote)
}

// postTariffGrant grants or renews: POST …/grants.
func (s *Server) postTariffGrant(c *gin.Context, _ login.Session, by who.Actor) error {
	var in tariffRequest
	return changeTariff(c, &in, func(a membership.Act) (membership.Change, error) {
		return s.Memberships.Grant(c.Request.Context(), by, a, in.Until, in.Ground, in.Note)
	})
}

type suspensionRequest struct {
	Until period.Day `json:"until"` // first day on which it works again
	Why   string     `json:"why"`
}

// Check reads the shape.
func (in *suspensionRequest) Check(f *bind.Fields) {
	f.Text("/until", in.Until.String(), 10, 10)
	f.Most("/why", len(in.Why), maxNote)
}

// postTariffSuspension takes it away until a day: POST …/suspensions.
func (s *Server) postTariffSuspension(c *gin.Context, _ login.Session, by who.Actor) error {
	var in suspensionRequest
	return changeTariff(c, &in, func(a membership.Act) (membership.Change, error) {
		return s.Memberships.Suspend(c.Request.Context(), by, a, in.Until, in.Why)
	})
}

type resumptionRequest struct {
	Why string `json:"why"`
}

// Check reads the shape.
func (in *resumptionRequest) Check(f *bind.Fields) { f.Most("/why", len(in.Why), maxNote) }

// postTariffResumption gives it back: POST …/resumptions.
func (s *Server) postTariffResumption(c *gin.Context, _ login.Session, by who.Actor) error {
	var in resumptionRequest
	return changeTariff(c, &in, func(a membership.Act) (membership.Change, error) {
		return s.Memberships.Suspend(c.Request.Context(), by, a, period.Day{}, in.Why)
	})
}

type endingRequest struct {
	LastDay period.Day `json:"lastDay"`
	Why     string     `json:"why"`
}

// Check reads the shape.
func (in *endingRequest) Check(f *bind.Fields) {
	f.Text("/lastDay", in.LastDay.String(), 10, 10)
	f.Most("/why", len(in.Why), maxNote)
}

// postTariffEnding ends it early: POST …/endings.
func (s *Server) postTariffEnding(c *gin.Context, _ login.Session, by who.Actor) error {
	var in endingRequest
	return changeTariff(c, &in, func(a membership.Act) (membership.Change, error) {
		return s.Memberships.End(c.Request.Context(), by, a, in.LastDay, in.Why)
	})
}

type tariffUndoRequest struct {
	ChangeID string `json:"changeId"`
}

// Check reads the shape.
func (in *tariffUndoRequest) Check(f *bind.Fields) { f.UUID("/changeId", in.ChangeID, true) }

// postTariffUndo undoes the newest change: POST …/undos.
func (s *Server) postTariffUndo(c *gin.Context, _ login.Session, by who.Actor) error {
	var in tariffUndoRequest
	return changeTariff(c, &in, func(a membership.Act) (membership.Change, error) {
		id, _ := uuid.Parse(in.ChangeID) // checked
		return s.Memberships.Undo(c.Request.Context(), by, a, id)
	})
}

type expiringJSON struct {
	PassholderID string     `json:"passholderId"`
	FirstName    string     `json:"firstName"`
	Name         string     `json:"name"`
	City         string     `json:"city"`
	Email        string     `json:"email,omitempty"`
	Until        period.Day `json:"until"`
	Ground       string     `json:"ground,omitempty"`
}

type expiringPage struct {
	TotalItems int            `json:"totalItems"`
	From       period.Day     `json:"from"`
	Until      period.Day     `json:"until"`
	Member     []expiringJSON `json:"member"`
}

// How many days a list of social tariffs that end covers, unless it says, and at
// most.
const (
	expiringBefore = 30
	expiringAfter  = 60
	expiringMost   = 400
)

// getExpiring lists whose social tariff ends, or has just ended: GET
// /api/v1/expiring-social-tariffs?cardSystemId=…&from=…&until=….
func (s *Server) getExpiring(c *gin.Context, _ login.Session, by who.Actor) error {
	page, err := bind.OwnPage(c)
	if err != nil {
		return err
	}
	systemID, err := bind.Number(c.Query("cardSystemId"))
	if err != nil {
		return bind.ErrQuery.With("parameter", "cardSystemId")
	}
	today := period.DayOf(s.Now(), period.Brussels())
	from, err := queryDay(c, "from", today.Add(-expiringBefore))
	if err != nil {
		return err
	}
	until, err := queryDay(c, "until", today.Add(expiringAfter))
	if err != nil {
		return err
	}
	if until.Before(from) || from.Add(expiringMost).Before(until) {
		return bind.ErrQuery.With("parameter", "until")
	}
	list, total, err := s.Memberships.Expiring(c.Request.Context(), by, systemID, period.Range{From: from, Until: until.Add(1)}, page.Start, page.Limit)
	if err != nil {
		return err
	}
	out := expiringPage{total, from, until, make([]expiringJSON, len(list))}
	for i, e := range list {
		out.Member[i] = expiringJSON{e.PassholderID.String(), e.FirstName, e.Name, e.City, e.Email, e.Until, e.Ground}
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// queryDay reads a day of the query.
func queryDay(c *gin.Context, name string, unset period.Day) (period.Day, error) {
	text := c.Query(name)
	if text == "" {
		return unset, nil
	}
	d, err := period.ParseDay(text)
	if err != nil {
		return d, bind.ErrQuery.With("parameter", name)
	}
	return d, nil
}
