package recommend_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/httpapi"
	"ballast.internal/ballast/internal/recommend"
)

// testCanary is the secret word of the prompts in tests.
const testCanary = "kormoranlamp"

// bench is a service whose every neighbour is a fake.
type bench struct {
	*recommend.Service
	model    *fakeModel
	ledger   *fakeLedger
	quota    *fakeQuota
	journal  *fakeJournal
	observer *fakeObserver
	log      *bytes.Buffer
}

// newBench starts a service whose model plays script; edit may change the
// configuration. When the test ends the service is closed, and by then every
// reservation and every lease must have ended exactly once.
func newBench(t *testing.T, script []turn, edit func(b *bench, c *recommend.Config)) *bench {
	t.Helper()
	b := &bench{
		model:  &fakeModel{info: recommend.ModelInfo{ID: "test-model", Provider: "emulator", Region: "us-east-2"}, script: script},
		ledger: newFakeLedger(), quota: &fakeQuota{}, journal: &fakeJournal{}, observer: newFakeObserver(), log: &bytes.Buffer{},
	}
	cfg := recommend.Config{
		Model: b.model, Ledger: b.ledger, Quota: b.quota, Journal: b.journal, Observer: b.observer,
		Policy: analysis.DefaultPolicy(), Now: time.Now, Canary: testCanary, Engine: "test",
		Logger: slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if edit != nil {
		edit(b, &cfg)
	}
	var err error
	if b.Service, err = recommend.New(cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(context.Background()); err != nil {
			t.Errorf("Close: %v", err)
		}
		b.checkEnded(t)
	})
	return b
}

// checkEnded sees that nothing is held any more, and that nothing was ended in
// two ways.
func (b *bench) checkEnded(t reporter) {
	b.ledger.mu.Lock()
	defer b.ledger.mu.Unlock()
	for id, ends := range b.ledger.ends {
		if len(ends) != 1 {
			t.Errorf("reservation %s was ended by %v", id, ends)
		}
	}
	if b.ledger.fault == nil {
		for id, e := range b.ledger.entries {
			if e.end == "" {
				t.Errorf("reservation %s is still open", id)
			}
		}
	}
	b.quota.mu.Lock()
	defer b.quota.mu.Unlock()
	for i, l := range b.quota.leases {
		if l.done != 1 {
			t.Errorf("lease %d was ended %d times", i, l.done)
		}
	}
}

// reporter is told of faults.
type reporter interface {
	Errorf(format string, args ...any)
}

// answered is a result and the answer that its body holds.
type answered struct {
	recommend.Result
	Answer recommend.Answer
}

// answer makes a request and reads what comes of it.
func (b *bench) answer(ctx context.Context, req recommend.Request) (a answered, err error) {
	if a.Result, err = b.Recommend(ctx, req, nil); err == nil {
		a.Answer, err = a.Result.Answer()
	}
	return a, err
}

// one makes the one request of a test.
func (b *bench) one(t *testing.T, req recommend.Request) answered {
	t.Helper()
	res, err := b.answer(t.Context(), req)
	if err != nil {
		t.Fatalf("Recommend: %v", err)
	}
	return res
}

// example is a request of examples/ by a client named desk, changed by edit.
func example(t testing.TB, name string, edit func(*recommend.Request)) recommend.Request {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "..", "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	req, err := httpapi.DecodeRequest(body)
	if err != nil {
		t.Fatal(err)
	}
	req.Client, req.RequestID = "desk", "req-1"
	if edit != nil {
		edit(&req)
	}
	return req
}

// p0 is the worked example: two actions, A1 and A2.
func p0(t testing.TB) recommend.Request { return example(t, "p0.json", nil) }

// inMode is p0 in a mode. Its canonical form differs as a caller's would.
func inMode(t testing.TB, m recommend.Mode) recommend.Request {
	return example(t, "p0.json", func(r *recommend.Request) {
		r.Options.Mode = m
		r.Canonical = append(r.Canonical, m...)
	})
}

