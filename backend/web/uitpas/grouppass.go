package uitpas

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

type groupPassJSON struct {
	ID           string           `json:"id"`
	Name         string           `json:"name,omitempty"`
	UitpasNumber string           `json:"uitpasNumber"`
	CardStatus   string           `json:"cardStatus"`
	Email        string           `json:"email,omitempty"`
	CreationDate string           `json:"creationDate"`
	SocialTariff *groupTariffJSON `json:"socialTariff,omitempty"`
	CardSystem   cardSystemJSON   `json:"cardSystem"`
	Address      *addressJSON     `json:"address,omitempty"`
	Telephone    string           `json:"telephone,omitempty"`
}

type groupTariffJSON struct {
	Status           string `json:"status"`
	EndDate          string `json:"endDate,omitempty"`
	TicketsPerYear   int    `json:"totalTicketsPerYear"`
	AvailableTickets int    `json:"availableTickets"`
}

type groupPassPage struct {
	TotalItems int             `json:"totalItems"`
	Member     []groupPassJSON `json:"member"`
}

// getGroupPasses looks a group pass up by its card: GET /grouppasses. Somebody
// who only named a client gets what is not about the people behind the group,
// and only so often.
func (s *Server) getGroupPasses(c *gin.Context, by who.Actor) error {
	if c.GetBool(visitor) {
		if err := s.Searches.Allow(bind.Address(c)); err != nil {
			return err
		}
	}
	page, err := bind.PublicPage(c)
	if err != nil {
		return err
	}
	if _, err := bind.Choice(c, "sort[name]", "asc", "desc"); err != nil {
		return err
	}
	number, chip, err := numberOrChip(c)
	if err != nil {
		return err
	}
	g, err := s.Cards.GroupOf(c.Request.Context(), by, func(ctx context.Context, q db.Q) (card.Card, error) {
		if number != "" {
			return card.ByNumber(ctx, q, number)
		}
		return card.ByChip(ctx, q, chip)
	})
	out := groupPassPage{Member: []groupPassJSON{}}
	switch {
	case errors.Is(err, card.ErrUnknown):
	case err != nil:
		return err
	default:
		out.TotalItems = 1
		if page.Start == 0 && page.Limit > 0 {
			j, err := s.groupPass(c, g)
			if err != nil {
				return err
			}
			out.Member = append(out.Member, j)
		}
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// getGroupPass returns one: GET /grouppasses/{passholderId}.
func (s *Server) getGroupPass(c *gin.Context, by who.Actor) error {
	id, err := bind.ID(c, "passholderId", card.ErrGroupUnknown)
	if err != nil {
		return err
	}
	g, err := s.Cards.Group(c.Request.Context(), by, id)
	if err != nil {
		return err
	}
	out, err := s.groupPass(c, g)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func (s *Server) groupPass(c *gin.Context, g card.Group) (groupPassJSON, error) {
	system, err := s.Systems.ByID(c.Request.Context(), g.CardSystemID)
	if err != nil {
		return groupPassJSON{}, err
	}
	out := groupPassJSON{
		ID: g.ID.String(), CardStatus: string(card.Deleted), CreationDate: instant(g.CreatedAt), CardSystem: cardSystemOf(system),
		SocialTariff: groupTariffOf(g, system, s.Cards.Now()),
	}
	if g.Card != nil {
		out.UitpasNumber, out.CardStatus = string(g.Card.Number), string(g.Card.Status.Public())
	}
	if c.GetBool(visitor) {
		return out, nil
	}
	out.Name, out.Email, out.Telephone = g.Name, g.Email, g.PhoneNumber
	out.Address = &addressJSON{Street: g.Street, PostalCode: g.PostalCode, City: g.City, Country: "be"}
	return out, nil
}

// groupTariffOf is absent from a pass that carries coupons only.
func groupTariffOf(g card.Group, system cardsystem.System, now time.Time) *groupTariffJSON {
	if g.TicketsPerYear == 0 {
		return nil
	}
	out := &groupTariffJSON{Status: "ACTIVE", TicketsPerYear: g.TicketsPerYear, AvailableTickets: g.AvailableTickets}
	if g.SocialTariffUntil.IsZero() {
		return out
	}
	zone := zoneOf(system)
	out.EndDate = instant(g.SocialTariffUntil.End(zone).Add(-time.Second))
	if !g.Active(period.DayOf(now, zone)) {
		out.Status = "EXPIRED"
	}
	return out
}
