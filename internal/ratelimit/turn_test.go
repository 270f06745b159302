package ratelimit

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// A call of one replica gets its turn although another replica's calls take all
// that comes free, as soon as it does: one that needs much more than they do, and
// one that waits for a place.
func TestGateGivesEachReplicaItsTurn(t *testing.T) {
	for name, c := range map[string]struct {
		account QuotaConfig
		tokens  int
		batch   bool
	}{
		"tokens":          {QuotaConfig{TokensPerMinute: 60_000, InFlight: 100}, 12_000, false},
		"places":          {QuotaConfig{InFlight: 2}, 600, false},
		"tokens of a job": {QuotaConfig{TokensPerMinute: 60_000, InFlight: 100}, 12_000, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := NewMemory(10, time.Now)
				few, many := gate(store, c.account, 0), gate(store, c.account, 0)
				crowded, leave := context.WithCancel(t.Context())
				var crowd sync.WaitGroup
				for range 8 {
					crowd.Go(func() { keepCalling(crowded, t, many, c.batch) })
				}
				time.Sleep(time.Minute) // what may go at once has gone
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				lease, err := few.Acquire(ctx, recommend.QuotaCall{Client: "few", Tokens: c.tokens, Batch: c.batch}, unheard)
				if err != nil {
					t.Errorf("after half a minute: %v", err)
				} else {
					lease.Done(c.tokens, false)
				}
				cancel()
				leave()
				crowd.Wait()
			})
		})
	}
}

// keepCalling makes one small call after the other, until ctx ends.
func keepCalling(ctx context.Context, t *testing.T, g *Gate, batch bool) {
	for ctx.Err() == nil {
		lease, err := g.Acquire(ctx, recommend.QuotaCall{Client: "many", Tokens: 1500, Batch: batch}, unheard)
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			return
		}
		time.Sleep(700 * time.Millisecond)
		lease.Done(600, false)
	}
}

// The order of turns: who asked first, jobs behind all others, and nobody behind
// who has been met, has left or has not asked again in time.
func TestTurns(t *testing.T) {
	const lapse = 3 * time.Second
	rate := Rate{Count: 1, Per: time.Second, Burst: 10}
	type step struct {
		who   string // "" : time goes on by cost seconds
		cost  int    // -1: leaves
		last  bool
		allow bool
	}
	for name, steps := range map[string][]step{
		"who asks for much is not passed by": {{"a", 8, false, true}, {"a", 4, false, false}, {"b", 1, false, false}, {"", 1, false, false},
			{"b", 1, false, false}, {"", 1, false, false}, {"b", 1, false, false}, {"a", 4, false, true}, {"b", 1, false, false}, {"", 1, false, false}, {"b", 1, false, true}},
		"who was met stands behind": {{"a", 10, false, true}, {"a", 1, false, false}, {"b", 1, false, false}, {"", 1, false, false},
			{"a", 1, false, true}, {"a", 1, false, false}, {"", 1, false, false}, {"a", 1, false, false}, {"b", 1, false, true}},
		"who has gone holds up nobody": {{"a", 10, false, true}, {"a", 9, false, false}, {"", 1, false, false}, {"b", 1, false, false}, {"", 2, false, false}, {"b", 1, false, true}},
		"nor who leaves":               {{"a", 8, false, true}, {"a", 9, false, false}, {"b", 1, false, false}, {"a", -1, false, true}, {"b", 1, false, true}},
		"jobs are last":                {{"j", 8, true, true}, {"j", 4, true, false}, {"", 1, false, false}, {"c", 1, false, true}, {"c", 9, false, false}, {"", 1, false, false}, {"j", 1, true, false}, {"c", -1, false, true}, {"j", 1, true, true}},
	} {
		t.Run(name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, open func(*clock) Store) {
				c := newClock()
				s := open(c)
				for i, step := range steps {
					turn := Claim{Limit: "bucket", Key: "turn", Turn: Turn{Holder: step.who, Last: step.last, Lapse: lapse}}
					switch {
					case step.who == "":
						c.advance(time.Duration(step.cost) * time.Second)
					case step.cost < 0:
						leave(t, s, turn)
					default:
						d := take(t, s, Claim{Limit: "bucket", Key: "all", Rate: rate, Cost: step.cost}, turn)
						if d.Allowed != step.allow || len(d.States) != 1 {
							t.Fatalf("step %d, %+v: %+v", i, step, d)
						}
					}
				}
			})
		})
	}
}

// claimed notes what a store is asked for.
type claimed struct {
	Store
	claims []Claim
}

func (a *claimed) Take(ctx context.Context, claims ...Claim) (Decision, error) {
	a.claims = append(a.claims, limited(claims)...)
	return a.Store.Take(ctx, claims...)
}

// Where nothing is limited nobody waits, and the common store is not asked.
func TestGateWithoutLimitsTakesNoTurn(t *testing.T) {
	store := &claimed{Store: NewMemory(10, time.Now)}
	pass(t, gate(store, QuotaConfig{}, 0), "free", 1000).Done(1000, false)
	if len(store.claims) > 0 {
		t.Errorf("asked for %+v", store.claims)
	}
}
