package wording

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/golden"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/portfolio"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func position(ticker string, kind portfolio.InstrumentType, class portfolio.AssetClass, quantity, price, cost string, ter *decimal.Decimal) portfolio.Position {
	return portfolio.Position{
		Instrument: portfolio.Instrument{ID: portfolio.InstrumentID{Ticker: ticker}, Type: kind, AssetClass: class, ExpenseRatio: ter},
		Quantity:   dec(quantity), Price: dec(price), Currency: "USD", CostBasis: new(dec(cost)),
	}
}

// p0 is the worked example of the reference.
func p0(t testing.TB, profile portfolio.Profile) *analysis.Result {
	t.Helper()
	v, err := portfolio.Value(&portfolio.Portfolio{
		AsOf: portfolio.NewDate(2026, 11, 23), BaseCurrency: "USD",
		Cash: []portfolio.Cash{{Currency: "USD", Amount: dec("5000")}},
		Positions: []portfolio.Position{
			position("VTI", portfolio.ETF, portfolio.ClassEquity, "200", "250", "40000", new(dec("0.0003"))),
			position("VXUS", portfolio.ETF, portfolio.ClassEquity, "300", "60", "19500", new(dec("0.0005"))),
			position("AAPL", portfolio.Equity, portfolio.ClassEquity, "100", "180", "5000", nil),
			position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "120", "75", "10200", new(dec("0.0003"))),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	res, err := analysis.Analyze(analysis.Input{
		Valuation: v, Profile: profile, Policy: analysis.DefaultPolicy(),
		Constraints: portfolio.Constraints{WholeSharesOnly: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func moderate() portfolio.Profile {
	return portfolio.Profile{
		Age: new(42), RiskTolerance: portfolio.Moderate, RiskCapacity: portfolio.Moderate, TimeHorizonYears: new(15),
		Objectives: []string{"growth"}, LiquidityNeeds: "low", Experience: "intermediate",
	}
}

func TestGolden(t *testing.T) {
	for _, lang := range Languages() {
		t.Run(lang, func(t *testing.T) {
			res := p0(t, moderate())
			got := report(New(Config{Language: lang, Audience: "client", Result: res}), res)
			golden.Check(t, got, "testdata/p0."+lang+".golden")
		})
	}
}

// report is all that is written about a result.
func report(r *Renderer, res *analysis.Result) string {
	var w strings.Builder
	r.Annotate(res)
	fmt.Fprintln(&w, r.Summary())
	for _, a := range res.Actions {
		fmt.Fprintf(&w, "\n%s %s\n%s\n", a.ID, r.Title(a), r.Rationale(a))
		fmt.Fprintln(&w, strings.Join(r.Caveats(a), "\n"))
	}
	for _, f := range res.Facts {
		fmt.Fprintf(&w, "%s %s\n", f.ID, f.Text)
	}
	for _, f := range res.Findings {
		fmt.Fprintf(&w, "%s %s\n", f.ID, f.Text)
	}
	fmt.Fprintln(&w, strings.Join(r.Disclosures("emulator", "mixed"), "\n"))
	return w.String()
}

func TestP0InEnglish(t *testing.T) {
	res := p0(t, moderate())
	r := New(Config{Language: "xx", Audience: "client", Result: res, Holdings: map[string]string{"H1": "AAPL"}})
	r.Annotate(res)
	for _, f := range res.Facts {
		if f.Code == analysis.FactIssuerWeight && f.Text != "AAPL: 18.0 % of the portfolio, 8.0 points above the 10 % limit" {
			t.Errorf("issuer weight %q", f.Text)
		}
	}
	got, err := r.Expand("{H1} makes up {F13}.")
	if want := "AAPL makes up 18.0 % of the portfolio, 8.0 points above the 10 % limit."; got != want || err != nil {
		t.Errorf("%q %v, want %q", got, err, want)
	}
}

func TestSignsSurvive(t *testing.T) {
	r := New(Config{Language: "en"})
	for want, f := range map[string]analysis.Fact{
		"over: an unrealised loss of USD 5.00": {Code: analysis.FactUnrealisedGain, Subject: "over", Value: "-5", Unit: analysis.Money, Currency: "USD"},
		"A net worth of USD -5.00":             {Code: analysis.FactNetWorth, Value: "-5", Unit: analysis.Money, Currency: "USD"},
		"-5":                                   {Code: "new", Value: "-5", Unit: analysis.Count},
	} {
		if got := r.factText(&f); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Words that say that money is missing stand in the place of the sign.
func TestBorrowedMoneyHasNoSign(t *testing.T) {
	res := &analysis.Result{Facts: []analysis.Fact{{ID: "F1", Code: analysis.FactCashBalance, Value: "-10000.00", Unit: analysis.Money, Currency: "USD"}}}
	f := analysis.Finding{Code: analysis.FindingMarginDebt, Observed: "-10000.00", Evidence: []string{"F1"}}
	for _, lang := range Languages() {
		r := New(Config{Language: lang})
		got := r.findingText(&f, res)
		if strings.ContainsAny(got, "-−") || !strings.Contains(got, r.Number.money(dec("10000"), "USD")) {
			t.Errorf("%s: %q", lang, got)
		}
	}
}

// TestExpandSaysWhose wants no figure of a holding to pass for that of what is named
// after it.
func TestExpandSaysWhose(t *testing.T) {
	r := New(Config{Language: "en", Holdings: map[string]string{"H1": "AAPL", "H2": "VTI"}, Result: &analysis.Result{Facts: []analysis.Fact{
		{ID: "F1", Code: analysis.FactIssuerWeight, Subject: "AAPL", Value: "0.18", Unit: analysis.Ratio},
		{ID: "F2", Code: analysis.FactIssuerWeight, Subject: "VTI", Value: "0.5", Unit: analysis.Ratio},
	}}})
	const aapl, vti = "18.0 % of the portfolio", "50.0 % of the portfolio"
	for text, want := range map[string]string{
		"{H1} is {F1}.":                      "AAPL is " + aapl + ".",
		"At {F1}, {H1} is large.":            "At " + aapl + " (AAPL), AAPL is large.",
		"{H1} is large, and {H2} is {F1}.":   "AAPL is large, and VTI is " + aapl + " (AAPL).",
		"{H1} and {H2} are {F1} and {F2}.":   "AAPL and VTI are " + aapl + " (AAPL) and " + vti + " (VTI).",
		"{H1} is {F1}, and {H2} is {F2}.":    "AAPL is " + aapl + ", and VTI is " + vti + ".",
		"{H1} is large; bonds are at {F1}.":  "AAPL is large; bonds are at " + aapl + " (AAPL).",
		"{H1} is large. The share is {F1}.":  "AAPL is large. The share is " + aapl + " (AAPL).",
		"{H2} is {F1}, which is {F1}, {F2}.": "VTI is " + aapl + " (AAPL), which is " + aapl + ", " + vti + " (VTI).",
	} {
		if got, err := r.Expand(text); got != want || err != nil {
			t.Errorf("%s: %q %v, want %q", text, got, err, want)
		}
	}
}

func TestExpandErrors(t *testing.T) {
	r := New(Config{Language: "en", Result: p0(t, moderate()), Holdings: map[string]string{"H1": "A{F1}B"}})
	for _, text := range []string{"{F999}", "{H2}", "{F}", "{f1}", "{F 1}", "{}", "{F1", "F1}", "{{F1}}", "{A1}", "{F01}"} {
		var bad *PlaceholderError
		if got, err := r.Expand(text); got != "" || !errors.As(err, &bad) {
			t.Errorf("%s: %q %v", text, got, err)
		}
	}
	if got, err := r.Expand("{H1}"); got != "A{F1}B" || err != nil {
		t.Errorf("a holding's name was expanded: %q %v", got, err)
	}
}

func TestInsufficientProfile(t *testing.T) {
	p := moderate()
	p.Age, p.LiquidityNeeds = nil, ""
	for _, lang := range Languages() {
		r := New(Config{Language: lang, Audience: "adviser", Result: p0(t, p)})
		for _, factor := range []string{"age", "liquidity_needs"} {
			if !strings.Contains(r.Summary(), r.label(ofFactor, factor)) {
				t.Errorf("%s: %s is not named in %q", lang, factor, r.Summary())
			}
		}
	}
}

func TestUnknownCodes(t *testing.T) {
	for _, lang := range Languages() {
		r := New(Config{Language: lang})
		a := analysis.Action{Kind: "new", Caveats: []string{"new"}, Limits: []string{"new"}}
		texts := append(r.Caveats(a), r.Title(a), r.Rationale(a), r.DegradedDetail("new"), r.phrase(&analysis.Fact{Code: "new", Value: "1", Unit: analysis.Count}))
		for i, text := range texts {
			if text == "" || strings.ContainsAny(text, "{}") {
				t.Errorf("%s: text %d is %q", lang, i, text)
			}
		}
	}
}

func TestDisclosures(t *testing.T) {
	r := New(Config{Language: "en", Result: p0(t, moderate())})
	for _, tt := range []struct {
		provider, source string
		model, emulated  bool
	}{
		{"bedrock", "model", true, false}, {"emulator", "mixed", true, true}, {"", "rules", false, false},
	} {
		text := strings.Join(r.Disclosures(tt.provider, tt.source), "\n")
		if got := strings.Contains(text, "A language model wrote"); got != tt.model {
			t.Errorf("%v: names the model: %v", tt, got)
		}
		if got := strings.Contains(text, "Amazon Bedrock"); got != tt.emulated {
			t.Errorf("%v: names the emulator: %v", tt, got)
		}
	}
}

func FuzzExpand(f *testing.F) {
	for _, seed := range []string{"{F1}", "{H1} and {F2}", "{F1", "}", "{{F1}}", "plain", "{H１}"} {
		f.Add(seed)
	}
	r := New(Config{Language: "en", Result: p0(f, moderate()), Holdings: map[string]string{"H1": "AAPL"}})
	f.Fuzz(func(t *testing.T, text string) {
		got, err := r.Expand(text)
		if err == nil && strings.ContainsAny(got, "{}") {
			t.Errorf("%q left braces: %q", text, got)
		}
		if !strings.ContainsAny(text, "{}") && got != text {
			t.Errorf("%q became %q", text, got)
		}
	})
}

// TestExpandJoinsPrepositions wants "al 18,0%" where a model wrote "a {F1}".
func TestExpandJoinsPrepositions(t *testing.T) {
	result := &analysis.Result{Facts: []analysis.Fact{
		{ID: "F1", Code: analysis.FactPortfolioDrift, Value: "0.18", Unit: analysis.Ratio},
		{ID: "F2", Code: analysis.FactPortfolioDrift, Value: "0.08", Unit: analysis.Ratio},
		{ID: "F3", Code: analysis.FactPortfolioDrift, Value: "0.005", Unit: analysis.Ratio},
		{ID: "F4", Code: analysis.FactNetWorth, Value: "5", Unit: analysis.Money, Currency: "EUR"},
	}}
	for _, c := range []struct{ language, text, begins string }{
		{"it", "La quota è pari a {F1}.", "La quota è pari al 18,0% del"},
		{"it", "La quota è pari a {F2}.", "La quota è pari all’8,0% del"},
		{"it", "Sale da {F3} a {F1}.", "Sale dallo 0,5% del"},
		{"it", "Si basa su {F1}, in {F2}, di {F1}.", "Si basa sul 18,0% del"},
		{"it", "La quota era {F1}.", "La quota era il 18,0% del"},
		{"it", "È pari a {F4}.", "È pari a un patrimonio"},
		{"es", "Es de {F1}.", "Es del 18,0\u00a0% de"},
		{"es", "Equivale a {F1}.", "Equivale al 18,0\u00a0% de"},
		{"es", "Es de {F4}.", "Es de un patrimonio"},
		{"fr", "Il est de {F4}.", "Il est d’un patrimoine"},
		{"pt", "É de {F4}.", "É de um patrimônio"},
		{"de", "Es sind {F1}.", "Es sind 18,0"},
	} {
		got, err := New(Config{Language: c.language, Result: result}).Expand(c.text)
		if err != nil || !strings.HasPrefix(got, c.begins) {
			t.Errorf("%s %s: %q %v, want %q", c.language, c.text, got, err, c.begins)
		}
	}
}