// said is an item of a model's answer.
type said struct {
	action string
	facts  []string
	text   string
}

// offered reads the actions and their facts from a prompt, the trigger first.
func offered(req recommend.ModelRequest) (items []said) {
	_, rest, _ := strings.Cut(req.User, "<actions>\n")
	list, _, _ := strings.Cut(rest, "</actions>")
	for line := range strings.Lines(list) {
		words := strings.Fields(line)
		facts := strings.TrimPrefix(words[len(words)-1], "facts=")
		items = append(items, said{action: words[0], facts: strings.Split(facts, ",")})
	}
	return items
}

const goodSummary = "The review compares the portfolio with the profile and the target."

// goodItems is an explanation of everything offered that passes every check.
func goodItems(req recommend.ModelRequest) []said {
	items := offered(req)
	for i := range items {
		items[i].facts = items[i].facts[:1]
		items[i].text = "The figure behind it: {" + items[i].facts[0] + "}."
	}
	return items
}

// written is an answer in the form that the prompt asks for; it continues the
// prefill.
func written(summary string, items []said) string {
	lines := make([][]any, len(items))
	for i, it := range items {
		lines[i] = []any{it.action, it.facts, it.text}
	}
	text, err := json.Marshal(map[string]any{"s": summary, "r": lines})
	if err != nil {
		panic(err) // strings alone
	}
	return strings.TrimPrefix(string(text), "{")
}

// answers is a turn that says text, and bills for it.
func answers(text func(req recommend.ModelRequest) string) turn {
	return func(_ context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
		s := text(req)
		return recommend.ModelAnswer{Text: s, StopReason: "end_turn", RequestID: "aws-1", Usage: usage(len(req.User)/3, len(s)/4)}, nil
	}
}

func usage(input, output int) *recommend.TokenUsage {
	return &recommend.TokenUsage{InputTokens: input, OutputTokens: output,
		CostNano: int64(input)*inputPrice + int64(output)*outputPrice}
}

// good is a turn that explains everything.
var good = answers(func(req recommend.ModelRequest) string { return written(goodSummary, goodItems(req)) })

// prose is a turn whose answer cannot be read.
var prose = answers(func(recommend.ModelRequest) string { return "I would rather talk about the weather." })

// fails is a turn that fails.
func fails(e recommend.ModelError) turn {
	return func(context.Context, recommend.ModelRequest) (recommend.ModelAnswer, error) {
		return recommend.ModelAnswer{}, &e
	}
}

// fakeObserver counts what it is told, a line per kind of event.
type fakeObserver struct {
	mu     sync.Mutex
	counts map[string]int
	cost   int64 // nano-USD
	over   []time.Duration
}

func newFakeObserver() *fakeObserver { return &fakeObserver{counts: map[string]int{}} }

func (o *fakeObserver) count(format string, args ...any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.counts[fmt.Sprintf(format, args...)]++
}

func (o *fakeObserver) seen(event string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.counts[event]
}

func (o *fakeObserver) Recommendation(client, source, degraded string) {
	o.count("recommendation %s %s %s", client, source, degraded)
}

func (o *fakeObserver) Tokens(client, model string, _, _ int, costNano int64) {
	o.count("tokens %s %s", client, model)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cost += costNano
}

func (o *fakeObserver) Operation(model string, _ time.Duration, errorType string) {
	o.count("operation %s %s", model, errorType)
}
func (o *fakeObserver) Feedback(kind, outcome string) { o.count("feedback %s %s", kind, outcome) }
func (o *fakeObserver) Rejection(reason string)       { o.count("rejection %s", reason) }
func (o *fakeObserver) Cache(result string)           { o.count("cache %s", result) }
func (o *fakeObserver) Limit(limit, decision string)  { o.count("limit %s %s", limit, decision) }
func (o *fakeObserver) Overhead(d time.Duration) {
	o.count("overhead")
	o.mu.Lock()
	defer o.mu.Unlock()
	o.over = append(o.over, d)
}
