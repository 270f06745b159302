package wording

import (
	"strings"
	"testing"

	"ballast.internal/ballast/internal/analysis"
)

// What moves nothing says so in its title, and tells why, but no benefit of what is
// not done.
func TestHeldActions(t *testing.T) {
	res := &analysis.Result{BaseCurrency: "USD", Facts: []analysis.Fact{
		{ID: "F1", Code: analysis.FactDebtInterestRate, Subject: "credit_card", Value: "0.22", Unit: analysis.Ratio, Threshold: "0.08"},
		{ID: "F2", Code: analysis.FactClassDrift, Subject: "fixed_income", Value: "-0.35", Unit: analysis.Ratio, Threshold: "0.05"},
	}}
	held := []analysis.Action{
		{ID: "A1", Kind: analysis.ActionPayDownDebt, Subject: "credit_card", Trigger: "F1", Limits: []string{analysis.LimitNoCash}},
		{ID: "A2", Kind: analysis.ActionRebalance, Trigger: "F2", Limits: []string{analysis.LimitCashReserve}},
	}
	for _, lang := range Languages() {
		r := New(Config{Language: lang, Result: res})
		for _, a := range held {
			done := a
			done.Trades = []analysis.Trade{{Side: analysis.Buy, Ticker: "BND", Quantity: "1", Amount: "1.00"}}
			if title := r.Title(a); title == r.Title(done) || !strings.HasPrefix(title, r.Title(done)) {
				t.Errorf("%s: %s is called %q, held or not", lang, a.ID, title)
			}
			if got := r.Rationale(a); !strings.Contains(got, r.Limits[a.Limits[0]]) {
				t.Errorf("%s: %s does not say what holds it: %q", lang, a.ID, got)
			}
			if a.Kind == analysis.ActionPayDownDebt && r.Reason(a) == r.Reason(done) {
				t.Errorf("%s: %q is said of a debt that nothing repays", lang, r.Reason(a))
			}
		}
	}
}

// What leads away from the target for something that comes first says so in every
// language.
func TestActionsThatLeadAway(t *testing.T) {
	res := &analysis.Result{BaseCurrency: "USD"}
	for _, lang := range Languages() {
		r := New(Config{Language: lang, Result: res})
		for _, kind := range []string{analysis.ActionRaiseCash, analysis.ActionPayDownDebt, analysis.ActionReduceConcentration} {
			a := analysis.Action{Kind: kind, Caveats: []string{analysis.CaveatOffTarget}}
			if said := r.Astray(a); said == "" || !strings.HasSuffix(r.Rationale(a), said) {
				t.Errorf("%s: %s does not say why it leads away: %q", lang, kind, r.Rationale(a))
			}
			a.Caveats = nil
			if said := r.Astray(a); said != "" {
				t.Errorf("%s: %s leads nowhere: %q", lang, kind, said)
			}
		}
	}
}
