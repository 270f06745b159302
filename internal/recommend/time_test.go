package recommend_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// hang is a turn that takes as long as it may.
var hang = after(time.Hour, good)

// TestCallTimeout ends a call that hangs, charges it in full, and does not
// try again what may have been billed.
func TestCallTimeout(t *testing.T) {
	for _, timeout := range []time.Duration{0, time.Second, 15 * time.Second, 2 * time.Minute} {
		t.Run(timeout.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, []turn{hang}, func(_ *bench, c *recommend.Config) { c.Timeouts.Attempt = timeout })
				o := <-b.ask(t.Context(), p0(t))
				want := timeout
				if timeout == 0 {
					want = 15 * time.Second
				}
				if o.err != nil || o.Answer.Degraded.Reason != recommend.ReasonTimeout || o.took != want {
					t.Errorf("%v, %+v after %v", o.err, o.Answer.Degraded, o.took)
				}
				if want := b.model.Bound(b.model.requests()[0]).CostNano; b.ledger.held() != want || len(b.model.requests()) != 1 {
					t.Errorf("charged %d, want %d, in %d calls", b.ledger.held(), want, len(b.model.requests()))
				}
			})
		})
	}
}

// TestSecondCall waits as long as the provider says, or a moment where it says
// nothing, and not at all when that is longer than a wait for its quota.
func TestSecondCall(t *testing.T) {
	tests := map[string]struct {
		said  time.Duration
		took  time.Duration
		calls int
		retry int // seconds
	}{
		"not said":       {0, 300 * time.Millisecond, 2, 0},
		"soon":           {5 * time.Second, 5 * time.Second, 2, 0},
		"just in time":   {10 * time.Second, 10 * time.Second, 2, 0},
		"too late":       {11 * time.Second, 0, 1, 11},
		"next century":   {math.MaxInt64, 0, 1, 9_223_372_036},
		"before the now": {-time.Minute, 300 * time.Millisecond, 2, 0},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				throttled := fails(recommend.ModelError{Kind: recommend.KindThrottled, Sent: true, RetryAfter: tc.said})
				b := newBench(t, []turn{throttled, good}, nil)
				o := <-b.ask(t.Context(), p0(t))
				if o.err != nil || o.took != tc.took || len(b.model.requests()) != tc.calls {
					t.Fatalf("%v after %v in %d calls", o.err, o.took, len(b.model.requests()))
				}
				if tc.calls == 2 {
					if o.Answer.Source != "model" || o.Answer.Usage.Attempts != 2 {
						t.Errorf("source %s, usage %+v", o.Answer.Source, o.Answer.Usage)
					}
					return
				}
				if d := o.Answer.Degraded; d.Reason != recommend.ReasonThrottled || d.RetryAfter == nil || *d.RetryAfter < tc.retry {
					t.Errorf("%+v", d)
				}
			})
		})
	}
}

// TestBatchIsPatient: nobody waits for its lines, so that they wait for as long as
// a call can still be made.
func TestBatchIsPatient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, []turn{fails(recommend.ModelError{Kind: recommend.KindThrottled, Sent: true, RetryAfter: 26 * time.Second}), good}, nil)
		req := p0(t)
		req.Batch = "job"
		if o := <-b.ask(t.Context(), req); o.err != nil || o.took != 26*time.Second || o.Answer.Source != "model" {
			t.Errorf("%v, source %s after %v", o.err, o.Answer.Source, o.took)
		}
	})
}

// TestHeldBackIsToldAtOnce: when the model's adapter holds calls back there is
// nothing to wait for, whether it says so before the call or instead of it. When
// it says so before, no money is reserved.
func TestHeldBackIsToldAtOnce(t *testing.T) {
	for name, before := range map[string]bool{"before": true, "instead": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				held := recommend.ModelError{Kind: recommend.KindUnavailable, Held: true, RetryAfter: 5 * time.Second}
				b := newBench(t, []turn{fails(held), good}, func(_ *bench, c *recommend.Config) {
					if before {
						c.Held = func() *recommend.ModelError { return &held }
					}
				})
				o := <-b.ask(t.Context(), p0(t))
				if d := o.Answer.Degraded; o.err != nil || o.took != 0 || d == nil || d.Reason != recommend.ReasonUnavailable || *d.RetryAfter != 5 {
					t.Errorf("%v, %+v after %v", o.err, d, o.took)
				}
				if n := len(b.ledger.asked); (n == 0) != before || b.ledger.held() != 0 {
					t.Errorf("%d reservations, %d nano-USD held", n, b.ledger.held())
				}
			})
		})
	}
}

