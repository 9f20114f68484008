package idp

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
	"golang.org/x/text/language"
)

// A login must be finished in loginLife, and its code used in codeLife. At
// most maxPending logins wait at once; the sandbox serves one desk, not a
// flood.
const (
	loginLife  = 15 * time.Minute
	codeLife   = time.Minute
	maxPending = 1000
)

var (
	errUnknown = errors.New("unknown or expired")
	_          = op.Storage(&store{})
	_          = op.ClientCredentialsStorage(&store{})
)

// store is what the library asks for people, clients and tokens.
type store struct {
	users   []User
	clients map[string]client
	key     signingKey
	now     func() time.Time

	mu       sync.Mutex
	logins   map[string]*login
	codes    map[string]string
	refreshs map[string]refresh
}

// login is one authorization request under way.
type login struct {
	id       string
	req      oidc.AuthRequest
	locales  []language.Tag
	userID   string
	at       time.Time
	codeAt   time.Time
	authTime time.Time
}

func (l *login) GetID() string                      { return l.id }
func (l *login) GetACR() string                     { return "" }
func (l *login) GetAMR() []string                   { return []string{"pwd"} }
func (l *login) GetAudience() []string              { return []string{l.req.ClientID, Audience} }
func (l *login) GetAuthTime() time.Time             { return l.authTime }
func (l *login) GetClientID() string                { return l.req.ClientID }
func (l *login) GetNonce() string                   { return l.req.Nonce }
func (l *login) GetRedirectURI() string             { return l.req.RedirectURI }
func (l *login) GetResponseType() oidc.ResponseType { return l.req.ResponseType }
func (l *login) GetResponseMode() oidc.ResponseMode { return l.req.ResponseMode }
func (l *login) GetScopes() []string                { return l.req.Scopes }
func (l *login) GetState() string                   { return l.req.State }
func (l *login) GetSubject() string                 { return l.userID }
func (l *login) Done() bool                         { return l.userID != "" }

func (l *login) GetCodeChallenge() *oidc.CodeChallenge {
	if l.req.CodeChallenge == "" {
		return nil
	}
	return &oidc.CodeChallenge{Challenge: l.req.CodeChallenge, Method: l.req.CodeChallengeMethod}
}

// refresh is the right to a new access token; used once, then replaced.
type refresh struct {
	userID   string
	clientID string
	scopes   []string
	authTime time.Time
	until    time.Time
}

func (r *refresh) GetAMR() []string            { return []string{"pwd"} }
func (r *refresh) GetAudience() []string       { return []string{r.clientID, Audience} }
func (r *refresh) GetAuthTime() time.Time      { return r.authTime }
func (r *refresh) GetClientID() string         { return r.clientID }
func (r *refresh) GetScopes() []string         { return r.scopes }
func (r *refresh) GetSubject() string          { return r.userID }
func (r *refresh) SetCurrentScopes(s []string) { r.scopes = s }

func newStore(o Options, key signingKey) *store {
	s := &store{
		users: o.Users, clients: map[string]client{}, key: key, now: o.Now,
		logins: map[string]*login{}, codes: map[string]string{}, refreshs: map[string]refresh{},
	}
	for _, c := range o.Clients {
		s.clients[c.ID] = client{c}
	}
	return s
}

// signIn marks a login as done by the user with this e-mail and password.
func (s *store) signIn(id, email, password string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.logins[id]
	if l == nil || s.now().Sub(l.at) > loginLife {
		return false
	}
	for _, u := range s.users {
		if strings.EqualFold(u.Email, strings.TrimSpace(email)) && subtle.ConstantTimeCompare([]byte(u.Password), []byte(password)) == 1 {
			l.userID, l.authTime = u.ID, s.now()
			return true
		}
	}
	return false
}

func (s *store) pending(id string) (*login, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.logins[id]
	return l, ok && s.now().Sub(l.at) <= loginLife
}

func (s *store) user(id string) (User, bool) {
	for _, u := range s.users {
		if u.ID == id {
			return u, true
		}
	}
	return User{}, false
}

