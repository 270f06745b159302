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

// TestGoodAnswer goes the whole way once.
func TestGoodAnswer(t *testing.T) {
	b := newBench(t, []turn{good}, nil)
	res := b.one(t, p0(t))
	a := res.Answer
	if a.Source != "model" || a.Degraded != nil || a.Summary != goodSummary || len(a.Recommendations) != 2 {
		t.Fatalf("source %s, degraded %v, summary %q, %d recommendations", a.Source, a.Degraded, a.Summary, len(a.Recommendations))
	}
	for _, r := range a.Recommendations {
		if r.Source != "model" || !strings.HasPrefix(r.Rationale, "The figure behind it: ") || strings.ContainsAny(r.Rationale, "{}") {
			t.Errorf("%s by %s: %q", r.ID, r.Source, r.Rationale)
		}
	}
	if a.Usage.Attempts != 1 || a.Usage.Cached || a.Usage.InputTokens == 0 || a.Usage.OutputTokens == 0 {
		t.Errorf("usage %+v", a.Usage)
	}
	for _, event := range []string{
		"cache miss", "limit budget allowed", "limit bedrock_quota allowed", "operation test-model ",
		"tokens desk test-model", "recommendation desk model ", "overhead",
	} {
		if b.observer.seen(event) != 1 {
			t.Errorf("%q was counted %d times", event, b.observer.seen(event))
		}
	}
}

// TestEveryModelFailure maps each kind to what the caller is told, and to the
// money that it costs: what was billed for certain, nothing when nothing can
// have been, and the whole reservation when that is not known.
func TestEveryModelFailure(t *testing.T) {
	reasons := map[recommend.ErrorKind]string{
		recommend.KindThrottled: "model_throttled", recommend.KindQuota: "model_throttled",
		recommend.KindDenied: "model_denied", recommend.KindExplicitDeny: "model_denied", recommend.KindNoModelAccess: "model_denied",
		recommend.KindNotAllowed: "model_denied", recommend.KindCredentials: "model_denied",
		recommend.KindRetired: "model_retired", recommend.KindInvalidModel: "model_retired",
		recommend.KindModelTimeout: "model_timeout", recommend.KindTimeout: "model_timeout",
		recommend.KindBadAnswer: "answer_rejected", recommend.KindProfileOnly: "model_unavailable",
		recommend.KindInvalid: "model_unavailable", recommend.KindNotReady: "model_unavailable",
		recommend.KindUnavailable: "model_unavailable", recommend.KindNetwork: "model_unavailable",
		"a kind of next year": "model_unavailable",
	}
	again := map[recommend.ErrorKind]bool{
		recommend.KindThrottled: true, recommend.KindNotReady: true, recommend.KindUnavailable: true, recommend.KindNetwork: true,
	}
	for kind, reason := range reasons {
		for _, billable := range []bool{false, true} {
			name := string(kind)
			if billable {
				name += ", perhaps billed"
			}
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					failure := recommend.ModelError{Kind: kind, Sent: true, Billable: billable, Diagnosis: "ask the operator",
						Err: errors.New("arn:aws:iam::123456789012:user/secret")}
					b := newBench(t, []turn{fails(failure)}, nil)
					a := b.one(t, p0(t)).Answer
					if a.Source != "rules" || a.Degraded == nil || a.Degraded.Reason != reason {
						t.Fatalf("source %s, degraded %+v", a.Source, a.Degraded)
					}
					if d := a.Degraded.Detail; !strings.HasSuffix(d, " Ask the operator.") || strings.Contains(d, "arn:") {
						t.Errorf("detail %q", d)
					}
					attempts := 1
					if again[kind] && !billable {
						attempts = 2
					}
					if n := len(b.model.requests()); n != attempts || a.Usage.Attempts != attempts {
						t.Errorf("%d calls, %d told; want %d", n, a.Usage.Attempts, attempts)
					}
					spent := b.ledger.held()
					if want := b.model.Bound(b.model.requests()[0]).CostNano; billable && spent != want || !billable && spent != 0 {
						t.Errorf("%d nano-USD were charged", spent)
					}
					for _, l := range b.quota.leases {
						if l.throttled != (kind == recommend.KindThrottled) || (l.used > 0) != billable {
							t.Errorf("the quota was told %+v", *l)
						}
					}
				})
			})
		}
	}
}

