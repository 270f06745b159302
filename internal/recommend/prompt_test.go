package recommend_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/golden"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

// promptsOf is what the model is asked first, and after an answer of which
// nothing could be used.
func promptsOf(t *testing.T, req recommend.Request, edit func(c *recommend.Config)) []recommend.ModelRequest {
	t.Helper()
	b := newBench(t, []turn{prose}, func(_ *bench, c *recommend.Config) {
		if edit != nil {
			edit(c)
		}
	})
	b.one(t, req)
	prompts := b.model.requests()
	if len(prompts) != 2 {
		t.Fatalf("%d calls", len(prompts))
	}
	return prompts
}

// shown is a whole prompt for a person.
func shown(p recommend.ModelRequest) string {
	var w strings.Builder
	fmt.Fprintf(&w, "== system\n%s\n== user\n%s\n== assistant\n%s\n== at most %d tokens\n", p.System, p.User, p.Prefill, p.MaxTokens)
	if p.Tool != nil {
		fmt.Fprintf(&w, "== tool %s\n%s\n%s\n", p.Tool.Name, p.Tool.Description, p.Tool.InputSchema)
	}
	return w.String()
}

// TestPrompts keeps every word that the model is told about the examples.
func TestPrompts(t *testing.T) {
	names, err := filepath.Glob("../../examples/*.json")
	if err != nil || len(names) < 6 {
		t.Fatalf("%d examples, %v", len(names), err)
	}
	for _, name := range names {
		name := filepath.Base(name)
		checkPrompt(t, strings.TrimSuffix(name, ".json"), shown(promptsOf(t, example(t, name, nil), nil)[0]))
	}
	checkPrompt(t, "p0-again", shown(promptsOf(t, p0(t), nil)[1]))
	checkPrompt(t, "p0-tool", shown(promptsOf(t, p0(t), func(c *recommend.Config) { c.OutputMode = recommend.OutputTool })[0]))
	german := example(t, "p0.json", func(r *recommend.Request) {
		r.Options.Language, r.Options.Audience = "de", recommend.AudienceAdviser
	})
	checkPrompt(t, "p0-german-adviser", shown(promptsOf(t, german, nil)[0]))
}

// TestToolForModelsWithoutPrefill overrides the setting.
func TestToolForModelsWithoutPrefill(t *testing.T) {
	b := newBench(t, []turn{answers(func(req recommend.ModelRequest) string { return "{" + written(goodSummary, goodItems(req)) })},
		func(b *bench, c *recommend.Config) {
			c.OutputMode = recommend.OutputPrefill
			b.model.info.ForceTool = true
		})
	if a := b.one(t, p0(t)).Answer; a.Source != "model" {
		t.Errorf("source %s", a.Source)
	}
	if p := b.model.requests()[0]; p.Tool == nil || p.Prefill != "" {
		t.Errorf("tool %v, prefill %q", p.Tool, p.Prefill)
	}
}

// book is a portfolio of n holdings of the given sizes, with all that makes a
// prompt long: gains and losses, fees, sectors and countries.
func book(t *testing.T, n int, size func(i int) int) recommend.Request {
	t.Helper()
	sectors := []string{"energy", "financials", "health_care", "information_technology", "utilities", "materials"}
	countries := []string{"US", "DE", "JP", "GB", "BR", "ZA", "IN"}
	return example(t, "p0.json", func(r *recommend.Request) {
		r.Options.MaxRecommendations = 20
		r.Portfolio.Positions, r.Portfolio.MonthlyExpenses = nil, ref(decimal.NewFromInt(2000)) // something is to be sold
		for i := range n {
			quantity := decimal.NewFromInt(int64(size(i)))
			p := portfolio.Position{
				Instrument: portfolio.Instrument{
					ID: portfolio.InstrumentID{Ticker: fmt.Sprintf("Q%d", i)}, Type: portfolio.Equity,
					Sector: sectors[i%len(sectors)], Country: countries[i%len(countries)],
				},
				Quantity: quantity, Price: decimal.NewFromInt(int64(20 + i%90)), Currency: "USD",
			}
			if i%3 == 0 {
				p.Instrument.Type, p.Instrument.ExpenseRatio = portfolio.MutualFund, ref(decimal.RequireFromString("0.0145"))
			}
			cost := quantity.Mul(decimal.NewFromInt(int64(10 + i*7%120)))
			p.CostBasis = &cost
			r.Portfolio.Positions = append(r.Portfolio.Positions, p)
		}
	})
}

func ref[T any](v T) *T { return &v }

// TestThousandHoldings cost little more than ten, however they are spread.
func TestThousandHoldings(t *testing.T) {
	for name, sizes := range map[string]func(i int) int{
		"falling":            func(i int) int { return 1000/(i+1) + 1 },
		"a few and crumbs":   func(i int) int { return 500_000>>min(i, 9) + 1 },
		"equal":              func(int) int { return 100 },
		"ten large, no tail": func(i int) int { return 100_000 - 99_990*min(1, i/10) },
	} {
		bytes := func(n int) int {
			p := promptsOf(t, book(t, n, sizes), nil)[0]
			return len(p.System) + len(p.User) + len(p.Prefill)
		}
		ten := bytes(10)
		for _, n := range []int{100, 1000} {
			if got := bytes(n); 2*got > 3*ten {
				t.Errorf("%s: %d holdings take %d bytes, ten take %d", name, n, got, ten)
			}
		}
	}
}

// checkPrompt compares a prompt with the one that is kept.
func checkPrompt(t *testing.T, name, got string) {
	t.Helper()
	golden.Check(t, got, "testdata", "prompts", name+".txt")
}
