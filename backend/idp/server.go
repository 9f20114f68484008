package idp

import (
	"context"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// server tightens the library: a login that was started with a challenge is
// finished with its verifier, also by a client that has a secret.
type server struct {
	*op.LegacyServer
	store *store
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