// TestWhatKeepsTheModelFromBeingAsked: no money, no ledger, no quota. The
// caller gets the rules' answer and what to wait for; the model is not called.
func TestWhatKeepsTheModelFromBeingAsked(t *testing.T) {
	tests := map[string]struct {
		edit   func(b *bench)
		reason string
		retry  int // seconds, 0: not told
		cause  func(error) bool
	}{
		"budget exhausted": {
			edit:   func(b *bench) { b.ledger.limit = 1 },
			reason: "budget_exhausted", retry: 3600,
			cause: func(err error) bool {
				e, ok := errors.AsType[*recommend.BudgetError](err)
				return ok && e.Budget == "client"
			},
		},
		"ledger down": {
			edit:   func(b *bench) { b.ledger.fault = func(string, int) fault { return notApplied } },
			reason: "ledger_unavailable", cause: func(err error) bool { return errors.Is(err, errOutage) },
		},
		"quota exhausted": {
			edit: func(b *bench) {
				b.quota.acquire = func(context.Context, int) error {
					return &recommend.QuotaError{Limit: "tokens_per_minute", RetryAfter: 2500 * time.Millisecond}
				}
			},
			reason: "model_throttled", retry: 3,
			cause: func(err error) bool { _, ok := errors.AsType[*recommend.QuotaError](err); return ok },
		},
		"quota broken": {
			edit:   func(b *bench) { b.quota.acquire = func(context.Context, int) error { return errOutage } },
			reason: "model_unavailable", cause: func(err error) bool { return errors.Is(err, errOutage) },
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, []turn{good}, func(b *bench, _ *recommend.Config) { tc.edit(b) })
				a := b.one(t, p0(t)).Answer
				if a.Source != "rules" || a.Degraded == nil || a.Degraded.Reason != tc.reason || a.Usage.CostUSD != "0" {
					t.Fatalf("source %s, degraded %+v, usage %+v", a.Source, a.Degraded, a.Usage)
				}
				if got := a.Degraded.RetryAfter; (got == nil) != (tc.retry == 0) || got != nil && *got != tc.retry {
					t.Errorf("retry after %v s, want %d", got, tc.retry)
				}
				german := inMode(t, recommend.ModeModel)
				german.Options.Language = "de"
				_, err := b.Recommend(t.Context(), german, nil)
				unavailable, ok := errors.AsType[*recommend.ModelUnavailableError](err)
				if !ok || unavailable.Degraded.Reason != tc.reason || !tc.cause(err) {
					t.Fatalf("mode model: %v", err)
				}
				// A problem is in English, and nobody wrote anything.
				if d := unavailable.Degraded.Detail; !strings.HasPrefix(d, "The ") || strings.Contains(d, "rules") {
					t.Errorf("mode model is told %q", d)
				}
				if n := len(b.model.requests()); n != 0 {
					t.Errorf("the model was called %d times", n)
				}
				if held := b.ledger.held(); held != 0 {
					t.Errorf("%d nano-USD are held", held)
				}
			})
		})
	}
}

// TestModeRules never calls the model and reserves nothing.
func TestModeRules(t *testing.T) {
	b := newBench(t, []turn{good}, nil)
	a := b.one(t, inMode(t, recommend.ModeRules)).Answer
	if a.Source != "rules" || a.Degraded != nil || len(a.Recommendations) != 2 {
		t.Errorf("source %s, degraded %v, %d recommendations", a.Source, a.Degraded, len(a.Recommendations))
	}
	if len(b.model.requests()) != 0 || len(b.ledger.asked) != 0 || len(b.quota.asked) != 0 || b.observer.seen("cache bypass") != 1 {
		t.Errorf("%d calls, %d reservations, %d leases", len(b.model.requests()), len(b.ledger.asked), len(b.quota.asked))
	}
}

// TestModeModel gives the words or the reason, never the rules' answer.
func TestModeModel(t *testing.T) {
	b := newBench(t, []turn{good}, nil)
	if a := b.one(t, inMode(t, recommend.ModeModel)).Answer; a.Source != "model" {
		t.Errorf("source %s", a.Source)
	}
	b = newBench(t, []turn{prose}, nil)
	_, err := b.Recommend(t.Context(), inMode(t, recommend.ModeModel), nil)
	unavailable, ok := errors.AsType[*recommend.ModelUnavailableError](err)
	if !ok || unavailable.Degraded.Reason != recommend.ReasonRejected || len(b.model.requests()) != 2 {
		t.Errorf("%v after %d calls", err, len(b.model.requests()))
	}
	if b.ledger.held() != b.model.billed() || b.model.billed() == 0 {
		t.Errorf("charged %d of %d nano-USD", b.ledger.held(), b.model.billed())
	}
}