// CreateAuthRequest keeps a login until the person has signed in.
func (s *store) CreateAuthRequest(_ context.Context, r *oidc.AuthRequest, userID string) (op.AuthRequest, error) {
	if len(r.Prompt) == 1 && r.Prompt[0] == oidc.PromptNone {
		return nil, oidc.ErrLoginRequired()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, l := range s.logins {
		if s.now().Sub(l.at) > loginLife {
			s.forget(id)
		}
	}
	if len(s.logins) >= maxPending {
		return nil, oidc.ErrServerError().WithDescription("too many logins under way")
	}
	l := &login{id: rand.Text(), req: *r, locales: r.UILocales, at: s.now()}
	s.logins[l.id] = l
	return l, nil
}

// AuthRequestByID finds a login under way.
func (s *store) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	if l, ok := s.pending(id); ok {
		return l, nil
	}
	return nil, errUnknown
}

// AuthRequestByCode finds a finished login.
func (s *store) AuthRequestByCode(_ context.Context, code string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.logins[s.codes[code]]
	if l == nil || s.now().Sub(l.codeAt) > codeLife {
		return nil, oidc.ErrInvalidGrant().WithDescription("code unknown, used or expired")
	}
	return l, nil
}

// SaveAuthCode keeps the code of a finished login.
func (s *store) SaveAuthCode(_ context.Context, id, code string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.logins[id]
	if l == nil {
		return errUnknown
	}
	l.codeAt, s.codes[code] = s.now(), id
	return nil
}

// DeleteAuthRequest forgets a login, and with it its code.
func (s *store) DeleteAuthRequest(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(id)
	return nil
}

func (s *store) forget(id string) {
	delete(s.logins, id)
	for code, of := range s.codes {
		if of == id {
			delete(s.codes, code)
		}
	}
}

// CreateAccessToken names a token and says how long it lives.
func (s *store) CreateAccessToken(_ context.Context, r op.TokenRequest) (string, time.Time, error) {
	life := personTokenLife
	if _, ok := s.clients[r.GetSubject()]; ok {
		life = clientTokenLife
	}
	return rand.Text(), s.now().Add(life), nil
}

// CreateAccessAndRefreshTokens replaces a refresh token: the old one is dead.
func (s *store) CreateAccessAndRefreshTokens(_ context.Context, r op.TokenRequest, current string) (string, string, time.Time, error) {
	next := refresh{userID: r.GetSubject(), scopes: r.GetScopes(), until: s.now().Add(refreshTokenLife)}
	switch r := r.(type) {
	case *login:
		next.clientID, next.authTime = r.GetClientID(), r.GetAuthTime()
	case *refresh:
		next.clientID, next.authTime = r.clientID, r.authTime
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if current != "" {
		if _, ok := s.refreshs[current]; !ok {
			return "", "", time.Time{}, op.ErrInvalidRefreshToken
		}
		delete(s.refreshs, current)
	}
	token := rand.Text() + rand.Text()
	s.refreshs[token] = next
	return rand.Text(), token, s.now().Add(personTokenLife), nil
}

// TokenRequestByRefreshToken finds what a refresh token stands for.
func (s *store) TokenRequestByRefreshToken(_ context.Context, token string) (op.RefreshTokenRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.refreshs[token]
	if !ok || s.now().After(r.until) {
		return nil, op.ErrInvalidRefreshToken
	}
	return &r, nil
}

// TerminateSession ends what a person has at a client.
func (s *store) TerminateSession(_ context.Context, userID, clientID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token, r := range s.refreshs {
		if r.userID == userID && r.clientID == clientID {
			delete(s.refreshs, token)
		}
	}
	return nil
}

// RevokeToken ends a refresh token; access tokens live until they expire.
func (s *store) RevokeToken(_ context.Context, token, _, clientID string) *oidc.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.refreshs[token]; ok {
		if r.clientID != clientID {
			return oidc.ErrInvalidClient().WithDescription("the token is another client's")
		}
		delete(s.refreshs, token)
	}
	return nil
}

