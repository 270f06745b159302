package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

var errGone = errors.New("gone")

// gate is one replica's gate on a store.
func gate(store Store, account QuotaConfig, clientTokens int) *Gate {
	return NewGate(GateConfig{
		Own: NewQuota(account), Store: store, Account: account, Lapse: time.Minute, Now: time.Now,
		ClientTokens: func(client string) int {
			if client == "free" {
				return 0
			}
			return clientTokens
		},
	})
}

func pass(t *testing.T, g *Gate, client string, tokens int) recommend.Lease {
	t.Helper()
	l, err := g.Acquire(t.Context(), recommend.QuotaCall{Client: client, Tokens: tokens}, unheard)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// A client's tokens a minute refuse at once, name the limit and when it has
// room again, and take nothing of the account's quota.
func TestGateClientTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := NewMemory(10, time.Now)
		g := gate(store, QuotaConfig{TokensPerMinute: 60_000, InFlight: 8}, 6000)
		first := pass(t, g, "app", 4000)
		_, err := g.Acquire(t.Context(), recommend.QuotaCall{Client: "app", Tokens: 4000}, unheard)
		var refused *recommend.LimitError
		if !errors.As(err, &refused) || refused.Limit != LimitClientTokens || refused.RetryAfter != 20*time.Second {
			t.Fatalf("%v %+v, want client_tokens after 20 s", err, refused)
		}
		if got := g.Own.State().InFlight; got != 1 {
			t.Errorf("%d in flight, want 1", got)
		}
		look := accountRate(60_000, 0)
		d := take(t, store, Claim{Limit: LimitBedrockTokens, Key: "all", Rate: look})
		if d.States[0].Remaining != 11_000 {
			t.Errorf("%d of the account's tokens left, want 15000 - 4000", d.States[0].Remaining)
		}
		pass(t, g, "free", 4000).Done(4000, false)
		first.Done(1000, false) // 3000 come back
		first.Done(0, false)    // once more does nothing
		pass(t, g, "app", 5000).Done(5000, false)
		if _, err := g.Acquire(t.Context(), recommend.QuotaCall{Client: "app", Tokens: 6001}, unheard); !errors.As(err, &refused) || refused.RetryAfter != 0 {
			t.Errorf("more than a minute's tokens: %v %+v, want a refusal for good", err, refused)
		}
	})
}

// What one replica took is not there for the other, which waits for it when it
// can and is told at once when it cannot.
func TestGateWaitsForTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := NewMemory(10, time.Now)
		account := QuotaConfig{RequestsPerMinute: 4, InFlight: 2}
		a, b := gate(store, account, 0), gate(store, account, 0)
		pass(t, a, "app", 1).Done(1, false)
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 14*time.Second)
		defer cancel()
		_, err := b.Acquire(ctx, recommend.QuotaCall{Client: "app", Tokens: 1}, unheard)
		var full *recommend.QuotaError
		if !errors.As(err, &full) || full.Limit != LimitBedrockRequests || full.RetryAfter != 15*time.Second || time.Since(start) != 0 {
			t.Fatalf("%v %+v after %s, want bedrock_requests at once", err, full, time.Since(start))
		}
		pass(t, b, "app", 1).Done(1, false)
		if took := time.Since(start); took != 15*time.Second {
			t.Errorf("waited %s, want 15 s", took)
		}
	})
}

// The slots are the account's, whoever holds them.
func TestGateSlotsOfAllReplicas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := NewMemory(10, time.Now)
		account := QuotaConfig{InFlight: 3}
		var inFlight, most atomic.Int64
		var wg sync.WaitGroup
		for range 4 {
			g := gate(store, account, 0)
			for range 10 {
				wg.Go(func() {
					l, err := g.Acquire(t.Context(), recommend.QuotaCall{Client: "app", Tokens: 1}, unheard)
					if err != nil {
						t.Error(err)
						return
					}
					most.Store(max(most.Load(), inFlight.Add(1)))
					time.Sleep(time.Second)
					inFlight.Add(-1)
					l.Done(1, false)
				})
			}
		}
		wg.Wait()
		if most.Load() != 3 {
			t.Errorf("%d at a time, want 3", most.Load())
		}
	})
}

