package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/httpapi"
	"ballast.internal/ballast/internal/ratelimit"
	"ballast.internal/ballast/internal/store"
)

// The adapters never import one another; these few types introduce them.

// idempotency translates what the store says into the API's terms. Only
// answers are kept, so their status is always 200.
type idempotency struct{ *store.Store }

func (i idempotency) Begin(ctx context.Context, client, key, hash string, now time.Time) ([]byte, error) {
	stored, err := i.Store.Begin(ctx, client, key, hash, now)
	switch {
	case errors.Is(err, store.ErrInProgress):
		return nil, httpapi.ErrKeyInProgress
	case errors.Is(err, store.ErrKeyReused):
		return nil, httpapi.ErrKeyReused
	case err != nil || stored == nil:
		return nil, err
	}
	return stored.Body, nil
}

// The names of a client's limits: labels of a metric and of the headers.
const (
	limitRequests = "client_requests"
	limitInFlight = "client_in_flight"
)

// maxLimiterKeys bounds the memory of the client limiter. Clients are configured,
// so that it is never reached.
const maxLimiterKeys = 100_000

// clientLimiter bounds each configured client, in the memory of one process:
// with several, each takes its share.
type clientLimiter struct {
	buckets  ratelimit.Store
	inFlight *ratelimit.InFlight
	limits   map[string]fileLimits
	replicas int
}

func newClientLimiter(c fileConfig, replicas int, now func() time.Time) *clientLimiter {
	l := &clientLimiter{
		buckets: ratelimit.NewMemory(maxLimiterKeys, now), inFlight: ratelimit.NewInFlight(),
		limits: map[string]fileLimits{}, replicas: replicas,
	}
	for _, cl := range c.Clients {
		l.limits[cl.Name] = cl.Limits.share(replicas)
	}
	return l
}

// share is what one of so many replicas may admit alone, at least one.
func (l fileLimits) share(replicas int) fileLimits {
	part := func(n int) int {
		if n <= 0 {
			return n
		}
		return max(1, n/replicas)
	}
	return fileLimits{RequestsPerSecond: part(l.RequestsPerSecond), Burst: part(l.Burst), InFlight: part(l.InFlight)}
}

// Take enters the request first, because leaving gives everything back, which
// a taken token does not.
func (l *clientLimiter) Take(ctx context.Context, client string, _ time.Time) httpapi.Decision {
	limits := l.limits[client]
	leave, ok := l.inFlight.Enter(client, limits.InFlight)
	if !ok {
		return httpapi.Decision{Refused: limitInFlight, RetryAfter: jittered(time.Second), Limits: l.inFlightState(client, limits)}
	}
	d, err := l.buckets.Take(ctx, ratelimit.Claim{Limit: limitRequests, Key: client, Rate: limits.rate(), Cost: 1})
	if err != nil || !d.Allowed { // memory fails only when the caller has gone
		leave()
		return httpapi.Decision{Refused: limitRequests, RetryAfter: jittered(max(d.RetryAfter, time.Second)), Limits: states(d)}
	}
	return httpapi.Decision{Allowed: true, Limits: append(states(d), l.inFlightState(client, limits)...), Release: leave}
}

func (l *clientLimiter) inFlightState(client string, limits fileLimits) []httpapi.LimitState {
	if limits.InFlight <= 0 {
		return nil
	}
	return []httpapi.LimitState{{
		Name: limitInFlight, Quota: limits.InFlight, Remaining: max(0, limits.InFlight-l.inFlight.Count(client)),
	}}
}

func states(d ratelimit.Decision) []httpapi.LimitState {
	out := make([]httpapi.LimitState, len(d.States))
	for i, s := range d.States {
		out[i] = httpapi.LimitState{Name: s.Limit, Quota: s.Quota, Window: s.Window, Remaining: s.Remaining, Reset: s.ResetAfter}
	}
	return out
}

// jittered spreads the callers that were refused together over half as much
// again, so that they do not come back together.
func jittered(d time.Duration) time.Duration {
	return d + time.Duration(rand.Float64()*float64(d)/2) //nolint:gosec // jitter needs no secrecy
}

// models are the lines of the catalogue as the API shows them.
func models(c core, s settings, now time.Time) []httpapi.Model {
	var out []httpapi.Model
	for _, m := range c.catalogue.Models() {
		line := httpapi.Model{
			ID: m.ID, Name: m.Name, Provider: c.model.Info().Provider, Region: s.Region, InUse: m.ID == c.model.Spec().ID,
			ContextTokens: m.ContextTokens, MaxOutputTokens: m.MaxOutputTokens,
			Lifecycle: string(m.LifecycleAt(now)), LegacyOn: day(m.Legacy), EndOfLifeOn: day(m.EndOfLife), Successor: m.Successor,
		}
		if p, err := m.PriceAt(now); err == nil {
			line.PriceFrom, line.InputPrice, line.OutputPrice = day(p.From), perMillion(p.Input), perMillion(p.Output)
		}
		out = append(out, line)
	}
	return out
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// perMillion writes nano-USD per million tokens in USD.
func perMillion(nano int64) string { return decimal.New(nano, -9).String() }
