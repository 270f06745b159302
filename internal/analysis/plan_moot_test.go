package analysis

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

// A single name that cannot be reduced by what it exceeds its line, and is sold with its
// class, is not told as impossible beside its sale.
func TestWhatThePlanSellsIsNotImpossible(t *testing.T) {
	p := p0()
	p.Positions = []portfolio.Position{
		position("BTC", portfolio.Cryptocurrency, "", "0.2", "55000", "10000", ""),
		position("VTI", portfolio.ETF, portfolio.ClassEquity, "200", "250", "50000", "0.0003"),
		position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "400", "75", "34500", "0.0003"),
	}
	in := input(t, p)
	in.Constraints = portfolio.Constraints{MinTradeAmount: dec("2500")}
	r := analyze(t, in)
	wantProposals(t, r, "rebalance: sell BTC 0.2 11000.00, buy VTI 30.4 7600.00, buy BND 48 3600.00 [] {taxable_gain}")
	if r.Actions[0].ID != "A1" {
		t.Errorf("the first action is %s", r.Actions[0].ID)
	}
}

func TestReductionsThatAreToldAreCalledFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := mustAnalyzeInput(t, anyRequest(t))
		for _, a := range r.Actions {
			if a.Kind != ActionReduceConcentration || a.Moves() {
				continue
			}
			for _, i := range r.Plan.Impact {
				if i.Fact == a.Trigger && !dec(i.After).GreaterThan(dec(factByID(r, i.Fact).Threshold)) {
					t.Fatalf("%s moves nothing, and the plan brings it within its line: %v", a.Subject, proposals(r))
				}
			}
		}
	})
}

// What is too much within funds of several classes is no want of holdings.
func TestMixedFundsAreNotSoldForOneClass(t *testing.T) {
	for vti, want := range map[string]string{
		"0":  "rebalance [mixed_fund] {}",
		"20": "rebalance: sell VTI 20 5000.00, buy BND 62 4650.00 [mixed_fund] {taxable_gain}",
	} {
		p := p0()
		mixed := position("MIX", portfolio.ETF, "", "950", "100", "90000", "0.0003")
		mixed.Instrument.Exposures = &portfolio.Exposures{AssetClasses: map[portfolio.AssetClass]decimal.Decimal{
			portfolio.ClassEquity: dec("0.8"), portfolio.ClassFixedIncome: dec("0.2"),
		}}
		p.Positions = []portfolio.Position{mixed, position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "10", "75", "750", "0.0003")}
		if vti != "0" {
			p.Positions = append(p.Positions, position("VTI", portfolio.ETF, portfolio.ClassEquity, vti, "250", "4000", "0.0003"))
		}
		in := input(t, p)
		in.Constraints, in.Target = whole(), portfolio.Allocation{portfolio.ClassEquity: dec("0.2"), portfolio.ClassFixedIncome: dec("0.75"), portfolio.ClassCash: dec("0.05")}
		wantProposals(t, analyze(t, in), want)
	}
}
