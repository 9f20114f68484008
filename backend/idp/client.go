package idp

import (
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// A client token lives as long as the real service's; a person's shorter.
const (
	clientTokenLife  = 24 * time.Hour
	personTokenLife  = time.Hour
	refreshTokenLife = 30 * 24 * time.Hour
)

// client is a Client as the library wants to see it.
type client struct{ Client }

func (c client) GetID() string                    { return c.ID }
func (c client) RedirectURIs() []string           { return c.Client.RedirectURIs }
func (c client) PostLogoutRedirectURIs() []string { return c.LogoutRedirectURIs }

// RedirectURIGlobs lets an integrator's program on the same machine sign
// people in at any port.
func (c client) RedirectURIGlobs() []string {
	if !c.Loopback {
		return nil
	}
	return []string{"http://localhost:*/**", "http://127.0.0.1:*/**"}
}

func (c client) PostLogoutRedirectURIGlobs() []string { return nil }
func (c client) ApplicationType() op.ApplicationType  { return op.ApplicationTypeWeb }
func (c client) AuthMethod() oidc.AuthMethod          { return oidc.AuthMethodBasic }
func (c client) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}
func (c client) LoginURL(id string) string            { return Path + "/login?id=" + id }
func (c client) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeJWT }
func (c client) IDTokenLifetime() time.Duration       { return personTokenLife }
func (c client) DevMode() bool                        { return true } // plain http on loopback
func (c client) IsScopeAllowed(string) bool           { return false }
func (c client) IDTokenUserinfoClaimsAssertion() bool { return true }
func (c client) ClockSkew() time.Duration             { return 0 }
func (c client) RestrictAdditionalIdTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}

func (c client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}

func (c client) GrantTypes() []oidc.GrantType {
	grants := []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken}
	if c.Service {
		grants = append(grants, oidc.GrantTypeClientCredentials)
	}
	return grants
}
