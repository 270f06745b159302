package analysis

import (
	"cmp"
	"slices"
)

// A step is what one action is for: at most one action of a plan has it. The three
// ways of bringing classes to their targets are one.
type step struct{ kind, subject string }

func stepOf(kind, subject string) step {
	switch kind {
	case ActionReduceConcentration, ActionReplaceCostlyFund:
		return step{kind, subject}
	case ActionLowerRisk, ActionDeployCash:
		return step{ActionRebalance, ""}
	default:
		return step{kind, ""}
	}
}

// planned is the plan of a portfolio, and how many of its actions in.MostActions
// leaves out: all but the severest, those that come first among equals. What is left
// is planned anew as if there were nothing else to do, for each action starts from
// what the ones before it leave. A repayment is as severe as anything that buys, and
// comes before it, so that what is dear is repaid first in any case.
func planned(in Input, m *model) (p *plan, left int) {
	p = candidateActions(in, m, nil)
	all := severestFirst(p.actions)
	if in.MostActions == 0 || len(all) <= in.MostActions {
		return p, 0
	}
	chosen, next := all[:in.MostActions], in.MostActions
	for {
		p = candidateActions(in, m, chosen)
		if len(p.actions) == in.MostActions || next == len(all) {
			return p, len(all) - len(p.actions)
		}
		// What another one called for is not needed without it: the next may be.
		chosen = append(severestFirst(p.actions), all[next])
		next++
	}
}

// severestFirst lists the steps of actions, of one severity in the plan's order.
func severestFirst(actions []Action) (steps []step) {
	actions = slices.Clone(actions)
	slices.SortStableFunc(actions, func(a, b Action) int { return cmp.Compare(b.Severity.Rank(), a.Severity.Rank()) })
	for i := range actions {
		steps = append(steps, stepOf(actions[i].Kind, actions[i].Subject))
	}
	return steps
}

// wants reports whether a step is one of those to be planned.
func (p *plan) wants(s step) bool { return p.only == nil || slices.Contains(p.only, s) }
