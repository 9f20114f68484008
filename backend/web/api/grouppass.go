package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// groupDetails are what a group pass is registered and saved with.
type groupDetails struct {
	Name              string `json:"name"`
	Email             string `json:"email"`
	PhoneNumber       string `json:"phoneNumber"`
	Street            string `json:"street"`
	PostalCode        string `json:"postalCode"`
	City              string `json:"city"`
	TicketsPerYear    int    `json:"ticketsPerYear"`
	SocialTariffUntil string `json:"socialTariffUntil"`
}

const maxGroupText = 200

func (in *groupDetails) check(f *bind.Fields) {
	f.Text("/name", in.Name, 1, maxGroupText)
	f.Text("/postalCode", in.PostalCode, 1, 16)
	f.Text("/city", in.City, 1, maxGroupText)
	for pointer, text := range map[string]string{"/email": in.Email, "/phoneNumber": in.PhoneNumber, "/street": in.Street} {
		if text != "" {
			f.Text(pointer, text, 1, maxGroupText)
		}
	}
}

func (in *groupDetails) group() (card.GroupPass, error) {
	g := card.GroupPass{
		Name: in.Name, Email: in.Email, PhoneNumber: in.PhoneNumber, Street: in.Street, PostalCode: in.PostalCode, City: in.City,
		TicketsPerYear: in.TicketsPerYear,
	}
	if in.SocialTariffUntil == "" {
		return g, nil
	}
	var err error
	if g.SocialTariffUntil, err = period.ParseDay(in.SocialTariffUntil); err != nil {
		return g, card.ErrGroupInvalid.With("field", "socialTariffUntil")
	}
	return g, nil
}

type groupPassRecordJSON struct {
	ID                string    `json:"id"`
	CardSystemID      int       `json:"cardSystemId"`
	Name              string    `json:"name"`
	Email             string    `json:"email,omitempty"`
	PhoneNumber       string    `json:"phoneNumber,omitempty"`
	Street            string    `json:"street,omitempty"`
	PostalCode        string    `json:"postalCode"`
	City              string    `json:"city"`
	TicketsPerYear    int       `json:"ticketsPerYear"`
	AvailableTickets  int       `json:"availableTickets"`
	SocialTariffUntil string    `json:"socialTariffUntil,omitempty"`
	CreatedAt         time.Time `json:"createdAt"`
	Version           int       `json:"version"`
	UitpasNumber      string    `json:"uitpasNumber,omitempty"`
	CardType          string    `json:"cardType,omitempty"`
	CardStatus        string    `json:"cardStatus,omitempty"`
}

func ownGroupOf(g card.Group) groupPassRecordJSON {
	out := groupPassRecordJSON{
		ID: g.ID.String(), CardSystemID: g.CardSystemID, Name: g.Name, Email: g.Email, PhoneNumber: g.PhoneNumber, Street: g.Street,
		PostalCode: g.PostalCode, City: g.City, TicketsPerYear: g.TicketsPerYear, AvailableTickets: g.AvailableTickets,
		SocialTariffUntil: g.SocialTariffUntil.String(), CreatedAt: g.CreatedAt.UTC(), Version: g.Version,
	}
	if g.Card != nil {
		out.UitpasNumber, out.CardType, out.CardStatus = string(g.Card.Number), string(g.Card.Type), string(g.Card.Status)
	}
	return out
}

type groupPassPage struct {
	TotalItems int                   `json:"totalItems"`
	Member     []groupPassRecordJSON `json:"member"`
}

// getGroupPasses lists the group passes of the counter's card systems: GET
// /api/v1/group-passes.
func (s *Server) getGroupPasses(c *gin.Context, _ login.Session, by who.Actor) error {
	page, err := bind.OwnPage(c)
	if err != nil {
		return err
	}
	text, err := bind.Text(c, "q", maxGroupText)
	if err != nil {
		return err
	}
	found, total, err := s.Cards.Groups(c.Request.Context(), by, text, page.Start, page.Limit)
	if err != nil {
		return err
	}
	out := groupPassPage{TotalItems: total, Member: make([]groupPassRecordJSON, len(found))}
	for i, g := range found {
		out.Member[i] = ownGroupOf(g)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

type groupPassRequest struct {
	CardSystemID int          `json:"cardSystemId"`
	UitpasNumber string       `json:"uitpasNumber"` // none: a digital one
	Details      groupDetails `json:"details"`
}

func (in *groupPassRequest) Check(f *bind.Fields) { in.Details.check(f) }

// postGroupPass gives a group its pass: POST /api/v1/group-passes.
func (s *Server) postGroupPass(c *gin.Context, _ login.Session, by who.Actor) error {
	key, err := bind.IdempotencyKey(c, true)
	if err != nil {
		return err
	}
	var in groupPassRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	g, err := in.Details.group()
	if err != nil {
		return err
	}
	g.CardSystemID = in.CardSystemID
	n, err := numberOrDigital(in.UitpasNumber)
	if err != nil {
		return err
	}
	made, err := s.Cards.RegisterGroup(c.Request.Context(), by, key, g, n)
	if err != nil {
		return err
	}
	if made.Replayed {
		c.Header("Idempotent-Replayed", "true")
	}
	c.JSON(http.StatusCreated, ownGroupOf(made))
	return nil
}

func numberOrDigital(text string) (card.Number, error) {
	if text == "" {
		return "", nil
	}
	return card.ParseNumber(text)
}

type groupPassChange struct {
	Version int          `json:"version"`
	Details groupDetails `json:"details"`
}

func (in *groupPassChange) Check(f *bind.Fields) { in.Details.check(f) }

// putGroupPass changes or renews one: PUT /api/v1/group-passes/{groupPassId}.
func (s *Server) putGroupPass(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "groupPassId", card.ErrGroupUnknown)
	if err != nil {
		return err
	}
	var in groupPassChange
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	g, err := in.Details.group()
	if err != nil {
		return err
	}
	g.ID, g.Version = id, in.Version
	saved, err := s.Cards.SaveGroup(c.Request.Context(), by, g)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, ownGroupOf(saved))
	return nil
}

type groupCardRequest struct {
	UitpasNumber string `json:"uitpasNumber"` // none: a digital one
	Reason       string `json:"reason"`
}

func (in *groupCardRequest) Check(f *bind.Fields) {
	f.OneOf("/reason", in.Reason, "LOST", "STOLEN", "DEFECT", "REPLACED")
}

// postGroupCard gives a group another card: POST
// /api/v1/group-passes/{groupPassId}/cards.
func (s *Server) postGroupCard(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "groupPassId", card.ErrGroupUnknown)
	if err != nil {
		return err
	}
	var in groupCardRequest
	if err := bind.JSON(c, &in); err != nil {
		return err
	}
	n, err := numberOrDigital(in.UitpasNumber)
	if err != nil {
		return err
	}
	g, err := s.Cards.ReplaceGroupCard(c.Request.Context(), by, id, n, card.Reason(in.Reason))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, ownGroupOf(g))
	return nil
}
