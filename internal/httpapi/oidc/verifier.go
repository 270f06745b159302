// Package oidc verifies the tokens of an OpenID Connect identity provider:
// who issued them, for whom, under which algorithm and key, and until when.
//
// go-oidc checks the tokens. The keys are fetched here, since its own key set
// asks the provider again for every bad signature, and never forgets a key that
// the provider has withdrawn.
package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/prometheus/client_golang/prometheus"
)

// Config is what a Verifier is made of. Issuer, Audience and Claim are required.
type Config struct {
	Issuer     string        // exactly as in the tokens; its discovery document is below it
	Audience   string        // of which a token's aud must have one
	Claim      string        // whose values tell the holder: a text or a list of texts
	Algorithms []string      // of signatures; none: RS256
	ClockSkew  time.Duration // by which the provider's clock may differ
	JWKSURL    string        // of the provider's keys; "": as discovered

	HTTP    *http.Client // nil: one with a timeout
	Metrics *Metrics     // nil: nothing is counted
	Logger  *slog.Logger // nil: nothing is logged
}

// MaxClockSkew is the most that clocks may differ: what go-oidc allows too.
const MaxClockSkew = 5 * time.Minute

// asymmetric are the algorithms whose keys can be published. HMAC is none: its
// key would be the provider's public one.
var asymmetric = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}

// Validate reports every fault, each by the name that the setting has in a
// configuration file.
func (c *Config) Validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if !secureURL(c.Issuer) {
		fault("issuer: want an https URL")
	}
	if c.JWKSURL != "" && !secureURL(c.JWKSURL) {
		fault("jwks_url: want an https URL")
	}
	if c.Audience == "" {
		fault("audience: required")
	}
	if c.Claim == "" {
		fault("claim: required")
	}
	for _, a := range c.Algorithms {
		if !slices.Contains(asymmetric, a) {
			fault("algorithms: %q is none of %v", a, asymmetric)
		}
	}
	if c.ClockSkew < 0 || c.ClockSkew > MaxClockSkew {
		fault("clock_skew: want 0s to %s", MaxClockSkew)
	}
	return errors.Join(faults...)
}

// secureURL lets plain HTTP pass on this machine alone.
func secureURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil {
		return false
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && err == nil && addr.IsLoopback()
}

// Verifier verifies tokens. It is safe for concurrent use, starts no goroutine
// and asks the provider for nothing before the first token comes.
type Verifier struct {
	cfg  Config
	keys *keys
}

// New returns a Verifier; the provider need not be there yet.
func New(cfg Config) (*Verifier, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if len(cfg.Algorithms) == 0 {
		cfg.Algorithms = []string{oidc.RS256}
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Metrics == nil {
		cfg.Metrics, _ = NewMetrics(prometheus.NewRegistry()) // an empty registry takes everything
	}
	return &Verifier{cfg, newKeys(&cfg)}, nil
}

// ErrUnavailable says that no keys could be had to verify a token with.
var ErrUnavailable = errors.New("oidc: the provider's keys are not available")

// ErrInvalid says that a token is not valid, each for a reason from a closed
// set: what a stranger wrote does not get into a log.
var (
	ErrInvalid   = errors.New("oidc: token refused")
	errForm      = fmt.Errorf("%w: form or algorithm", ErrInvalid)
	errSignature = fmt.Errorf("%w: signature", ErrInvalid)
	errExpired   = fmt.Errorf("%w: expired", ErrInvalid)
	errNotYet    = fmt.Errorf("%w: not valid yet", ErrInvalid)
	errAddressed = fmt.Errorf("%w: issuer, audience or claims", ErrInvalid)
)

// Verify returns the values of the configured claim. It fails with ErrInvalid,
// or with ErrUnavailable when it cannot tell.
func (v *Verifier) Verify(ctx context.Context, token string, now time.Time) ([]string, error) {
	sig := &signature{keys: v.keys, now: now}
	checked, err := oidc.NewVerifier(v.cfg.Issuer, sig, &oidc.Config{
		ClientID: v.cfg.Audience, SupportedSigningAlgs: v.cfg.Algorithms,
		Now: func() time.Time { return now.Add(-v.cfg.ClockSkew) },
	}).Verify(ctx, token)
	switch {
	case err == nil:
		return v.claim(checked, now)
	case !sig.asked:
		return nil, errForm
	case sig.err != nil:
		return nil, sig.err
	}
	if _, expired := errors.AsType[*oidc.TokenExpiredError](err); expired {
		return nil, errExpired
	}
	return nil, errAddressed
}

// claim reads the configured claim. go-oidc is lax with nbf, so it is checked
// here again.
func (v *Verifier) claim(token *oidc.IDToken, now time.Time) ([]string, error) {
	var all map[string]json.RawMessage
	if err := token.Claims(&all); err != nil {
		return nil, errAddressed
	}
	var notBefore float64
	if raw, told := all["nbf"]; told {
		if json.Unmarshal(raw, &notBefore) != nil || notBefore > float64(now.Add(v.cfg.ClockSkew).Unix()) {
			return nil, errNotYet
		}
	}
	var one string
	var several []string
	switch raw := all[v.cfg.Claim]; {
	case json.Unmarshal(raw, &one) == nil:
		return []string{one}, nil
	case json.Unmarshal(raw, &several) == nil:
		return several, nil
	}
	return nil, errAddressed
}

// signature is the key set of one verification. It keeps the error, which
// go-oidc turns into text.
type signature struct {
	keys  *keys
	now   time.Time
	asked bool
	err   error
}

// VerifySignature implements oidc.KeySet.
func (s *signature) VerifySignature(ctx context.Context, jwt string) (payload []byte, err error) {
	s.asked = true
	payload, s.err = s.keys.verify(ctx, jwt, s.now)
	return payload, s.err
}
