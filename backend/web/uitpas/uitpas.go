// Package uitpas is the public UiTPAS API 4.0, as published: paths, fields,
// statuses, problem types, and the habits that its clients rely on (never
// null, ids as strings, instants with +00:00, numbers echoed as they were
// sent). It authenticates bearer tokens, asks the services, and spells their
// answers; it decides nothing.
//
// Every operation is a line of Routes with the permission it needs, which the
// service checks at the organizer that the request turns out to be about.
package uitpas

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/checkin"
	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/rights"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// ErrUnauthorized says that there is no token, or none that counts.
var ErrUnauthorized = fault.New(fault.Unauthenticated, "token-invalid")

// A Server answers the operations. All fields are required.
type Server struct {
	Tokens        *Verifier
	Checkins      *checkin.Service
	Organizers    *organizer.Service
	Profiles      *profile.Service
	Cards         *card.Service
	Systems       *cardsystem.Service
	Prices        *price.Service
	Registrations *registration.Service
	Associations  *association.Service
	Families      *family.Service
	BaseURL       string        // where this program is reached
	Searches      *bind.Limiter // national numbers looked up, by client; and what visitors look up, by address
	Visits        *bind.Limiter // national numbers that visitors ask about, by address
}

// What is enough beside a token: the id of a client, or the secret of a mail
// that somebody got.
const (
	identified = "client id"
	custom     = "custom token"
)

// A Route is one operation. Right is `session` when any valid token will do, and
// ends in `client id` or `custom token` when not even that is needed.
type Route struct {
	Method, Path, Right string
	answer              func(*gin.Context, who.Actor) error
}

// Routes lists the operations.
func (s *Server) Routes() []Route {
	return slices.Concat([]Route{
		{http.MethodGet, "/permissions", "session", s.getPermissions},
		{http.MethodGet, "/passes", "PASSES_READ", s.getPass},
		{http.MethodGet, "/passes/:uitpasNumber", "PASSES_READ", s.getPassByNumber},
		{http.MethodGet, "/insz-numbers/:inszNumber", "PASSES_INSZNUMBERS_READ", s.getPassByINSZ},
		{http.MethodGet, "/chip-numbers/:chipNumber", "PASSES_CHIPNUMBERS_READ", s.getPassByChip},
		{http.MethodGet, "/cards", "CARDS_READ", s.getCard},
		{http.MethodGet, "/cards/social-tariff/:cardSystemId/active", "SOCIALTARIFF_EXPORT", s.getTariffCards},
		{http.MethodGet, "/card-systems", identified, s.getCardSystems},
		{http.MethodGet, "/card-systems/:cardSystemId", identified, s.getCardSystem},
		{http.MethodGet, "/card-systems/:cardSystemId/social-tariff-settings", identified, s.getTariffSettings},
		{http.MethodGet, "/card-systems/:cardSystemId/city-settings", identified, s.getCitySettings},
		{http.MethodGet, "/grouppasses", "GROUPPASSES_SEARCH, also " + identified, s.getGroupPasses},
		{http.MethodGet, "/grouppasses/:passholderId", "GROUPPASSES_SEARCH", s.getGroupPass},
		{http.MethodPost, "/checkins", "CHECKINS_WRITE", s.postCheckin},
		{http.MethodDelete, "/checkins/:checkinId", "CHECKINS_WRITE", s.deleteCheckin},
		{http.MethodGet, "/checkin-status", "CHECKINS_WRITE", s.getCheckinStatus},
	}, s.passholderRoutes(), s.registrationRoutes(), s.associationRoutes(), s.familyRoutes())
}

// Mount puts the operations on a group, with and without a slash at the end:
// a redirect would cost some clients their token.
func (s *Server) Mount(g *gin.RouterGroup) {
	for _, r := range s.Routes() {
		h := bind.Public(func(c *gin.Context) error {
			if !bind.TakesJSON(c) {
				return bind.NewPublicError(http.StatusNotAcceptable, "header/not-acceptable", "Not acceptable", "Answers are application/json.")
			}
			if _, err := url.ParseQuery(c.Request.URL.RawQuery); err != nil {
				// A filter that cannot be read is never left out.
				return bind.NewPublicError(http.StatusNotFound, "url/not-found", "Not Found", "The query string cannot be read.")
			}
			by, err := s.caller(c, r.Right)
			if err != nil {
				c.Header("WWW-Authenticate", "Bearer")
				return err
			}
			return r.answer(c, by)
		})
		methods := []string{r.Method}
		if r.Method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		for _, method := range methods {
			g.Handle(method, r.Path, h)
			g.Handle(method, r.Path+"/", h)
		}
	}
	// No operation of the contract: what its links to pictures lead to.
	g.GET("/pictures/:link", bind.Public(s.sendPicture))
}

// visitor is set in a request by somebody who only named a client.
const visitor = "visitor"

// caller says who asks: the one whom the token speaks for or, where that is
// enough, the client that is named. Only clients that hold something somewhere
// are known.
func (s *Server) caller(c *gin.Context, right string) (who.Actor, error) {
	authorization, ctx := c.GetHeader("Authorization"), c.Request.Context()
	if secret := c.GetHeader("x-custom-token"); secret != "" && authorization == "" && strings.HasSuffix(right, custom) {
		c.Set(custom, secret)
		return who.Actor{}, nil // nobody: the operation looks at the secret
	}
	idWillDo := strings.HasSuffix(right, identified)
	id := cmp.Or(c.GetHeader("x-client-id"), c.Query("clientId"))
	if !idWillDo || authorization != "" || id == "" {
		return s.Tokens.Actor(ctx, authorization)
	}
	by := who.Actor{Kind: who.Client, ID: id, Subject: id}
	if len(id) > maxText || !utf8.ValidString(id) {
		return who.Actor{}, ErrUnauthorized
	}
	held, err := rights.Of(ctx, s.Cards.DB, by)
	if err == nil && len(held) == 0 {
		err = ErrUnauthorized
	}
	c.Set(visitor, true)
	return by, err
}

// instant spells a moment as the public API does.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05-07:00") }
