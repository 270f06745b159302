package main

import (
	"context"
	"crypto/rand"
	mathrand "math/rand/v2"
	"strconv"
	"sync/atomic"
	"time"

	"ballast.internal/ballast/internal/httpapi"
	"ballast.internal/ballast/internal/ratelimit"
)

// The names of a caller's limits beside its tokens a minute: labels of a metric
// and of the headers.
const (
	limitAddress  = "address_requests"
	limitRequests = "client_requests"
	limitInFlight = "client_in_flight"
)

// clientLimiter bounds each configured client.
type clientLimiter struct {
	store  ratelimit.Store
	limits func(client string) fileLimits // in force now
	lapse  time.Duration                  // more than the longest request takes
	holder string                         // unique prefix of this process
	count  atomic.Int64
}

func newClientLimiter(limits func(client string) fileLimits, store ratelimit.Store, lapse time.Duration) *clientLimiter {
	return &clientLimiter{store: store, limits: limits, lapse: lapse, holder: rand.Text()}
}

// Take admits a request by all of the client's limits or by none. Of the tokens
// it only looks what is left: how many a request takes is known when the model
// is called.
func (l *clientLimiter) Take(ctx context.Context, client string, _ time.Time) httpapi.Decision {
	limits := l.limits(client)
	claims := []ratelimit.Claim{
		{Limit: limitRequests, Key: client, Rate: limits.rate(), Cost: 1},
		{Limit: limitInFlight, Key: client, Slots: ratelimit.Slots{
			Max: limits.InFlight, Lapse: l.lapse, Holder: l.holder + strconv.FormatInt(l.count.Add(1), 36),
		}},
		{Limit: ratelimit.LimitClientTokens, Key: client, Rate: ratelimit.ClientTokenRate(limits.TokensPerMinute)},
	}
	d, err := l.store.Take(ctx, claims...)
	if err != nil { // the caller has gone
		return httpapi.Decision{Refused: limitRequests, RetryAfter: time.Second}
	}
	out := decisionOf(d)
	if d.Allowed && limits.InFlight > 0 {
		out.Release = func() { _ = l.store.Leave(context.WithoutCancel(ctx), claims...) } // at the worst the slot lapses
	}
	return out
}

// addressLimiter bounds each address, in the memory of this process alone:
// whoever commands a million addresses must not fill what replicas share.
type addressLimiter struct {
	store ratelimit.Store
	rate  ratelimit.Rate
}

// maxAddresses bounds the addresses that are remembered, some 30 MB of them.
const maxAddresses = 100_000

// newAddressLimiter is nil without a limit.
func newAddressLimiter(c fileConfig, now func() time.Time) httpapi.Limiter {
	if c.AddressLimit.rate().Unlimited() {
		return nil
	}
	return &addressLimiter{ratelimit.NewMemory(maxAddresses, now), c.AddressLimit.rate()}
}

// Take admits a request of an address.
func (l *addressLimiter) Take(ctx context.Context, address string, _ time.Time) httpapi.Decision {
	d, err := l.store.Take(ctx, ratelimit.Claim{Limit: limitAddress, Key: address, Rate: l.rate, Cost: 1})
	if err != nil {
		return httpapi.Decision{Refused: limitAddress, RetryAfter: time.Second}
	}
	return decisionOf(d)
}

// decisionOf translates a decision into the API's terms.
func decisionOf(d ratelimit.Decision) httpapi.Decision {
	out := httpapi.Decision{Allowed: d.Allowed, Limits: make([]httpapi.LimitState, len(d.States))}
	for i, s := range d.States {
		out.Limits[i] = httpapi.LimitState{Name: s.Limit, Quota: s.Quota, Window: s.Window, Remaining: s.Remaining, Reset: s.ResetAfter}
	}
	if !d.Allowed {
		out.Refused, out.RetryAfter = d.Limit, jittered(max(d.RetryAfter, time.Second))
	}
	return out
}

// jittered spreads the callers that were refused together over half as much
// again, so that they do not come back together.
func jittered(d time.Duration) time.Duration {
	return d + time.Duration(mathrand.Float64()*float64(d)/2) //nolint:gosec // jitter needs no secrecy
}
