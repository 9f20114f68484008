package login

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/openbalie/openbalie/backend/audit"
	"github.com/openbalie/openbalie/backend/db"
	"github.com/openbalie/openbalie/backend/fault"
	"github.com/openbalie/openbalie/backend/who"
)

// Session returns the live session of a cookie's value, or ErrNotSignedIn.
func (s *Service) Session(ctx context.Context, token string) (Session, error) {
	if token == "" {
		return Session{}, ErrNotSignedIn
	}
	now := s.Now()
	got, seen, err := session(ctx, s.DB, hash(token), now)
	if err != nil {
		return Session{}, err
	}
	if now.Sub(seen) > touchEvery {
		if err := touchSession(ctx, s.DB, got.hash, now); err != nil {
			return Session{}, err
		}
	}
	return got, nil
}

// providerTimeout bounds one question to the provider.
const providerTimeout = 10 * time.Second

// begin keeps a new login under way for a browser and returns where to send
// it.
func (s *Service) begin(ctx context.Context, browser, returnTo string) (string, error) {
	p, err := s.discovered(ctx)
	if err != nil {
		return "", err
	}
	state := random()
	f := flow{Verifier: oauth2.GenerateVerifier(), Nonce: random(), ReturnTo: safeReturnTo(returnTo)}
	if err := insertFlow(ctx, s.DB, hash(browser+state), f, s.Now()); err != nil {
		return "", err
	}
	return p.oauth.AuthCodeURL(state, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), nil
}

// finish turns a code into a session. old is the session that the browser had
// before; it ends, so that nobody can prepare one for somebody else.
func (s *Service) finish(ctx context.Context, browser, state, code, old, userAgent string) (token, returnTo string, err error) {
	f, err := takeFlow(ctx, s.DB, hash(browser+state), s.Now())
	if err != nil {
		return "", "", err
	}
	p, err := s.discovered(ctx)
	if err != nil {
		return "", "", err
	}
	claims, raw, err := p.redeem(s.context(ctx), code, f)
	if err != nil {
		return "", "", err
	}
	token = random()
	err = db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		now := s.Now()
		if old != "" {
			if _, _, err := deleteSession(ctx, tx, hash(old)); err != nil {
				return err
			}
		}
		id, err := upsertUser(ctx, tx, s.Issuer, claims.Subject, claims.email(), claims.name(), now)
		if err != nil {
			return err
		}
		if err := insertSession(ctx, tx, hash(token), id, raw, userAgent, now); err != nil {
			return err
		}
		by := who.Actor{Kind: who.Person, ID: id}
		return audit.Record(ctx, tx, by, audit.Entry{Action: "session.opened", SubjectKind: "user", SubjectID: id})
	})
	return token, f.ReturnTo, err
}

// end deletes a session and returns where the provider ends its own, or the
// home page.
func (s *Service) end(ctx context.Context, token string) (string, error) {
	home := s.BaseURL + "/"
	var idToken string
	err := db.InTx(ctx, s.DB, func(tx *db.Tx) error {
		id, raw, err := deleteSession(ctx, tx, hash(token))
		if err != nil || id == "" {
			return err
		}
		idToken = raw
		by := who.Actor{Kind: who.Person, ID: id}
		return audit.Record(ctx, tx, by, audit.Entry{Action: "session.closed", SubjectKind: "user", SubjectID: id})
	})
	if err != nil {
		return "", err
	}
	p, err := s.discovered(ctx)
	if err != nil || p.endSession == "" {
		return home, nil //nolint:nilerr // signed out here; the provider is away
	}
	q := url.Values{"client_id": {s.ClientID}, "post_logout_redirect_uri": {home}}
	if idToken != "" {
		q.Set("id_token_hint", idToken)
	}
	return p.endSession + "?" + q.Encode(), nil
}