// GetRefreshTokenInfo tells refresh tokens from other tokens.
func (s *store) GetRefreshTokenInfo(_ context.Context, _, token string) (userID, tokenID string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.refreshs[token]; ok {
		return r.userID, token, nil
	}
	return "", "", op.ErrInvalidRefreshToken
}

// SigningKey is the one key.
func (s *store) SigningKey(context.Context) (op.SigningKey, error) { return s.key, nil }

// SignatureAlgorithms are those of the one key.
func (s *store) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

// KeySet is the public half of the one key.
func (s *store) KeySet(context.Context) ([]op.Key, error) { return []op.Key{publicKey{s.key}}, nil }

// GetClientByClientID finds a client.
func (s *store) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	c, ok := s.clients[id]
	if !ok {
		return nil, oidc.ErrInvalidClient().WithDescription("unknown client")
	}
	return c, nil
}

// AuthorizeClientIDSecret checks a client's secret.
func (s *store) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	c, ok := s.clients[id]
	if !ok || subtle.ConstantTimeCompare([]byte(c.Secret), []byte(secret)) != 1 {
		return oidc.ErrInvalidClient().WithDescription("unknown client or wrong secret")
	}
	return nil
}

// ClientCredentials checks a client that asks for a token of its own.
func (s *store) ClientCredentials(ctx context.Context, id, secret string) (op.Client, error) {
	if err := s.AuthorizeClientIDSecret(ctx, id, secret); err != nil {
		return nil, err
	}
	return s.clients[id], nil
}

// ClientCredentialsTokenRequest is what a client's own token says.
func (s *store) ClientCredentialsTokenRequest(_ context.Context, id string, scopes []string) (op.TokenRequest, error) {
	return &oidc.JWTTokenRequest{Subject: id, Audience: []string{Audience}, Scopes: scopes}, nil
}

// GetPrivateClaimsFromScopes are the claims the public API reads.
func (s *store) GetPrivateClaimsFromScopes(_ context.Context, userID, clientID string, _ []string) (map[string]any, error) {
	claims := map[string]any{"azp": clientID}
	if u, ok := s.user(userID); ok {
		claims["email"], claims["email_verified"] = u.Email, true
		claims["https://publiq.be/uitidv1id"] = u.ID
	}
	return claims, nil
}

// SetUserinfoFromScopes fills an ID token.
func (s *store) SetUserinfoFromScopes(_ context.Context, info *oidc.UserInfo, userID, _ string, scopes []string) error {
	u, ok := s.user(userID)
	if !ok {
		return errUnknown
	}
	info.Subject = u.ID
	for _, scope := range scopes {
		switch scope {
		case oidc.ScopeEmail:
			info.Email, info.EmailVerified = u.Email, true
		case oidc.ScopeProfile:
			info.GivenName, info.FamilyName = u.GivenName, u.FamilyName
			info.Name = strings.TrimSpace(u.GivenName + " " + u.FamilyName)
			info.PreferredUsername = u.Email
		}
	}
	return nil
}

// SetUserinfoFromToken fills an answer of the userinfo endpoint.
func (s *store) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, _, subject, _ string) error {
	return s.SetUserinfoFromScopes(ctx, info, subject, "", []string{oidc.ScopeEmail, oidc.ScopeProfile})
}

// SetIntrospectionFromToken is not offered: tokens are JWTs.
func (s *store) SetIntrospectionFromToken(context.Context, *oidc.IntrospectionResponse, string, string, string) error {
	return errors.ErrUnsupported
}

// GetKeyByIDAndClientID is not offered: clients have secrets.
func (s *store) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errors.ErrUnsupported
}

// ValidateJWTProfileScopes is not offered: clients have secrets.
func (s *store) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, errors.ErrUnsupported
}

// Health says that the store can be asked.
func (s *store) Health(context.Context) error { return nil }
