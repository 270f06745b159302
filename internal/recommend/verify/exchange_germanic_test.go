package verify_test

import (
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestExchangedWordsGermanic wants each English and German sentence as it is and
// not with one of its words exchanged for the opposite.
func TestExchangedWordsGermanic(t *testing.T) {
	const bonds, cash = verify.SideUnder + "fixed_income", verify.SideOver + "cash"
	for _, c := range []struct {
		language, kind, side string
		right, wrong         string
	}{
		{"en", "rebalance", bonds, "Moving money from equities to bonds restores the intended balance.", "Moving money from equities to cash restores the intended balance."},
		{"en", "rebalance", bonds, "Rebalancing would bring it back in line with the target.", "Rebalancing would bring it back out of line with the target."},
		{"en", "rebalance", bonds, "With {F1}, the allocation has drifted from its target.", "With {F1}, the allocation has drifted to its target."},
		{"en", "deploy_cash", cash, "A large part of it sits in cash: {F1}.", "A small part of it sits in cash: {F1}."},
		{"en", "reduce_concentration", verify.SideRationale, "A partial sale improves diversification.", "A partial sale worsens diversification."},
		{"en", "reduce_concentration", verify.SideRationale, "A reduction lowers company-specific risk.", "A reduction raises company-specific risk."},
		{"en", "pay_down_debt", verify.SideFound + "high_interest_debt", "Your credit card debt has {F1}.", "Your credit card reserve has {F1}."},
		{"en", "replace_costly_fund", verify.SideFound + "fund_fees", "Replacing it with a lower-cost fund leaves more of the return with you.", "Replacing it with a lower-cost fund leaves less of the return with you."},
		{"de", "rebalance", bonds, "Eine Umschichtung von Aktien in Anleihen bringt es näher an das Ziel.", "Eine Umschichtung von Aktien in Liquidität bringt es näher an das Ziel."},
		{"de", "rebalance", bonds, "Eine Umschichtung bringt es näher an das Ziel.", "Eine Umschichtung bringt es ferner an das Ziel."},
		{"de", "reduce_concentration", verify.SideRationale, "Durch den Verkauf eines Teils verteilt sich das Risiko auf mehr Titel.", "Durch den Verkauf eines Teils verteilt sich das Risiko auf weniger Titel."},
		{"de", "reduce_concentration", verify.SideRationale, "Der Verkauf verringert das Risiko.", "Der Verkauf erhöht das Risiko."},
		{"de", "reduce_concentration", verify.SideProposed + "reduce_concentration", "Die Reduzierung verbessert die Diversifikation: {F1}.", "Die Erhöhung verbessert die Diversifikation: {F1}."},
		{"de", "deploy_cash", cash, "Dieses Geld sollte in Aktien und Anleihen angelegt werden.", "Dieses Geld sollte in Aktien und Liquidität angelegt werden."},
		{"de", "pay_down_debt", verify.SideFound + "high_interest_debt", "Ihre Schulden kosten {F1}.", "Ihre Reserven kosten {F1}."},
		{"de", "harvest_losses", verify.SideLoss, "Die Realisierung von Verlusten betrifft {F1}.", "Die Realisierung von Gewinnen betrifft {F1}."},
	} {
		sides := []string{c.kind, verify.SideRationale, verify.SideOver + "equity", c.side}
		if got := checker(c.language).Directed(c.right, sides, offered); got != nil {
			t.Errorf("%q: %v", c.right, got)
		}
		if checker(c.language).Directed(c.wrong, sides, offered) == nil {
			t.Errorf("%q passed", c.wrong)
		}
	}
}
