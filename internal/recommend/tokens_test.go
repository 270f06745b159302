package recommend_test

import (
	"context"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/recommend"
)

// limited is a turn that keeps to max_tokens: what is beyond is cut.
func limited(do turn, tokens func(req recommend.ModelRequest) int) turn {
	return func(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
		ans, err := do(ctx, req)
		n := tokens(req)
		if n > req.MaxTokens {
			ans.Text = ans.Text[:len(ans.Text)*req.MaxTokens/n]
			n, ans.StopReason = req.MaxTokens, "max_tokens"
		}
		ans.Usage = usage(len(req.User)/3, n)
		return ans, err
	}
}

// uncached asks the same again and again.
func uncached(_ *bench, c *recommend.Config) { c.CacheTTL = -1 }

// TestMaxTokensFollowsTheAnswers, and what is reserved with it. An answer that
// is cut loses what is not complete, or is asked for again with all the room
// there is; either way the next callers have that room again.
func TestMaxTokensFollowsTheAnswers(t *testing.T) {
	const whole, known = 400, 100 // of p0; 1.25 times 80
	for name, c := range map[string]struct {
		long     int // tokens of the answer after twenty of 80
		source   string
		attempts int
		asked    []int
	}{
		"as long":     {80, "model", 1, []int{known, known}},
		"a bit cut":   {110, "mixed", 1, []int{known, whole}},
		"cut to bits": {390, "model", 2, []int{known, whole, whole}},
	} {
		t.Run(name, func(t *testing.T) {
			n := 80
			b := newBench(t, []turn{limited(good, func(recommend.ModelRequest) int { return n })}, uncached)
			for range 20 {
				b.one(t, p0(t))
			}
			n = c.long
			a := b.one(t, p0(t)).Answer
			n = 80
			b.one(t, p0(t))
			reqs := b.model.requests()
			if a.Source != c.source || a.Degraded != nil || a.Usage.Attempts != c.attempts || len(reqs) != 20+len(c.asked) {
				t.Fatalf("source %s, degraded %+v, %d attempts, %d calls", a.Source, a.Degraded, a.Usage.Attempts, len(reqs))
			}
			for i, req := range reqs {
				want := whole
				if i >= 20 {
					want = c.asked[i-20]
				}
				if got := b.ledger.asked[i].CostNano; req.MaxTokens != want || got != b.model.Bound(req).CostNano {
					t.Errorf("call %d: max_tokens %d, want %d; %d reserved", i, req.MaxTokens, want, got)
				}
			}
			if b.ledger.held() != b.model.billed() {
				t.Errorf("charged %d, billed %d", b.ledger.held(), b.model.billed())
			}
		})
	}
}

// TestEstimate is what the first call reserves, and no less than what all of
// them do, however much was wrong with the first answer.
func TestEstimate(t *testing.T) {
	wrong := answersWith(func(summary *string, items *[]said) {
		*summary = "It is guaranteed."
		(*items)[0].text = "It is guaranteed, see www.example.com, up 42 per cent."
		(*items)[1].facts = []string{"F999"}
		for range 20 {
			*items = append(*items, said{action: "A999999", facts: []string{"F1"}, text: strings.Repeat("word ", 20)})
		}
	})
	n := 80
	b := newBench(t, []turn{limited(wrong, func(recommend.ModelRequest) int { return n })}, uncached)
	for range 12 { // two calls each
		estimate, err := b.Estimate(t.Context(), p0(t))
		if err != nil {
			t.Fatal(err)
		}
		before := len(b.ledger.asked)
		if a := b.one(t, p0(t)).Answer; a.Usage.Attempts != 2 {
			t.Fatalf("%d attempts, source %s", a.Usage.Attempts, a.Source)
		}
		first, second := b.ledger.asked[before].CostNano, b.ledger.asked[before+1].CostNano
		if req := b.model.requests()[before]; estimate.CostNano != first || estimate.OutputTokens != req.MaxTokens {
			t.Errorf("estimate %+v, %d reserved for %d tokens", estimate, first, req.MaxTokens)
		}
		if estimate.MaxCostNano < first+second || estimate.MaxAttempts != 2 {
			t.Errorf("estimate %+v, reserved %d and %d", estimate, first, second)
		}
	}
}
