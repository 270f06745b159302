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

// The summary counts what is proposed: what cannot be carried out is called for alone.
func TestHeldActionsAreNotProposed(t *testing.T) {
	held := analysis.Action{Kind: analysis.ActionDeployCash, Limits: []string{analysis.LimitNoInstrument}}
	done := analysis.Action{Kind: analysis.ActionRaiseCash, Trades: []analysis.Trade{trade(analysis.Sell, "VTI", "", "1", "250.00")}}
	for _, lang := range Languages() {
		none := New(Config{Language: lang}).Summary()
		for _, tt := range []struct {
			actions []analysis.Action
			like    []analysis.Action
		}{
			{[]analysis.Action{held, done}, []analysis.Action{done}},
			{[]analysis.Action{done, held, done, held}, []analysis.Action{done, done}},
		} {
			got := New(Config{Language: lang, Result: &analysis.Result{Actions: tt.actions}}).Summary()
			if want := New(Config{Language: lang, Result: &analysis.Result{Actions: tt.like}}).Summary(); got != want {
				t.Errorf("%s: %q, want %q", lang, got, want)
			}
		}
		one := New(Config{Language: lang, Result: &analysis.Result{Actions: []analysis.Action{done}}}).Summary()
		if got := New(Config{Language: lang, Result: &analysis.Result{Actions: []analysis.Action{held}}}).Summary(); got == one || got == none {
			t.Errorf("%s: %q of an action that is held", lang, got)
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
			if said := r.astray(a); said == "" || !strings.HasSuffix(r.Rationale(a), said) {
				t.Errorf("%s: %s does not say why it leads away: %q", lang, kind, r.Rationale(a))
			}
			a.Caveats = nil
			if said := r.astray(a); said != "" {
				t.Errorf("%s: %s leads nowhere: %q", lang, kind, said)
			}
		}
	}
}

// A reason of which earlier actions have left something else than the client has is
// told as they leave it, in the rules' text and behind a model's.
func TestReasonsAfterEarlierActions(t *testing.T) {
	drag := analysis.Fact{ID: "F1", Code: analysis.FactCashDrag, Value: "0.15", Unit: analysis.Ratio, Threshold: "0.02"}
	res := &analysis.Result{BaseCurrency: "USD", Facts: []analysis.Fact{drag}}
	for _, lang := range Languages() {
		r := New(Config{Language: lang, Result: res})
		for before, told := range map[string]bool{"0.045": true, "0.15": false, "0.1500001": false} {
			a := analysis.Action{
				ID: "A2", Kind: analysis.ActionDeployCash, Trigger: "F1", Impact: []analysis.Impact{{Fact: "F1", Before: before, After: "0"}},
				Trades: []analysis.Trade{{Side: analysis.Buy, Ticker: "BND", Quantity: "1", Amount: "1.00"}},
			}
			left := drag
			left.Value = before
			said := r.Afterword(a)
			if strings.Contains(said, r.phraseThen(&left)) != told || !strings.Contains(r.Rationale(a), said) {
				t.Errorf("%s: of %s left %q is said, and %q", lang, before, said, r.Rationale(a))
			}
		}
	}
}

// TestNoReserve wants what is not there to be called so, and not told as months.
func TestNoReserve(t *testing.T) {
	res := &analysis.Result{Facts: []analysis.Fact{
		{ID: "F1", Code: analysis.FactEmergencyFund, Value: "0", Threshold: "3", Unit: analysis.Months},
	}}
	f := analysis.Finding{Code: analysis.FindingEmergencyFund, Observed: "0", Threshold: "3", Evidence: []string{"F1"}}
	for _, l := range Languages() {
		r := New(Config{Language: l, Audience: "client", Result: res})
		reason := r.Reason(analysis.Action{Kind: analysis.ActionRaiseCash, Trigger: "F1"})
		for _, got := range []string{reason, r.findingText(&f, res), r.phrase(res.Fact("F1"))} {
			if strings.Contains(got, "0") || strings.Count(got, "3") != 1 {
				t.Errorf("%s: %q", l, got)
			}
		}
	}
}
