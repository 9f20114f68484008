package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	adminui "github.com/openbalie/openbalie/admin-ui"
	"github.com/openbalie/openbalie/backend/bulk"
	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/backend/idp"
	"github.com/openbalie/openbalie/backend/job"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/mail"
	"github.com/openbalie/openbalie/backend/passholder"
	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/web"
	"github.com/openbalie/openbalie/backend/web/api"
	"github.com/openbalie/openbalie/backend/web/uitpas"
	"github.com/openbalie/openbalie/bridge/eid"
	"github.com/openbalie/openbalie/bridge/eid/roots"
	"github.com/openbalie/openbalie/bridge/eid/training"
)

const (
	headerTimeout   = 5 * time.Second
	readTimeout     = 30 * time.Second
	writeTimeout    = time.Minute
	idleTimeout     = 2 * time.Minute
	maxHeader       = 32 << 10
	shutdownTimeout = 20 * time.Second
)

var errNoIssuer = errors.New("name your OpenID Connect provider with OPENBALIE_OIDC_ISSUER, OPENBALIE_OIDC_CLIENT_ID and OPENBALIE_OIDC_CLIENT_SECRET, or look around with --sandbox")

// serve answers until it is told to stop.
func serve(ctx context.Context, p program) (err error) {
	c, words, err := readConfig("serve", p)
	if err != nil {
		return err
	}
	if len(words) > 0 {
		return wrong(p, "serve [settings]")
	}
	if !c.sandbox() && c.values["oidc-issuer"] == "" {
		return errNoIssuer
	}
	log, flush := newLog(os.Stderr, c.values["log-level"])
	defer flush()
	slog.SetDefault(log)

	// Ports first: a second start says so at once.
	var listen net.ListenConfig
	front, err := listen.Listen(ctx, "tcp", c.values["addr"])
	if err != nil {
		return err
	}
	defer func() { _ = front.Close() }()
	back, err := listen.Listen(ctx, "tcp", c.values["metrics-addr"])
	if err != nil {
		return err
	}
	defer func() { _ = back.Close() }()

	started, err := start(ctx, c, p, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, started.database.leave(ctx)) }()
	if c.values["eid-roots"] == "" && !c.sandbox() {
		log.WarnContext(ctx, "Identity cards cannot be proved: no root certificates", "setting", "eid-roots")
	}
	if c.sandbox() {
		banner(p.out, c.baseURL())
	}
	log.InfoContext(ctx, "Ready", "addr", front.Addr().String(), "url", c.baseURL(), "version", versionText())
	return answer(ctx, started, front, back, log)
}

// parts is everything that runs.
type parts struct {
	database opened
	ring     *secret.Ring
	provider *idp.Provider // only in a sandbox
	trust    *eidcheck.Trust
	jobs     *job.Runner
	server   *web.Server
}

// start opens what requests need. What does not depend on each other starts
// at the same time: the first start is what a stranger judges by.
func start(ctx context.Context, c config, p program, log *slog.Logger) (parts, error) {
	var out parts
	clientSecret := c.values["oidc-client-secret"]
	if c.sandbox() {
		clientSecret = rand.Text()
	}
	var err error
	if out.trust, err = openTrust(c); err != nil {
		return parts{}, err
	}
	var g errgroup.Group
	g.Go(func() (err error) {
		out.database, err = openDatabase(ctx, c, log, false)
		return err
	})
	g.Go(func() (err error) {
		if out.ring, err = openRing(c, p); err != nil || !c.sandbox() {
			return err
		}
		out.provider, err = newProvider(c, clientSecret)
		return err
	})
	err = g.Wait()
	if err == nil {
		err = ready(ctx, c, out)
	}
	if err == nil {
		out.jobs, err = newJobs(c, out, log)
	}
	if err != nil {
		if out.database.DB != nil {
			err = errors.Join(err, out.database.leave(ctx))
		}
		return parts{}, err
	}
	contacts, _ := c.contacts()                                 // checked when it was read
	out.server = newServer(c, out, clientSecret, contacts, log) //nolint:contextcheck // requests bring their own
	return out, nil
}

// ready makes the database fit to serve from.
func ready(ctx context.Context, c config, out parts) error {
	now := time.Now()
	if err := prepare(ctx, out.database, now); err != nil {
		return err
	}
	if c.sandbox() {
		if err := fill(ctx, out.database.DB, out.ring, now); err != nil {
			return err
		}
	} else if err := claim(ctx, out.database.DB, production); err != nil {
		return err
	}
	return passholder.CheckRing(ctx, out.database.DB, out.ring)
}

// newJobs prepares what is done after and beside requests.
func newJobs(c config, in parts, log *slog.Logger) (*job.Runner, error) {
	return job.New(job.Options{
		DB: in.database.DB, Now: time.Now, Mail: &mail.Sender{Settings: c.mail()}, Retention: c.retention(), Log: log,
		Bulk: &bulk.Service{DB: in.database.DB, Now: time.Now, Ring: in.ring}, BaseURL: c.baseURL(),
	})
}

