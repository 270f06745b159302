package analysis

import (
	"slices"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/portfolio"
)

// mix is a portfolio of 1,000 USD: so many in one stock, the rest in a world
// fund whose sector, country and region are beyond reproach.
func mix(stock string) *portfolio.Portfolio {
	fund := position("FUND", portfolio.ETF, portfolio.ClassEquity, "1", "1", "1", "0.001")
	fund.Price = dec("1000").Sub(dec(stock))
	p := &portfolio.Portfolio{AsOf: asOf, BaseCurrency: "USD", Positions: []portfolio.Position{
		position("STOCK", portfolio.Equity, portfolio.ClassEquity, "1", stock, stock, ""), fund,
	}}
	return p
}

func TestIssuerLines(t *testing.T) {
	for _, tt := range []struct {
		stock, policy string
		severity      Severity
	}{
		{"50", "", ""}, // exactly at a line passes
		{"50.01", lineWatch, Low},
		{"100", lineWatch, Low},
		{"100.01", lineConcentrated, High},
		{"200", lineConcentrated, High},
		{"200.01", lineHigh, High},
	} {
		f := findingOf(analyze(t, input(t, mix(tt.stock))), FindingIssuerConcentration, "STOCK")
		switch {
		case tt.policy == "" && f != nil:
			t.Errorf("%s: %+v, want nothing", tt.stock, f)
		case tt.policy != "" && (f == nil || f.Policy != tt.policy || f.Severity != tt.severity || !f.EqualityPass):
			t.Errorf("%s: %+v, want %s %s", tt.stock, f, tt.policy, tt.severity)
		}
	}
}

// What is just within a limit is no finding.
func TestEqualityPasses(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil change
		code  string
	}{
		{"stale", func(_ *Input, p *portfolio.Portfolio) { p.Positions[0].PriceAsOf = asOf.AddDays(-7) }, FindingStalePrices},
		{"mismatch", func(_ *Input, p *portfolio.Portfolio) { p.Positions[0].MarketValue = decPtr("4020") }, FindingValueMismatch},
		{"cost mismatch", func(_ *Input, p *portfolio.Portfolio) {
			p.Positions[0] = withLots(p.Positions[0], lot("a", "2024-01-15", p.Positions[0].Quantity.String(), "100"))
			p.Positions[0].CostBasis = new(p.Positions[0].Quantity.Mul(dec("100.5")))
		}, FindingCostMismatch},
		{"rate", func(_ *Input, p *portfolio.Portfolio) {
			p.Liabilities = []portfolio.Liability{{Balance: dec("10"), InterestRate: decPtr("0.08")}}
		}, FindingHighInterestDebt},
		{"emergency fund", func(in *Input, p *portfolio.Portfolio) {
			p.MonthlyExpenses, in.Profile.EmergencyFundMonths = decPtr("250"), decPtr("2")
		}, FindingEmergencyFund},
		{"target", func(in *Input, _ *portfolio.Portfolio) {
			in.Target = portfolio.Allocation{portfolio.ClassEquity: dec("0.65"), portfolio.ClassFixedIncome: dec("0.35")}
		}, FindingTargetAboveLevel},
		{"holdings", func(_ *Input, p *portfolio.Portfolio) {
			p.Positions = []portfolio.Position{
				position("VTI", portfolio.ETF, portfolio.ClassEquity, "90", "100", "9000", ""),
				position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "10", "100", "1000", ""),
			}
			p.Cash = nil
		}, FindingRiskAboveLevel},
		{"a mortgage without its house", func(_ *Input, p *portfolio.Portfolio) {
			p.Liabilities = []portfolio.Liability{{Type: portfolio.Mortgage, Balance: dec("60000")}}
		}, FindingDebtRatio},
	} {
		in, p := sound()
		tt.spoil(&in, p)
		in.Valuation = input(t, p).Valuation
		for _, f := range analyze(t, in).Findings {
			if f.Code == tt.code {
				t.Errorf("%s: %+v", tt.name, f)
			}
		}
	}
}

