package recommend_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// outcome is what one caller got, and when.
type outcome struct {
	answered
	err  error
	took time.Duration
}

// ask makes a request in its own goroutine.
func (b *bench) ask(ctx context.Context, req recommend.Request) <-chan outcome {
	out := make(chan outcome, 1)
	go func() {
		start := time.Now()
		res, err := b.answer(ctx, req)
		out <- outcome{res, err, time.Since(start)}
	}()
	return out
}

// after is a turn that takes d, or until its deadline.
func after(d time.Duration, then turn) turn {
	return func(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
		if sleep(ctx, d) != nil {
			return recommend.ModelAnswer{}, &recommend.ModelError{Kind: recommend.KindTimeout, Sent: true, Billable: true}
		}
		return then(ctx, req)
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// TestCoalescing: twenty equal requests at once are one call. Each caller gets
// an answer and a record of its own; one has paid. It makes no difference to
// the others that the one who came first leaves.
func TestCoalescing(t *testing.T) {
	for _, leaves := range []bool{false, true} {
		t.Run(fmt.Sprintf("leader leaves: %v", leaves), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, []turn{after(time.Second, good)}, nil)
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				leader := b.ask(ctx, p0(t))
				synctest.Wait()
				var others []<-chan outcome
				for range 19 {
					others = append(others, b.ask(t.Context(), p0(t)))
				}
				synctest.Wait()
				if leaves {
					leave()
					if o := <-leader; !errors.Is(o.err, context.Canceled) || o.took != 0 {
						t.Errorf("the leader got %v after %v", o.err, o.took)
					}
				}
				ids := map[string]bool{}
				for _, other := range others {
					o := <-other
					u := o.Answer.Usage
					if o.err != nil || o.Answer.Source != "model" || !u.Cached || u.CostUSD != "0" || u.Attempts != 0 || u.InputTokens != 0 || u.ModelMS != 0 {
						t.Fatalf("%v, source %s, usage %+v", o.err, o.Answer.Source, u)
					}
					ids[o.Answer.ID] = true
				}
				if !leaves {
					o := <-leader
					if o.err != nil || o.Answer.Usage.Cached || o.Answer.Usage.Attempts != 1 {
						t.Errorf("the leader got %v, %+v", o.err, o.Answer.Usage)
					}
				}
				if len(ids) != 19 || len(b.journal.kept()) != 20 || len(b.model.requests()) != 1 {
					t.Errorf("%d ids, %d records, %d calls", len(ids), len(b.journal.kept()), len(b.model.requests()))
				}
				if hit := b.one(t, p0(t)).Answer.Usage; !hit.Cached || b.ledger.held() != b.model.billed() {
					t.Errorf("afterwards %+v, charged %d, billed %d", hit, b.ledger.held(), b.model.billed())
				}
				for event, want := range map[string]int{"cache miss": 1, "cache coalesced": 19, "cache hit": 1, "tokens desk test-model": 1} {
					if b.observer.seen(event) != want {
						t.Errorf("%q was counted %d times, want %d", event, b.observer.seen(event), want)
					}
				}
			})
		})
	}
}

// TestWhatIsNotShared: other clients, other portfolios and other options.
func TestWhatIsNotShared(t *testing.T) {
	b := newBench(t, []turn{good}, nil)
	b.one(t, p0(t))
	for name, req := range map[string]recommend.Request{
		"client":  example(t, "p0.json", func(r *recommend.Request) { r.Client = "another" }),
		"request": example(t, "p0.json", func(r *recommend.Request) { r.Canonical = append(r.Canonical, ' ') }),
	} {
		if u := b.one(t, req).Answer.Usage; u.Cached || u.Attempts != 1 {
			t.Errorf("another %s: %+v", name, u)
		}
	}
	if again := example(t, "p0.json", func(r *recommend.Request) { r.RequestID = "req-2" }); !b.one(t, again).Answer.Usage.Cached {
		t.Error("the request id is no part of the content")
	}
}

// TestCacheExpires, and never keeps an answer that lacks the model's words.
func TestCacheExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, []turn{prose, prose, good}, nil)
		for i, want := range []struct {
			wait   time.Duration
			cached bool
			calls  int
		}{{0, false, 2}, {0, false, 3}, {15*time.Minute - time.Second, true, 3}, {2 * time.Second, false, 4}} {
			time.Sleep(want.wait)
			a := b.one(t, p0(t)).Answer
			if a.Usage.Cached != want.cached || len(b.model.requests()) != want.calls {
				t.Errorf("request %d: cached %v after %d calls, want %+v", i, a.Usage.Cached, len(b.model.requests()), want)
			}
		}
	})
}

