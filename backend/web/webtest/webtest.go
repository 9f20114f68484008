// Package webtest runs the whole front door for tests: the real router on a
// real database with the sandbox in it, the real identity provider, and a
// client that holds every request and answer beside the contracts.
package webtest

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/db/dbtest"
	"github.com/openbalie/openbalie/backend/eidcheck"
	"github.com/openbalie/openbalie/backend/idp"
	"github.com/openbalie/openbalie/backend/login"
	"github.com/openbalie/openbalie/backend/sandbox"
	"github.com/openbalie/openbalie/backend/secret"
	"github.com/openbalie/openbalie/backend/web"
	"github.com/openbalie/openbalie/backend/web/api"
	"github.com/openbalie/openbalie/backend/web/uitpas"
)

// The people and the program of the sandbox.
const (
	Clerk       = "clerk@openbalie.example"
	Coordinator = "coordinator@openbalie.example"
	Admin       = "admin@openbalie.example"
	Nobody      = "nobody@openbalie.example"
	Password    = "sandbox"
)

// A Stand is a running front door.
type Stand struct {
	URL      string
	DB       *db.DB
	Ring     *secret.Ring
	Server   *web.Server
	Provider *idp.Provider
	Login    *login.Service
	Log      *Log

	mu      sync.Mutex
	shift   time.Duration
	stopped time.Time
}

// New starts a stand that ends with t. tweak may change what it is made of.
func New(tb testing.TB, tweak ...func(*web.Options)) *Stand {
	tb.Helper()
	s := &Stand{Log: &Log{}}
	logger := slog.New(slog.NewJSONHandler(s.Log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	ring, err := openRing()
	if err != nil {
		tb.Fatal(err)
	}
	s.Ring = ring
	// A second pool on the test's database, whose every statement is logged.
	s.DB, err = db.Open(context.Background(), seeded.New(tb).DSN(), db.Options{Log: logger, SlowThreshold: time.Nanosecond, MaxConns: 8})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.DB.Close)

	listener := httptest.NewUnstartedServer(nil)
	s.URL = "http://" + listener.Listener.Addr().String()
	s.Provider, err = idp.New(idp.Options{
		Issuer: s.URL + idp.Path, Dir: keyDir(), Now: s.Now,
		Users: []idp.User{user("clerk", Clerk), user("coordinator", Coordinator), user("admin", Admin), user("nobody", Nobody)},
		Clients: []idp.Client{
			{ID: "openbalie", Secret: "between us", RedirectURIs: []string{s.URL + "/login/callback"}, LogoutRedirectURIs: []string{s.URL + "/"}},
			{ID: "sandbox-client", Secret: "sandbox-secret", Service: true, Loopback: true},
			{ID: "stranger", Secret: "stranger", Service: true},
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
	s.Login = &login.Service{
		DB: s.DB, Now: s.Now, BaseURL: s.URL, Issuer: s.Provider.Issuer(), ClientID: "openbalie", ClientSecret: "between us",
		HTTP: s.Provider.HTTPClient(),
	}
	o := web.Options{
		DB: s.DB, Ring: ring, Now: s.Now, Wall: s.Now, Login: s.Login, Provider: s.Provider, BaseURL: s.URL, Log: logger,
		EID:    &eidcheck.Trust{},
		Tokens: &uitpas.Verifier{Issuer: s.Provider.Issuer(), Audience: idp.Audience, HTTP: s.Provider.HTTPClient(), Now: s.Now},
		About:  api.About{Version: "test", LoginName: "UiTID", BridgePort: 24787, Samples: sandbox.Samples(), Contacts: []api.Contact{{Name: "Coordination", Email: Coordinator}}},
	}
	for _, f := range tweak {
		f(&o)
	}
	s.Server = web.New(o)
	listener.Config.Handler = s.Server.Handler()
	listener.Start()
	tb.Cleanup(listener.Close)
	return s
}

func user(role, email string) idp.User {
	return idp.User{ID: "sandbox-" + role, Email: email, GivenName: strings.ToUpper(role[:1]) + role[1:], FamilyName: "Sandbox", Password: Password, Role: role}
}

// openRing opens the key ring of all stands of a test process: their sandbox is
// sealed with it.
var openRing = sync.OnceValues(func() (*secret.Ring, error) { return secret.OpenRing(filepath.Join(keyDir(), "keyring")) })

// seeded is the sandbox that every stand has a copy of.
var seeded = dbtest.NewTemplate(func(ctx context.Context, d *db.DB) error {
	ring, err := openRing()
	if err != nil {
		return err
	}
	return sandbox.Seed(ctx, d, ring, time.Now())
})

// keyDir holds one signing key for all stands of a test process: making one is
// slow.
var keyDir = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "openbalie-webtest-")
	if err != nil {
		panic(err) // no test can run
	}
	return dir
})

// Now is the stand's clock.
func (s *Stand) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stopped.IsZero() {
		return s.stopped
	}
	return time.Now().Add(s.shift)
}

// StopClock keeps the stand's clock where it is, so that no limit gives turns
// back while a slow machine works.
func (s *Stand) StopClock() {
	now := s.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = now
}

// Travel moves the stand's clock.
func (s *Stand) Travel(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shift += d
}

// Count is what a query that counts gives.
func (s *Stand) Count(tb testing.TB, query string, args ...any) int {
	tb.Helper()
	var n int
	if err := s.DB.QueryRow(context.Background(), query, args...).Scan(&n); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
	return n
}

// Token asks for a program's access token.
func (s *Stand) Token(tb testing.TB, clientID, clientSecret string) string {
	tb.Helper()
	res := s.Browser(tb).Form(s.URL+idp.Path+"/protocol/openid-connect/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {clientSecret},
	})
	var out struct {
		Token string `json:"access_token"`
	}
	res.Decode(tb, &out)
	if out.Token == "" {
		tb.Fatal("the provider gave no token")
	}
	return out.Token
}

// Program calls with a program's token.
func (s *Stand) Program(tb testing.TB) *Caller {
	tb.Helper()
	return &Caller{
		t: tb, base: s.URL + "/api/uitpas", http: http.DefaultClient, contract: contracts(tb).public,
		header: http.Header{"Authorization": {"Bearer " + s.Token(tb, "sandbox-client", "sandbox-secret")}},
	}
}

// Stranger calls with the token of a program that has no rights.
func (s *Stand) Stranger(tb testing.TB) *Caller {
	tb.Helper()
	return &Caller{
		t: tb, base: s.URL + "/api/uitpas", http: http.DefaultClient, contract: contracts(tb).public,
		header: http.Header{"Authorization": {"Bearer " + s.Token(tb, "stranger", "stranger")}},
	}
}

// Browser is a browser that has signed in to nothing yet. It does not follow
// redirects by itself.
func (s *Stand) Browser(tb testing.TB) *Caller {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return &Caller{t: tb, base: s.URL, contract: contracts(tb).own, header: http.Header{}, http: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Person is a browser that somebody has signed in with, acting at a counter
// where they have rights; "" is the test organizer.
func (s *Stand) Person(tb testing.TB, email, counter string) *Caller {
	tb.Helper()
	c := s.Browser(tb)
	c.SignIn(email)
	if counter == "" {
		counter = sandbox.TestOrganizer
	}
	return c.With("X-Counter", counter)
}

// A Log keeps what was logged.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func read(tb testing.TB, res *http.Response) *Response {
	tb.Helper()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return &Response{Status: res.StatusCode, Header: res.Header, Body: body}
}
