package uitpas

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/municipality"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

type cardSystemPage struct {
	TotalItems int              `json:"totalItems"`
	Member     []cardSystemJSON `json:"member"`
}

// getCardSystems lists card systems: GET /card-systems.
func (s *Server) getCardSystems(c *gin.Context, _ who.Actor) error {
	page, err := bind.PublicPage(c)
	if err != nil {
		return err
	}
	permanent, err := strconv.ParseBool(c.DefaultQuery("permanent", "true"))
	if err != nil {
		return bind.ErrQuery.With("parameter", "permanent")
	}
	filter := cardsystem.Filter{Permanent: &permanent, Cities: c.QueryArray("city"), PostalCodes: c.QueryArray("postalCode")}
	if err := postalCodes(filter.PostalCodes...); err != nil {
		return err
	}
	order, err := systemOrder(c.DefaultQuery("sort", "name"), c.Query("postalCodeSort"))
	if err != nil {
		return err
	}
	all, err := s.Systems.List(c.Request.Context(), filter)
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, order)
	out := cardSystemPage{TotalItems: len(all), Member: []cardSystemJSON{}}
	for _, system := range all[min(page.Start, len(all)):min(page.Start+page.Limit, len(all))] {
		out.Member = append(out.Member, cardSystemOf(system))
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// systemOrder reads how a list is to be sorted: by name, or by how near a postal
// code a card system is.
func systemOrder(sort, centre string) (func(a, b cardsystem.System) int, error) {
	field, descending := strings.CutPrefix(sort, "-")
	var order func(a, b cardsystem.System) int
	switch field {
	case "name":
		order = func(a, b cardsystem.System) int {
			return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		}
	case "postalCode":
		if centre == "" {
			return nil, bind.NewPublicError(http.StatusBadRequest, "uitpas/postal-code-required", "Postal code required",
				"The query parameter postalCodeSort is required when sorting by postalCode.")
		}
		if err := postalCodes(centre); err != nil {
			return nil, err
		}
		order = func(a, b cardsystem.System) int { return cmp.Compare(distance(a, centre), distance(b, centre)) }
	default:
		return nil, bind.ErrQuery.With("parameter", "sort")
	}
	if descending {
		return func(a, b cardsystem.System) int { return order(b, a) }, nil
	}
	return order, nil
}

// distance is how far a card system is from a postal code. Postal codes follow
// the map: those of one region are close together.
func distance(s cardsystem.System, centre string) int {
	from, _ := strconv.Atoi(centre) // four digits
	nearest := 10_000
	for _, city := range s.Cities {
		to, _ := strconv.Atoi(city.PostalCode)
		nearest = min(nearest, max(to-from, from-to))
	}
	return nearest
}

// postalCodes refuses what is no postal code of Belgium. The sandbox's fictional
// towns have codes that Belgium has not given out.
func postalCodes(codes ...string) error {
	for _, code := range codes {
		if len(code) != 4 || code < "1000" || strings.Trim(code, "0123456789") != "" {
			return bind.NewPublicError(http.StatusBadRequest, "uitpas/invalid-postal-code", "Invalid postal code", "").
				WithMessage(municipality.ErrPostalCode.Code, nil)
		}
	}
	return nil
}

// getCardSystem returns one: GET /card-systems/{cardSystemId}.
func (s *Server) getCardSystem(c *gin.Context, _ who.Actor) error {
	system, err := s.cardSystem(c)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, cardSystemOf(system))
	return nil
}

// cardSystem reads the card system of the path.
func (s *Server) cardSystem(c *gin.Context) (cardsystem.System, error) {
	id, err := bind.Number(c.Param("cardSystemId"))
	if err != nil {
		return cardsystem.System{}, unknownCardSystem(http.StatusNotFound)
	}
	system, err := s.Systems.ByID(c.Request.Context(), id)
	if errors.Is(err, cardsystem.ErrUnknown) {
		err = unknownCardSystem(http.StatusNotFound)
	}
	return system, err
}

func unknownCardSystem(status int) error {
	return bind.NewPublicError(status, "uitpas/cardsystem-not-found", "Card system not found", "").
		WithMessage(cardsystem.ErrUnknown.Code, nil)
}

type tariffSettingsJSON struct {
	PostalCode     string `json:"postalCode"`
	AllowsCardless bool   `json:"allowsCardlessRegistration"`
}

// getTariffSettings is the deprecated GET
// /card-systems/{cardSystemId}/social-tariff-settings.
func (s *Server) getTariffSettings(c *gin.Context, _ who.Actor) error {
	system, err := s.cardSystem(c)
	if err != nil {
		return err
	}
	code := c.Query("postalCode")
	if code == "" {
		return bind.ErrQuery.With("parameter", "postalCode")
	}
	if _, err := citiesOf(system, code); err != nil {
		return err
	}
	c.JSON(http.StatusOK, tariffSettingsJSON{code, system.AllowsDigital(code, true)})
	return nil
}

type citySettingsJSON struct {
	City           string `json:"city"`
	AllowsCardless bool   `json:"allowsCardlessRegistration"`
	ContactEmail   string `json:"contactEmail"`
}

// getCitySettings says what differs between cities: GET
// /card-systems/{cardSystemId}/city-settings.
func (s *Server) getCitySettings(c *gin.Context, _ who.Actor) error {
	system, err := s.cardSystem(c)
	if err != nil {
		return err
	}
	cities, err := citiesOf(system, c.QueryArray("postalCode")...)
	if err != nil {
		return err
	}
	out := []citySettingsJSON{}
	for _, city := range cities {
		out = append(out, citySettingsJSON{
			City:           city.Name,
			AllowsCardless: system.Rules.Cardless.AllowsDigital(true) && !city.RefusesDigital,
			ContactEmail:   cmp.Or(city.ContactEmail, system.ContactEmail),
		})
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// citiesOf returns the cities of a card system with these postal codes, all of
// them when none is given.
func citiesOf(system cardsystem.System, codes ...string) ([]cardsystem.City, error) {
	if len(codes) == 0 {
		return system.Cities, nil
	}
	if err := postalCodes(codes...); err != nil {
		return nil, err
	}
	var out []cardsystem.City
	for _, code := range codes {
		n := len(out)
		for _, city := range system.Cities {
			if city.PostalCode == code {
				out = append(out, city)
			}
		}
		if len(out) == n {
			return nil, bind.NewPublicError(http.StatusBadRequest, "uitpas/postal-code-not-in-card-system", "Postal code not in card system", code)
		}
	}
	return out, nil
}
