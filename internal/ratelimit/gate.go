package ratelimit

import (
	"context"
	"crypto/rand"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

var _ recommend.Quota = (*Gate)(nil)

// The names of the limits that a Gate keeps in its store.
const (
	LimitClientTokens    = "client_tokens"
	LimitBedrockRequests = "bedrock_requests"
	LimitBedrockTokens   = "bedrock_tokens"
	LimitBedrockInFlight = "bedrock_in_flight"
)

// GateConfig configures a Gate.
type GateConfig struct {
	// Own orders and paces the calls of this replica. With an account it is to
	// have the whole quota, and otherwise this replica's share.
	Own *Quota
	// Store keeps what a call takes beside that.
	Store Store
	// Account is the quota that all replicas take from by Store. Its zero value
	// leaves the quota to Own. Only the three limits count.
	Account QuotaConfig
	// ClientTokens tells a client's own limit of tokens a minute; 0: none.
	ClientTokens func(client string) int
	// Lapse is after which a call counts as over although nobody said so: more
	// than the longest call takes.
	Lapse time.Duration
	Now   func() time.Time
}

// Gate admits a model call by everything that bounds it: first by this
// replica's own Quota, in order and at the pace that Bedrock allows, then, all
// at once or not at all, by what replicas share of the account and by what the
// client may use.
type Gate struct {
	GateConfig
	holder string // unique prefix of this process
	calls  atomic.Int64
	// Calls that wait for the store, and those of batch jobs, which must not
	// stand in their way.
	callers, jobs *line
}

// NewGate makes a Gate.
func NewGate(cfg GateConfig) *Gate {
	holder := rand.Text()
	return &Gate{GateConfig: cfg, holder: holder, callers: newLine(holder, false), jobs: newLine(holder+"jobs", true)}
}

// Acquire implements recommend.Quota. A call that waits for what other replicas
// hold is the first of this one's queue.
func (g *Gate) Acquire(ctx context.Context, call recommend.QuotaCall, queued func(position int)) (recommend.Lease, error) {
	own, err := g.Own.acquire(ctx, call.Tokens, call.Batch, queued)
	if err != nil {
		return nil, err
	}
	claims := g.claims(call)
	if err := g.take(ctx, claims, g.lineOf(call), queued); err != nil {
		own.cancel()
		return nil, err
	}
	own.begin()
	return &gateLease{gate: g, own: own, claims: claims, tokens: max(0, call.Tokens)}, nil
}

// claims are what one call takes. Those without a limit are left out by the
// store. A batch call leaves the account's other part to callers who wait.
func (g *Gate) claims(call recommend.QuotaCall) []Claim {
	const all = "all" // the key of what all clients share
	tokens, slots, percent := max(0, call.Tokens), g.Account.InFlight, 100
	if call.Batch {
		percent = g.Account.batchPercent()
		slots = partOf(slots, percent)
	}
	return []Claim{
		accountClaim(LimitBedrockRequests, all, g.Account.RequestsPerMinute, 1, percent),
		accountClaim(LimitBedrockTokens, all, g.Account.TokensPerMinute, tokens, percent),
		{Limit: LimitBedrockInFlight, Key: all, Slots: Slots{
			Max: slots, Lapse: g.Lapse, Holder: g.holder + strconv.FormatInt(g.calls.Add(1), 36),
		}},
		{Limit: LimitClientTokens, Key: call.Client, Rate: ClientTokenRate(g.ClientTokens(call.Client)), Cost: tokens},
	}
}

// accountClaim keeps what is not within so many hundredths of the bucket for
// others.
func accountClaim(limit, key string, perMinute, cost, percent int) Claim {
	r := accountRate(perMinute, cost)
	return Claim{Limit: limit, Key: key, Rate: r, Cost: cost, Keep: kept(r.Burst, cost, percent)}
}

// kept is what of a bucket a claim must leave, so that one that needs more than
// its part can still be met when the bucket is full.
func kept(burst, cost, percent int) int {
	return burst - min(burst, max(partOf(burst, percent), cost))
}

// partOf is so many hundredths, and one at the least of what there is.
func partOf(n, percent int) int {
	if n <= 0 {
		return n
	}
	return max(1, n/100*percent+n%100*percent/100)
}

// accountRate lets a quarter of a minute's quota go at once, as Quota does. A
// call that asks for more goes when that quarter is there, and leaves a debt.
func accountRate(perMinute, cost int) Rate {
	return Rate{Count: perMinute, Per: time.Minute, Burst: max(1, perMinute/burstPart, min(cost, perMinute))}
}

// ClientTokenRate is the bucket of a client's tokens a minute: a minute's
// tokens may go at once.
func ClientTokenRate(perMinute int) Rate {
	return Rate{Count: perMinute, Per: time.Minute, Burst: perMinute}
}

// gateLease is one admitted call.
type gateLease struct {
	gate   *Gate
	own    *lease
	claims []Claim
	tokens int
	once   sync.Once
}

// Done implements recommend.Lease. What the store is not told of stays taken,
// until it comes back or lapses.
func (l *gateLease) Done(used int, throttled bool) {
	l.once.Do(func() {
		l.own.Done(used, throttled)
		ctx, store := context.Background(), l.gate.Store // each call has the store's own patience
		_ = store.Leave(ctx, l.claims...)
		for _, c := range l.claims {
			if c.Cost > 0 && c.Limit != LimitBedrockRequests && used >= 0 && used != l.tokens {
				_ = store.Correct(ctx, c, used-l.tokens)
			}
		}
		l.gate.callers.nudge()
		l.gate.jobs.nudge()
	})
}