// TestSharedFailure: those who waited for a failed call get the rules' answer
// too, each with a record, and the failure is not kept.
func TestSharedFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		denied := fails(recommend.ModelError{Kind: recommend.KindDenied, Sent: true})
		b := newBench(t, []turn{after(time.Second, denied), good}, nil)
		first, second := b.ask(t.Context(), p0(t)), b.ask(t.Context(), p0(t))
		for _, c := range []<-chan outcome{first, second} {
			if o := <-c; o.err != nil || o.Answer.Source != "rules" || o.Answer.Degraded.Reason != recommend.ReasonDenied {
				t.Errorf("%v, %+v", o.err, o.Answer.Degraded)
			}
		}
		if len(b.model.requests()) != 1 || len(b.journal.kept()) != 2 {
			t.Errorf("%d calls, %d records", len(b.model.requests()), len(b.journal.kept()))
		}
		if a := b.one(t, p0(t)).Answer; a.Source != "model" {
			t.Errorf("then %s", a.Source)
		}
	})
}

// TestRefusalIsNotShared: of two equal lines of a job, the one that takes an
// answer without the model gets it, whatever the other one is told that does not.
func TestRefusalIsNotShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		throttled := after(time.Second, fails(recommend.ModelError{Kind: recommend.KindThrottled, Sent: true}))
		b := newBench(t, []turn{throttled}, nil)
		line := func(patient bool) recommend.Request {
			return example(t, "p0.json", func(r *recommend.Request) { r.Batch, r.Patient = "job", patient })
		}
		first := b.ask(t.Context(), line(true))
		synctest.Wait()
		second := b.ask(t.Context(), line(false))
		if o := <-first; !errors.As(o.err, new(*recommend.ModelUnavailableError)) {
			t.Errorf("the patient one got %v, source %q", o.err, o.Answer.Source)
		}
		if o := <-second; o.err != nil || o.Answer.Source != "rules" {
			t.Errorf("the other one got %v, source %q", o.err, o.Answer.Source)
		}
	})
}

// TestLeaving at each station on the way: the caller is let go at once, and
// what was begun is finished, settled, journalled and cached.
func TestLeaving(t *testing.T) {
	atLedger := func(op string) func(b *bench, here func()) {
		return func(b *bench, here func()) {
			b.ledger.wait = func(_ context.Context, o string) {
				if o == op {
					here()
				}
			}
		}
	}
	stations := map[string]func(b *bench, here func()){
		"reserving": atLedger("reserve"),
		"settling":  atLedger("settle"),
		"in the queue": func(b *bench, here func()) {
			b.quota.acquire = func(context.Context, int) error { here(); return nil }
		},
		"during the call": func(b *bench, here func()) {
			b.model.script = []turn{func(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
				here()
				return good(ctx, req)
			}}
		},
		"before the second call": func(b *bench, here func()) {
			b.model.script = []turn{func(context.Context, recommend.ModelRequest) (recommend.ModelAnswer, error) {
				go here() // the pause begins now
				return recommend.ModelAnswer{}, &recommend.ModelError{Kind: recommend.KindThrottled, Sent: true}
			}, good}
		},
		"while the record is written": func(b *bench, here func()) { b.journal.wait = func(context.Context) { here() } },
	}
	for name, at := range stations {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				b := newBench(t, []turn{good}, func(b *bench, _ *recommend.Config) {
					var once sync.Once
					at(b, func() { once.Do(func() { leave(); time.Sleep(100 * time.Millisecond) }) })
				})
				if o := <-b.ask(ctx, p0(t)); !errors.Is(o.err, context.Canceled) || o.took != 0 {
					t.Errorf("the caller got %v after %v", o.err, o.took)
				}
				time.Sleep(time.Second)
				synctest.Wait()
				if b.ledger.held() != b.model.billed() || b.model.billed() == 0 || len(b.journal.kept()) != 1 {
					t.Errorf("charged %d, billed %d, %d records", b.ledger.held(), b.model.billed(), len(b.journal.kept()))
				}
				if a := b.one(t, p0(t)).Answer; !a.Usage.Cached || a.Source != "model" {
					t.Errorf("afterwards %+v", a.Usage)
				}
			})
		})
	}
}

// TestGoneBeforeItBegan: nothing is done for a caller who has left already.
func TestGoneBeforeItBegan(t *testing.T) {
	b := newBench(t, []turn{good}, nil)
	ctx, leave := context.WithCancel(t.Context())
	leave()
	_, err := b.Recommend(ctx, p0(t), nil)
	_, err2 := b.Analyze(ctx, p0(t))
	_, err3 := b.Estimate(ctx, p0(t))
	for _, err := range []error{err, err2, err3} {
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	if len(b.ledger.asked) != 0 || len(b.journal.kept()) != 0 {
		t.Error("something was done")
	}
}
