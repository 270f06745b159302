package ratelimit

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// acquire fails the test when it is refused.
func acquire(t *testing.T, q *Quota, tokens int) recommend.Lease {
	t.Helper()
	l, err := q.acquire(t.Context(), tokens, false, unheard)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// refusal fails the test when the call is admitted, or refused otherwise.
func refusal(t *testing.T, q *Quota, tokens int, within time.Duration) *recommend.QuotaError {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	_, err := q.acquire(ctx, tokens, false, unheard)
	var e *recommend.QuotaError
	if !errors.As(err, &e) {
		t.Fatalf("error is %v, want a QuotaError", err)
	}
	return e
}

// A quarter of the minute's requests goes at once, the rest evenly.
func TestRequestsPerMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuota(QuotaConfig{RequestsPerMinute: 60})
		start := time.Now()
		for range 15 {
			acquire(t, q, 1)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("the burst took %s", took)
		}
		for range 10 {
			acquire(t, q, 1)
		}
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("10 more took %s, want 10 s", took)
		}
	})
}

// Tokens are taken in full at the start, and what was not used comes back.
func TestTokensAreCorrected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuota(QuotaConfig{TokensPerMinute: 6000})
		a := acquire(t, q, 1400)
		if e := refusal(t, q, 1400, time.Second); e.Limit != LimitBedrockTokens || e.RetryAfter != 13*time.Second {
			t.Errorf("%+v, want bedrock_tokens after 13 s", e)
		}
		a.Done(300, false)
		start := time.Now()
		b := acquire(t, q, 1200)
		if took := time.Since(start); took != 0 {
			t.Errorf("the returned tokens are not there: waited %s", took)
		}
		b.Done(2400, false) // more than taken: a debt
		b.Done(0, false)    // once more does nothing
		if e := refusal(t, q, 100, time.Second); e.RetryAfter != 13*time.Second {
			t.Errorf("%+v, want 1200 of debt and 100 at 100 a second", e)
		}
	})
}

// A call larger than the burst goes when the bucket is full; one larger than
// the minute's quota never does.
func TestLargeCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuota(QuotaConfig{TokensPerMinute: 6000})
		acquire(t, q, 5000)
		start := time.Now()
		acquire(t, q, 1500)
		if took := time.Since(start); took != 50*time.Second {
			t.Errorf("after a call of 5000 the next waited %s, want until the debt of 3500 and 1500 are there", took)
		}
		if e := refusal(t, q, 6001, time.Hour); e.Limit != LimitBedrockTokens || e.RetryAfter != 0 {
			t.Errorf("%+v, want a refusal for good", e)
		}
	})
}

// A call that cannot make its deadline is told at once; one that can waits.
func TestDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuota(QuotaConfig{RequestsPerMinute: 4})
		acquire(t, q, 1)
		start := time.Now()
		if e := refusal(t, q, 1, 14*time.Second); e.Limit != LimitBedrockRequests || e.RetryAfter != 15*time.Second {
			t.Errorf("%+v", e)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("told after %s, want at once", took)
		}
		if got := q.State().Waiting; got != 0 {
			t.Errorf("%d in the queue, want none", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 16*time.Second)
		defer cancel()
		if _, err := q.acquire(ctx, 1, false, unheard); err != nil || time.Since(start) != 15*time.Second {
			t.Errorf("after %s: %v, want admission after 15 s", time.Since(start), err)
		}
	})
}

// The queue's wait counts: who stands behind others is judged by the sum.
func TestDeadlinesBehindAQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuota(QuotaConfig{RequestsPerMinute: 4, TokensPerMinute: 4000})
		acquire(t, q, 10)
		go q.acquire(t.Context(), 10, false, unheard)
		synctest.Wait()
		if e := refusal(t, q, 10, 29*time.Second); e.RetryAfter != 30*time.Second {
			t.Errorf("behind one: %+v, want 30 s", e)
		}
		go q.acquire(t.Context(), 4000, false, unheard)
		synctest.Wait()
		if e := refusal(t, q, 10, time.Minute); e.Limit != LimitBedrockTokens {
			t.Errorf("behind a large one: %+v", e)
		}
		time.Sleep(time.Hour)
	})
}

// With calls of two seconds, the tenth in line for one slot is told that ten
// seconds will not do.
func TestInFlightOutlook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuota(QuotaConfig{InFlight: 1})
		for range 3 {
			l := acquire(t, q, 1)
			time.Sleep(2 * time.Second)
			l.Done(1, false)
		}
		held := acquire(t, q, 1)
		for range 9 {
			go func() {
				if l, err := q.acquire(t.Context(), 1, false, unheard); err == nil {
					l.Done(1, false)
				}
			}()
		}
		synctest.Wait()
		start := time.Now()
		if e := refusal(t, q, 1, 10*time.Second); e.Limit != LimitBedrockInFlight || time.Since(start) != 0 {
			t.Errorf("%+v after %s", e, time.Since(start))
		}
		held.Done(1, false)
		time.Sleep(time.Minute)
	})
}

func TestReplicasShareTheQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQuota(QuotaConfig{RequestsPerMinute: 240, InFlight: 100, Replicas: 4})
		start := time.Now()
		for range 16 {
			acquire(t, q, 1)
		}
		if took := time.Since(start); took != time.Second {
			t.Errorf("15 of the burst and one more took %s, want 1 s", took)
		}
	})
}
