// Package login signs people in with OpenID Connect: the code flow with PKCE,
// a nonce and a state, against any provider that publishes its discovery
// document. What it gives the browser is an opaque cookie; the session itself
// is a row here and ends when it is deleted, 12 hours after it was last used,
// or after a week.
//
// It is plain net/http, so that package web can mount it anywhere. Passwords,
// second factors and passkeys are the provider's business.
package login

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/who"
)

// Errors of this package. Those of a login under way end as ?login=<code> on
// the page the browser lands on.
var (
	ErrNotSignedIn = fault.New(fault.Unauthenticated, "not-signed-in")
	ErrExpired     = fault.New(fault.Invalid, "login-expired")
	ErrRefused     = fault.New(fault.Denied, "login-refused")
	ErrFailed      = fault.New(fault.Invalid, "login-failed")
	ErrUnavailable = fault.New(fault.Busy, "login-unavailable")
)

// Cookie is the name of the session cookie; over TLS it has the prefix with which
// browsers take it from this host alone, never from a neighbour under the same
// domain.
const Cookie = "openbalie_session"

// flowCookie ties a login under way to the browser that began it.
const flowCookie = "openbalie_login"

const (
	flowLife    = 10 * time.Minute
	idleLife    = 12 * time.Hour
	sessionLife = 7 * 24 * time.Hour
	touchEvery  = time.Minute // how often a session's last use is written down
)

// A Service signs people in and out. DB, Now, BaseURL, Issuer and ClientID
// are required.
type Service struct {
	DB           *db.DB
	Now          func() time.Time
	BaseURL      string // where browsers reach this program, without a slash at the end
	Issuer       string
	ClientID     string
	ClientSecret string
	HTTP         *http.Client // how to reach the provider; nil: as usual

	mu       sync.Mutex
	provider *provider
}

// provider is what the discovery document said.
type provider struct {
	oauth      oauth2.Config
	verifier   *oidc.IDTokenVerifier
	endSession string
}

// A User is a person who has signed in at least once.
type User struct {
	ID    string
	Name  string
	Email string // lower-case; empty when the provider did not verify it
}

// A Session is a signed-in browser.
type Session struct {
	User User
	hash []byte
}

// Actor is the person, acting at no counter yet.
func (s Session) Actor() who.Actor {
	return who.Actor{Kind: who.Person, ID: s.User.ID, Subject: s.User.Email}
}

// secure tells whether cookies may only travel over TLS.
func (s *Service) secure() bool { return strings.HasPrefix(s.BaseURL, "https://") }

// named is what a cookie is called here.
func (s *Service) named(cookie string) string {
	if s.secure() {
		return "__Host-" + cookie
	}
	return cookie
}
