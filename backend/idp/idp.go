// Package idp is the identity provider of the sandbox: OpenID Connect in the
// shape of a Keycloak realm, with sample users whose password stands on the
// login page. It is for evaluation and training on one machine; production
// names the organization's own provider instead. The protocol is a certified
// library's; this package adds the people, the clients and the login page.
//
// Signing keys live in a folder, so that tokens survive a restart. Everything
// else (logins under way, refresh tokens) is in memory.
package idp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
	"golang.org/x/text/language"
)

// Path is where the realm lives below the address of the program; the issuer
// is that address with Path.
const Path = "/realms/uitid"

// FormerToken is where older clients still ask for tokens.
const FormerToken = "/oauth/token"

// Audience is whom access tokens are for: the public API.
const Audience = "https://api.publiq.be"

const (
	protocol      = "/protocol/openid-connect"
	tokenEndpoint = Path + protocol + "/token"
	discovery     = "/.well-known/openid-configuration"
	maxForm       = 64 << 10
)

// A User can sign in.
type User struct {
	ID         string
	Email      string
	GivenName  string
	FamilyName string
	Password   string
	Role       string // which text of the login page describes this user
}

// A Client may ask for tokens. One with redirect addresses signs people in;
// one with Service set gets tokens for itself.
type Client struct {
	ID                 string
	Secret             string
	RedirectURIs       []string
	LogoutRedirectURIs []string
	Loopback           bool // any loopback redirect address, for integrators
	Service            bool
}

// Options are what a provider needs. All are required.
type Options struct {
	Issuer  string // the address of the program, with Path
	Dir     string // where the signing key is kept
	Users   []User
	Clients []Client
	Now     func() time.Time
}

// A Provider answers everything below Path and the discovery document at the
// root, where some clients look.
type Provider struct {
	issuer string
	store  *store
	mux    *http.ServeMux
}

// New opens the signing key, or makes it, and returns a provider.
func New(o Options) (*Provider, error) {
	if !strings.HasSuffix(o.Issuer, Path) {
		return nil, fmt.Errorf("issuer %q does not end in %s", o.Issuer, Path)
	}
	key, err := openKey(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("open the signing key: %w", err)
	}
	st := newStore(o, key)
	quiet := slog.New(slog.DiscardHandler)
	lib, err := op.NewProvider(&op.Config{
		CryptoKey:                key.derived(),
		DefaultLogoutRedirectURI: strings.TrimSuffix(o.Issuer, Path) + "/",
		CodeMethodS256:           true,
		AuthMethodPost:           true,
		GrantTypeRefreshToken:    true,
		SupportedUILocales:       languages,
		SupportedScopes:          []string{"openid", "profile", "email", "offline_access"},
	}, st, op.StaticIssuer(o.Issuer), op.WithAllowInsecure(), op.WithLogger(quiet))
	if err != nil {
		return nil, fmt.Errorf("set up the provider: %w", err)
	}
	srv := &server{LegacyServer: op.NewLegacyServer(lib, op.Endpoints{
		Authorization: op.NewEndpoint(protocol + "/auth"),
		Token:         op.NewEndpoint(protocol + "/token"),
		Userinfo:      op.NewEndpoint(protocol + "/userinfo"),
		Revocation:    op.NewEndpoint(protocol + "/revoke"),
		EndSession:    op.NewEndpoint(protocol + "/logout"),
		JwksURI:       op.NewEndpoint(protocol + "/certs"),
	}), store: st}
	oidc := op.RegisterLegacyServer(srv, op.AuthorizeCallbackHandler(lib), op.WithServerCORSOptions(nil), op.WithFallbackLogger(quiet))

	p := &Provider{issuer: o.Issuer, store: st, mux: http.NewServeMux()}
	p.mux.Handle(Path+"/", http.StripPrefix(Path, oidc))
	p.mux.Handle("GET "+discovery, oidc)
	p.mux.HandleFunc("GET "+Path+"/login", p.showLogin)
	p.mux.HandleFunc("POST "+Path+"/login", p.postLogin)
	return p, nil
}

// Issuer is the name of this provider in its tokens.
func (p *Provider) Issuer() string { return p.issuer }

// ServeHTTP answers browsers from any origin: no cookie is read here.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", "GET, POST")
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
		h.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if r.URL.Path == FormerToken || r.URL.Path == tokenEndpoint+"/" {
		r.URL.Path = tokenEndpoint
	}
	if r.URL.Path == tokenEndpoint {
		if r.Method != http.MethodPost {
			h.Set("Allow", http.MethodPost)
			refuse(w, http.StatusMethodNotAllowed, "invalid_request", "the token endpoint takes POST")
			return
		}
		if err := formFromJSON(r); err != nil {
			refuse(w, http.StatusBadRequest, "invalid_request", "the body is not a JSON object of strings")
			return
		}
		h.Set("Cache-Control", "no-store")
	}
	p.mux.ServeHTTP(w, r)
}

// formFromJSON lets clients send token requests as JSON, as the real service
// does: the library reads forms only.
func formFromJSON(r *http.Request) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil //nolint:nilerr // anything but JSON is the library's to judge
	}
	var fields map[string]string
	if err := json.NewDecoder(r.Body).Decode(&fields); err != nil {
		return fmt.Errorf("read token request: %w", err)
	}
	if fields == nil {
		return errors.New("read token request: no object")
	}
	form := url.Values{}
	for k, v := range fields {
		form.Set(k, v)
	}
	body := []byte(form.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	return nil
}

func refuse(w http.ResponseWriter, status int, code, description string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": code, "error_description": description})
}

// languages are those of the login page; the first is the fallback.
var languages = []language.Tag{language.Dutch, language.French, language.German, language.English}
