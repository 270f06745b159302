package recommend_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// TestNoRecordNoAdvice on every way to an answer. What was spent is settled
// all the same, and nothing of it is kept for others.
func TestNoRecordNoAdvice(t *testing.T) {
	tests := map[string]struct {
		script []turn
		mode   recommend.Mode
	}{
		"by the model":        {[]turn{good}, recommend.ModeAuto},
		"mode model":          {[]turn{good}, recommend.ModeModel},
		"by rules":            {[]turn{good}, recommend.ModeRules},
		"after a failed call": {[]turn{fails(recommend.ModelError{Kind: recommend.KindDenied, Sent: true})}, recommend.ModeAuto},
	}
	for name, tc := range tests {
		for _, how := range []fault{notApplied, applied} {
			t.Run(name+" "+string(how), func(t *testing.T) {
				b := newBench(t, tc.script, func(b *bench, _ *recommend.Config) {
					b.journal.fault = func(n int) fault {
						if n == 1 {
							return how
						}
						return works
					}
				})
				res, err := b.Recommend(t.Context(), inMode(t, tc.mode), nil)
				if !errors.Is(err, recommend.ErrJournal) || !errors.Is(err, errOutage) || len(res.Body) != 0 || res.ID != "" {
					t.Errorf("%v, %+v", err, res)
				}
				if b.observer.seen("recommendation desk model ") != 0 {
					t.Error("advice that was not given was counted")
				}
				if b.ledger.held() != b.model.billed() {
					t.Errorf("charged %d, billed %d", b.ledger.held(), b.model.billed())
				}
				if again := b.one(t, inMode(t, tc.mode)); again.Answer.Usage.Cached {
					t.Error("an answer without a record was kept")
				}
			})
		}
	}
}

// TestJournalFailsForOne of those who share a call: the others have theirs.
func TestJournalFailsForOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, []turn{after(time.Second, good)}, func(b *bench, _ *recommend.Config) {
			b.journal.fault = func(n int) fault {
				if n == 2 {
					return notApplied
				}
				return works
			}
		})
		first, second := b.ask(t.Context(), p0(t)), b.ask(t.Context(), p0(t))
		var failed int
		for _, c := range []<-chan outcome{first, second} {
			o := <-c
			if errors.Is(o.err, recommend.ErrJournal) {
				failed++
			} else if o.err != nil || o.Answer.Source != "model" {
				t.Errorf("%v, source %s", o.err, o.Answer.Source)
			}
		}
		if failed != 1 {
			t.Errorf("%d of two failed", failed)
		}
		if a := b.one(t, p0(t)).Answer; !a.Usage.Cached {
			t.Errorf("the answer was lost: %+v", a.Usage)
		}
	})
}

// TestPanics of a neighbour end no more than the one request, and hold nothing.
func TestPanics(t *testing.T) {
	boom := func(context.Context, recommend.ModelRequest) (recommend.ModelAnswer, error) { panic("boom") }
	plain := func(context.Context, recommend.ModelRequest) (recommend.ModelAnswer, error) {
		return recommend.ModelAnswer{}, errOutage
	}
	for name, script := range map[string][]turn{"the model panics": {boom, good}, "an error of another type": {plain, good}} {
		b := newBench(t, script, nil)
		a := b.one(t, p0(t)).Answer
		if a.Degraded == nil || a.Degraded.Reason != recommend.ReasonUnavailable {
			t.Errorf("%s: %+v", name, a.Degraded)
		}
		if want := b.model.Bound(b.model.requests()[0]).CostNano; b.ledger.held() != want {
			t.Errorf("%s: charged %d, want %d", name, b.ledger.held(), want)
		}
	}
	b := newBench(t, []turn{good}, func(b *bench, _ *recommend.Config) {
		b.quota.acquire = func(context.Context, int) error {
			b.quota.acquire = nil
			panic("boom")
		}
	})
	if _, err := b.Recommend(t.Context(), p0(t), nil); err == nil || b.ledger.held() != 0 {
		t.Errorf("the quota panics: %v, %d held", err, b.ledger.held())
	}
	if a := b.one(t, p0(t)).Answer; a.Source != "model" {
		t.Errorf("then %s", a.Source)
	}
}

// TestPanicOfTheLedger while a call is settled costs nobody the answer: the
// reservation stays open, to be charged in full when it expires.
func TestPanicOfTheLedger(t *testing.T) {
	b := newBench(t, []turn{good}, func(b *bench, _ *recommend.Config) {
		b.ledger.fault = func(string, int) fault { return works } // what stays open is no fault of the test
		b.ledger.wait = func(_ context.Context, op string) {
			if op == "settle" {
				panic("boom")
			}
		}
	})
	if a := b.one(t, p0(t)).Answer; a.Source != "model" {
		t.Errorf("source %s", a.Source)
	}
	if want := b.model.Bound(b.model.requests()[0]).CostNano; b.ledger.held() != want {
		t.Errorf("%d are held, want %d", b.ledger.held(), want)
	}
	if text := b.log.String(); !strings.Contains(text, "panic in a settlement") || strings.Contains(text, "boom") {
		t.Errorf("log: %s", text)
	}
}
