package oidc

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

const (
	// refreshAfter is how long a key that the provider has withdrawn is still
	// taken, at the most, while the provider can be asked.
	refreshAfter = 15 * time.Minute
	// keepFor is how long the last good keys serve while it cannot.
	keepFor = 24 * time.Hour
	// pause stands between two questions, so that bad tokens cost the provider
	// nothing, and a new key waits no longer.
	pause = 10 * time.Second
	// fetchTimeout bounds one question, and maxDocument its answer.
	fetchTimeout = 5 * time.Second
	maxDocument  = 1 << 20
)

// keys are the provider's, as it last published them.
type keys struct {
	cfg     *Config
	http    *http.Client
	current atomic.Pointer[fetched]
	turn    chan struct{} // held by whoever is asking the provider
}

// fetched is what is known of the keys. It is immutable.
type fetched struct {
	set   *oidc.StaticKeySet // nil: none yet
	at    time.Time          // when the set was fetched
	tried time.Time          // when the provider was last asked
}

func newKeys(cfg *Config) *keys {
	k := &keys{cfg: cfg, http: cfg.HTTP, turn: make(chan struct{}, 1)}
	if k.http == nil {
		k.http = &http.Client{Timeout: fetchTimeout}
	}
	k.http = &http.Client{Transport: bounded{k.http.Transport}, Timeout: k.http.Timeout}
	k.current.Store(&fetched{})
	return k
}

// usable reports whether there are keys that may still serve.
func (f *fetched) usable(now time.Time) bool { return f.set != nil && now.Sub(f.at) < keepFor }

// mayAsk reports whether the last question was long enough ago.
func (f *fetched) mayAsk(now time.Time) bool { return f.tried.IsZero() || now.Sub(f.tried) >= pause }

// verify returns the payload of a token that one of the keys has signed. Which
// key a token names is not believed: any of them will do. When none has, the
// keys may have been rotated, and the provider is asked.
func (k *keys) verify(ctx context.Context, jwt string, now time.Time) ([]byte, error) {
	f := k.current.Load()
	if (!f.usable(now) || now.Sub(f.at) >= refreshAfter) && f.mayAsk(now) {
		f = k.refresh(ctx, now, f)
	}
	if !f.usable(now) {
		return nil, ErrUnavailable
	}
	payload, err := f.set.VerifySignature(ctx, jwt)
	if err != nil && f.mayAsk(now) {
		payload, err = k.refresh(ctx, now, f).set.VerifySignature(ctx, jwt)
	}
	if err != nil {
		return nil, errSignature
	}
	return payload, nil
}

// refresh asks the provider, unless somebody did since known was looked up, and
// returns what is now known. Whoever has keys that serve does not wait for
// another who asks. A provider that does not answer takes no keys away.
func (k *keys) refresh(ctx context.Context, now time.Time, known *fetched) *fetched {
	if known.usable(now) {
		select {
		case k.turn <- struct{}{}:
		default:
			return known
		}
	} else {
		select {
		case k.turn <- struct{}{}:
		case <-ctx.Done():
			return known
		}
	}
	defer func() { <-k.turn }()
	if latest := k.current.Load(); latest != known {
		return latest
	}
	next := &fetched{set: known.set, at: known.at, tried: now}
	set, err := k.fetch(ctx)
	k.cfg.Metrics.fetched(err)
	if err == nil {
		next.set, next.at = set, now
	} else {
		k.cfg.Logger.WarnContext(ctx, "the identity provider's keys could not be fetched; the last good ones stay",
			slog.String("issuer", k.cfg.Issuer), slog.Time("last_good", known.at), slog.Any("error", err))
	}
	k.current.Store(next)
	return next
}

// fetch asks the provider for its keys. Others wait for them too, so the caller
// that happens to ask cannot break it off.
func (k *keys) fetch(ctx context.Context) (*oidc.StaticKeySet, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	defer cancel()
	url, err := k.url(ctx)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	res, err := k.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }() // only read from
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("keys: status %d", res.StatusCode)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	return parseKeys(body)
}

// url is where the keys are: configured, or in the provider's discovery
// document, whose issuer go-oidc compares.
func (k *keys) url(ctx context.Context) (string, error) {
	if k.cfg.JWKSURL != "" {
		return k.cfg.JWKSURL, nil
	}
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, k.http), k.cfg.Issuer)
	if err != nil {
		return "", err
	}
	var doc struct {
		URL string `json:"jwks_uri"`
	}
	if err := provider.Claims(&doc); err != nil {
		return "", err
	}
	if !secureURL(doc.URL) {
		return "", errors.New("discovery: jwks_uri is not an https URL")
	}
	return doc.URL, nil
}

// parseKeys reads the signing keys of a JWK set (RFC 7517), and skips those of
// kinds that it does not know, as section 5 has it.
func parseKeys(body []byte) (*oidc.StaticKeySet, error) {
	var doc struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	var public []crypto.PublicKey
	for _, raw := range doc.Keys {
		var key jose.JSONWebKey
		if json.Unmarshal(raw, &key) != nil || !key.Valid() || key.Use != "" && key.Use != "sig" {
			continue
		}
		switch key.Key.(type) {
		case *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey: // what go-oidc verifies with
			public = append(public, key.Key)
		}
	}
	if len(public) == 0 {
		return nil, errors.New("keys: there is none to verify signatures with")
	}
	return &oidc.StaticKeySet{PublicKeys: public}, nil
}

// bounded cuts off documents that are too large.
type bounded struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	next := b.next
	if next == nil {
		next = http.DefaultTransport
	}
	res, err := next.RoundTrip(req)
	if err == nil {
		res.Body = http.MaxBytesReader(nil, res.Body, maxDocument)
	}
	return res, err
}
