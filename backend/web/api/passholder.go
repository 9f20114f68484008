package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

type passholderJSON struct {
	ID           string           `json:"id"`
	FirstName    string           `json:"firstName"`
	Name         string           `json:"name"`
	DateOfBirth  string           `json:"dateOfBirth"`
	Age          int              `json:"age"`
	Gender       string           `json:"gender,omitempty"`
	Address      addressJSON      `json:"address"`
	Email        string           `json:"email,omitempty"`
	PhoneNumber  string           `json:"phoneNumber,omitempty"`
	INSZKnown    bool             `json:"inszKnown"`
	RegisteredAt time.Time        `json:"registeredAt"`
	Points       balanceJSON      `json:"points"`
	Cards        []cardJSON       `json:"cards"`
	Memberships  []membershipJSON `json:"memberships"`
}

type addressJSON struct {
	Street     string `json:"street,omitempty"`
	PostalCode string `json:"postalCode"`
	City       string `json:"city"`
	Country    string `json:"country"`
}

type balanceJSON struct {
	Balance int `json:"balance"`
	Debt    int `json:"debt"`
}

type cardJSON struct {
	ID           string         `json:"id"`
	UitpasNumber string         `json:"uitpasNumber"`
	CardSystem   cardSystemJSON `json:"cardSystem"`
	CardType     string         `json:"cardType"`
	Status       string         `json:"status"`
	StatusReason string         `json:"statusReason,omitempty"`
	Current      bool           `json:"current"`
}

type membershipJSON struct {
	CardSystem   cardSystemJSON    `json:"cardSystem"`
	Status       string            `json:"status"`
	Since        time.Time         `json:"since"`
	SocialTariff *socialTariffJSON `json:"socialTariff,omitempty"`
}

type socialTariffJSON struct {
	Status         string `json:"status"`
	Until          string `json:"until"`
	SuspendedUntil string `json:"suspendedUntil,omitempty"`
}

// getPassholder shows a person: GET /api/v1/passholders/{passholderId}.
func (s *Server) getPassholder(c *gin.Context, _ login.Session, by who.Actor) error {
	id, err := bind.ID(c, "passholderId", passholder.ErrUnknown)
	if err != nil {
		return err
	}
	p, err := s.Profiles.ByID(c.Request.Context(), by, id)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, passholderOf(p, s.Now()))
	return nil
}

func passholderOf(p profile.Profile, now time.Time) passholderJSON {
	out := passholderJSON{
		ID: p.ID.String(), FirstName: p.FirstName, Name: p.Name, DateOfBirth: p.DateOfBirth.String(), Age: p.Age(now),
		Gender: string(p.Gender), Address: addressJSON{p.Street, p.PostalCode, p.City, p.Country},
		Email: p.Email, PhoneNumber: p.PhoneNumber, INSZKnown: p.INSZKnown, RegisteredAt: p.CreatedAt.UTC(),
		Points: balanceJSON{p.Balance.Points, p.Balance.Debt},
		Cards:  make([]cardJSON, len(p.Cards)), Memberships: make([]membershipJSON, len(p.Memberships)),
	}
	for i, c := range p.Cards {
		out.Cards[i] = cardJSON{
			ID: c.ID.String(), UitpasNumber: string(c.Number), CardSystem: cardSystemOf(p.Systems[c.CardSystemID]),
			CardType: string(c.Type), Status: string(c.Status), StatusReason: string(c.StatusReason), Current: p.IsCurrent(c.ID),
		}
	}
	for i, m := range p.Memberships {
		out.Memberships[i] = membershipOf(m)
	}
	return out
}

func membershipOf(m membership.Membership) membershipJSON {
	out := membershipJSON{CardSystem: cardSystemOf(m.System), Status: string(m.Status), Since: m.Since.UTC()}
	if t := m.SocialTariff; t != nil {
		out.SocialTariff = &socialTariffJSON{Status: string(t.Status), Until: t.Until.String()}
		if !t.SuspendedUntil.IsZero() {
			out.SocialTariff.SuspendedUntil = t.SuspendedUntil.String()
		}
	}
	return out
}
