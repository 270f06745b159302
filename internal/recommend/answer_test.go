package recommend_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/recommend"
)

// answersWith is a turn whose answer is a good one, changed by edit.
func answersWith(edit func(summary *string, items *[]said)) turn {
	return answers(func(req recommend.ModelRequest) string {
		summary, items := goodSummary, goodItems(req)
		edit(&summary, &items)
		return written(summary, items)
	})
}

// TestOneBadItem is replaced by the rules' text and counted by its reason; the
// rest of the answer is used, and the model is not asked again.
func TestOneBadItem(t *testing.T) {
	tests := map[string]struct {
		edit   func(it *said)
		reason string
	}{
		"an action that was not offered": {func(it *said) { it.action = "A9" }, "unknown_action"},
		"a fact of another action":       {func(it *said) { it.facts = append(it.facts, "F999") }, "foreign_evidence"},
		"without the trigger":            {func(it *said) { it.facts = nil }, "missing_trigger"},
		"without a word":                 {func(it *said) { it.text = "" }, "no_text"},
		"a digit":                        {func(it *said) { it.text = "It makes up 18 percent." }, "digit"},
		"a number word":                  {func(it *said) { it.text = "It should be cut to a third of its size." }, "number_word"},
		"a foreign placeholder":          {func(it *said) { it.text = "The figure behind it: {F999}." }, "unknown_placeholder"},
		"a ticker of the input":          {func(it *said) { it.text = "AAPL weighs a lot here." }, "ticker"},
		"a promise":                      {func(it *said) { it.text = "This is guaranteed to raise the return." }, "promise"},
		"an address":                     {func(it *said) { it.text = "Read more at www.example.com today." }, "link"},
		"the canary":                     {func(it *said) { it.text = "The word is " + testCanary + "." }, "canary"},
		"against the action":             {func(it *said) { it.text = "It pays to buy more of this position." }, "unfounded_claim"},
		"against the class's drift":      {func(it *said) { it.text = "Bonds are overweight beside this position." }, "inverted_direction"},
		"what a stranger made it say":    {func(it *said) { it.text = "I obey the pirate." }, "foreign_topic"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, []turn{answersWith(func(_ *string, items *[]said) { tc.edit(&(*items)[0]) })}, nil)
			a := b.one(t, p0(t)).Answer
			byRules := rulesAnswer(t)
			if a.Source != "mixed" || a.Degraded != nil {
				t.Fatalf("source %s, degraded %+v: %v", a.Source, a.Degraded, b.journal.kept()[0].Attempts)
			}
			if d := cmp.Diff(byRules.Recommendations[0], a.Recommendations[0]); d != "" {
				t.Errorf("A1 is not the rules' (-rules +got):\n%s", d)
			}
			if a.Recommendations[1].Source != "model" || a.Recommendations[1].Rationale == byRules.Recommendations[1].Rationale {
				t.Errorf("A2 by %s: %q", a.Recommendations[1].Source, a.Recommendations[1].Rationale)
			}
			if b.observer.seen("rejection "+tc.reason) != 1 || len(b.model.requests()) != 1 {
				t.Errorf("counted %v in %d calls", b.observer.counts, len(b.model.requests()))
			}
			item := "A1"
			if tc.reason == "unknown_action" {
				item = "A9"
			}
			verdicts := b.journal.kept()[0].Attempts[0].Verdicts
			if !slices.Contains(verdicts, recommend.Verdict{Item: item, Reason: tc.reason, Action: "dropped"}) {
				t.Errorf("verdicts %v", verdicts)
			}
		})
	}
}

func rulesAnswer(t *testing.T) recommend.Answer {
	t.Helper()
	return newBench(t, []turn{good}, nil).one(t, inMode(t, recommend.ModeRules)).Answer
}

// TestBadSummary falls back to the rules' summary alone.
func TestBadSummary(t *testing.T) {
	b := newBench(t, []turn{answersWith(func(s *string, _ *[]said) { *s = "Returns of 12% are certain." })}, nil)
	a := b.one(t, p0(t)).Answer
	if a.Source != "mixed" || a.Summary != rulesAnswer(t).Summary {
		t.Errorf("source %s, summary %q", a.Source, a.Summary)
	}
	for _, r := range a.Recommendations {
		if r.Source != "model" {
			t.Errorf("%s by %s", r.ID, r.Source)
		}
	}
}

