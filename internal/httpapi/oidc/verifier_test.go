package oidc

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

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

func TestRotation(t *testing.T) {
	i := oidctest.New(t)
	v, _ := verifier(t, i, func(c *Config) { c.Algorithms = []string{"RS256", "ES256"} })
	before := i.Token(testNow, nil)
	verify := func(token string, after time.Duration) error {
		_, err := v.Verify(t.Context(), token, testNow.Add(after))
		return err
	}
	if err := verify(before, 0); err != nil {
		t.Fatal(err)
	}
	i.Rotate(oidctest.ECKey(t), jose.ES256)
	after := i.Token(testNow, nil)
	if err := verify(after, pause-time.Second); !errors.Is(err, errSignature) || i.Fetches() != 1 {
		t.Errorf("within the pause: %v, %d fetches", err, i.Fetches())
	}
	if err := verify(after, pause); err != nil || i.Fetches() != 2 {
		t.Errorf("after the pause: %v, %d fetches", err, i.Fetches())
	}
	if err := verify(before, pause); !errors.Is(err, errSignature) {
		t.Errorf("a token of the withdrawn key: %v", err)
	}
}

// A key that was withdrawn is forgotten although no token asks for another.
func TestWithdrawnKeysAreForgotten(t *testing.T) {
	i := oidctest.New(t)
	v, _ := verifier(t, i, func(c *Config) { c.ClockSkew = MaxClockSkew })
	old := i.Token(testNow, map[string]any{"exp": testNow.Add(time.Hour).Unix()})
	if _, err := v.Verify(t.Context(), old, testNow); err != nil {
		t.Fatal(err)
	}
	i.Rotate(oidctest.ECKey(t), jose.ES256)
	if _, err := v.Verify(t.Context(), old, testNow.Add(refreshAfter-time.Second)); err != nil {
		t.Errorf("before the refresh: %v", err)
	}
	if _, err := v.Verify(t.Context(), old, testNow.Add(refreshAfter)); !errors.Is(err, errSignature) {
		t.Errorf("after the refresh: %v", err)
	}
}

func TestLastGoodKeysStay(t *testing.T) {
	i := oidctest.New(t)
	v, reg := verifier(t, i)
	verify := func(after time.Duration) error {
		_, err := v.Verify(t.Context(), i.Token(testNow, map[string]any{"exp": testNow.Add(48 * time.Hour).Unix()}), testNow.Add(after))
		return err
	}
	if err := verify(0); err != nil {
		t.Fatal(err)
	}
	for name, broken := range map[string]oidctest.Faults{
		"down":            {Down: true},
		"not JSON":        {Keys: "<html>"},
		"no keys":         {Keys: `{"keys":[]}`},
		"a secret key":    {Keys: `{"keys":[{"kty":"oct","k":"c2VjcmV0","alg":"HS256"}]}`},
		"another issuer":  {Discovery: `{"issuer":"https://evil.example","jwks_uri":"` + i.URL + `/keys"}`},
		"an unsafe place": {Discovery: `{"issuer":"` + i.URL + `","jwks_uri":"http://198.51.100.1/keys"}`},
		"too long":        {Keys: `{"keys":[]}` + strings.Repeat(" ", maxDocument)},
	} {
		i.Break(broken)
		if err := verify(keepFor - time.Hour); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		i.Break(oidctest.Faults{})
		v.keys.current.Store(&fetched{set: v.keys.current.Load().set, at: testNow, tried: testNow})
	}
	if n := testutil.ToFloat64(v.cfg.Metrics.fetches.WithLabelValues("failed")); n != 7 {
		t.Errorf("%v failures were counted", n)
	}
	if n, err := testutil.GatherAndCount(reg, "ballast_oidc_key_fetches_total"); n != 2 || err != nil {
		t.Errorf("%d series, %v", n, err)
	}
	i.Break(oidctest.Faults{Down: true})
	if err := verify(keepFor); !errors.Is(err, ErrUnavailable) {
		t.Errorf("after a day: %v", err)
	}
	i.Break(oidctest.Faults{})
	if err := verify(keepFor + pause); err != nil {
		t.Errorf("when it is back: %v", err)
	}
}

// Many bad tokens cost the provider one question each pause.
func TestBadTokensAskSeldom(t *testing.T) {
	i := oidctest.New(t)
	v, _ := verifier(t, i)
	bad := flipped(i.Token(testNow, nil), 2)
	for range 50 {
		if _, err := v.Verify(t.Context(), bad, testNow); !errors.Is(err, errSignature) {
			t.Fatal(err)
		}
	}
	if n := i.Fetches(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	i.Break(oidctest.Faults{Down: true})
	never, _ := verifier(t, i)
	for range 50 {
		if _, err := never.Verify(t.Context(), bad, testNow); !errors.Is(err, ErrUnavailable) {
			t.Fatal(err)
		}
	}
	if n := testutil.ToFloat64(never.cfg.Metrics.fetches.WithLabelValues("failed")); n != 1 {
		t.Errorf("a provider that is down was asked %v times", n)
	}
}

// Callers that come together before there are keys wait for one question. One
// that leaves does not break it off.
func TestFirstCallersShareOneFetch(t *testing.T) {
	i := oidctest.New(t)
	v, _ := verifier(t, i)
	token, hold := i.Token(testNow, nil), make(chan struct{})
	i.Break(oidctest.Faults{Hold: hold})
	leaver, leave := context.WithCancel(t.Context())
	var all sync.WaitGroup
	errs := make(chan error, 9)
	all.Go(func() { _, err := v.Verify(leaver, token, testNow); errs <- err })
	for i.Fetches() == 0 {
		time.Sleep(time.Millisecond)
	}
	leave()
	for range 8 {
		all.Go(func() { _, err := v.Verify(t.Context(), token, testNow); errs <- err })
	}
	close(hold)
	all.Wait()
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if n := i.Fetches(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	i.Break(oidctest.Faults{})
	waiting, _ := verifier(t, i)
	waiting.keys.turn <- struct{}{} // somebody is asking and does not come back
	if _, err := waiting.Verify(gone, token, testNow); !errors.Is(err, ErrUnavailable) {
		t.Errorf("a caller that left: %v", err)
	}
}

func TestConfiguredKeysURL(t *testing.T) {
	i := oidctest.New(t)
	i.Break(oidctest.Faults{Discovery: "no discovery here"})
	v, _ := verifier(t, i, func(c *Config) { c.JWKSURL = i.KeysURL() })
	if _, err := v.Verify(t.Context(), i.Token(testNow, nil), testNow); err != nil {
		t.Error(err)
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
