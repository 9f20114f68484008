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
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/checkin"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/who"
)

// ErrUnauthorized says that there is no token, or none that counts.
var ErrUnauthorized = fault.New(fault.Unauthenticated, "token-invalid")

// A Server answers the operations. All fields are required.
type Server struct {
	Tokens     *Verifier
	Checkins   *checkin.Service
	Organizers *organizer.Service
	Profiles   *profile.Service
	Searches   *bind.Limiter // national numbers looked up, by client
}

// A Route is one operation. Right is `session` when any valid token will do.
type Route struct {
	Method, Path, Right string
	answer              func(*gin.Context, who.Actor) error
}

// Routes lists the operations.
func (s *Server) Routes() []Route {
	return []Route{
		{http.MethodGet, "/permissions", "session", s.getPermissions},
		{http.MethodGet, "/passes", "PASSES_READ", s.getPass},
		{http.MethodGet, "/passholders", "PASSHOLDERS_SEARCH, PASSHOLDERS_SEARCH_BY_ID or PASSHOLDERS_SEARCH_ALL", s.getPassholders},
		{http.MethodPost, "/checkins", "CHECKINS_WRITE", s.postCheckin},
		{http.MethodDelete, "/checkins/:checkinId", "CHECKINS_WRITE", s.deleteCheckin},
		{http.MethodGet, "/checkin-status", "CHECKINS_WRITE", s.getCheckinStatus},
	}
}

// Mount puts the operations on a group, with and without a slash at the end:
// a redirect would cost some clients their token.
func (s *Server) Mount(g *gin.RouterGroup) {
	for _, r := range s.Routes() {
		h := bind.Public(func(c *gin.Context) error {
			by, err := s.Tokens.Actor(c.Request.Context(), c.GetHeader("Authorization"))
			if err != nil {
				c.Header("WWW-Authenticate", "Bearer")
				return err
			}
			return r.answer(c, by)
		})
		g.Handle(r.Method, r.Path, h)
		g.Handle(r.Method, r.Path+"/", h)
	}
}

// instant spells a moment as the public API does.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05-07:00") }
