package analysis

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

// What is to lower the risk does, and no rebalancing takes more of it than the
// target has.
func TestRebalancingBuysNoRiskBeyondTheTarget(t *testing.T) {
	kinds := []string{ActionLowerRisk, ActionRebalance, ActionDeployCash}
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		r := mustAnalyzeInput(t, in)
		target, _ := newModel(in).suitableTarget()
		before := modelAfter(t, in, r, 0).heldRisk()
		for i, a := range r.Actions {
			after := modelAfter(t, in, r, i+1).heldRisk()
			switch more := after.GreaterThan(before); {
			case more && a.Kind == ActionLowerRisk:
				t.Fatalf("%s raises what is at risk from %s to %s", a.Kind, before, after)
			case more && slices.Contains(kinds, a.Kind) && after.GreaterThan(riskShare(target)):
				t.Fatalf("%s raises what is at risk from %s to %s of %s", a.Kind, before, after, riskShare(target))
			}
			before = after
		}
	})
}

// Property that is not sold takes up the share of risk: with all of it filled, cash
// goes into bonds alone, which lowers nothing.
func TestPropertyCountsAsRisk(t *testing.T) {
	for name, tt := range map[string]struct{ house, cash, want string }{
		"all filled":      {"62500", "22500", "rebalance: buy BND 175 17500.00 [not_tradable risk_assets] {}"},
		"room for a part": {"40000", "45000", "rebalance: buy VTI 100 10000.00, buy BND 300 30000.00 [not_tradable risk_assets] {}"},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.Positions = []portfolio.Position{
				position("HOUSE", portfolio.RealEstate, portfolio.ClassRealEstate, "1", tt.house, tt.house, ""),
				position("VTI", portfolio.ETF, portfolio.ClassEquity, "100", "100", "10000", "0.0003"),
				position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "50", "100", "5000", "0.0003"),
			}
			p.Cash[0].Amount = dec(tt.cash)
			in := input(t, p)
			in.Target, in.Constraints = nil, whole()
			in.Profile.RiskTolerance, in.Profile.RiskCapacity = portfolio.Aggressive, portfolio.Moderate
			wantProposals(t, analyze(t, in), tt.want)
		})
	}
}

// What lowers a risk far above the level's is as urgent as the finding, and no more is.
func TestFarTooMuchRiskIsUrgent(t *testing.T) {
	for equity, want := range map[string]Severity{"91": High, "90": Medium} {
		p := p0()
		p.Positions = []portfolio.Position{
			position("VTI", portfolio.ETF, portfolio.ClassEquity, equity, "100", "1000", "0.0003"),
			position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "5", "100", "500", "0.0003"),
		}
		p.Cash[0].Amount = dec("9500").Sub(dec(equity).Mul(dec("100")))
		r := analyze(t, input(t, p))
		if found := findingOf(r, FindingRiskAboveLevel, "") != nil; len(r.Actions) != 1 || r.Actions[0].Severity != want || found != (want == High) {
			t.Errorf("%s%% of equity: found %v, actions %+v", equity, found, r.Actions)
		}
	}
}