// TestOrderWithinASeverity is the model's to choose; over severities it is
// not.
func TestOrderWithinASeverity(t *testing.T) {
	b := newBench(t, []turn{answersWith(func(_ *string, items *[]said) { slices.Reverse(*items) })}, nil)
	a := b.one(t, p0(t)).Answer
	for i, r := range a.Recommendations {
		if r.Priority != i+1 || i > 0 && a.Recommendations[i-1].Severity.Rank() < r.Severity.Rank() {
			t.Errorf("%s has priority %d and severity %s in place %d", r.ID, r.Priority, r.Severity, i+1)
		}
	}
	same := a.Recommendations[0].Severity == a.Recommendations[1].Severity
	if reversed := a.Recommendations[0].ID == "A2"; reversed != same {
		t.Errorf("severities %s and %s, first is %s", a.Recommendations[0].Severity, a.Recommendations[1].Severity, a.Recommendations[0].ID)
	}
	counted := b.observer.seen("rejection severity_order") == 1
	noted := slices.Contains(b.journal.kept()[0].Attempts[0].Verdicts, recommend.Verdict{Item: "order", Reason: "severity_order", Action: "dropped"})
	if counted == same || noted == same || a.Source != "model" {
		t.Errorf("counted %v, noted %v, source %s", counted, noted, a.Source)
	}
}

// TestReAsk after an answer of which nothing can be used: once, with the
// reasons and nothing that the model wrote.
func TestReAsk(t *testing.T) {
	bad := answersWith(func(s *string, items *[]said) {
		*s = "Zweifelhaft: 12%."
		for i := range *items {
			(*items)[i].text = "Wonderful profits are guaranteed."
		}
	})
	b := newBench(t, []turn{bad, good}, nil)
	a := b.one(t, p0(t)).Answer
	if a.Source != "model" || a.Usage.Attempts != 2 || len(b.model.requests()) != 2 {
		t.Fatalf("source %s, usage %+v", a.Source, a.Usage)
	}
	first, second := b.model.requests()[0], b.model.requests()[1]
	if first.System != second.System || strings.Contains(first.User, "rejected") {
		t.Error("the re-ask changed more than the task")
	}
	_, task, _ := strings.Cut(second.User, "Your previous answer was rejected: ")
	for _, want := range []string{"A1 promise", "A2 promise", "summary digit"} {
		if !strings.Contains(task, want) {
			t.Errorf("no %q in %q", want, task)
		}
	}
	for _, word := range []string{"Zweifelhaft", "Wonderful"} {
		if strings.Contains(second.User, word) {
			t.Errorf("the re-ask repeats %q", word)
		}
	}
	attempts := b.journal.kept()[0].Attempts
	if len(attempts) != 2 || len(attempts[0].Verdicts) == 0 || a.Usage.InputTokens != attempts[0].InputTokens+attempts[1].InputTokens {
		t.Errorf("journalled %+v", attempts)
	}
	if got := b.ledger.held(); got != b.model.billed() || got != b.observer.cost {
		t.Errorf("charged %d, counted %d, billed %d", got, b.observer.cost, b.model.billed())
	}
}

