package verify_test

import (
	"slices"
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestTopicsOfOtherActions wants nothing to be said of what no figure is told of with
// an action, which would be true of another one.
func TestTopicsOfOtherActions(t *testing.T) {
	wantEach(t, []ruling{
		{"rebalance", "The portfolio is {F1}. Moving money from equities into bonds brings it back.", true},
		{"rebalance", "The portfolio is {F1} because of the fees that your funds charge.", false},
		{"rebalance", "The portfolio is {F1}. Moving money into bonds replaces the emergency reserve.", false},
		{"raise_cash", "The reserve is {F1}. Selling some investments raises it.", true},
		{"raise_cash", "The reserve is {F1}. The sale realises a loss that lowers your tax.", false},
		{"pay_down_debt", "The interest rate is {F1}. Repaying the debt lowers the interest.", true},
		{"pay_down_debt", "The interest rate is {F1}, and the repayment is paid for by selling part of the bonds.", false},
		{"reduce_concentration", "{H1} is {F1}. Selling part of it lowers the risk.", true},
		{"reduce_concentration", "{H1} is {F1}, and selling part of it means giving up bonds.", false},
		{"reduce_concentration", "{H1} is {F1}. A smaller position makes you less dependent on one company.", true},
		{"raise_cash", "The reserve is {F1}. A smaller position makes you less dependent on one company.", false},
		{"rebalance", "The portfolio is {F1}. Trimming the position lowers the dependence on that company.", false},
		{"rebalance", "The portfolio is {F1}. Rebalancing brings it closer to its target.", true},
		{"pay_down_debt", "The interest rate is {F1}. Rebalancing lowers the interest.", false},
		{"rebalance", "The portfolio is {F1}, and the cash is enough to pay it off.", false},
	})
}

// TestASummaryMaySpeakOfAReserveThatIsEnough although nothing is proposed for it.
func TestASummaryMaySpeakOfAReserveThatIsEnough(t *testing.T) {
	about := []string{verify.SideSummary, verify.SideAbout + "rebalance"}
	const text = "The portfolio is {F1}, and the emergency reserve is sufficient."
	wants(t, text, about, false)
	wants(t, text, slices.Concat(about, []string{verify.SideReserve}), true)
}

// TestAFigureDoesNothing wants figures to tell how much there is, and to move, buy or
// repay nothing.
func TestAFigureDoesNothing(t *testing.T) {
	for text, sound := range map[string]bool{
		"The interest rate is {F1}. Repaying the debt lowers the interest.": true,
		"After the debt is repaid, {F1} moves to the cash.":                 false,
	} {
		wants(t, text, sidesOf("pay_down_debt"), sound)
	}
}
