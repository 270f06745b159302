package analysis

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// What is to lower the risk does, and no rebalancing takes more of it than the
// target has.
func TestRebalancingBuysNoRiskBeyondTheTarget(t *testing.T) {
	kinds := []string{ActionLowerRisk, ActionRebalance, ActionDeployCash}
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		r := mustAnalyzeInput(t, in)
		target, _ := newModel(in).suitableTarget()
		before := riskAfter(t, in, r, 0)
		for i, a := range r.Actions {
			after := riskAfter(t, in, r, i+1)
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

// riskAfter is the share of what is at risk after the first actions.
func riskAfter(t *rapid.T, in Input, r *Result, actions int) decimal.Decimal {
	part := *r
	part.Actions = r.Actions[:actions]
	in.Valuation = replay(t, in, &part)
	return newModel(in).heldRisk()
}
