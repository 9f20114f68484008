package uitpas

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/openbalie/openbalie/backend/who"
)

const (
	skew         = time.Minute      // how far two clocks may be apart
	remember     = 5 * time.Minute  // how long a checked token is not checked again
	maxTokens    = 10_000           // remembered at once
	maxToken     = 16 << 10         // bytes
	refetchAfter = 10 * time.Second // at the earliest, for a key that is not known
	refreshAfter = time.Hour        // at the latest
	fetchTimeout = 5 * time.Second
	maxKeySet    = 1 << 20
)

// algorithms are the signatures that count. None of them is symmetric, so that
// a public key is never taken for a shared one.
var algorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}

// A Verifier turns bearer tokens into actors. It fetches the issuer's keys
// when it first needs them, and again when a token names a key it has not
// seen. HTTP may be nil; everything else is required.
type Verifier struct {
	Issuer   string
	Audience string
	HTTP     *http.Client
	Now      func() time.Time

	mu      sync.RWMutex
	checked map[[sha256.Size]byte]checked

	keysMu    sync.Mutex
	keys      jwk.Set
	fetchedAt time.Time
}

// checked is a token that was in order, until it has to be checked again.
type checked struct {
	actor who.Actor
	until time.Time
}

// Actor returns the one an Authorization header speaks for.
func (v *Verifier) Actor(ctx context.Context, authorization string) (who.Actor, error) {
	scheme, token, ok := strings.Cut(authorization, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") || len(token) > maxToken {
		return who.Actor{}, ErrUnauthorized
	}
	sum := sha256.Sum256([]byte(token))
	now := v.Now()
	v.mu.RLock()
	known, ok := v.checked[sum]
	v.mu.RUnlock()
	if ok && now.Before(known.until) {
		return known.actor, nil
	}
	actor, expires, err := v.verify(ctx, token)
	if err != nil {
		return who.Actor{}, err
	}
	until := now.Add(remember)
	if expires.Before(until) {
		until = expires
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.checked == nil {
		v.checked = map[[sha256.Size]byte]checked{}
	}
	if len(v.checked) >= maxTokens {
		v.forget(now)
	}
	v.checked[sum] = checked{actor, until}
	return actor, nil
}

// forget makes room: tokens that are over, or half of them.
func (v *Verifier) forget(now time.Time) {
	for sum, c := range v.checked {
		if !now.Before(c.until) {
			delete(v.checked, sum)
		}
	}
	for sum := range v.checked {
		if len(v.checked) < maxTokens/2 {
			return
		}
		delete(v.checked, sum)
	}
}

func (v *Verifier) verify(ctx context.Context, token string) (who.Actor, time.Time, error) {
	key, err := header(token)
	if err != nil {
		return who.Actor{}, time.Time{}, err
	}
	keys, err := v.keySet(ctx, key)
	if err != nil {
		return who.Actor{}, time.Time{}, err
	}
	t, err := jwt.Parse([]byte(token),
		jwt.WithKeySet(keys, jws.WithInferAlgorithmFromKey(true)),
		jwt.WithIssuer(v.Issuer), jwt.WithAudience(v.Audience), jwt.WithRequiredClaim(jwt.ExpirationKey),
		jwt.WithAcceptableSkew(skew), jwt.WithClock(jwt.ClockFunc(v.Now)))
	if err != nil {
		return who.Actor{}, time.Time{}, ErrUnauthorized
	}
	expires, _ := t.Expiration()
	actor, err := actorOf(t)
	return actor, expires, err
}

// header reads the key id, and refuses what is not signed as it should be.
func header(token string) (keyID string, err error) {
	m, err := jws.Parse([]byte(token), jws.WithCompact())
	if err != nil || len(m.Signatures()) != 1 {
		return "", ErrUnauthorized
	}
	h := m.Signatures()[0].ProtectedHeaders()
	alg, ok := h.Algorithm()
	if !ok || !slices.Contains(algorithms, alg.String()) {
		return "", ErrUnauthorized
	}
	if typ, ok := h.Type(); ok && !slices.Contains([]string{"jwt", "at+jwt", "application/at+jwt"}, strings.ToLower(typ)) {
		return "", ErrUnauthorized
	}
	keyID, _ = h.KeyID()
	return keyID, nil
}

// actorOf tells programs from people. A program's token speaks for the client
// itself; one that a person obtained through a client never does. Keycloak marks
// the former by a user name that a person may have chosen, too; only a person's
// token belongs to a session.
func actorOf(t jwt.Token) (who.Actor, error) {
	subject, _ := t.Subject()
	if subject == "" {
		return who.Actor{}, ErrUnauthorized
	}
	client := text(t, "azp")
	if client == "" {
		client = text(t, "client_id")
	}
	program := subject == client || subject == client+"@clients" ||
		text(t, "gty") == "client-credentials" ||
		text(t, "preferred_username") == "service-account-"+client && text(t, "sid") == "" && text(t, "session_state") == ""
	if client != "" && program {
		return who.Actor{Kind: who.Client, ID: client, Subject: client}, nil
	}
	var verified bool
	_ = t.Get("email_verified", &verified) // absent is false
	by := who.Actor{Kind: who.Person, ID: subject}
	if verified {
		by.Subject = strings.ToLower(text(t, "email"))
	}
	return by, nil
}

func text(t jwt.Token, claim string) string {
	var s string
	if err := t.Get(claim, &s); err != nil {
		return ""
	}
	return s
}

// keySet returns the issuer's keys, fetched again when they are old or do not
// hold the key a token names. An issuer that is away does not take the keys
// away that are known.
func (v *Verifier) keySet(ctx context.Context, keyID string) (jwk.Set, error) {
	v.keysMu.Lock()
	defer v.keysMu.Unlock()
	now := v.Now()
	age := now.Sub(v.fetchedAt)
	if v.keys != nil {
		_, found := v.keys.LookupKeyID(keyID)
		if found && age < refreshAfter || !found && age < refetchAfter {
			return v.keys, nil
		}
	}
	keys, err := v.fetch(ctx)
	if err != nil && v.keys == nil {
		return nil, err
	}
	if err == nil {
		v.keys = keys
	}
	v.fetchedAt = now
	return v.keys, nil
}

func (v *Verifier) fetch(ctx context.Context) (jwk.Set, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	defer cancel()
	var doc struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	text, err := v.get(ctx, v.Issuer+"/.well-known/openid-configuration")
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("read the issuer's discovery document: %w", err)
	}
	if doc.Issuer != v.Issuer {
		return nil, errors.New("the discovery document is another issuer's")
	}
	if text, err = v.get(ctx, doc.Keys); err != nil {
		return nil, err
	}
	keys, err := jwk.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("read the issuer's keys: %w", err)
	}
	return keys, nil
}

func (v *Verifier) get(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("ask the issuer: %w", err)
	}
	client := v.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the issuer: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ask the issuer: status %d", res.StatusCode)
	}
	return io.ReadAll(io.LimitReader(res.Body, maxKeySet))
}