// A caller that leaves while it waits for others leaves nothing behind.
func TestGateGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := NewMemory(10, time.Now)
		account := QuotaConfig{InFlight: 1}
		a, b := gate(store, account, 0), gate(store, account, 0)
		held := pass(t, a, "app", 1)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := b.Acquire(ctx, recommend.QuotaCall{Client: "app", Tokens: 1}, unheard); !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v", err)
		}
		held.Done(1, false)
		pass(t, b, "app", 1).Done(1, false)
		if a, b := a.Own.State(), b.Own.State(); a.InFlight+b.InFlight != 0 || len(store.held) != 0 {
			t.Errorf("left behind: %+v %+v %v", a, b, store.held)
		}
	})
}

// A call that waited for other replicas while the pace was cut is made at the new
// pace: when it is throttled too, the pace is cut again.
func TestGateThrottledAfterAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := NewMemory(10, time.Now)
		account := QuotaConfig{RequestsPerMinute: 600, InFlight: 2}
		a, b := gate(store, account, 0), gate(store, account, 0)
		elsewhere, first := pass(t, a, "app", 1), pass(t, b, "app", 1)
		var second recommend.Lease
		var waiting sync.WaitGroup
		waiting.Go(func() { second = pass(t, b, "app", 1) })
		time.Sleep(1010 * time.Millisecond) // between two looks at the store
		first.Done(0, true)
		waiting.Wait()
		time.Sleep(time.Second)
		second.Done(0, true)
		if share := b.Own.State().Share; share > 0.3 {
			t.Errorf("share %v after two throttles at two paces, want about a quarter", share)
		}
		elsewhere.Done(1, false)
	})
}

// asked counts what a store is asked.
type asked struct {
	Store
	takes atomic.Int64
}

func (a *asked) Take(ctx context.Context, claims ...Claim) (Decision, error) {
	a.takes.Add(1)
	return a.Store.Take(ctx, claims...)
}

// However many calls wait for what other replicas hold, one of them asks: forty
// questions a second of each would be an outage of the store. They go in the order
// in which they came, and calls of batch jobs do not stand before them.
func TestGateAsksForOneOfManyThatWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const slots, waiting = 20, 15
		store := NewMemory(10, time.Now)
		account := QuotaConfig{InFlight: slots, BatchPercent: func() int { return 50 }}
		other := gate(store, account, 0)
		var held []recommend.Lease
		for range slots {
			held = append(held, pass(t, other, "app", 1))
		}
		counted := &asked{Store: store}
		g := gate(counted, account, 0)
		var mu sync.Mutex
		var order []string
		var wg sync.WaitGroup
		for i := range waiting {
			for _, batch := range []bool{true, false} {
				wg.Go(func() {
					l, err := g.Acquire(t.Context(), recommend.QuotaCall{Client: "app", Tokens: 1, Batch: batch}, unheard)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					order = append(order, map[bool]string{true: "batch", false: fmt.Sprint(i)}[batch])
					mu.Unlock()
					l.Done(1, false)
				})
				synctest.Wait()
			}
		}
		time.Sleep(10 * time.Second)
		if got := counted.takes.Load(); got > 2*(waiting+400+1) {
			t.Errorf("%d questions in ten seconds, want those of one of each kind", got)
		}
		held[0].Done(1, false)
		time.Sleep(10 * time.Second)
		for _, l := range held[1:] {
			l.Done(1, false)
		}
		wg.Wait()
		callers := slices.DeleteFunc(slices.Clone(order), func(who string) bool { return who == "batch" })
		for i, who := range callers {
			if who != fmt.Sprint(i) {
				t.Fatalf("order %v", callers)
			}
		}
		if first := slices.Index(order, "batch"); first < waiting-1 {
			t.Errorf("a batch call went before callers: %v", order)
		}
	})
}
