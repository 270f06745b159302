package analysis

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Of the actions the severest are planned, as if there were no others.
func TestTheSeverestActionsStandAlone(t *testing.T) {
	cut := "reduce_concentration AAPL: sell AAPL 45 8100.00 [] {taxable_gain}"
	raise := "raise_cash: sell VTI 8 2000.00 [] {taxable_gain}"
	rebalance := "rebalance: sell VTI 88 22000.00, buy BND 294 22050.00 [cash_reserve] {taxable_gain}"
	for _, tt := range []struct {
		most, left   int
		sold, bought string
		want         []string
	}{
		{1, 2, "8100.00", "0.00", []string{cut}},
		{2, 1, "10100.00", "0.00", []string{cut, raise}},
		{3, 0, "32100.00", "22050.00", []string{cut, raise, rebalance}},
		{0, 0, "32100.00", "22050.00", []string{cut, raise, rebalance}},
	} {
		p := p0()
		p.MonthlyExpenses = decPtr("5000") // 1 month in cash
		in := input(t, p)
		in.Constraints, in.MostActions = whole(), tt.most
		r := analyze(t, in)
		wantProposals(t, r, tt.want...)
		if r.LeftOut != tt.left || r.Plan.Sold != tt.sold || r.Plan.Bought != tt.bought {
			t.Errorf("of %d: %d left out, %s sold, %s bought", tt.most, r.LeftOut, r.Plan.Sold, r.Plan.Bought)
		}
		for _, i := range r.Actions[0].Impact {
			if f := factByID(r, i.Fact); i.Before != f.Value {
				t.Errorf("of %d: the first action takes %s %s from %s, and the client has %s", tt.most, f.Code, f.Subject, i.Before, f.Value)
			}
		}
	}
}

// What is proposed besides a cut is not called for by what was cut away.
func TestWhatIsLeftOutIsNoCauseOfTheRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		in.MostActions = 0
		all := mustAnalyzeInput(t, in)
		in.MostActions = rapid.IntRange(1, max(1, len(all.Actions))).Draw(t, "n")
		r := mustAnalyzeInput(t, in)
		if len(r.Actions) > in.MostActions || r.LeftOut != len(all.Actions)-len(r.Actions) {
			t.Fatalf("%d actions and %d left out, of %d where %d are wanted", len(r.Actions), r.LeftOut, len(all.Actions), in.MostActions)
		}
		if len(all.Actions) > 0 && len(r.Actions) == 0 {
			t.Fatalf("nothing is left of %v", proposals(all))
		}
		for _, a := range r.Actions {
			if !slices.ContainsFunc(all.Actions, func(b Action) bool { return stepOf(a.Kind, a.Subject) == stepOf(b.Kind, b.Subject) }) {
				t.Fatalf("%s %s is new beside %v", a.Kind, a.Subject, proposals(all))
			}
		}
		severest := func(x, y Action) int { return cmp.Compare(x.Severity.Rank(), y.Severity.Rank()) }
		if len(all.Actions) > 0 && slices.MaxFunc(r.Actions, severest).Severity.Rank() < slices.MaxFunc(all.Actions, severest).Severity.Rank() {
			t.Fatalf("%v of %v", proposals(r), proposals(all))
		}
	})
}
