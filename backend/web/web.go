// Package web is the front door: one router for the web app, our own API, the
// public UiTPAS API and, in a sandbox, its identity provider; and beside it,
// on a listener of its own, health and metrics.
//
// What every answer has in common is here: a request id, security headers, a
// line in the access log (the route's template, never the path or the query),
// a measurement, and a problem instead of a stack trace. What an operation
// does is in web/api and web/uitpas.
package web

import (
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/association"
	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/card"
	"github.com/openbalie/openbalie/backend/cardsystem"
	"github.com/openbalie/openbalie/backend/checkin"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/backend/family"
	"github.com/openbalie/openbalie/backend/idp"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/membership"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/price"
	"github.com/openbalie/openbalie/backend/profile"
	"github.com/openbalie/openbalie/backend/registration"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/voucher"
	"github.com/openbalie/openbalie/backend/web/api"
	"github.com/openbalie/openbalie/backend/web/bind"
	"github.com/openbalie/openbalie/backend/web/uitpas"
)

// publicPrefix is where the public API is, on every host.
const publicPrefix = "/api/uitpas"

// How often one caller may look people up by national number; a visitor, whom
// nobody knows, may only ask so often whether there is somebody.
const (
	searchesPerMinute = 60
	searchBurst       = 20
	visitsPerMinute   = 10
)

// Options are what the front door needs. Fields that may be left out say so.
type Options struct {
	DB       *db.DB
	Ring     *secret.Ring
	Now      func() time.Time // what the rules see
	Wall     func() time.Time // what clocks on walls say: sessions, tokens, limits
	Login    *login.Service
	EID      *eidcheck.Trust // whose identity cards are believed
	Tokens   *uitpas.Verifier
	BaseURL  string       // where browsers reach this program
	APIHost  string       // a host name with the public API at its root; may be empty
	Proxies  []string     // addresses that say for whom they ask; may be empty
	Provider http.Handler // the sandbox's identity provider; may be nil
	UI       fs.FS        // the built web app; may be empty
	About    api.About
	Log      *slog.Logger           // access log
	Metrics  []prometheus.Collector // of what runs beside requests; may be empty
}

// A Server answers requests.
type Server struct {
	o        Options
	engine   *gin.Engine
	metrics  *metrics
	draining atomic.Bool
}

