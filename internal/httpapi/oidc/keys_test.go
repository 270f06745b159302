package oidc

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"ballast.internal/ballast/internal/httpapi/oidc/oidctest"
)

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
