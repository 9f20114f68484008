package uitpas

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

type passholderPage struct {
	TotalItems int              `json:"totalItems"`
	Member     []passholderJSON `json:"member"`
}

// otherFilters are those of the contract that are not offered. Ignoring one
// would answer with people who were not asked for.
var otherFilters = []string{
	"name", "firstName", "email", "address.street", "address.city", "schoolId", "dateOfBirthFrom", "dateOfBirthTo",
	"uitidId", "associationId", "associationMembershipStatus",
}

// getPassholders looks people up by their numbers: GET /passholders.
func (s *Server) getPassholders(c *gin.Context, by who.Actor) error {
	page, err := bind.PublicPage(c)
	if err != nil {
		return err
	}
	queries, err := s.queries(c, by)
	if err != nil {
		return err
	}
	var found *profile.Profile
	for _, q := range queries {
		p, ok, err := s.Profiles.Find(c.Request.Context(), by, q)
		if err != nil {
			return findProblem(err)
		}
		if !ok || found != nil && found.ID != p.ID {
			c.JSON(http.StatusOK, passholderPage{Member: []passholderJSON{}})
			return nil
		}
		found = &p
	}
	out := passholderPage{TotalItems: 1, Member: []passholderJSON{}}
	if page.Start == 0 && page.Limit > 0 {
		out.Member = append(out.Member, passholderOf(*found))
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// queries reads the filters, at least one.
func (s *Server) queries(c *gin.Context, by who.Actor) ([]profile.Query, error) {
	for _, name := range otherFilters {
		if c.Query(name) != "" {
			return nil, errNotOffered
		}
	}
	var out []profile.Query
	if n := c.Query("uitpasNumber"); n != "" {
		out = append(out, profile.Query{Number: n})
	}
	if n := c.Query("chipNumber"); n != "" {
		out = append(out, profile.Query{Chip: n})
	}
	if n := c.Query("inszNumber"); n != "" {
		if err := s.Searches.Allow(by.Key()); err != nil {
			return nil, err
		}
		out = append(out, profile.Query{INSZ: n})
	}
	if len(out) == 0 {
		return nil, errNotOffered
	}
	return out, nil
}

var errNotOffered = bind.NewPublicError(http.StatusNotFound, "url/not-found", "Not Found",
	"This server looks passholders up by uitpasNumber, chipNumber or inszNumber; other filters are not available.")

func findProblem(err error) error {
	switch {
	case errors.Is(err, card.ErrInvalidNumber):
		return bind.NewPublicError(http.StatusBadRequest, "uitpas/invalid-uitpas-number", "Invalid uitpas number", "").
			WithMessage(card.ErrInvalidNumber.Code, nil)
	case errors.Is(err, secret.ErrInvalidNumber):
		return bind.NewPublicError(http.StatusBadRequest, "uitpas/invalid-insz-number", "Invalid insz number", "").
			WithMessage(secret.ErrInvalidNumber.Code, nil)
	case errors.Is(err, card.ErrInvalidChip):
		return bind.ErrQuery.With("parameter", "chipNumber")
	}
	return err
}
