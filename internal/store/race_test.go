package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/recommend"
)

// TestExactlyAsManyAsFit lets 300 goroutines compete for 217 reservations, of
// the client's budget and of the global one.
func TestExactlyAsManyAsFit(t *testing.T) {
	const fit, each = 217, 31
	most := budget.Limit{Day: budget.Unlimited, Month: budget.Unlimited}
	exact := budget.Limit{Day: fit*each + each - 1, Month: budget.Unlimited}
	for name, limits := range map[string]budget.Limits{
		"client": {Global: most, Default: exact},
		"global": {Global: exact, Default: most},
	} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, cfg Config) {
				cfg.Limits = limits
				s := open(t, cfg)
				if n := compete(t, s, 300, each); n != fit {
					t.Errorf("%d reservations, want %d", n, fit)
				}
				wantBalances(t, s, "c", noon, 0, fit*each, 0, fit*each, 0, fit*each, 0, fit*each)
			})
		})
	}
}

func compete(t *testing.T, s *Store, goroutines int, each int64) int32 {
	var won atomic.Int32
	var wg sync.WaitGroup
	for i := range goroutines {
		wg.Go(func() {
			var refused *recommend.BudgetError
			switch err := s.Reserve(context.Background(), reservationOf(fmt.Sprint("r", i), "c", each)); {
			case err == nil:
				won.Add(1)
			case !errors.As(err, &refused):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	return won.Load()
}

// TestNeverOverTheLimit settles, forfeits and releases while others reserve,
// and looks at the balances all the while.
func TestNeverOverTheLimit(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		done := make(chan struct{})
		var watch, work sync.WaitGroup
		watch.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					watchBalances(t, s)
				}
			}
		})
		for g := range 8 {
			work.Go(func() {
				for i := range 20 {
					churn(t, s, fmt.Sprintf("r%d-%d", g, i), []string{"a", "b"}[g%2], g+i)
				}
			})
		}
		work.Wait()
		close(done)
		watch.Wait()
		ok(t, s.Verify(t.Context()))
		bs, err := s.GlobalBalances(t.Context(), noon)
		ok(t, err)
		if bs[0].Reserved != 0 || bs[0].Spent == 0 {
			t.Errorf("in the end %+v, want all concluded", bs[0])
		}
	})
}

func watchBalances(t *testing.T, s *Store) {
	bs, err := s.AllBalances(context.Background(), noon)
	if err != nil {
		t.Error(err)
	}
	for _, b := range bs {
		if b.Spent+b.Reserved > b.Limit {
			t.Errorf("%d spent and %d reserved of %d", b.Spent, b.Reserved, b.Limit)
		}
	}
}

// churn reserves and concludes, in one way or another, never above what was
// reserved.
func churn(t *testing.T, s *Store, id, client string, way int) {
	ctx := context.Background()
	var refused *recommend.BudgetError
	if err := s.Reserve(ctx, reservationOf(id, client, 137)); errors.As(err, &refused) {
		return
	} else if err != nil {
		t.Error(err)
		return
	}
	var err error
	switch way % 3 {
	case 0:
		err = s.Settle(ctx, id, bill(50))
	case 1:
		err = s.Release(ctx, id)
	case 2:
		err = s.Forfeit(ctx, id)
	}
	if err != nil {
		t.Error(err)
	}
}
