package analysis

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

// longAndShort has 120,000 short of one company, which is two thirds of the total.
func longAndShort() *portfolio.Portfolio {
	p := p0()
	vti, bnd := p.Positions[0], p.Positions[3]
	vti.Quantity, bnd.Quantity = dec("400"), dec("900") // 100,000 and 67,500
	p.Positions = []portfolio.Position{vti, bnd, position("TSLA", portfolio.Equity, portfolio.ClassEquity, "-400", "300", "120000", "")}
	p.Cash[0].Amount = dec("130000")
	return p
}

// What is short of one issuer counts as what is held does, each less the other.
func TestShortConcentration(t *testing.T) {
	for _, tt := range []struct {
		short, held string
		want        []string
	}{
		{"-400", "0", []string{"high short_concentration TSLA: 0.676056338 against 0.2 by concentration.high"}},
		{"-70", "0", []string{"high short_concentration TSLA: 0.1183098591 against 0.1 by concentration.concentrated"}},
		{"-33", "0", []string{"low short_concentration TSLA: 0.0557746478 against 0.05 by concentration.watch"}},
		{"-29", "0", nil},
		{"-70", "60", nil},
		{"-70", "110", []string{"low issuer_concentration TSLA: 0.0676056338 against 0.05 by concentration.watch"}},
	} {
		t.Run(tt.short+" and "+tt.held, func(t *testing.T) {
			p := longAndShort()
			held := p.Positions[2]
			held.Quantity, held.CostBasis = dec(tt.held), nil
			p.Positions[2].Quantity = dec(tt.short)
			p.Positions = append(p.Positions, held)
			moved := dec(tt.short).Add(dec("400")).Add(dec(tt.held)).Mul(dec("300"))
			p.Cash[0].Amount = p.Cash[0].Amount.Sub(moved)
			var got []string
			for _, f := range analyze(t, input(t, p)).Findings {
				if f.Code == FindingShortConcentration || f.Code == FindingIssuerConcentration {
					got = append(got, fmt.Sprintf("%s %s %s: %s against %s by %s", f.Severity, f.Code, f.Subject,
						dec(f.Observed).Truncate(10), f.Threshold, f.Policy))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What is owed for a short takes nothing from the classes beside it: 45,000 of
// bonds were sold where 5,000 were too much.
func TestRebalancingBesideAShort(t *testing.T) {
	in := input(t, longAndShort())
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