// EndAll ends every session of the people with an e-mail address and says how many
// there were: for a lost laptop, or somebody who left. The provider's own session
// is the provider's to end.
func EndAll(ctx context.Context, tx *db.Tx, by who.Actor, email string) (int, error) {
	ended, err := deleteSessionsOf(ctx, tx, email)
	if err != nil {
		return 0, err
	}
	for _, id := range ended {
		if err := audit.Record(ctx, tx, by, audit.Entry{Action: "session.closed", SubjectKind: "user", SubjectID: id}); err != nil {
			return 0, err
		}
	}
	return len(ended), nil
}

// claims are what we read of an ID token.
type claims struct {
	Subject       string `json:"sub"`
	Nonce         string `json:"nonce"`
	Email         string `json:"email"`
	EmailVerified bool   `json:"email_verified"`
	Name          string `json:"name"`
	GivenName     string `json:"given_name"`
	FamilyName    string `json:"family_name"`

	// UiTID puts the national number here after a login with eID or itsme.
	NationalNumber json.RawMessage `json:"https://publiq.be/rrn"`
}

// kept is what is kept of the raw token, to sign out with. One that holds a
// national number is never kept and never put in a URL.
func (c claims) kept(raw string) string {
	if len(c.NationalNumber) > 0 {
		return ""
	}
	return raw
}

// email is the address that rights are granted to: only one that the provider
// has verified, or anybody could claim a colleague's.
func (c claims) email() string {
	if !c.EmailVerified {
		return ""
	}
	return strings.ToLower(strings.TrimSpace(c.Email))
}

func (c claims) name() string {
	if c.Name != "" {
		return c.Name
	}
	return strings.TrimSpace(c.GivenName + " " + c.FamilyName)
}

// redeem trades a code for an ID token and checks it. What may be kept of the
// raw token comes back too.
func (p *provider) redeem(ctx context.Context, code string, f flow) (claims, string, error) {
	t, err := p.oauth.Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		if _, answered := errors.AsType[*oauth2.RetrieveError](err); answered {
			return claims{}, "", fmt.Errorf("%w: the provider refused the code", ErrFailed)
		}
		return claims{}, "", fmt.Errorf("%w: ask for the token: %w", ErrUnavailable, err)
	}
	raw, ok := t.Extra("id_token").(string)
	if !ok {
		return claims{}, "", fmt.Errorf("%w: no ID token", ErrFailed)
	}
	id, err := p.verifier.Verify(ctx, raw)
	if err != nil {
		return claims{}, "", fmt.Errorf("%w: %w", ErrFailed, err)
	}
	var c claims
	if err := id.Claims(&c); err != nil {
		return claims{}, "", fmt.Errorf("%w: %w", ErrFailed, err)
	}
	if c.Subject == "" || c.Nonce != f.Nonce {
		return claims{}, "", fmt.Errorf("%w: the ID token answers another login", ErrFailed)
	}
	return c, c.kept(raw), nil
}

// discovered asks the provider for its addresses, the first time.
func (s *Service) discovered(ctx context.Context) (*provider, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.provider != nil {
		return s.provider, nil
	}
	// The key set of the verifier outlives this request.
	doc, err := oidc.NewProvider(s.context(context.WithoutCancel(ctx)), s.Issuer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	var more struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := doc.Claims(&more); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	s.provider = &provider{
		oauth: oauth2.Config{
			ClientID: s.ClientID, ClientSecret: s.ClientSecret, Endpoint: doc.Endpoint(),
			RedirectURL: s.BaseURL + "/login/callback", Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
		},
		verifier:   doc.Verifier(&oidc.Config{ClientID: s.ClientID, Now: s.Now}),
		endSession: more.EndSession,
	}
	return s.provider, nil
}

// context carries the way to the provider.
func (s *Service) context(ctx context.Context) context.Context {
	client := s.HTTP
	if client == nil {
		client = &http.Client{Timeout: providerTimeout}
	}
	return oidc.ClientContext(ctx, client)
}

// random is 32 random bytes as text.
func random() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // it never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// hash is what is kept of a secret.
func hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// code is what the browser is told of a failed login.
func code(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Code
	}
	return ErrFailed.Code
}
