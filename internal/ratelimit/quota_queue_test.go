package ratelimit

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/recommend"
)

func TestInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuota(QuotaConfig{InFlight: 1})
		first := acquire(t, q, 1)
		var mu sync.Mutex
		var order []int
		for i := range 10 {
			go func() {
				l, err := q.acquire(t.Context(), 1, false, unheard)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				order = append(order, i)
				mu.Unlock()
				time.Sleep(time.Second)
				l.Done(1, false)
			}()
			synctest.Wait()
		}
		if got := q.State(); got.InFlight != 1 || got.Waiting != 10 {
			t.Errorf("state %+v", got)
		}
		first.Done(1, false)
		time.Sleep(time.Minute)
		mu.Lock()
		defer mu.Unlock()
		if !slices.IsSorted(order) || len(order) != 10 {
			t.Errorf("served in the order %v", order)
		}
	})
}

// A waiting call whose context ends leaves the queue to the others.
func TestGivingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuota(QuotaConfig{InFlight: 1})
		held := acquire(t, q, 1)
		ctx, cancel := context.WithCancel(t.Context())
		failed := make(chan error, 1)
		go func() {
			_, err := q.acquire(ctx, 1, false, unheard)
			failed <- err
		}()
		synctest.Wait()
		admitted := make(chan recommend.Lease, 1)
		go func() {
			l, _ := q.acquire(t.Context(), 1, false, unheard)
			admitted <- l
		}()
		synctest.Wait()
		cancel()
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v, want context.Canceled", err)
		}
		if e := refusal(t, q, 1, 5*time.Second); e.Limit != LimitBedrockInFlight {
			t.Errorf("%+v", e)
		}
		held.Done(1, false)
		(<-admitted).Done(1, false)
		if got := q.State(); got.InFlight != 0 || got.Waiting != 0 {
			t.Errorf("state %+v, want an empty one", got)
		}
		if _, err := q.acquire(ctx, 1, false, unheard); !errors.Is(err, context.Canceled) {
			t.Errorf("a context that has ended: %v", err)
		}
	})
}

func TestFullQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuota(QuotaConfig{InFlight: 1, MaxQueue: 2})
		held := acquire(t, q, 1)
		for range 2 {
			go func() {
				if l, err := q.acquire(t.Context(), 1, false, unheard); err == nil {
					l.Done(1, false)
				}
			}()
		}
		synctest.Wait()
		if e := refusal(t, q, 1, time.Hour); e.Limit != LimitBedrockInFlight {
			t.Errorf("%+v", e)
		}
		held.Done(1, false)
		synctest.Wait()
	})
}

// unheard is for calls whose place in the queue is of no interest.
func unheard(int) {}

// Those who wait are told their place, and each time that it changes.
func TestQuotaTellsPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuota(QuotaConfig{InFlight: 1})
		first := acquire(t, q, 1)
		var places [3][]int
		var leases [3]recommend.Lease
		impatient, leave := context.WithCancel(t.Context())
		defer leave()
		contexts := [3]context.Context{t.Context(), impatient, t.Context()}
		var wg sync.WaitGroup
		for i := range places {
			wg.Go(func() {
				leases[i], _ = q.acquire(contexts[i], 1, false, func(place int) { places[i] = append(places[i], place) })
			})
			synctest.Wait()
		}
		leave()
		synctest.Wait()
		first.Done(1, false)
		synctest.Wait()
		leases[0].Done(1, false)
		wg.Wait()
		leases[2].Done(1, false)
		if diff := cmp.Diff([3][]int{{1}, {2}, {3, 2, 1}}, places); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
