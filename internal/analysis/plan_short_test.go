package analysis

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

// What is owed for a short takes nothing from the classes beside it: 45,000 of
// bonds were sold where 5,000 were too much.
func TestRebalancingBesideAShort(t *testing.T) {
	p := p0()
	vti, bnd := p.Positions[0], p.Positions[3]
	vti.Quantity, bnd.Quantity = dec("400"), dec("900") // 100,000 and 67,500
	p.Positions = []portfolio.Position{vti, bnd, position("TSLA", portfolio.Equity, portfolio.ClassEquity, "-400", "300", "120000", "")}
	p.Cash[0].Amount = dec("130000")
	in := input(t, p)
	in.Constraints = whole()
	wantProposals(t, analyze(t, in), "rebalance: sell BND 71 5325.00, buy VTI 61 15250.00 [short_proceeds] {taxable_gain}")
}

// Without a reserve of its own no class is sold through its target, whatever is
// short.
func TestNoClassIsSoldThroughItsTarget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		p := in.Valuation.Portfolio
		p.MonthlyExpenses, in.Profile.LiquidityNeeds = nil, "low"
		short := position("OWED", portfolio.Equity, portfolio.ClassEquity, "-10", "100", "1000", "")
		short.Quantity = dec("-1").Mul(in.Valuation.Total).Shift(-2).Ceil()
		p.Positions = append(p.Positions, short)
		in.Valuation = aboveZero(t, p)
		target, _ := newModel(in).suitableTarget()
		r := mustAnalyzeInput(t, in)
		for i, a := range r.Actions {
			if !slices.Contains([]string{ActionRebalance, ActionLowerRisk, ActionDeployCash}, a.Kind) {
				continue
			}
			was, is := modelAfter(t, in, r, i), modelAfter(t, in, r, i+1)
			for _, class := range targetClasses {
				share := target[class].Mul(is.val.Total)
				before, after := was.classes().value(string(class)), is.classes().value(string(class))
				if class != portfolio.ClassCash && after.LessThan(before) && share.Sub(after).GreaterThan(one) {
					t.Fatalf("%s of %s: %s > %s, and its target is %s", proposals(r), class, before, after, share)
				}
			}
		}
	})
}

// modelAfter is the portfolio that the first n actions leave.
func modelAfter(t fataler, in Input, r *Result, n int) *model {
	first := *r
	first.Actions = r.Actions[:n]
	in.Valuation = replay(t, in, &first)
	return newModel(in)
}
