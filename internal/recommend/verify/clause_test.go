package verify_test

import (
	"slices"
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestEachClauseSaysSomething refuses a clause beside a true one that says nothing of what
// code found, and wants those to pass that lead to it or go on with it.
func TestEachClauseSaysSomething(t *testing.T) {
	wantEach(t, []ruling{
		{"reduce_concentration", "You wish to pass the position on, and trimming {H1} lowers the risk.", false},
		{"reduce_concentration", "Trimming {H1} lowers the risk, as you want to use the proceeds.", false},
		{"reduce_concentration", "The tax on the gain is due in instalments, so trimming {H1} lowers the risk.", false},
		{"pay_down_debt", "You use the card every day, and paying it off lowers the cost.", false},
		{"pay_down_debt", "The debt costs {F1}, each month.", false},
		{"replace_costly_fund", "The fund follows the same index as your other funds, so replacing {H1} lowers the cost.", false},
		{"rebalance", "The target was set by your household, and rebalancing brings the mix closer to it.", false},
		{"reduce_concentration", "At present, trimming {H1} lowers the risk.", true},
		{"reduce_concentration", "The position, with {F1}, should be reduced.", true},
		{"reduce_concentration", "Trimming {H1} lowers the risk, as your goals require.", true},
		{"reduce_concentration", "Because {H1} is {F1}, a problem at this company would have a noticeable impact on you.", true},
		{"harvest_losses", "Realising the loss may help to offset gains, depending on the tax rules.", true},
	})
}

func TestExplainNamesTheIdleClause(t *testing.T) {
	e := checker("en").Explain("You wish to pass the position on, and trimming {H1} lowers the risk.", sidesOf("reduce_concentration"), offered)
	if want := []string{"clause.go: nothing is said by: You wish to pass the position on"}; !slices.Equal(e.Grounds, want) {
		t.Errorf("grounds: %q", e.Grounds)
	}
	if want := []verify.Reason{verify.ReasonClaim}; !slices.Equal(e.Against, want) {
		t.Errorf("against: %v", e.Against)
	}
}
