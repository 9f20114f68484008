package idp

import (
	"context"
	"net/http"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// server tightens the library: a login that was started with a challenge is
// finished with its verifier, also by a client that has a secret; and a wrong
// secret is 401, as Keycloak has it.
type server struct {
	*op.LegacyServer
	store *store
}

// VerifyClient says who asks for a token; who cannot is unauthorized.
func (s *server) VerifyClient(ctx context.Context, r *op.Request[op.ClientCredentials]) (op.Client, error) {
	c, err := s.LegacyServer.VerifyClient(ctx, r)
	if err != nil {
		return nil, op.NewStatusError(err, http.StatusUnauthorized)
	}
	return c, nil
}

// CodeExchange trades a code for tokens.
func (s *server) CodeExchange(ctx context.Context, r *op.ClientRequest[oidc.AccessTokenRequest]) (*op.Response, error) {
	req, err := s.store.AuthRequestByCode(ctx, r.Data.Code)
	if err != nil || req.GetClientID() != r.Client.GetID() {
		return nil, oidc.ErrInvalidGrant().WithDescription("code unknown, used or expired")
	}
	if req.GetCodeChallenge() != nil && r.Data.CodeVerifier == "" {
		return nil, oidc.ErrInvalidGrant().WithDescription("code_verifier missing")
	}
	return s.LegacyServer.CodeExchange(ctx, r)
}
