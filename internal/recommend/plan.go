package recommend

import (
	"cmp"
	"slices"

	"ballast.internal/ballast/internal/analysis"
)

// selectActions chooses at most n actions, the severest first. Actions are
// consecutive: the figures of one assume the trades of those before it. So one
// that trades is chosen together with every earlier one that does, or not at
// all, and what is left is always a plan that can be carried out. The result
// is in the analysis' own order.
func selectActions(all []analysis.Action, n int) []analysis.Action {
	bySeverity := make([]int, len(all))
	for i := range all {
		bySeverity[i] = i
	}
	slices.SortStableFunc(bySeverity, func(a, b int) int {
		return cmp.Compare(all[b].Severity.Rank(), all[a].Severity.Rank())
	})
	chosen := make([]bool, len(all))
	for _, i := range bySeverity {
		need := required(all, i, chosen)
		if len(need) > n {
			continue
		}
		for _, k := range need {
			chosen[k] = true
		}
		n -= len(need)
	}
	var out []analysis.Action
	for i, a := range all {
		if chosen[i] {
			out = append(out, a)
		}
	}
	return out
}

// required lists the actions not chosen yet that choosing i takes, i included.
func required(all []analysis.Action, i int, chosen []bool) []int {
	if chosen[i] {
		return nil
	}
	need := []int{i}
	if len(all[i].Trades) == 0 && len(all[i].Impact) == 0 {
		return need
	}
	for k := range i {
		if len(all[k].Trades) > 0 && !chosen[k] {
			need = append(need, k)
		}
	}
	return need
}

// displayOrder sorts actions for the reader: a higher severity, which is the
// code's judgement, always first; within one severity in the model's order;
// what the model left out last. Priority numbers this order. It is not the
// order of execution: the trades of A1 come before those of A2.
func displayOrder(actions []analysis.Action, model []string) []analysis.Action {
	place := func(a analysis.Action) int {
		if i := slices.Index(model, a.ID); i >= 0 {
			return i
		}
		return len(model)
	}
	out := slices.Clone(actions)
	slices.SortStableFunc(out, func(a, b analysis.Action) int {
		return cmp.Or(cmp.Compare(b.Severity.Rank(), a.Severity.Rank()), cmp.Compare(place(a), place(b)))
	})
	return out
}
