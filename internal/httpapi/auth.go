package httpapi

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ballast.internal/ballast/internal/httpapi/apikey"
	"ballast.internal/ballast/internal/httpapi/oidc"
)

// Identities is the Authenticator of both kinds of bearer token: API keys, and
// the tokens of an identity provider. It is immutable.
type Identities struct {
	Keys   *apikey.Ring
	Tokens *oidc.Verifier // nil: none is accepted
	// Holders are found by the values of the claim that the Verifier reads.
	Holders map[string]Principal
}

// Authenticate looks a key up, or verifies a token.
func (i Identities) Authenticate(ctx context.Context, token string, now time.Time) (Principal, error) {
	if i.Tokens != nil && !strings.HasPrefix(token, apikey.Scheme) {
		return i.holder(ctx, token, now)
	}
	name, role, ok := i.Keys.Lookup(token, now)
	if !ok {
		return Principal{}, ErrUnauthenticated
	}
	return Principal{Name: name, Role: role}, nil
}

// holder is the one client that a token's claim stands for. A token that stands
// for several is refused: nobody could tell whose budget it spends.
func (i Identities) holder(ctx context.Context, token string, now time.Time) (Principal, error) {
	values, err := i.Tokens.Verify(ctx, token, now)
	if errors.Is(err, oidc.ErrInvalid) {
		return Principal{}, fmt.Errorf("%w: %w", ErrUnauthenticated, err)
	}
	if err != nil {
		return Principal{}, err
	}
	found := map[Principal]bool{}
	var holder Principal
	for _, v := range values {
		if p, ok := i.Holders[v]; ok {
			holder, found[p] = p, true
		}
	}
	if len(found) != 1 {
		return Principal{}, fmt.Errorf("%w: the token's claim stands for %d clients", ErrUnauthenticated, len(found))
	}
	return holder, nil
}

// Current asks for the Identities anew each time, so that keys and clients can
// be changed while the server runs.
type Current func() Identities

// Authenticate asks the Identities in force.
func (c Current) Authenticate(ctx context.Context, token string, now time.Time) (Principal, error) {
	return c().Authenticate(ctx, token, now)
}
