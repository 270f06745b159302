// Package oidctest is an identity provider for tests, in their own process.
package oidctest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Faults are what goes wrong at an Issuer. The zero value is nothing.
type Faults struct {
	Down      bool
	Discovery string          // in place of the discovery document
	Keys      string          // in place of the keys
	Hold      <-chan struct{} // the keys are sent after it is closed
}

// Issuer signs tokens, and publishes the keys to verify them with.
type Issuer struct {
	URL string

	t       *testing.T
	mu      sync.Mutex
	keys    []jose.JSONWebKey // published
	signer  jose.JSONWebKey   // private, of the last rotation
	fetches int
	faults  Faults
}

// New starts an issuer that signs by RS256 and ends with the test.
func New(t *testing.T) *Issuer {
	t.Helper()
	i := &Issuer{t: t}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.discover)
	mux.HandleFunc("GET /keys", i.sendKeys)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	i.URL = server.URL
	i.Rotate(RSAKey(t), jose.RS256)
	return i
}

func (i *Issuer) discover(w http.ResponseWriter, _ *http.Request) {
	switch f := i.state(); {
	case f.Down:
		w.WriteHeader(http.StatusBadGateway)
	case f.Discovery != "":
		fmt.Fprint(w, f.Discovery)
	default:
		fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q,"id_token_signing_alg_values_supported":["RS256","HS256","none"]}`, i.URL, i.KeysURL())
	}
}

func (i *Issuer) sendKeys(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	i.fetches++
	f, keys := i.faults, i.keys
	i.mu.Unlock()
	if f.Hold != nil {
		select {
		case <-f.Hold:
		case <-r.Context().Done():
			return
		}
	}
	switch {
	case f.Down:
		w.WriteHeader(http.StatusServiceUnavailable)
	case f.Keys != "":
		fmt.Fprint(w, f.Keys)
	default:
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: keys})
	}
}

// KeysURL is where the keys are.
func (i *Issuer) KeysURL() string { return i.URL + "/keys" }

// Rotate publishes a key in place of those before, and signs with it.
func (i *Issuer) Rotate(private crypto.Signer, alg jose.SignatureAlgorithm) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.signer = jose.JSONWebKey{Key: private, KeyID: rand.Text(), Algorithm: string(alg), Use: "sig"}
	i.keys = []jose.JSONWebKey{i.signer.Public()}
}

// Break makes things go wrong, or right again.
func (i *Issuer) Break(f Faults) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.faults = f
}

func (i *Issuer) state() Faults {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.faults
}

// Fetches is how often the keys were asked for.
func (i *Issuer) Fetches() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.fetches
}

// Claims are those of a token for the audience ballast that is good for ten
// minutes from now on, with changes; a nil value takes a claim out.
func (i *Issuer) Claims(now time.Time, changes map[string]any) map[string]any {
	out := map[string]any{
		"iss": i.URL, "aud": "ballast", "sub": "user-1", "azp": "spa",
		"iat": now.Unix(), "exp": now.Add(10 * time.Minute).Unix(),
	}
	maps.Copy(out, changes)
	maps.DeleteFunc(out, func(_ string, v any) bool { return v == nil })
	return out
}

// Token is a signed token with such claims.
func (i *Issuer) Token(now time.Time, changes map[string]any) string {
	i.t.Helper()
	i.mu.Lock()
	signer := i.signer
	i.mu.Unlock()
	return Sign(i.t, jose.SignatureAlgorithm(signer.Algorithm), signer, i.Claims(now, changes), nil)
}

// Sign signs claims with any key.
func Sign(t *testing.T, alg jose.SignatureAlgorithm, key any, claims map[string]any, opts *jose.SignerOptions) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, opts)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

var rsaOnce = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// RSAKey is the same each time: they are slow to make.
func RSAKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsaOnce()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// ECKey is a new key on P-256.
func ECKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