// openTrust says whose identity cards are believed: the Register's, and in a
// sandbox those of training.
func openTrust(c config) (*eidcheck.Trust, error) {
	pins := eid.Pins()
	if c.is("eid-ca2") {
		pins = append(pins, eid.PinCA2)
	}
	var besides []eid.Profile
	if c.sandbox() {
		besides = append(besides, training.Profile())
		if path := c.values["eid-test-roots"]; path != "" {
			tests, lists, err := roots.ReadTests(path)
			if err != nil {
				return nil, fmt.Errorf("read the roots of test cards in %s: %w", path, err)
			}
			besides = append(besides, eid.Profile{Tests: tests, Lists: lists})
		}
	}
	trust, err := eidcheck.OpenTrust(c.values["eid-roots"], pins, besides...)
	return trust, aboutCA2(err)
}

// aboutCA2 says of the one root that has a switch that it has.
func aboutCA2(err error) error {
	if errors.Is(err, eid.ErrNotPinned) && strings.Contains(err.Error(), eid.PinCA2) {
		return fmt.Errorf("%w: that is Belgium Root CA2, which --eid-ca2 believes", err)
	}
	return err
}

// newProvider is the sandbox's own identity provider.
func newProvider(c config, clientSecret string) (*idp.Provider, error) {
	base := c.baseURL()
	const password = "sandbox"
	user := func(role, given, family string) idp.User {
		return idp.User{ID: "sandbox-" + role, Email: role + "@openbalie.example", GivenName: given, FamilyName: family, Password: password, Role: role}
	}
	return idp.New(idp.Options{
		Issuer: base + idp.Path, Dir: c.values["data"], Now: time.Now,
		Users: []idp.User{
			user("clerk", "Katrien", "Claes"), user("coordinator", "Karim", "Amrani"),
			user("admin", "Ann", "De Smet"), user("nobody", "Noor", "Wouters"),
		},
		Clients: []idp.Client{
			{ID: c.values["oidc-client-id"], Secret: clientSecret, RedirectURIs: []string{base + "/login/callback"}, LogoutRedirectURIs: []string{base + "/"}},
			{ID: "sandbox-client", Secret: "sandbox-secret", Service: true, Loopback: true},
		},
	})
}

func newServer(c config, in parts, clientSecret string, contacts []api.Contact, log *slog.Logger) *web.Server {
	port, _ := strconv.Atoi(c.values["bridge-port"]) // checked when it was read
	base, issuer := c.baseURL(), strings.TrimRight(c.values["oidc-issuer"], "/")
	about := api.About{Version: versionText(), LoginName: c.values["oidc-name"], BridgePort: port, Contacts: contacts, Mail: c.mail().On()}
	var client *http.Client
	var provider http.Handler
	audience := c.values["oidc-audience"]
	if in.provider != nil {
		issuer, audience, client, provider = in.provider.Issuer(), idp.Audience, in.provider.HTTPClient(), in.provider
		about.Samples = sandbox.Samples()
		if about.Contacts == nil {
			about.Contacts = []api.Contact{{Name: "Karim Amrani", Email: "coordinator@openbalie.example"}}
		}
	}
	return web.New(web.Options{
		DB: in.database.DB, Ring: in.ring, EID: in.trust, Now: time.Now, Wall: time.Now,
		Login: &login.Service{
			DB: in.database.DB, Now: time.Now, BaseURL: base, Issuer: issuer,
			ClientID: c.values["oidc-client-id"], ClientSecret: clientSecret, HTTP: client,
		},
		Tokens:  &uitpas.Verifier{Issuer: issuer, Audience: audience, HTTP: client, Now: time.Now},
		BaseURL: base, APIHost: c.values["api-host"], Proxies: c.proxies(), Provider: provider, UI: adminui.Files(), About: about, Log: log,
		Metrics: []prometheus.Collector{in.jobs},
	})
}

// answer serves until ctx ends; then the program is unready, finishes what it
// is doing, and closes.
func answer(ctx context.Context, in parts, front, back net.Listener, log *slog.Logger) error {
	server := &http.Server{
		Handler: in.server.Handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	operations := &http.Server{Handler: in.server.Operations(), ReadHeaderTimeout: headerTimeout}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return closed(server.Serve(front)) })
	g.Go(func() error { return closed(operations.Serve(back)) })
	g.Go(func() error {
		clock := time.NewTicker(upkeepEvery)
		defer clock.Stop()
		keepUp(ctx, in, clock.C, log)
		return nil
	})
	g.Go(func() error { return in.jobs.Run(ctx) })
	g.Go(func() error {
		<-ctx.Done()
		in.server.Drain()
		wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		return errors.Join(server.Shutdown(wait), operations.Close())
	})
	return g.Wait()
}

func closed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

func banner(w io.Writer, url string) {
	_, _ = fmt.Fprintf(w, `
  OpenBalie, sandbox                              %s
  Everything in it is fictional, and everybody knows the password (sandbox).
  NOT FOR REAL PEOPLE: do not enter anybody's data.
  Users: clerk@ coordinator@ admin@ nobody@openbalie.example
  Client: sandbox-client, secret sandbox-secret

`, url)
}
