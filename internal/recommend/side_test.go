package recommend_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

// TestLargest lets a text call a holding the largest only where it is: p0 has more
// in a fund than in its largest company.
func TestLargest(t *testing.T) {
	for name, tc := range map[string]struct {
		price int64 // of the company's share; the fund is worth 50,000
		text  string
		want  bool
	}{
		"a fund is larger":                  {180, "{H1} is the largest position in the portfolio.", false},
		"no fund is larger":                 {600, "{H1} is the largest position in the portfolio.", true},
		"as large as the fund":              {500, "{H1} is the largest position in the portfolio.", true},
		"the largest company beside a fund": {180, "{H1} is the largest single stock in the portfolio.", true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, []turn{answersWith(func(_ *string, items *[]said) { (*items)[0].text = tc.text })}, nil)
			b.one(t, example(t, "p0.json", func(r *recommend.Request) {
				r.Portfolio.Positions[2].Price = decimal.NewFromInt(tc.price)
			}))
			refused := slices.Contains(b.journal.kept()[0].Attempts[0].Verdicts, recommend.Verdict{Item: "A1", Reason: "unfounded_claim", Action: "dropped"})
			if refused == tc.want {
				t.Errorf("refused %v: %v", refused, b.journal.kept()[0].Attempts[0].Verdicts)
			}
		})
	}
}

// TestTargetThatIsNotAimedAt lets a text lead to the target only where the plan does:
// for a cautious investor a bold target is overruled, and the mix of the level takes its place.
func TestTargetThatIsNotAimedAt(t *testing.T) {
	const text = "Lowering the risk brings the portfolio closer to the target."
	for _, overruled := range []bool{false, true} {
		b := newBench(t, []turn{answersWith(func(_ *string, items *[]said) { (*items)[1].text = text })}, nil)
		b.one(t, example(t, "p0.json", func(r *recommend.Request) {
			r.Profile.RiskTolerance, r.Target = portfolio.Conservative, nil
			if overruled {
				r.Target = portfolio.Allocation{portfolio.ClassEquity: decimal.New(95, -2), portfolio.ClassCash: decimal.New(5, -2)}
			}
		}))
		kept := b.journal.kept()[0].Attempts[0].Verdicts
		if refused := slices.Contains(kept, recommend.Verdict{Item: "A2", Reason: "unfounded_claim", Action: "dropped"}); refused != overruled {
			t.Errorf("overruled %v: refused %v: %v", overruled, refused, kept)
		}
	}
}

// TestForemost lets a text call an action the first where none is more severe, and a
// limit slightly passed where it is.
func TestForemost(t *testing.T) {
	for name, tc := range map[string]struct {
		item int
		text string
		want bool
	}{
		"the most severe":      {0, "Trimming {H1} comes first.", true},
		"one below another":    {1, "Rebalancing comes first.", false},
		"far above its limit":  {0, "{H1} is slightly above its limit.", false},
		"above, without a how": {0, "{H1} is above its limit.", true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, []turn{answersWith(func(_ *string, items *[]said) { (*items)[tc.item].text = tc.text })}, nil)
			b.one(t, example(t, "p0.json", nil))
			kept := b.journal.kept()[0].Attempts[0].Verdicts
			refused := slices.ContainsFunc(kept, func(v recommend.Verdict) bool { return v.Reason == "unfounded_claim" })
			if refused == tc.want {
				t.Errorf("refused %v: %v", refused, kept)
			}
		})
	}
}

// TestGravestFinding lets a summary call a finding the most important only where it is
// the first: p0's is the share of one company, before the drift of a class.
func TestGravestFinding(t *testing.T) {
	for text, language := range map[string]string{
		"The most important finding: {F}.": "en", "The main finding is {F}.": "en", "Most notable is {F}.": "en", "The biggest risk is {F}.": "en",
		"Der wichtigste Befund: {F}.": "de", "Am auffälligsten: {F}.": "de", "Le constat principal : {F}.": "fr", "Le plus notable : {F}.": "fr",
		"Lo más destacado: {F}.": "es", "La conclusión principal: {F}.": "es", "Il risultato principale: {F}.": "it", "Il dato più evidente: {F}.": "it",
		"O mais notável: {F}.": "pt", "A principal conclusão: {F}.": "pt", "De belangrijkste bevinding: {F}.": "nl", "主な分析結果：{F}。": "ja",
	} {
		for item, want := range []bool{true, false} {
			b := newBench(t, []turn{answersWith(func(summary *string, items *[]said) {
				*summary = strings.ReplaceAll(text, "{F}", "{"+(*items)[item].facts[0]+"}")
			})}, nil)
			b.one(t, example(t, "p0.json", func(r *recommend.Request) { r.Options.Language = language }))
			kept := b.journal.kept()[0].Attempts[0].Verdicts
			if refused := slices.ContainsFunc(kept, func(v recommend.Verdict) bool { return v.Item == "summary" }); refused == want {
				t.Errorf("%s: the finding of item %d is refused %v: %v", text, item, refused, kept)
			}
		}
	}
}

// TestWhatFillsTheReserve lets a text name the asset class that is sold for it, also where
// the type of an instrument tells the class alone, and no other.
func TestWhatFillsTheReserve(t *testing.T) {
	for text, want := range map[string]bool{
		"Selling some equities builds up the reserve.": true,
		"Selling some bonds builds up the reserve.":    false,
	} {
		b := newBench(t, []turn{answersWith(func(_ *string, items *[]said) {
			i := slices.IndexFunc(*items, func(it said) bool { return it.action == "A1" })
			(*items)[i].text = text
		})}, nil)
		a := b.one(t, example(t, "p0.json", func(r *recommend.Request) {
			r.Portfolio.MonthlyExpenses = ref(decimal.NewFromInt(5100)) // less than a month in cash: a part of one share fills two
			r.Profile.EmergencyFundMonths = ref(decimal.NewFromInt(2))
			r.Profile.RiskTolerance, r.Profile.RiskCapacity = portfolio.Aggressive, portfolio.Aggressive
			r.Target = portfolio.Allocation{portfolio.ClassEquity: decimal.New(9, -1), portfolio.ClassFixedIncome: decimal.New(5, -2), portfolio.ClassCash: decimal.New(5, -2)}
			for i := range r.Portfolio.Positions {
				if ins := &r.Portfolio.Positions[i].Instrument; ins.Type == portfolio.Equity {
					ins.AssetClass = ""
				}
			}
		})).Answer
		if k := slices.IndexFunc(a.Recommendations, func(r recommend.Recommendation) bool { return r.ID == "A1" }); a.Recommendations[k].Kind != "raise_cash" {
			t.Fatalf("A1 is %s", a.Recommendations[k].Kind)
		}
		kept := b.journal.kept()[0].Attempts[0].Verdicts
		if refused := slices.ContainsFunc(kept, func(v recommend.Verdict) bool { return v.Item == "A1" }); refused == want {
			t.Errorf("%q is refused %v: %v", text, refused, kept)
		}
	}
}
