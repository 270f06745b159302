package recommend

import (
	"cmp"
	"slices"

	"ballast.internal/ballast/internal/analysis"
)

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
