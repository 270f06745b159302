package ratelimit

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

func hundredths(n int) func() int { return func() int { return n } }

func acquireBatch(t *testing.T, q *Quota, tokens int) *lease {
	t.Helper()
	l, err := q.acquire(t.Context(), tokens, true, unheard)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Calls of jobs start only where their part of the places is not taken, by
// whomever, so that callers always find the rest.
func TestBatchCallsLeavePlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuota(QuotaConfig{InFlight: 4, BatchPercent: hundredths(50)})
		first := acquireBatch(t, q, 1)
		acquire(t, q, 1)
		third := make(chan *lease)
		go func() { third <- acquireBatch(t, q, 1) }()
		synctest.Wait()
		if s := q.State(); s.InFlight != 2 || s.Waiting != 1 {
			t.Fatalf("%+v, want the second call of a job to wait", s)
		}
		acquire(t, q, 1)
		acquire(t, q, 1).Done(1, false) // callers pass by it
		first.Done(1, false)
		synctest.Wait()
		if s := q.State(); s.InFlight != 2 || s.Waiting != 1 {
			t.Fatalf("%+v, want it to wait while callers have the part", s)
		}
		acquire(t, q, 1).Done(1, false)
		q.mu.Lock()
		q.inFlight-- // one of the callers ends
		q.serveLocked(time.Now())
		q.mu.Unlock()
		(<-third).Done(1, false)
	})
}

// The part may change while calls wait.
func TestPartOfBatchCallsChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		percent := 25
		q := NewQuota(QuotaConfig{InFlight: 4, BatchPercent: func() int { return percent }})
		first := acquireBatch(t, q, 1)
		rest := make(chan *lease, 2)
		for range 2 {
			go func() { rest <- acquireBatch(t, q, 1) }()
		}
		synctest.Wait()
		percent = 75
		first.Done(1, false)
		(<-rest).Done(1, false)
		(<-rest).Done(1, false)
		first, second := acquireBatch(t, q, 1), acquireBatch(t, q, 1)
		percent = 25
		go func() { rest <- acquireBatch(t, q, 1) }()
		synctest.Wait()
		first.Done(1, false)
		synctest.Wait()
		if s := q.State(); s.InFlight != 1 || s.Waiting != 1 {
			t.Fatalf("%+v, want one call in the smaller part", s)
		}
		second.Done(1, false)
		(<-rest).Done(1, false)
	})
}

// Of the minute's requests and tokens a job leaves the other part of the burst.
func TestBatchCallsLeavePartOfTheBurst(t *testing.T) {
	for name, cfg := range map[string]QuotaConfig{
		"requests": {RequestsPerMinute: 240, BatchPercent: hundredths(25)},   // a burst of 60
		"tokens":   {TokensPerMinute: 240_000, BatchPercent: hundredths(25)}, // a burst of 60,000
		"both":     {RequestsPerMinute: 240, TokensPerMinute: 240_000, BatchPercent: hundredths(25)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := NewQuota(cfg)
				start := time.Now()
				for range 15 {
					acquireBatch(t, q, 1000)
				}
				if took := time.Since(start); took != 0 {
					t.Errorf("a quarter of the burst took %s", took)
				}
				acquireBatch(t, q, 1000)
				if took := time.Since(start); took != 250*time.Millisecond {
					t.Errorf("one more took %s, want what refills it", took)
				}
				for range 45 {
					acquire(t, q, 1000)
				}
				if took := time.Since(start); took != 250*time.Millisecond {
					t.Errorf("callers waited until %s for the part that is theirs", took)
				}
			})
		})
	}
}

// A caller that comes later goes first.
func TestCallersGoBeforeBatchCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuota(QuotaConfig{InFlight: 1})
		held := acquire(t, q, 1)
		order := make(chan string, 4)
		wait := func(name string, batch bool) {
			go func() {
				l, err := q.acquire(t.Context(), 1, batch, unheard)
				if err != nil {
					t.Error(err)
					return
				}
				order <- name
				l.Done(1, false)
			}()
			synctest.Wait()
		}
		wait("job 1", true)
		wait("caller 1", false)
		wait("job 2", true)
		wait("caller 2", false)
		held.Done(1, false)
		synctest.Wait()
		for _, want := range []string{"caller 1", "caller 2", "job 1", "job 2"} {
			if got := <-order; got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
	})
}

// A call larger than the part of jobs still goes, when the bucket is full.
func TestLargeBatchCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuota(QuotaConfig{TokensPerMinute: 6000, BatchPercent: hundredths(10)})
		acquire(t, q, 1500)
		start := time.Now()
		acquireBatch(t, q, 1400)
		if took := time.Since(start); took < 14*time.Second || took > 15*time.Second {
			t.Errorf("after %s, want a full bucket's 15 s", took)
		}
	})
}

// What replicas share of the account is kept for callers in every store.
func TestGateKeepsTheAccountForCallers(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(*clock) Store) {
		store := open(newClock())
		account := QuotaConfig{RequestsPerMinute: 240, InFlight: 8, BatchPercent: hundredths(50)}
		batch := func(ctx context.Context, g *Gate) error {
			_, err := g.Acquire(ctx, recommend.QuotaCall{Client: "free", Tokens: 1, Batch: true}, unheard)
			return err
		}
		one, two := gate(store, account, 0), gate(store, account, 0)
		for i := range 4 {
			if err := batch(t.Context(), []*Gate{one, two}[i%2]); err != nil {
				t.Fatalf("call %d: %v", i, err)
			}
		}
		var refused *recommend.QuotaError
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := batch(ctx, two); err == nil || !errors.As(err, &refused) && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a fifth of eight places: %v", err)
		}
		for range 4 {
			pass(t, one, "free", 1)
		}
	})
}
