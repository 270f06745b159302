package httpapi

import (
	"context"
	"time"

	"ballast.internal/ballast/internal/httpapi/apikey"
)

// Keys is the Authenticator of API keys. It asks for the ring anew each time,
// so that keys can be changed while the server runs.
type Keys func() *apikey.Ring

// Authenticate looks the key up.
func (k Keys) Authenticate(_ context.Context, token string, now time.Time) (Principal, error) {
	name, role, ok := k().Lookup(token, now)
	if !ok {
		return Principal{}, ErrUnauthenticated
	}
	return Principal{Name: name, Role: role}, nil
}
