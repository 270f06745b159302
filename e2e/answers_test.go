package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/golden"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// TestCanonicalPortfolio has the worked figures of the canonical portfolio:
// 200 VTI, 300 VXUS, 100 AAPL, 120 BND and USD 5,000 for a moderate investor.
func TestCanonicalPortfolio(t *testing.T) {
	t.Parallel()
	a, _ := local(t, nil).recommend(t, example(t, "p0.json", nil))
	facts := map[string]string{}
	for _, f := range a.Analysis.Facts {
		facts[f.Code+" "+f.Subject] = f.Value
		if f.Text == "" {
			t.Errorf("fact %s has no text", f.ID)
		}
	}
	for name, want := range map[string]string{
		"total_value ": "100000.00", "hhi ": "0.3254", "issuer_weight AAPL": "0.18",
		"top_n_weight 1": "0.5", "top_n_weight 3": "0.86",
		"class_drift equity": "0.26", "class_drift fixed_income": "-0.26", "class_drift cash": "0", "portfolio_drift ": "0.26",
		"expense_ratio ": "0.000267", "annual_fee ": "26.70", "effective_risk_level ": "moderate", "excess_cash ": "0.00",
		"unrealised_gain VTI": "10000.00", "unrealised_gain VXUS": "-1500.00", "unrealised_gain AAPL": "13000.00",
		"unrealised_gain BND": "-1200.00", "unrealised_gain portfolio": "20300.00",
	} {
		if got, ok := facts[name]; !ok || !equalFigures(got, want) {
			t.Errorf("%s is %q, want %s", name, got, want)
		}
	}
	for name, want := range map[string]string{"effective_number ": "3.0731", "hhi_invested ": "0.35778", "expense_ratio_invested ": "0.000281052"} {
		if !strings.HasPrefix(facts[name], want) {
			t.Errorf("%s is %s, want %s…", name, facts[name], want)
		}
	}
	var trades []string
	for _, r := range a.Recommendations {
		for _, x := range r.Trades {
			trades = append(trades, strings.Join([]string{r.ID, x.Side, x.Quantity, x.Ticker, x.Amount}, " "))
		}
	}
	want := []string{"A1 sell 45 AAPL 8100.00", "A2 sell 71 VTI 17750.00", "A2 buy 344 BND 25800.00"}
	if d := cmp.Diff(want, trades); d != "" {
		t.Error(d)
	}
	if a.Source != "model" || a.Usage.Provider != "emulator" {
		t.Errorf("source %s, provider %s", a.Source, a.Usage.Provider)
	}
	// 0.25 and 1.25 USD per million tokens.
	cost := decimal.New(int64(a.Usage.InputTokens)*250+int64(a.Usage.OutputTokens)*1250, -9)
	if cost.String() != a.Usage.CostUSD || cost.IsZero() {
		t.Errorf("%d + %d tokens cost %s, want %s", a.Usage.InputTokens, a.Usage.OutputTokens, a.Usage.CostUSD, cost)
	}
}

// equalFigures compares decimals by value, money with its cents.
func equalFigures(got, want string) bool {
	g, err := decimal.NewFromString(got)
	w, err2 := decimal.NewFromString(want)
	if err != nil || err2 != nil {
		return got == want
	}
	return g.Equal(w) && (!strings.HasSuffix(want, "0") || got == want)
}

// TestExamples keeps every example's answer by rules, words and figures, and
// sees that the model's answer to it passes the checks.
func TestExamples(t *testing.T) {
	t.Parallel()
	p := local(t, nil)
	names, err := filepath.Glob("../examples/*.json")
	if err != nil || len(names) < 6 {
		t.Fatalf("%d examples, %v", len(names), err)
	}
	for _, name := range names {
		name := filepath.Base(name)
		t.Run(name, func(t *testing.T) {
			a, _ := p.recommend(t, example(t, name, nil))
			if a.Source != "model" || a.Degraded != nil || len(a.Recommendations) == 0 {
				t.Errorf("source %s, degraded %v, %d recommendations", a.Source, a.Degraded, len(a.Recommendations))
			}
			_, body := p.recommend(t, example(t, name, func(doc map[string]any) { option(doc, "mode", "rules") }))
			golden.Check(t, masked(t, body), "testdata", name)
		})
	}
}

// masked is an answer without what changes from run to run.
func masked(t *testing.T, body []byte) []byte {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	for _, volatile := range []string{"id", "created_at", "versions"} {
		doc[volatile] = "masked"
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(doc); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestRecordedAnswerIsTheSameBytes also across a restart, and for its owner
// alone.
func TestRecordedAnswerIsTheSameBytes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := localIn(t, fast, dir, nil)
	a, body := p.recommend(t, example(t, "p0.json", nil))
	check := func(p *process) {
		t.Helper()
		if status, again := p.call(t, http.MethodGet, "/v1/recommendations/"+a.ID, nil); status != http.StatusOK || !bytes.Equal(again, body) {
			t.Errorf("status %d, same bytes %v", status, bytes.Equal(again, body))
		}
	}
	check(p)
	if status, _ := p.call(t, http.MethodGet, "/v1/recommendations/rec_00000000000000000000000000", nil); status != http.StatusNotFound {
		t.Errorf("an unknown id has status %d", status)
	}
	p.stop(t)
	check(localIn(t, fast, dir, nil))
}
