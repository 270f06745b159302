package ratelimit

import (
	"context"
	"math"
	"time"
)

// MostUnits is the most that a Rate may count or keep: above it times overflow.
const MostUnits = 1_000_000_000

// Rate is a token bucket: Count units come back in every Per, and at most
// Burst are kept. The zero Rate limits nothing.
type Rate struct {
	Count int
	Per   time.Duration
	Burst int // at least 1; a claim above it can never be met
}

// Unlimited reports whether the rate limits nothing.
func (r Rate) Unlimited() bool { return r.Count <= 0 || r.Per <= 0 }

// perSecond is the rate in units per second.
func (r Rate) perSecond() float64 { return float64(r.Count) / r.Per.Seconds() }

// share is the part of the rate that one of so many replicas may use alone. A
// claim that the whole limit would meet can still be met.
func (r Rate) share(replicas, cost int) Rate {
	if replicas > 1 {
		r.Per *= time.Duration(replicas)
		r.Burst = max(1, r.Burst/replicas, min(cost, r.Burst))
	}
	return r
}

// Slots bound how many hold a place at a time. The zero Slots bound nothing.
type Slots struct {
	Max    int
	Holder string        // unique among those who ask under the same limit and key
	Lapse  time.Duration // after which a holder that never left counts as dead
}

// Unlimited reports whether the slots bound nothing.
func (s Slots) Unlimited() bool { return s.Max <= 0 }

// Claim asks one bucket for units or, when Slots is set, for a place that is
// held until Store.Leave, or, when Turn is set, to come before who asks later.
type Claim struct {
	Limit string // the limit's name, from a closed set: client_requests
	Key   string // whose bucket: a client's name, an address
	Rate  Rate
	Cost  int // units; 0 only looks
	Keep  int // units that must be left after it, for others
	Slots Slots
	Turn  Turn // in place of all others: met when nobody waits before
	// Own is the Decision's that admitted the claim: where units are corrected.
	Own bool
}

// share is a claim on what one of so many replicas may use alone.
func (c Claim) share(replicas int) Claim {
	c.Rate = c.Rate.share(replicas, c.Cost)
	c.Keep = max(0, min(c.Keep/replicas, c.Rate.Burst-c.Cost))
	if !c.Slots.Unlimited() {
		c.Slots.Max = max(1, c.Slots.Max/replicas)
	}
	return c
}

// State is one bucket after a decision, in the terms of the RateLimit headers.
type State struct {
	Limit      string
	Quota      int           // the burst, or the slots
	Window     time.Duration // in which an empty bucket fills; 0: slots
	Remaining  int           // whole units left
	ResetAfter time.Duration // until the bucket is full
}

// Decision is the answer to the claims of one request.
type Decision struct {
	Allowed bool
	// Own says that a replica decided by its own share.
	Own bool
	// Limit names the limit that refuses for the longest time, and when all
	// allow, the one with the smallest part of its quota left.
	Limit string
	// Never is set when a claim exceeds the whole quota: no waiting helps.
	Never bool
	// RetryAfter is, when refused, until the buckets would meet the same claims;
	// 0 when only slots are taken: nobody knows when one will be free.
	RetryAfter time.Duration
	States     []State // of each limited claim, in order
}

// Store keeps the buckets. Implementations are safe for concurrent use.
type Store interface {
	// Take takes the cost of every claim, or of none when one cannot be met.
	// No two claims may name the same limit and key. An error means that
	// nothing was decided: a slot that was taken all the same lapses, unless it is left. Who is
	// refused keeps a claimed turn by asking again before it lapses.
	Take(ctx context.Context, claims ...Claim) (Decision, error)
	// Correct gives units back (units < 0) or takes more (units > 0) after the
	// true cost is known. A bucket never gets fuller than its burst, and it may
	// go into debt.
	Correct(ctx context.Context, claim Claim, units int) error
	// Leave gives back the slots and the turns that the claims hold. Leaving
	// again, or what was never held, changes nothing.
	Leave(ctx context.Context, claims ...Claim) error
}

// bucket is what a store found out about one claim's bucket.
type bucket struct {
	claim Claim
	left  float64       // units or slots for the claim, before it; negative in debt
	wait  time.Duration // until the claim can be met; 0: now
	full  bool          // no slot is free, or it is another's turn
}

// decide combines the buckets of one request.
func decide(buckets []bucket) Decision {
	d := Decision{Allowed: true}
	tightest := math.Inf(1)
	for _, b := range buckets {
		switch {
		case b.claim.Slots.Unlimited() && b.claim.Cost > b.claim.Rate.Burst:
			d.Allowed, d.Never, d.Limit = false, true, b.claim.Limit
		case b.full || b.wait > 0:
			d.Allowed = false
			if !d.Never && (b.wait > d.RetryAfter || d.Limit == "") {
				d.RetryAfter, d.Limit = b.wait, b.claim.Limit
			}
		}
	}
	for _, b := range buckets {
		if b.claim.isTurn() {
			continue // which has no state that a caller could be told
		}
		if d.Allowed {
			b.left -= float64(b.claim.Cost)
		}
		s := b.state()
		d.States = append(d.States, s)
		if part := float64(s.Remaining) / float64(s.Quota); d.Allowed && part < tightest {
			tightest, d.Limit = part, s.Limit
		}
	}
	if d.Never {
		d.RetryAfter = 0
	}
	return d
}

func (b bucket) state() State {
	if s := b.claim.Slots; !s.Unlimited() {
		return State{Limit: b.claim.Limit, Quota: s.Max, Remaining: max(0, int(b.left))}
	}
	r := b.claim.Rate
	return State{
		Limit:      b.claim.Limit,
		Quota:      r.Burst,
		Window:     r.refill(float64(r.Burst)),
		Remaining:  max(0, int(math.Floor(b.left+tolerance))),
		ResetAfter: r.refill(float64(r.Burst) - b.left),
	}
}

// tolerance absorbs the rounding of fractions of a unit: a unit lacks a
// millionth at the most.
const tolerance = 1e-6

// refill is how long so many units take to come back, rounded up to the
// microsecond.
func (r Rate) refill(units float64) time.Duration {
	if units <= tolerance {
		return 0
	}
	return time.Duration(math.Ceil(units/r.perSecond()*1e6)) * time.Microsecond
}

// limited keeps the claims that limit anything.
func limited(claims []Claim) []Claim {
	kept := make([]Claim, 0, len(claims))
	for _, c := range claims {
		switch {
		case c.isTurn():
		case !c.Slots.Unlimited():
			c.Rate, c.Cost = Rate{}, 1
		case !c.Rate.Unlimited():
			c.Rate.Burst = max(1, c.Rate.Burst)
		default:
			continue
		}
		kept = append(kept, c)
	}
	return kept
}

// slotsOf keeps the claims of slots.
func slotsOf(claims []Claim) []Claim {
	var kept []Claim
	for _, c := range claims {
		if !c.Slots.Unlimited() {
			kept = append(kept, c)
		}
	}
	return kept
}
