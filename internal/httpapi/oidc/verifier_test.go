package oidc

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"ballast.internal/ballast/internal/httpapi/oidc/oidctest"
)

var testNow = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// verifier is one of an issuer's tokens.
func verifier(t *testing.T, i *oidctest.Issuer, edit ...func(*Config)) (*Verifier, *prometheus.Registry) {
	t.Helper()
	reg := prometheus.NewPedanticRegistry()
	metrics, err := NewMetrics(reg)
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Issuer: i.URL, Audience: "ballast", Claim: "azp", ClockSkew: time.Minute, Metrics: metrics}
	for _, e := range edit {
		e(&cfg)
	}
	v, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return v, reg
}

// flipped changes one character of a part of a token.
func flipped(token string, part int) string {
	parts := strings.Split(token, ".")
	other := "A"
	if parts[part][4] == 'A' {
		other = "B"
	}
	parts[part] = parts[part][:4] + other + parts[part][5:]
	return strings.Join(parts, ".")
}

func TestVerify(t *testing.T) {
	i := oidctest.New(t)
	v, _ := verifier(t, i)
	at := func(d time.Duration) int64 { return testNow.Add(d).Unix() }
	for _, tc := range []struct {
		name    string
		changes map[string]any
		want    []string
		err     error
	}{
		{"good", nil, []string{"spa"}, nil},
		{"several audiences", map[string]any{"aud": []string{"other", "ballast"}}, []string{"spa"}, nil},
		{"several values", map[string]any{"azp": []string{"a", "b"}}, []string{"a", "b"}, nil},
		{"another audience", map[string]any{"aud": "other"}, nil, errAddressed},
		{"no audience", map[string]any{"aud": nil}, nil, errAddressed},
		{"another issuer", map[string]any{"iss": "https://evil.example"}, nil, errAddressed},
		{"issuer with a slash", map[string]any{"iss": i.URL + "/"}, nil, errAddressed},
		{"no such claim", map[string]any{"azp": nil}, nil, errAddressed},
		{"a number for the claim", map[string]any{"azp": 5}, nil, errAddressed},
		{"no expiry", map[string]any{"exp": nil}, nil, errExpired},
		{"expired within the skew", map[string]any{"exp": at(-59 * time.Second)}, []string{"spa"}, nil},
		{"expired beyond the skew", map[string]any{"exp": at(-61 * time.Second)}, nil, errExpired},
		{"begins within the skew", map[string]any{"nbf": at(59 * time.Second)}, []string{"spa"}, nil},
		{"begins beyond the skew", map[string]any{"nbf": at(61 * time.Second)}, nil, errNotYet},
		{"claims of another source", map[string]any{"_claim_names": map[string]string{"azp": "x"}}, nil, errAddressed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := v.Verify(t.Context(), i.Token(testNow, tc.changes), testNow)
			if !errors.Is(err, tc.err) || (err == nil) != (tc.err == nil) {
				t.Errorf("%v, want %v", err, tc.err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if n := i.Fetches(); n != 1 {
		t.Errorf("the keys were fetched %d times", n)
	}
}

// Tokens that somebody without the provider's key made up.
func TestForgedTokens(t *testing.T) {
	i := oidctest.New(t)
	v, _ := verifier(t, i)
	good := i.Token(testNow, nil)
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	der, err := x509.MarshalPKIXPublicKey(oidctest.RSAKey(t).Public())
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	own := jose.JSONWebKey{Key: oidctest.ECKey(t), KeyID: "one", Algorithm: "ES256"}
	payload := strings.Split(good, ".")[1]
	for name, tc := range map[string]struct {
		token string
		want  error
	}{
		"alg none":                         {part(`{"alg":"none"}`) + "." + payload + ".", errForm},
		"alg none with a signature":        {part(`{"alg":"none"}`) + "." + payload + "." + strings.Split(good, ".")[2], errForm},
		"alg NONE":                         {part(`{"alg":"NONE"}`) + "." + payload + ".", errForm},
		"the public key as an HMAC secret": {oidctest.Sign(t, jose.HS256, public, i.Claims(testNow, nil), nil), errForm},
		"an algorithm that is not pinned":  {oidctest.Sign(t, jose.RS512, oidctest.RSAKey(t), i.Claims(testNow, nil), nil), errForm},
		"a key of the forger under our id": {oidctest.Sign(t, jose.ES256, own, i.Claims(testNow, nil), nil), errForm},
		"another payload":                  {flipped(good, 1), errSignature},
		"another signature":                {flipped(good, 2), errSignature},
		"no signature":                     {good[:strings.LastIndexByte(good, '.')+1], errSignature},
		"two parts":                        {part(`{"alg":"RS256"}`) + "." + payload, errForm},
		"nothing":                          {"", errForm},
		"not a token":                      {"marker.marker.marker", errForm},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := v.Verify(t.Context(), tc.token, testNow)
			if !errors.Is(err, tc.want) || !errors.Is(err, ErrInvalid) {
				t.Fatalf("%v, want %v", err, tc.want)
			}
			if strings.Contains(err.Error(), "marker") || strings.Contains(err.Error(), payload) {
				t.Errorf("the error repeats the token: %v", err)
			}
		})
	}
}

// A header that brings its own key, or says where to get one, is not believed.
func TestKeysInTokensAreNotBelieved(t *testing.T) {
	i := oidctest.New(t)
	v, _ := verifier(t, i, func(c *Config) { c.Algorithms = []string{"ES256", "RS256"} })
	own := oidctest.ECKey(t)
	for name, opts := range map[string]*jose.SignerOptions{
		"jwk": {EmbedJWK: true},
		"jku": (&jose.SignerOptions{}).WithHeader("jku", "https://evil.example/keys"),
		"kid": (&jose.SignerOptions{}).WithHeader("kid", "../../dev/null"),
	} {
		token := oidctest.Sign(t, jose.ES256, own, i.Claims(testNow, nil), opts)
		if _, err := v.Verify(t.Context(), token, testNow); !errors.Is(err, errSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNewReportsEveryFault(t *testing.T) {
	_, err := New(Config{Issuer: "http://login.example.com", JWKSURL: "ftp://x", Algorithms: []string{"HS256", "none", "ES256"}, ClockSkew: time.Hour})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"issuer:", "jwks_url:", "audience:", "claim:", `"HS256"`, `"none"`, "clock_skew:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("nothing about %s in:\n%v", want, err)
		}
	}
	for url, want := range map[string]bool{
		"https://login.example.com/realm": true, "http://127.0.0.1:8081": true, "http://[::1]:80": true,
		"http://localhost.evil.example": false, "https://": false, "https://user@login.example.com": false, "": false, "::": false,
	} {
		if got := secureURL(url); got != want {
			t.Errorf("%q: %v", url, got)
		}
	}
}