// What is equal stays equal in a currency whose rate is told the other way
// round, whether or not the inverse ends.
func TestEqualityPassesAtAnInvertedRate(t *testing.T) {
	for _, tt := range []struct{ rate, price string }{
		{"180", "18000"}, {"104", "10400"}, {"107", "10700"}, {"112", "11200"}, {"0.8", "80"}, {"7000000", "700000000"},
	} {
		for _, through := range []portfolio.Currency{"EUR", "USD"} {
			in, p := sound()
			p.BaseCurrency, p.Cash = "EUR", nil
			p.FXRates = []portfolio.FXRate{{From: through, To: "JPY", Rate: dec(tt.rate)}, {From: "EUR", To: "USD", Rate: dec("1")}}
			stock := position("STOCK", portfolio.Equity, portfolio.ClassEquity, "10", "100", "1000", "")
			fund := position("FUND", portfolio.ETF, portfolio.ClassFixedIncome, "90", tt.price, "1", "0.001")
			stock.Currency, fund.Currency = "EUR", "JPY"
			p.Positions = []portfolio.Position{stock, fund}
			in.Valuation = input(t, p).Valuation
			r := analyze(t, in)
			checkFacts(t, r, []want{{FactIssuerWeight, "STOCK", "0.1"}, {FactTopNWeight, "1", "0.9"}, {FactTotalValue, "", "10000.00"}})
			if f := findingOf(r, FindingIssuerConcentration, "STOCK"); f == nil || f.Policy != lineWatch {
				t.Errorf("at %s through %s: %+v, want the watch line", tt.rate, through, f)
			}
			if got := proposals(r); slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, ActionReduceConcentration) }) {
				t.Errorf("at %s through %s: %q", tt.rate, through, got)
			}
		}
	}
}

// Over its target a share is rounded once: a sixth is a ninth more than 15 %.
func TestRelativeDriftIsRoundedOnce(t *testing.T) {
	p := equal(6)
	for i := range p.Positions[1:] {
		p.Positions[i+1].Instrument.AssetClass = portfolio.ClassFixedIncome
	}
	in := input(t, p)
	in.Target = portfolio.Allocation{portfolio.ClassEquity: dec("0.15"), portfolio.ClassFixedIncome: dec("0.85")}
	checkFacts(t, analyze(t, in), []want{
		{FactClassDriftRelative, "equity", "0.1111111111111111111111111111"},
		{FactClassDriftRelative, "fixed_income", "-0.0196078431372549019607843137"},
	})
}

// Half a cent is rounded up, although neither the value nor the cost ends.
func TestMoneyAtAnInvertedRate(t *testing.T) {
	p := equal(1)
	p.BaseCurrency, p.FXRates = "EUR", []portfolio.FXRate{{From: "EUR", To: "USD", Rate: dec("3")}}
	p.Positions[0].Quantity, p.Positions[0].Price, p.Positions[0].CostBasis = dec("1"), dec("2"), decPtr("1.985")
	checkFacts(t, analyze(t, input(t, p)), []want{{FactUnrealisedGain, "S0", "0.01"}})
}

// A figure on the line is a finding if the policy says so.
func TestEqualityIsThePolicys(t *testing.T) {
	strict, err := ParsePolicy(edit(t, func(r map[string]any) { in(r, "lines", lineWatch)["equality_passes"] = false }))
	if err != nil {
		t.Fatal(err)
	}
	in := input(t, mix("50"))
	in.Policy = strict
	if f := findingOf(analyze(t, in), FindingIssuerConcentration, "STOCK"); f == nil || f.EqualityPass {
		t.Errorf("finding %+v, want one where equality does not pass", f)
	}
}

func TestLimitsFollowTheLevel(t *testing.T) {
	for level, found := range map[portfolio.RiskLevel]bool{portfolio.Conservative: true, portfolio.Aggressive: false} {
		in, p := sound()
		p.FXRates = []portfolio.FXRate{{From: "EUR", To: "USD", Rate: dec("1")}}
		p.Positions[0].Currency = "EUR" // 40 %: more than 20 %, less than 50 %
		in.Profile.RiskTolerance, in.Profile.RiskCapacity = level, level
		in.Valuation = input(t, p).Valuation
		if got := findingOf(analyze(t, in), FindingForeignCurrency, "EUR") != nil; got != found {
			t.Errorf("%s: found %v, want %v", level, got, found)
		}
	}
}

// What a caller's own division leaves of a figure does not cross a line that the
// amounts themselves meet; a cent does.
func TestDivisionsThatDoNotEndMeetTheirLine(t *testing.T) {
	for _, tt := range []struct {
		expenses, finding string
	}{
		{"416.6666666666667", ""}, // a year's 5,000 over twelve, as a float tells it
		{"416.666666666666666667", ""},
		{"416.67", "11.9999040007679938560491516068"},
	} {
		p := p0()
		p.MonthlyExpenses = decPtr(tt.expenses)
		in := input(t, p)
		in.Profile.EmergencyFundMonths, in.Target = decPtr("12"), target603505()
		r := analyze(t, in)
		f := findingOf(r, FindingEmergencyFund, "")
		if tt.finding == "" && (f != nil || slices.ContainsFunc(r.Actions, func(a Action) bool { return a.Kind == ActionRaiseCash })) {
			t.Errorf("%s: %+v and actions %q, want none that raises cash", tt.expenses, f, proposals(r))
		}
		if tt.finding != "" && (f == nil || f.Observed != tt.finding) {
			t.Errorf("%s: %+v, want %s", tt.expenses, f, tt.finding)
		}
	}
}