// TestQueue: the wait for the provider's quota ends while a call can still be
// made, and the reservation does not outlive it.
func TestQueue(t *testing.T) {
	for name, tc := range map[string]struct {
		work time.Duration
		wait time.Duration
	}{
		"by its own limit":     {30 * time.Second, 10 * time.Second},
		"by what a call needs": {12 * time.Second, 8 * time.Second},
		"at once":              {3 * time.Second, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, []turn{good}, func(b *bench, c *recommend.Config) {
					c.Timeouts.Work = tc.work
					b.quota.acquire = func(ctx context.Context, _ int) error {
						<-ctx.Done()
						return &recommend.QuotaError{Limit: "in_flight", RetryAfter: time.Second}
					}
				})
				o := <-b.ask(t.Context(), p0(t))
				if o.err != nil || o.took != tc.wait || o.Answer.Degraded.Reason != recommend.ReasonThrottled || b.ledger.held() != 0 {
					t.Errorf("%v after %v, %+v, %d held", o.err, o.took, o.Answer.Degraded, b.ledger.held())
				}
			})
		})
	}
}

// TestWhatTheQuotaIsAsked is the expected input plus all of the output; what
// was not used is given back.
func TestWhatTheQuotaIsAsked(t *testing.T) {
	b := newBench(t, []turn{good}, nil)
	u := b.one(t, p0(t)).Answer.Usage
	bound := b.model.Bound(b.model.requests()[0])
	if b.quota.asked[0] != bound.ExpectedInputTokens+bound.OutputTokens {
		t.Errorf("asked for %d tokens", b.quota.asked[0])
	}
	if l := b.quota.leases[0]; l.used != u.InputTokens+u.OutputTokens || l.throttled {
		t.Errorf("%+v, used %+v", *l, u)
	}
}

// TestLongest holds the promise that servers set their timeouts by, with
// every neighbour as slow as it can be.
func TestLongest(t *testing.T) {
	full := func(ctx context.Context) { <-ctx.Done() }
	for name, script := range map[string][]turn{
		"hangs":            {hang},
		"refuses late":     {after(14*time.Second, fails(recommend.ModelError{Kind: recommend.KindThrottled, Sent: true})), hang},
		"answers too late": {after(14*time.Second, prose), hang},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, script, func(b *bench, _ *recommend.Config) {
					b.ledger.fault = func(string, int) fault { return works }
					b.ledger.wait = func(ctx context.Context, op string) {
						if op != "reserve" {
							full(ctx)
						}
					}
					b.journal.wait = full
				})
				o := <-b.ask(t.Context(), p0(t))
				if longest := (recommend.Timeouts{}).Longest(); o.took > longest || longest != 44*time.Second {
					t.Errorf("took %v of %v", o.took, longest)
				}
				if !errors.Is(o.err, recommend.ErrJournal) {
					t.Error(o.err)
				}
				for _, r := range b.ledger.asked {
					if left := r.Expires.Sub(r.At); left < (recommend.Timeouts{}).Longest() {
						t.Errorf("a reservation expires after %v, during the work", left)
					}
				}
			})
		})
	}
}

// TestClose waits for the call under way and lets no other begin.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, []turn{after(5*time.Second, good)}, nil)
		caller := b.ask(t.Context(), p0(t))
		synctest.Wait()
		closed := make(chan error, 1)
		go func() { closed <- b.Close(t.Context()) }()
		synctest.Wait()
		if _, err := b.Recommend(t.Context(), p0(t), nil); !errors.Is(err, recommend.ErrClosed) {
			t.Errorf("while closing: %v", err)
		}
		if o := <-caller; o.err != nil || o.Answer.Source != "model" || o.took != 5*time.Second {
			t.Errorf("%v, source %s after %v", o.err, o.Answer.Source, o.took)
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
	})
}

// TestCloseImpatiently breaks the call off, charges it in full and journals
// the rules' answer that its caller gets.
func TestCloseImpatiently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, []turn{hang}, nil)
		caller := b.ask(t.Context(), p0(t))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if err := b.Close(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		if o := <-caller; o.err != nil || o.Answer.Degraded.Reason != recommend.ReasonTimeout {
			t.Errorf("%v, %+v", o.err, o.Answer.Degraded)
		}
		if want := b.model.Bound(b.model.requests()[0]).CostNano; b.ledger.held() != want || len(b.journal.kept()) != 1 {
			t.Errorf("charged %d of %d, %d records", b.ledger.held(), want, len(b.journal.kept()))
		}
	})
}

// TestOverhead is the time that the model's calls did not take.
func TestOverhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, []turn{after(2*time.Second, prose), after(time.Second, good)}, func(b *bench, _ *recommend.Config) {
			b.ledger.wait = func(ctx context.Context, _ string) { _ = sleep(ctx, 50*time.Millisecond) }
			b.journal.wait = func(ctx context.Context) { _ = sleep(ctx, 100*time.Millisecond) }
		})
		b.one(t, p0(t))
		// Two reservations with a settlement between them, and one record: the
		// second settlement is made beside it.
		if got := b.observer.over[0]; got != 3*50*time.Millisecond+100*time.Millisecond {
			t.Errorf("%v", got)
		}
	})
}
