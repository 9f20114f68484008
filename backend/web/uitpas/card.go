package uitpas

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

type cardJSON struct {
	UitpasNumber string         `json:"uitpasNumber"`
	ChipNumber   string         `json:"chipNumber,omitempty"`
	CardSystem   cardSystemJSON `json:"cardSystem"`
	CardType     string         `json:"cardType"`
	Status       string         `json:"status"`
	SocialTariff bool           `json:"socialTariff"`
}

// getCard says what a card is, in whatever state: GET /cards.
func (s *Server) getCard(c *gin.Context, by who.Actor) error {
	number, chip, err := numberOrChip(c)
	if err != nil {
		return err
	}
	found, system, err := s.Cards.Card(c.Request.Context(), by, number, chip)
	if err != nil {
		return err
	}
	out := cardJSON{
		UitpasNumber: string(found.Number), CardSystem: cardSystemOf(system), CardType: string(found.Type),
		Status: string(found.Status.Public()), SocialTariff: found.Number.SocialTariffCard(),
	}
	if found.Status.Public() != card.Provisioned {
		out.ChipNumber = string(found.Chip)
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// numberOrChip reads the two filters of which exactly one is given.
func numberOrChip(c *gin.Context) (card.Number, card.Chip, error) {
	number, chip := c.Query("uitpasNumber"), c.Query("chipNumber")
	switch {
	case number == "" && chip == "" || number != "" && chip != "":
		return "", "", bind.ErrQuery.With("parameter", "uitpasNumber")
	case number != "":
		n, err := card.ParseNumber(number)
		if err != nil {
			return "", "", invalidNumber()
		}
		return n, "", nil
	}
	chipNumber, err := card.ParseChip(chip)
	if err != nil {
		return "", "", bind.ErrQuery.With("parameter", "chipNumber")
	}
	return "", chipNumber, nil
}

func invalidNumber() error {
	return bind.NewPublicError(http.StatusBadRequest, "uitpas/invalid-uitpas-number", "Invalid uitpas number", "").
		WithMessage(card.ErrInvalidNumber.Code, nil)
}

type tariffCardJSON struct {
	UitpasNumber     string `json:"uitpasNumber"`
	CardType         string `json:"cardType"`
	AvailableTickets *int   `json:"availableTickets,omitempty"`
}

// getTariffCards lists the cards with which there is a social tariff now, or
// says whether one of them is: GET /cards/social-tariff/{cardSystemId}/active.
func (s *Server) getTariffCards(c *gin.Context, by who.Actor) error {
	id, err := bind.Number(c.Param("cardSystemId"))
	if err != nil {
		return rights.ErrDenied.With("permission", string(rights.SocialTariffExport))
	}
	var only card.Number
	if text := c.Query("uitpasNumber"); text != "" {
		if only, err = card.ParseNumber(text); err != nil {
			return invalidNumber()
		}
	}
	cards, err := s.Cards.TariffCards(c.Request.Context(), by, id)
	if err != nil {
		return err
	}
	out := []tariffCardJSON{}
	for _, t := range cards {
		if only != "" && t.Number != only {
			continue
		}
		j := tariffCardJSON{UitpasNumber: string(t.Number), CardType: "REGULAR"}
		if t.Group {
			j.CardType, j.AvailableTickets = group, &t.AvailableTickets
		}
		out = append(out, j)
	}
	c.JSON(http.StatusOK, out)
	return nil
}
