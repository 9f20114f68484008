package uitpas

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/period"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

type passJSON struct {
	PassholderID string           `json:"passholderId"`
	PassType     string           `json:"passType"`
	UitpasNumber string           `json:"uitpasNumber"`
	FirstName    string           `json:"firstName"`
	Points       int              `json:"points"`
	PostalCode   string           `json:"postalCode"`
	CardSystem   cardSystemJSON   `json:"cardSystem"`
	SocialTariff passSocialTariff `json:"socialTariff"`
	Messages     []messageJSON    `json:"messages,omitempty"`
}

type passSocialTariff struct {
	Status  string `json:"status"`
	EndDate string `json:"endDate,omitempty"`
}

type messageJSON struct {
	Level string `json:"level"`
	Text  string `json:"text"`
}

// The two kinds of pass.
const (
	individual = "INDIVIDUAL"
	group      = "GROUP"
)

// getPass says whose pass a number is: GET /passes?identifier=….
func (s *Server) getPass(c *gin.Context, by who.Actor) error {
	identifier := c.Query("identifier")
	if identifier == "" {
		return bind.ErrQuery.With("parameter", "identifier")
	}
	read, err := card.ParseIdentifier(identifier)
	if err == nil && read.Kind == card.AsINSZ {
		if err := s.Searches.Allow(by.Key()); err != nil {
			return err
		}
	}
	pass, err := s.Profiles.Pass(c.Request.Context(), by, identifier)
	if err != nil {
		return passProblem(err, identifier)
	}
	if pass.GroupPass != nil {
		c.JSON(http.StatusOK, groupPassOf(pass))
		return nil
	}
	c.JSON(http.StatusOK, passOf(pass))
	return nil
}

// getPassByNumber is the deprecated GET /passes/{uitpasNumber}.
func (s *Server) getPassByNumber(c *gin.Context, by who.Actor) error {
	number := c.Param("uitpasNumber")
	if len(number) != 13 || strings.Trim(number, "0123456789") != "" {
		return invalidNumber()
	}
	return s.oldPass(c, by, number, rights.PassesRead)
}

// getPassByINSZ is the deprecated GET /insz-numbers/{inszNumber}.
func (s *Server) getPassByINSZ(c *gin.Context, by who.Actor) error {
	if err := s.Searches.Allow(by.Key()); err != nil {
		return err
	}
	number := c.Param("inszNumber")
	if read, _ := card.ParseIdentifier(number); read.Kind != card.AsINSZ {
		number = ""
	}
	return s.oldPass(c, by, number, rights.PassesINSZNumbersRead)
}

// getPassByChip is the deprecated GET /chip-numbers/{chipNumber}.
func (s *Server) getPassByChip(c *gin.Context, by who.Actor) error {
	number := c.Param("chipNumber")
	if read, _ := card.ParseIdentifier(number); read.Kind != card.AsChip {
		number = ""
	}
	return s.oldPass(c, by, number, rights.PassesChipNumbersRead)
}

// oldPass answers the look-ups of before /passes. They know no other card that
// is not in use than a blocked one.
func (s *Server) oldPass(c *gin.Context, by who.Actor, identifier string, need rights.Permission) error {
	pass, err := s.Profiles.Pass(c.Request.Context(), by, identifier, need)
	if status, ok := errors.AsType[*profile.CardStatusError](err); ok {
		err = profile.ErrPassUnknown
		if k := status.Found.Kind; k == card.KindBlocked || k == card.KindDeleted {
			err = bind.NewPublicError(http.StatusBadRequest, "uitpas/card-blocked", "Card blocked", "").WithMessage(statusMessages[k], nil)
		}
	}
	switch {
	case err != nil:
		return passProblem(err, identifier)
	case pass.GroupPass != nil:
		c.JSON(http.StatusOK, groupPassOf(pass))
	default:
		c.JSON(http.StatusOK, passOf(pass))
	}
	return nil
}

