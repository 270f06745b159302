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

// TestClausesThatAWordJoins holds what a word joins without a comma to the same.
func TestClausesThatAWordJoins(t *testing.T) {
	for _, r := range []struct {
		language, kind, text string
		sound                bool
	}{
		{"en", "reduce_concentration", "Trimming {H1} lowers the risk because you wish to pass the position on.", false},
		{"en", "reduce_concentration", "You wish to pass the position on and trimming {H1} lowers the risk.", false},
		{"en", "pay_down_debt", "Paying it off lowers the cost as you use the card every day.", false},
		{"en", "reduce_concentration", "Trimming {H1} lowers the risk because it is above its limit.", true},
		{"en", "reduce_concentration", "Trimming {H1} lowers the risk and your dependence on a single company.", true},
		{"de", "rebalance", "Die Umschichtung bringt die Aufteilung näher an das Ziel und Sie haben diese Anlageklasse gewählt.", false},
		{"fr", "rebalance", "Le rééquilibrage rapproche la répartition de sa cible et vous avez choisi cette classe.", false},
		{"es", "rebalance", "El reequilibrio acerca la distribución a su objetivo y usted prefiere esta clase.", false},
		{"it", "rebalance", "Il ribilanciamento avvicina la ripartizione all'obiettivo perché l'obiettivo è stato scelto da lei.", false},
		{"nl", "reduce_concentration", "Het verkleinen van {H1} verlaagt het risico omdat u deze positie wilt gebruiken.", false},
	} {
		if got := checker(r.language).Directed(r.text, sidesOf(r.kind), offered); (got == nil) != r.sound {
			t.Errorf("%s: %q: %v", r.kind, r.text, got)
		}
	}
}

// TestWhatIsLoweredIsTheActionsOwn refuses what an action does not lower, and a sale denied
// where there is one.
func TestWhatIsLoweredIsTheActionsOwn(t *testing.T) {
	for _, r := range []struct {
		language, kind, text string
		sound                bool
	}{
		{"en", "pay_down_debt", "Paying off the debt lowers the costs.", true},
		{"en", "pay_down_debt", "Paying off the debt lowers the fees of your funds.", false},
		{"it", "pay_down_debt", "Rimborsare il debito riduce i costi dei fondi.", false},
		{"pt", "pay_down_debt", "Pagar a dívida reduz os custos dos fundos.", false},
		{"ja", "pay_down_debt", "返済で利息の負担を減らせます。", true},
		{"ja", "pay_down_debt", "返済でファンドの費用を減らせます。", false},
		{"en", "replace_costly_fund", "Replacing {H1} lowers the costs.", true},
		{"en", "replace_costly_fund", "Replacing {H1} lowers the fees of the account.", false},
		{"en", "harvest_losses", "Realising the loss lowers the tax.", true},
		{"en", "harvest_losses", "Realising the loss lowers the tax of your household.", false},
		{"en", "reduce_concentration", "{H1} is above the limit.", true},
		{"en", "reduce_concentration", "{H1} is above the limit of the tax rules.", false},
		{"en", "rebalance", "Rebalancing brings the mix closer to its target.", true},
		{"en", "rebalance", "Rebalancing brings the mix closer to its target without a sale.", false},
		{"it", "rebalance", "Senza vendere, il ribilanciamento avvicina il portafoglio all'obiettivo.", false},
	} {
		if got := checker(r.language).Directed(r.text, sidesOf(r.kind), offered); (got == nil) != r.sound {
			t.Errorf("%s: %q: %v", r.kind, r.text, got)
		}
	}
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
