package analysis

import (
	"testing"

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
