package main

import (
	"context"
	"sync"
	"time"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/recommend"
)

// canary is the secret word of every prompt.
const canary = "kormoranlamp"

// now is the time of every request: nothing that is measured depends on it.
func now() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

// reply is what a model does with one prompt.
type reply struct {
	text       string
	stopReason string
	noUsage    bool
}

// actor is a model that answers as it is told to. One request is under way at
// a time.
type actor struct {
	mu    sync.Mutex
	play  func(prompt) reply
	tool  bool
	raw   string // of the last answer
	calls int
}

func (a *actor) Info() recommend.ModelInfo {
	return recommend.ModelInfo{ID: "actor", Provider: "emulator", ForceTool: a.tool}
}

func (a *actor) Bound(req recommend.ModelRequest) recommend.Bound {
	return recommend.Bound{InputTokens: len(req.User), OutputTokens: req.MaxTokens, CostNano: 1}
}

func (a *actor) Invoke(_ context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.play(readPrompt(req))
	a.raw = r.text
	a.calls++
	ans := recommend.ModelAnswer{Text: r.text, StopReason: r.stopReason, Usage: &recommend.TokenUsage{InputTokens: 1, OutputTokens: 1, CostNano: 1}}
	if r.noUsage {
		ans.Usage = nil
	}
	return ans, nil
}

// purse has money for everything, and road always room.
type (
	purse struct{}
	road  struct{}
)

func (purse) Reserve(context.Context, recommend.Reservation) error       { return nil }
func (purse) Settle(context.Context, string, recommend.TokenUsage) error { return nil }
func (purse) Forfeit(context.Context, string) error                      { return nil }
func (purse) Release(context.Context, string) error                      { return nil }
func (road) Done(int, bool)                                              {}

func (r road) Acquire(context.Context, recommend.QuotaCall, func(int)) (recommend.Lease, error) {
	return r, nil
}

// book keeps the last record, for the reasons of the checks.
type book struct {
	mu   sync.Mutex
	last recommend.Record
}

func (b *book) Append(_ context.Context, r recommend.Record) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = r
	return nil
}

func (b *book) Answer(context.Context, string, string) ([]byte, error) {
	return nil, recommend.ErrNotFound
}

// theatre is a service whose model is an actor.
type theatre struct {
	*recommend.Service
	actor *actor
	book  *book
}

func newTheatre(tool bool) (*theatre, error) {
	t := &theatre{actor: &actor{tool: tool}, book: &book{}}
	var err error
	t.Service, err = recommend.New(recommend.Config{
		Model: t.actor, Ledger: purse{}, Quota: road{}, Journal: t.book, Policy: analysis.DefaultPolicy(),
		Now: now, Canary: canary, CacheTTL: -1,
	})
	return t, err
}

// perform lets the model play one answer to a request, and gives what the
// caller gets.
func (t *theatre) perform(ctx context.Context, req recommend.Request, play func(prompt) reply) (*recommend.Answer, error) {
	t.actor.play = play
	res, err := t.Recommend(ctx, req, nil)
	if err != nil {
		return nil, err
	}
	a, err := res.Answer()
	return &a, err
}