func passOf(p profile.Pass) passJSON {
	out := passJSON{
		PassholderID: p.Passholder.ID.String(), PassType: individual, UitpasNumber: string(p.Card.Number),
		FirstName: p.Passholder.FirstName, Points: p.Points, PostalCode: p.Passholder.PostalCode,
		CardSystem: cardSystemOf(p.System), SocialTariff: passSocialTariff{Status: "NONE"},
	}
	t := p.SocialRight
	if t == nil {
		return out
	}
	switch t.Status {
	case membership.TariffActive, membership.TariffGrace:
		out.SocialTariff = passSocialTariff{"ACTIVE", instant(t.EndsAt)}
	case membership.TariffExpired:
		out.SocialTariff = passSocialTariff{"EXPIRED", instant(t.EndsAt)}
		out.Messages = warning("pass-social-tariff-expired")
	case membership.TariffSuspended: // the contract has no word for it
		out.Messages = warning("pass-social-tariff-suspended")
	}
	return out
}

func groupPassOf(p profile.Pass) passJSON {
	g := p.GroupPass
	out := passJSON{
		PassholderID: g.ID.String(), PassType: group, UitpasNumber: string(p.Card.Number),
		FirstName: g.Name, PostalCode: g.PostalCode,
		CardSystem: cardSystemOf(p.System), SocialTariff: passSocialTariff{Status: "NONE"},
	}
	if !g.SocialTariffUntil.IsZero() {
		out.SocialTariff = passSocialTariff{"ACTIVE", instant(g.SocialTariffUntil.End(zoneOf(p.System)).Add(-time.Second))}
	}
	return out
}

// warning is a message that clients must show; the contract has it in Dutch.
func warning(code string) []messageJSON {
	m, _ := bind.MessageOf(code, nil)
	return []messageJSON{{"WARN", m.NL}}
}

// passProblem spells the refusals of a look-up. A number is echoed only when
// it cannot be a national one.
func passProblem(err error, identifier string) error {
	if status, ok := errors.AsType[*profile.CardStatusError](err); ok {
		return cardStatusProblem(status.Found)
	}
	switch {
	case errors.Is(err, profile.ErrPassholderBlocked):
		return bind.NewPublicError(http.StatusBadRequest, "uitpas/passholder-blocked", "Passholder blocked", "").
			WithMessage(profile.ErrPassholderBlocked.Code, nil)
	case errors.Is(err, profile.ErrPassUnknown):
		p := bind.NewPublicError(http.StatusNotFound, "uitpas/pass-not-found", "Pass not found", "").
			WithMessage(profile.ErrPassUnknown.Code, nil)
		if len(identifier) == 13 && strings.Trim(identifier, "0123456789") == "" {
			p.Detail = identifier
		}
		return p
	}
	return err
}

func cardStatusProblem(found card.Found) *bind.PublicError {
	c := found.Card
	p := bind.NewPublicError(http.StatusBadRequest, "uitpas/invalid-card-status", "Invalid card status", "").
		WithMessage(statusMessages[found.Kind], nil)
	isGroup := c.GroupPassID != uuid.Nil
	p.CardStatus, p.PassType, p.GroupPass = string(c.Status.Public()), individual, &isGroup
	if isGroup {
		p.PassType = group
	}
	if c.PassholderID != uuid.Nil && (c.Status == card.Blocked || c.Status == card.Deleted) {
		p.PassholderID = c.PassholderID.String()
	}
	return p
}

// statusMessages are what a card that is not in use is called.
var statusMessages = map[card.Kind]string{
	card.KindBlocked: "card-blocked", card.KindDeleted: "card-deleted",
	card.KindUnregistered: "card-unregistered", card.KindInTransit: "card-in-transit",
}

// zoneOf is where a card system's days end.
func zoneOf(s cardsystem.System) *time.Location {
	loc, err := period.Zone(s.TimeZone)
	if err != nil {
		return period.Brussels()
	}
	return loc
}