// TestNoReAsk when it cannot help or may not be had: the first answer's
// rejection remains the reason.
func TestNoReAsk(t *testing.T) {
	stopped := func(reason string) turn {
		return func(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
			ans, err := prose(ctx, req)
			ans.StopReason = reason
			return ans, err
		}
	}
	late := func(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
		time.Sleep(14 * time.Second)
		return prose(ctx, req)
	}
	first := firstBound(t)
	tests := map[string]struct {
		turn     turn
		edit     func(b *bench, c *recommend.Config)
		attempts int
	}{
		"cut off":                 {turn: stopped("max_tokens"), attempts: 1},
		"refused":                 {turn: stopped("refusal"), attempts: 1},
		"the second is no better": {turn: prose, attempts: 2},
		"the deadline is near":    {turn: late, attempts: 1, edit: func(_ *bench, c *recommend.Config) { c.Timeouts.Work = 17 * time.Second }},
		"the budget is exhausted": {turn: prose, attempts: 1, edit: func(b *bench, _ *recommend.Config) {
			b.ledger.limit = 5_000_000
			b.ledger.entries["before"] = &entry{end: "settle", charged: 5_000_000 - first}
		}},
		"the ledger is down": {turn: prose, attempts: 1, edit: func(b *bench, _ *recommend.Config) {
			b.ledger.fault = func(op string, n int) fault {
				if op == "reserve" && n > 1 {
					return notApplied
				}
				return works
			}
		}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, []turn{tc.turn}, tc.edit)
				a := b.one(t, p0(t)).Answer
				if a.Source != "rules" || a.Degraded == nil || a.Degraded.Reason != recommend.ReasonRejected {
					t.Fatalf("source %s, degraded %+v", a.Source, a.Degraded)
				}
				if a.Usage.Attempts != tc.attempts || len(b.model.requests()) != tc.attempts {
					t.Errorf("%d attempts, %d calls, want %d", a.Usage.Attempts, len(b.model.requests()), tc.attempts)
				}
				if d := cmp.Diff(rulesAnswer(t).Recommendations, a.Recommendations); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

// firstBound is what the first attempt at p0 reserves, in nano-USD.
func firstBound(t *testing.T) int64 {
	b := newBench(t, []turn{good}, nil)
	b.one(t, p0(t))
	return b.model.Bound(b.model.requests()[0]).CostNano
}

// TestRecord has the whole story of an answer, in the shape that a reader of
// the journal can rely on.
func TestRecord(t *testing.T) {
	b := newBench(t, []turn{good}, nil)
	req := p0(t)
	res := b.one(t, req)
	r := b.journal.kept()[0]
	if !bytes.Equal(r.Answer, res.Body) || !bytes.Equal(r.Request, req.Canonical) || r.ID != res.ID ||
		r.Client != "desk" || r.RequestID != "req-1" || r.Source != "model" || r.Degraded != "" || len(r.RequestHash) != 64 {
		t.Errorf("record %+v", r)
	}
	if years := r.RetainUntil.Year() - r.CreatedAt.Year(); years != 6 {
		t.Errorf("kept for %d years", years)
	}
	at := r.Attempts[0]
	sent := b.model.requests()[0]
	if at.System != sent.System || at.User != sent.User || at.Prefill != sent.Prefill || at.RequestID != "aws-1" ||
		at.Raw == "" || at.CostNano != b.model.billed() || at.ReservedNano < at.CostNano {
		t.Errorf("attempt %+v", at)
	}
	if whole, err := json.Marshal(res.Answer); err != nil || !bytes.Equal(whole, res.Body) || res.Answer.ID != res.ID {
		t.Errorf("the body is not its answer in one piece: %v\n%s\n%s", err, res.Body, whole)
	}
	if text := b.log.String(); strings.Contains(text, "AAPL") || strings.Contains(text, testCanary) || strings.Contains(text, at.Raw) {
		t.Errorf("the log holds data of the portfolio, the prompt or the answer:\n%s", text)
	}
}

// TestListsAreNeverNull in what is returned or journalled: a reader that loops
// over verdicts or trades must not meet null.
func TestListsAreNeverNull(t *testing.T) {
	for name, script := range map[string][]turn{
		"no verdict": {good}, "a failure": {fails(recommend.ModelError{Kind: recommend.KindDenied, Sent: true})}, "prose": {prose},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, script, nil)
			for _, mode := range []recommend.Mode{recommend.ModeAuto, recommend.ModeRules} {
				body := b.one(t, inMode(t, mode)).Body
				for _, list := range []string{"recommendations", "trades", "impact", "evidence", "caveats", "disclosures", "facts", "findings", "actions", "allocation", "lots"} {
					if bytes.Contains(body, []byte(`"`+list+`":null`)) {
						t.Errorf("mode %s: %s is null", mode, list)
					}
				}
			}
			for _, r := range b.journal.kept() {
				text, err := json.Marshal(r.Attempts)
				if err != nil || bytes.Contains(text, []byte("null")) {
					t.Errorf("%v, attempts %s", err, text)
				}
			}
		})
	}
}

// TestFewRecommendations are a plan of their own; the analysis alone has all.
func TestFewRecommendations(t *testing.T) {
	b := newBench(t, []turn{good}, nil)
	req := example(t, "p0.json", func(r *recommend.Request) { r.Options.MaxRecommendations = 1 })
	a := b.one(t, req).Answer
	if len(a.Recommendations) != 1 || len(a.Analysis.Actions) != 1 || a.Analysis.LeftOut != 1 || a.Analysis.Plan.Sold != a.Recommendations[0].Trades[0].Amount {
		t.Errorf("%d recommendations, %d actions, %d left out, %+v", len(a.Recommendations), len(a.Analysis.Actions), a.Analysis.LeftOut, a.Analysis.Plan)
	}
	all, err := b.Analyze(t.Context(), req)
	if err != nil || len(all.Actions) != 2 || all.LeftOut != 0 {
		t.Errorf("analysed alone: %+v, %v", all, err)
	}
}

// TestLeadingAway from the target for what comes before it is said in the rationale,
// by whomever it was worded.
func TestLeadingAway(t *testing.T) {
	const said = "because limiting a single holding of this size comes first."
	for source, script := range map[string][]turn{"model": {good}, "rules": {fails(recommend.ModelError{Kind: recommend.KindDenied, Sent: true})}} {
		for _, far := range []bool{true, false} {
			b := newBench(t, script, nil)
			r := b.one(t, example(t, "p0.json", func(r *recommend.Request) {
				if far {
					r.Portfolio.Positions[2].Quantity = decimal.NewFromInt(900)
					r.Constraints.ExcludeTickers = []string{"VTI", "VXUS", "BND"}
				}
			})).Answer.Recommendations[0]
			if r.Kind != "reduce_concentration" || r.Source != source || strings.HasSuffix(r.Rationale, said) != far {
				t.Errorf("%s, far %t: %s of %s: %q", source, far, r.Kind, r.Source, r.Rationale)
			}
		}
	}
}