// New builds the router.
func New(o Options) *Server {
	gin.SetMode(gin.ReleaseMode)
	s := &Server{o: o, engine: gin.New(), metrics: newMetrics(o.DB, o.Metrics...)}
	e := s.engine
	e.RedirectTrailingSlash, e.HandleMethodNotAllowed = false, true
	_ = e.SetTrustedProxies(o.Proxies) // addresses, as the setting was checked
	e.Use(s.observe, s.recover, preflight)

	public := e.Group(publicPrefix, anyOrigin)
	(&uitpas.Server{
		Tokens:        o.Tokens,
		Checkins:      &checkin.Service{DB: o.DB, Now: o.Now, Ring: o.Ring},
		Organizers:    &organizer.Service{DB: o.DB},
		Profiles:      &profile.Service{DB: o.DB, Now: o.Now, Ring: o.Ring},
		Cards:         &card.Service{DB: o.DB, Now: o.Now, Ring: o.Ring},
		Systems:       &cardsystem.Service{DB: o.DB},
		Prices:        &price.Service{DB: o.DB, Now: o.Now},
		Registrations: &registration.Service{DB: o.DB, Now: o.Now, Ring: o.Ring, EIDs: &eidcheck.Service{DB: o.DB, Now: o.Now, Ring: o.Ring, Trust: o.EID}},
		Associations:  &association.Service{DB: o.DB, Now: o.Now},
		Families:      &family.Service{DB: o.DB, Now: o.Now},
		BaseURL:       o.BaseURL,
		Searches:      &bind.Limiter{PerMinute: searchesPerMinute, Burst: searchBurst, Now: o.Wall},
		Visits:        &bind.Limiter{PerMinute: visitsPerMinute, Burst: visitsPerMinute, Now: o.Wall},
	}).Mount(public)

	own := e.Group("", s.secureHeaders, sameOrigin())
	(&api.Server{
		DB: o.DB, Now: o.Now, Login: o.Login,
		Organizers:    &organizer.Service{DB: o.DB},
		Cards:         &card.Service{DB: o.DB, Now: o.Now, Ring: o.Ring},
		Systems:       &cardsystem.Service{DB: o.DB},
		EIDs:          &eidcheck.Service{DB: o.DB, Now: o.Now, Ring: o.Ring, Trust: o.EID},
		Profiles:      &profile.Service{DB: o.DB, Now: o.Now, Ring: o.Ring},
		Activities:    &activity.Service{DB: o.DB, Now: o.Now},
		Checkins:      &checkin.Service{DB: o.DB, Now: o.Now, Ring: o.Ring},
		Prices:        &price.Service{DB: o.DB, Now: o.Now},
		Vouchers:      &voucher.Service{DB: o.DB, Now: o.Now},
		Registrations: &registration.Service{DB: o.DB, Now: o.Now, Ring: o.Ring, EIDs: &eidcheck.Service{DB: o.DB, Now: o.Now, Ring: o.Ring, Trust: o.EID}},
		Memberships:   &membership.Service{DB: o.DB, Now: o.Now},
		Associations:  &association.Service{DB: o.DB, Now: o.Now},
		Families:      &family.Service{DB: o.DB, Now: o.Now},
		Searches:      &bind.Limiter{PerMinute: searchesPerMinute, Burst: searchBurst, Now: o.Wall},
		Bulk:          &bulk.Service{DB: o.DB, Now: o.Now, Ring: o.Ring},
		About:         o.About,
	}).Mount(own)

	if o.Provider != nil {
		provider := gin.WrapH(o.Provider)
		e.Any("/realms/*path", s.secureHeaders, provider)
		e.GET("/.well-known/openid-configuration", provider)
		e.Any(idp.FormerToken, s.secureHeaders, provider)
	}
	app := newApp(o.UI, o.About.BridgePort)
	e.NoRoute(s.secureHeaders, func(c *gin.Context) { s.notFound(c, app) })
	e.NoMethod(s.secureHeaders, func(c *gin.Context) { refuse(c, bind.ErrMethod) })
	return s
}

// Handler is the front door. On the host of the public API its operations are
// at the root, beside what clients expect there: the token endpoint.
func (s *Server) Handler() http.Handler {
	if s.o.APIHost == "" {
		return s.engine
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		p := r.URL.Path
		if strings.EqualFold(host, s.o.APIHost) && p != idp.FormerToken && !strings.HasPrefix(p, "/realms/") && !strings.HasPrefix(p, "/.well-known/") && !strings.HasPrefix(p, publicPrefix+"/") {
			r.URL.Path, r.URL.RawPath = publicPrefix+p, ""
		}
		s.engine.ServeHTTP(w, r)
	})
}

// Drain makes the program unready: a proxy sends no more requests here.
func (s *Server) Drain() { s.draining.Store(true) }

// notFound serves the web app, whose pages have addresses of their own, and
// refuses everything else in the dialect of its corner.
func (s *Server) notFound(c *gin.Context, app *app) {
	p := c.Request.URL.Path
	reads := c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead
	if !reads || p == "/api" || strings.HasPrefix(p, "/api/") || strings.HasPrefix(p, "/realms/") || strings.HasPrefix(p, "/.well-known/") {
		refuse(c, bind.ErrURLUnknown)
		return
	}
	app.serve(c)
}

func refuse(c *gin.Context, err error) {
	if strings.HasPrefix(c.Request.URL.Path, publicPrefix+"/") {
		bind.WritePublicProblem(c, err)
		return
	}
	bind.WriteProblem(c, err)
}
