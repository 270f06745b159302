package wording

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/portfolio"
)

func trade(side analysis.Side, ticker, account, quantity, amount string) analysis.Trade {
	return analysis.Trade{Side: side, Ticker: ticker, AccountID: account, Quantity: quantity, Amount: amount, Holding: -1}
}

// TestTradesAcrossAccounts wants one figure for an instrument that is traded in
// two accounts, and the two sides apart.
func TestTradesAcrossAccounts(t *testing.T) {
	r := New(Config{Language: "en", Audience: "client", Result: p0(t, moderate())})
	got := r.tradeList([]analysis.Trade{
		trade(analysis.Sell, "VTI", "ira", "41", "13587.40"),
		trade(analysis.Buy, "BND", "ira", "183", "13563.96"),
		trade(analysis.Buy, "BND", "cash", "110.25", "8153.2"),
		trade(analysis.Buy, "VTI", "cash", "1", "331.40"),
	})
	const want = "sell 41 VTI (USD 13,587.40); buy 293.25 BND (USD 21,717.16); buy 1 VTI (USD 331.40)"
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestTradesOfCoinsAreNotCountedInShares wants words for a quantity that fit what has
// no shares: the trade does not tell what it is.
func TestTradesOfCoinsAreNotCountedInShares(t *testing.T) {
	r := New(Config{Language: "ja", Audience: "client", Result: p0(t, moderate())})
	got := r.tradeList([]analysis.Trade{trade(analysis.Sell, "BTC", "", "0.25", "24000.00")})
	if strings.ContainsAny(got, "株口") {
		t.Errorf("%q counts coins in shares", got)
	}
}

// TestTradeoffFollowsTheTrades wants rebalancing with cash alone not to speak
// of selling.
func TestTradeoffFollowsTheTrades(t *testing.T) {
	r := New(Config{Language: "en", Audience: "client", Result: p0(t, moderate())})
	buy, sell := trade(analysis.Buy, "BND", "", "1", "75"), trade(analysis.Sell, "VTI", "", "1", "250")
	for want, trades := range map[string][]analysis.Trade{
		"Invested money can lose value": {buy},
		"What is sold may rise":         {sell, buy},
		"What is sold may rise, ":       {sell},
	} {
		if got := r.tradeoff(analysis.Action{Kind: analysis.ActionRebalance, Trades: trades}); !strings.HasPrefix(got, want) {
			t.Errorf("%v: %q, want %q", trades, got, want)
		}
	}
}

// TestLowerRiskNamesTheLevel wants the profile's level inside the sentence: set
// apart from it, it reads as the portfolio's.
func TestLowerRiskNamesTheLevel(t *testing.T) {
	for _, l := range Languages() {
		res := p0(t, moderate())
		r := New(Config{Language: l, Audience: "client", Result: res})
		i := slices.IndexFunc(res.Facts, func(f analysis.Fact) bool { return f.Code == analysis.FactRiskLevel })
		got := r.Reason(analysis.Action{Kind: analysis.ActionLowerRisk, Trigger: res.Facts[i].ID})
		if !strings.Contains(got, r.label(ofLevel, res.RiskLevel)) || strings.ContainsAny(got, ":：(（") {
			t.Errorf("%s: %q", l, got)
		}
	}
}

// TestReadersAreToldApart wants a reason and a trade-off of its own for the
// adviser of every action.
func TestReadersAreToldApart(t *testing.T) {
	res := p0(t, moderate())
	for _, l := range Languages() {
		client := New(Config{Language: l, Audience: "client", Result: res})
		expert := New(Config{Language: l, Audience: adviser, Result: res})
		for _, kind := range constants(t, "../../analysis/actions.go", "Action") {
			trigger, figure := "F13", client.phrase(res.Fact("F13"))
			switch kind {
			case analysis.ActionRebalance:
				trigger = idOf(res, analysis.FactClassDrift)
				figure = client.excess(res.Fact(trigger), dec(res.Fact(trigger).Value).Abs())
			case analysis.ActionLowerRisk:
				trigger, figure = idOf(res, analysis.FactRiskLevel), client.label(ofLevel, res.RiskLevel)
			}
			a := analysis.Action{Kind: kind, Subject: "AAPL", Trigger: trigger, Trades: []analysis.Trade{trade(analysis.Sell, "AAPL", "", "1", "180")}}
			if client.Reason(a) == expert.Reason(a) {
				t.Errorf("%s %s: both are told %q", l, kind, client.Reason(a))
			}
			if client.tradeoff(a) == expert.tradeoff(a) {
				t.Errorf("%s %s: both are told %q", l, kind, client.tradeoff(a))
			}
			if got := client.Reason(a); !strings.Contains(got, figure) {
				t.Errorf("%s %s: the figure is missing from %q", l, kind, got)
			}
		}
	}
}

// TestReasonNamesItsSubjectOnce wants the rules' own sentences to name what a figure is
// of once, and the reserve by what it covers.
func TestReasonNamesItsSubjectOnce(t *testing.T) {
	res := &analysis.Result{Facts: []analysis.Fact{
		{ID: "F1", Code: analysis.FactClassDrift, Subject: "fixed_income", Value: "-0.26", Threshold: "0.05", Unit: analysis.Ratio},
		{ID: "F2", Code: analysis.FactEmergencyFund, Value: "5", Threshold: "6", Unit: analysis.Months},
	}}
	for _, l := range Languages() {
		for _, audience := range []string{"client", adviser} {
			r := New(Config{Language: l, Audience: audience, Result: res})
			drift := r.Reason(analysis.Action{Kind: analysis.ActionRebalance, Trigger: "F1"})
			reserve := r.Reason(analysis.Action{Kind: analysis.ActionRaiseCash, Trigger: "F2"})
			if strings.Count(drift, r.label(ofClass, "fixed_income")) != 1 {
				t.Errorf("%s: %q does not name its class once", l, drift)
			}
			if strings.Contains(reserve, r.phrase(res.Fact("F2"))) {
				t.Errorf("%s: %q names the reserve twice", l, reserve)
			}
		}
	}
}

// TestHeldDebtSavesNothing wants what repaying brings not to be said where nothing is
// repaid.
func TestHeldDebtSavesNothing(t *testing.T) {
	res := &analysis.Result{Facts: []analysis.Fact{
		{ID: "F1", Code: analysis.FactDebtInterestRate, Subject: "margin_loan", Value: "0.089", Threshold: "0.08", Unit: analysis.Ratio},
	}}
	r := New(Config{Language: "en", Audience: "client", Result: res})
	got := r.Reason(analysis.Action{Kind: analysis.ActionPayDownDebt, Subject: "margin_loan", Trigger: "F1"})
	if want := "Your debt carries an interest rate of 8.9 % a year (margin loan), 0.9 points above the 8 % limit."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func idOf(res *analysis.Result, code string) string {
	return res.Facts[slices.IndexFunc(res.Facts, func(f analysis.Fact) bool { return f.Code == code })].ID
}

// TestRebalancingWithoutADrift wants a figure that is no drift, and made another
// action necessary first, not to be told as one.
func TestRebalancingWithoutADrift(t *testing.T) {
	res := p0(t, moderate())
	for _, l := range Languages() {
		r := New(Config{Language: l, Audience: "client", Result: res})
		got := r.Reason(analysis.Action{Kind: analysis.ActionRebalance, Trigger: "F13"})
		if want := fill(r.Reasons["other.triggered"], slots{"trigger": r.phrase(res.Fact("F13"))}); got != want {
			t.Errorf("%s: %q, want %q", l, got, want)
		}
	}
}

// TestDescription wants a description to say that it is one, beside what was found.
func TestDescription(t *testing.T) {
	for _, l := range Languages() {
		res := p0(t, portfolio.Profile{})
		res.Actions, res.Plan = nil, nil
		r := New(Config{Language: l, Audience: "client", Result: res, Descriptive: true})
		got := r.Summary()
		if !strings.HasSuffix(got, r.Patterns["proposed.described"]) || r.gravest() == "" || !strings.Contains(got, r.gravest()) {
			t.Errorf("%s: %q", l, got)
		}
	}
}

// TestAfterTheTrades wants to be told what an action leaves of the figure that
// called for it, where a limit says what that means.
func TestAfterTheTrades(t *testing.T) {
	res := p0(t, moderate())
	r := New(Config{Language: "en", Audience: "client", Result: res})
	a := analysis.Action{Kind: analysis.ActionReduceConcentration, Subject: "AAPL", Trigger: "F13",
		Trades: []analysis.Trade{trade(analysis.Sell, "AAPL", "", "10", "1800")}}
	for _, tt := range []struct{ fact, after, want string }{
		{"F13", "0.162", "Proposed trades: sell 10 AAPL (USD 1,800.00); afterwards: 16.2 % of the portfolio, still above the 10 % limit."},
		{"F13", "0.098", "Proposed trades: sell 10 AAPL (USD 1,800.00); afterwards: 9.8 % of the portfolio, within the 10 % limit."},
		{"F13", "0.1", "Proposed trades: sell 10 AAPL (USD 1,800.00); afterwards: 10.0 % of the portfolio, exactly at the 10 % limit."},
		{"F12", "0.1", "Proposed trades: sell 10 AAPL (USD 1,800.00)."},
	} {
		a.Impact = []analysis.Impact{{Fact: tt.fact, Before: "0.18", After: tt.after}}
		if got := r.extent(a); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
	res.Facts = append(res.Facts, analysis.Fact{ID: "F99", Code: analysis.FactEmergencyFund, Value: "2.5", Unit: analysis.Months, Threshold: "3"})
	r = New(Config{Language: "en", Audience: "client", Result: res})
	a.Impact = []analysis.Impact{{Fact: "F13", Before: "0.18", After: "0.098"}, {Fact: "F99", Before: "2.5", After: "6.55"}}
	if got, want := r.extent(a), "Proposed trades: sell 10 AAPL (USD 1,800.00); afterwards: 9.8 % of the portfolio, within the 10 % limit; a cash reserve for 6.6 months of expenses, above the minimum of 3 months."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	a.Trigger = "F1" // a value without a threshold
	a.Impact = []analysis.Impact{{Fact: "F1", Before: "100000", After: "90000"}}
	if got, want := r.extent(a), "Proposed trades: sell 10 AAPL (USD 1,800.00)."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestTellsFromTheThreshold does not say 0 months above or below, nor that what
// is not at the threshold is exactly there.
func TestTellsFromTheThreshold(t *testing.T) {
	for _, tt := range []struct{ value, limit, want string }{
		{"12.04", "12", "a cash reserve for 12.04 months of expenses, 0.04 months above the minimum of 12 months"},
		{"12", "12", "a cash reserve for 12 months of expenses, exactly at the minimum of 12 months"},
		{"11.99999999999999904", "12", "a cash reserve for 12 months of expenses, exactly at the minimum of 12 months"}, // 5,000 over 416.6666666666667
		{"12.06", "12", "a cash reserve for 12.1 months of expenses, 0.1 months above the minimum of 12 months"},
		{"11.97", "12", "a cash reserve for 11.97 months of expenses, 0.03 months below the minimum of 12 months"},
		{"2.95", "3", "a cash reserve for 2.95 months of expenses, 0.05 months below the minimum of 3 months"},
		{"2.99999", "3", "a cash reserve for 3 months of expenses, just below the minimum of 3 months"},
		{"12.001", "12", "a cash reserve for 12 months of expenses, just above the minimum of 12 months"},
		{"2.34", "2.26", "a cash reserve for 2.34 months of expenses, 0.08 months above the minimum of 2.26 months"},
		{"0", "3", "no cash reserve, against a minimum of 3 months"},
		{"0.5", "2.25", "a cash reserve for 0.5 months of expenses, 1.75 months below the minimum of 2.25 months"},
	} {
		r := New(Config{Language: "en"})
		f := analysis.Fact{Code: analysis.FactEmergencyFund, Value: tt.value, Unit: analysis.Months, Threshold: tt.limit}
		if got := r.phrase(&f); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.value, got, tt.want)
		}
	}
}

// TestShareBesideItsLimit wants the share less what lies between to be the limit,
// in the decimals that are shown.
func TestShareBesideItsLimit(t *testing.T) {
	for _, tt := range []struct{ code, value, limit, want string }{
		{analysis.FactIssuerWeight, "0.100219", "0.1", "10.02 % of the portfolio, 0.02 points above the 10 % limit"},
		{analysis.FactIssuerWeight, "0.0999996", "0.1", "10.0 % of the portfolio, just below the 10 % limit"},
		{analysis.FactIssuerWeight, "0.099999996", "0.1", "10.0 % of the portfolio, just below the 10 % limit"},
		{analysis.FactIssuerWeight, "0.10004", "0.1", "10.0 % of the portfolio, just above the 10 % limit"},
		{analysis.FactIssuerWeight, "0.09994", "0.1", "9.99 % of the portfolio, 0.01 points below the 10 % limit"},
		{analysis.FactIssuerWeight, "0.10049", "0.1", "10.05 % of the portfolio, 0.05 points above the 10 % limit"},
		{analysis.FactIssuerWeight, "0.1052", "0.1", "10.5 % of the portfolio, 0.5 points above the 10 % limit"},
		{analysis.FactIssuerWeight, "0.1", "0.1", "10.0 % of the portfolio, exactly at the 10 % limit"},
		{analysis.FactIssuerWeight, "0.2", "0.1225", "20.0 % of the portfolio, 7.75 points above the 12.25 % limit"},
		{analysis.FactIssuerWeight, "0.200061", "0.1225", "20.01 % of the portfolio, 7.76 points above the 12.25 % limit"},
		{analysis.FactExpenseRatio, "0.000267", "0.005", "annual fund fees of 0.0267 % of the portfolio, 0.473 points below the 0.5 % limit"},
		{analysis.FactFundExpenseRatio, "0.0005", "0.0075", "an expense ratio of 0.05 % a year, 0.7 points below the 0.75 % limit"},
		{analysis.FactSectorWeight, "0.00798", "0.35", "0.798 % of the portfolio in the sector “energy”, 34.2 points below the 35 % limit"},
		{analysis.FactSectorWeight, "0.000000000000559", "0.35", "0.0 % of the portfolio in the sector “energy”, 35.0 points below the 35 % limit"},
		{analysis.FactSectorWeight, "0.00000416", "0.35", "0.0004 % of the portfolio in the sector “energy”, 35.0 points below the 35 % limit"},
		{analysis.FactPortfolioDrift, "0.000457", "0.05", "0.0457 % of the portfolio away from its target allocation, 4.95 points below the 5 % limit"},
		{analysis.FactDebtInterestRate, "0.2299", "0.08", "an interest rate of 22.99 % a year (credit card debt), 14.99 points above the 8 % limit"},
		{analysis.FactSavingsRate, "-0.05", "0.1", "a savings rate of -5.0 % of income, 15.0 points below the minimum of 10 %"},
		{analysis.FactClassDrift, "0.0500000000000001", "0.05", "5.0 points above the target for equities, within the band of 5 points"},
		{analysis.FactClassDrift, "-0.05001", "0.05", "5.0 points below the target for equities, just outside the band of 5 points"},
		{analysis.FactClassDrift, "0.04999", "0.05", "5.0 points above the target for equities, just within the band of 5 points"},
		{analysis.FactClassDrift, "-0.0501", "0.05", "5.01 points below the target for equities, outside the band of 5 points"},
	} {
		r := New(Config{Language: "en", Result: &analysis.Result{}})
		f := analysis.Fact{Code: tt.code, Value: tt.value, Unit: analysis.Ratio, Threshold: tt.limit}
		switch tt.code {
		case analysis.FactDebtInterestRate:
			f.Subject = "credit_card"
		case analysis.FactSectorWeight:
			f.Subject = "energy"
		case analysis.FactClassDrift:
			f.Subject = "equity"
		}
		if got := r.phrase(&f); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.value, got, tt.want)
		}
	}
}

