package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/recommend"
)

// fakeService answers with what it is told to, or fails.
type fakeService struct {
	mu     sync.Mutex
	calls  []recommend.Request
	stored map[string][]byte // by client and id

	feedback  []recommend.Feedback
	questions []recommend.Question

	broken   error                                                        // of Answer
	before   func(ctx context.Context, progress recommend.Progress) error // hook: fails the call, or waits
	estimate recommend.Estimate
}

func (f *fakeService) Recommend(ctx context.Context, req recommend.Request, progress recommend.Progress) (recommend.Result, error) {
	f.mu.Lock()
	f.calls = append(f.calls, req)
	n := len(f.calls)
	f.mu.Unlock()
	if progress == nil {
		progress = func(recommend.Step) {}
	}
	if f.before != nil {
		if err := f.before(ctx, progress); err != nil {
			return recommend.Result{}, err
		}
	}
	answer := testAnswer(n)
	body, err := json.Marshal(answer)
	f.mu.Lock()
	f.stored[req.Client+" "+answer.ID] = body
	f.mu.Unlock()
	return recommend.Result{ID: answer.ID, Source: answer.Source, Degraded: answer.Degraded.Reason, Usage: answer.Usage, Body: body, Took: recommend.Stations{
		Analysis: time.Millisecond, Queue: 2 * time.Millisecond, Model: 3 * time.Millisecond,
	}}, err
}

func (f *fakeService) Analyze(ctx context.Context, _ recommend.Request) (*analysis.Result, error) {
	if f.before != nil {
		if err := f.before(ctx, nil); err != nil {
			return nil, err
		}
	}
	return testAnalysis(), nil
}

func (f *fakeService) Estimate(context.Context, recommend.Request) (recommend.Estimate, error) {
	return f.estimate, nil
}

func (f *fakeService) Answer(_ context.Context, client, id string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken != nil {
		return nil, f.broken
	}
	if body, ok := f.stored[client+" "+id]; ok {
		return body, nil
	}
	return nil, recommend.ErrNotFound
}

func (f *fakeService) requests() []recommend.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]recommend.Request(nil), f.calls...)
}

func testAnswer(n int) recommend.Answer {
	retry := 30
	return recommend.Answer{
		ID: "rec_" + strings.Repeat("A", n), CreatedAt: testNow,
		Advice: recommend.Advice{
			Source:   "rules",
			Degraded: &recommend.Degraded{Reason: recommend.ReasonThrottled, RetryAfter: &retry, Detail: "The model is busy."},
			Summary:  "One <holding> is large.\nIt is \"AAPL\".",
			Recommendations: []recommend.Recommendation{{
				ID: "A1", Kind: "reduce_concentration", Priority: 1, Severity: analysis.High, Source: "rules", Title: "Sell some", Rationale: "Too much.",
				Trades: []analysis.Trade{{Side: analysis.Sell, Ticker: "AAPL", Quantity: "45", Amount: "8100.00", Lots: []analysis.LotSale{}}},
				Impact: []analysis.Impact{{Fact: "F1", Before: "0.18", After: "0.099"}}, Evidence: []string{"F1"}, Caveats: []string{},
			}},
			Analysis:    testAnalysis(),
			Disclosures: []string{"Not advice."},
		},
		Usage: recommend.Usage{ModelID: "m", Provider: "emulator", InputTokens: 812, OutputTokens: 214, CostUSD: "0.0004705",
			Attempts: 1, ModelMS: 950},
		Versions: recommend.Versions{Prompt: "p", Policy: "q", Engine: "e"},
	}
}

func testAnalysis() *analysis.Result {
	return &analysis.Result{
		AsOf: "2026-11-20", BaseCurrency: "USD", TotalValue: "100000.00", RiskLevel: "moderate",
		Allocation: []analysis.AllocationLine{{By: "asset_class", Key: "equity", Value: "86000.00", Weight: "0.86", Target: "0.6"}},
		Facts:      []analysis.Fact{{ID: "F1", Code: "issuer_weight", Subject: "AAPL", Value: "0.18", Unit: analysis.Ratio, Threshold: "0.1", Text: "18 %"}},
		Findings: []analysis.Finding{{ID: "N1", Code: "issuer_concentration", Severity: analysis.High, Subject: "AAPL", Observed: "0.18",
			Threshold: "0.1", Policy: "concentration", Evidence: []string{"F1"}, Text: "Large."}},
		Actions: []analysis.Action{},
	}
}

// fakeLimiter admits everything unless told otherwise.
type fakeLimiter struct {
	mu       sync.Mutex
	refuse   string
	taken    []string // clients
	released int
}

func (f *fakeLimiter) Take(_ context.Context, client string, _ time.Time) Decision {
	f.mu.Lock()
	defer f.mu.Unlock()
	limits := []LimitState{
		{Name: "requests", Quota: 60, Window: time.Minute, Remaining: 59, Reset: 400 * time.Millisecond},
		{Name: "concurrency", Quota: 4, Remaining: 3},
	}
	if f.refuse != "" {
		return Decision{Refused: f.refuse, RetryAfter: 1200 * time.Millisecond, Limits: limits}
	}
	f.taken = append(f.taken, client)
	return Decision{Allowed: true, Limits: limits, Release: func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.released++
	}}
}

// fakeBudgets has one client budget and one global one.
type fakeBudgets struct {
	spent, shared budget.Nano
	unlimited     bool
	err           error
}

func (f *fakeBudgets) Balances(_ context.Context, client string, now time.Time) ([]budget.Balance, error) {
	b := budget.Balance{Budget: budget.ClientBudget, Client: client, Window: budget.WindowAt(budget.Day, now, time.UTC),
		Limit: 10_000_000, Spent: f.spent, Reserved: 1_000_000}
	if f.unlimited {
		b.Limit = budget.Unlimited
	}
	return []budget.Balance{b}, f.err
}

func (f *fakeBudgets) GlobalBalances(_ context.Context, now time.Time) ([]budget.Balance, error) {
	return []budget.Balance{{Budget: budget.GlobalBudget, Window: budget.WindowAt(budget.Month, now, time.UTC),
		Limit: 100_000_000, Spent: f.shared}}, f.err
}

// fakeIdempotency keeps claims in memory, and can fail.
type fakeIdempotency struct {
	mu          sync.Mutex
	claims      map[string]*claim
	failBegin   error
	failConcede error
}

type claim struct {
	hash string
	body []byte
}

func (f *fakeIdempotency) Begin(_ context.Context, client, key, hash string, _ time.Time) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failBegin != nil {
		return nil, f.failBegin
	}
	c := f.claims[client+" "+key]
	switch {
	case c == nil:
		f.claims[client+" "+key] = &claim{hash: hash}
		return nil, nil
	case c.hash != hash:
		return nil, ErrKeyReused
	case c.body == nil:
		return nil, ErrKeyInProgress
	}
	return c.body, nil
}

func (f *fakeIdempotency) Complete(ctx context.Context, client, key string, body []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failConcede != nil || ctx.Err() != nil {
		return errors.Join(f.failConcede, ctx.Err())
	}
	f.claims[client+" "+key].body = body
	return nil
}

func (f *fakeIdempotency) Abandon(ctx context.Context, client, key string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	delete(f.claims, client+" "+key)
	return nil
}
