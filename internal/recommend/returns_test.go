package recommend_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// numbered is p0 as one of several different requests of one size.
func numbered(t *testing.T, n int) recommend.Request {
	return example(t, "p0.json", func(r *recommend.Request) { r.Canonical = fmt.Appendf(r.Canonical, "%03d", n) })
}

// roomFor is a budget of which so many calls of p0 can hold their bound at once, and
// whose bills leave room for one to the end.
func roomFor(t *testing.T, bounds, bills int64) int64 {
	b := newBench(t, []turn{good}, nil)
	b.one(t, numbered(t, 0))
	return bounds*b.ledger.asked[0].CostNano + bills*b.ledger.held()
}

// TestMoneyThatOthersHoldIsAwaited for a moment: what a call holds is more than it
// will cost. What was spent does not come back.
func TestMoneyThatOthersHoldIsAwaited(t *testing.T) {
	tests := map[string]struct {
		call   time.Duration
		bills  int64
		batch  string
		leaves func(b *bench, hold func()) // while the second waits
		took   time.Duration
		source string
		wait   string
	}{
		"it comes back":       {390 * time.Millisecond, 1, "", nil, 790 * time.Millisecond, "model", "allowed"},
		"held for too long":   {3 * time.Second, 1, "", nil, time.Second, "rules", "refused"},
		"spent meanwhile":     {390 * time.Millisecond, 0, "", nil, 400 * time.Millisecond, "rules", "refused"},
		"a job":               {400 * time.Millisecond, 1, "job", nil, 0, "rules", ""},
		"of another replica":  {400 * time.Millisecond, 1, "", func(_ *bench, back func()) { back() }, 150*time.Millisecond + 400*time.Millisecond, "model", "allowed"},
		"the service is shut": {400 * time.Millisecond, 1, "", func(b *bench, _ func()) { go b.Close(context.Background()) }, 150 * time.Millisecond, "rules", "refused"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, []turn{after(tc.call, good)}, nil)
				b.ledger.limit = roomFor(t, 1, tc.bills)
				if tc.leaves == nil {
					first := b.ask(t.Context(), numbered(t, 1))
					defer func() { <-first }()
				} else {
					b.ledger.entries["of another"] = &entry{reserved: b.ledger.limit}
				}
				synctest.Wait()
				second := b.ask(t.Context(), example(t, "p0.json", func(r *recommend.Request) { r.Batch = tc.batch }))
				if tc.leaves != nil {
					time.Sleep(110 * time.Millisecond)
					tc.leaves(b, func() { _ = b.ledger.Release(t.Context(), "of another") })
				}
				o := <-second
				if o.err != nil || o.Answer.Source != tc.source || o.took != tc.took {
					t.Errorf("%v, %s after %v, want %s after %v", o.err, o.Answer.Source, o.took, tc.source, tc.took)
				}
				if tc.wait != "" && b.observer.seen("limit budget_wait "+tc.wait) != 1 || tc.wait == "" && o.Took.Queue != 0 {
					t.Errorf("the wait was not %q: %v", tc.wait, b.observer.counts)
				}
				_ = b.ledger.Release(t.Context(), "of another")
			})
		})
	}
}

// TestWhoLeavesDoesNotWaitForMoney.
func TestWhoLeavesDoesNotWaitForMoney(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, []turn{after(3*time.Second, good)}, nil)
		b.ledger.limit = roomFor(t, 1, 1)
		first := b.ask(t.Context(), numbered(t, 1))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if o := <-b.ask(ctx, numbered(t, 2)); !errors.Is(o.err, context.DeadlineExceeded) || o.took != 100*time.Millisecond {
			t.Errorf("%v after %v", o.err, o.took)
		}
		<-first
	})
}

// TestBurstOnASmallBudget is served in turns: the budget is never exceeded, and the
// ledger is not asked by everybody all the time.
func TestBurstOnASmallBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const callers = 60
		b := newBench(t, []turn{after(20*time.Millisecond, good)}, nil)
		b.ledger.limit = roomFor(t, 2, callers)
		b.ledger.wait = func(context.Context, string) {
			if held := b.ledger.held(); held > b.ledger.limit {
				t.Errorf("%d of %d held", held, b.ledger.limit)
			}
		}
		var asked []<-chan outcome
		for n := range callers {
			asked = append(asked, b.ask(t.Context(), numbered(t, n)))
		}
		for _, a := range asked {
			if o := <-a; o.err != nil || o.Answer.Source != "model" {
				t.Errorf("%v, %s after %v", o.err, o.Answer.Source, o.took)
			}
		}
		if n := len(b.ledger.asked); n > 4*callers {
			t.Errorf("the ledger was asked %d times for %d callers", n, callers)
		}
	})
}