// TestFindingBesideItsLimit does not write what breaks a limit as the limit.
func TestFindingBesideItsLimit(t *testing.T) {
	for _, tt := range []struct {
		code, fact, unit      string
		value, limit, subject string
		want                  string
	}{
		{analysis.FindingEmergencyFund, analysis.FactEmergencyFund, "months", "2.96", "3", "", "The cash reserve covers 2.96 months of expenses; the goal is 3 months."},
		{analysis.FindingCostCoverage, analysis.FactCostCoverage, "ratio", "0.9497", "0.95", "", "The cost is known for only 94.97 % of the invested assets; the minimum is 95 %."},
		{analysis.FindingCostCoverage, analysis.FactCostCoverage, "ratio", "0.92", "0.95", "", "The cost is known for only 92.0 % of the invested assets; the minimum is 95 %."},
		{analysis.FindingExcessCash, analysis.FactCashDrag, "ratio", "0.02004", "0.02", "", "2.0 % (rounded down) of the portfolio is idle cash, against a limit of 2 %."},
		{analysis.FindingEmergencyFund, analysis.FactEmergencyFund, "months", "11.9999996", "12", "", "The cash reserve covers 12 months (rounded up) of expenses; the goal is 12 months."},
		{analysis.FindingClassDrift, analysis.FactClassDrift, "ratio", "0.05001", "0.05", "equity", "The share of equities is 5.0 points (rounded down) above its target; the band is 5 points."},
		{analysis.FindingFundFees, analysis.FactFundExpenseRatio, "ratio", "0.0082", "0.0075", "X", "X has an expense ratio of 0.82 % a year, against a limit of 0.75 %."},
		{analysis.FindingClassDrift, analysis.FactClassDrift, "ratio", "-0.0501", "0.05", "equity", "The share of equities is 5.01 points below its target; the band is 5 points."},
	} {
		res := &analysis.Result{Facts: []analysis.Fact{{ID: "F1", Code: tt.fact, Value: tt.value, Unit: analysis.Unit(tt.unit), Threshold: tt.limit, Subject: tt.subject}}}
		r := New(Config{Language: "en", Result: res})
		f := analysis.Finding{Code: tt.code, Observed: tt.value, Threshold: tt.limit, Subject: tt.subject, Evidence: []string{"F1"}}
		if got := r.findingText(&f, res); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.code, tt.value, got, tt.want)
		}
	}
}

// No figure beside a limit has more than two decimals for it, and none that is not at
// its limit reads as if it were, in any language.
func TestFiguresNearTheirLimits(t *testing.T) {
	long := regexp.MustCompile(`[.,]\d{3}`)
	rapid.Check(t, func(t *rapid.T) {
		unit, limit := analysis.Ratio, "0.1"
		code := rapid.SampledFrom([]string{
			analysis.FactIssuerWeight, analysis.FactFundExpenseRatio, analysis.FactLiquidityRatio, analysis.FactClassDrift, analysis.FactEmergencyFund,
		}).Draw(t, "code")
		if code == analysis.FactEmergencyFund {
			unit, limit = analysis.Months, "12"
		}
		at := decimal.RequireFromString(limit)
		off := decimal.New(rapid.Int64Range(1, 9).Draw(t, "digit"), -rapid.Int32Range(2, 11).Draw(t, "place"))
		if rapid.Bool().Draw(t, "below") {
			off = off.Neg()
		}
		r := New(Config{Language: rapid.SampledFrom(Languages()).Draw(t, "language"), Result: &analysis.Result{}})
		phrase := func(d decimal.Decimal) string {
			return r.phrase(&analysis.Fact{Code: code, Subject: "equity", Value: d.String(), Unit: unit, Threshold: limit})
		}
		sides := map[string]bool{phrase(at): true, phrase(at.Add(off)): true, phrase(at.Sub(off)): true}
		if len(sides) != 3 && code != analysis.FactClassDrift || len(sides) < 2 {
			t.Errorf("%s of %s reads like another: %v", off, limit, sides)
		}
		for text := range sides {
			if long.MatchString(text) {
				t.Errorf("%q has more decimals than anyone reads", text)
			}
		}
	})
}
