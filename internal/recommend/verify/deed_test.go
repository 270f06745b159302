package verify_test

import "testing"

// TestNothingFoundDoesGood wants what becomes better to be so for something done: not
// for what code found, whichever way a sentence joins the two.
func TestNothingFoundDoesGood(t *testing.T) {
	wantEach(t, []ruling{
		{"reduce_concentration", "{H1} is {F1}. Selling part of it lowers the dependence on a single company.", true},
		{"reduce_concentration", "{H1} is {F1}, so a smaller position lowers the dependence on a single company.", true},
		{"reduce_concentration", "{H1} is {F1}. Selling a part spreads the money more widely. This lowers the dependence on a single company.", true},
		{"reduce_concentration", "{H1} is {F1} and lowers the dependence on a single company.", false},
		{"reduce_concentration", "{H1} is {F1}, which lowers the dependence on a single company.", false},
		{"reduce_concentration", "{H1} is {F1}. This lowers the dependence on a single company.", false},
		{"reduce_concentration", "With {F1}, {H1} lowers the dependence on a single company.", false},
		{"reduce_concentration", "{H1} lowers the dependence on a single company.", false},
		{"reduce_concentration", "{H1} brings the mix closer to its target.", false},
		{"reduce_concentration", "{H1} spreads the money more widely.", false},
		{"reduce_concentration", "{H1} is {F1}, so lowering the dependence on a single company makes sense.", true},
		{"reduce_concentration", "{H1} is {F1}, which lowers the dependence on a single company and brings the mix closer to its target.", false},
		{"reduce_concentration", "{H1} is {F1}, lowering the dependence on a single company.", false},
		{"lower_risk", "You hold more equities than the target, so lowering the risk brings your portfolio closer to your profile.", true},
		{"pay_down_debt", "Some of your cash can be used to reduce this debt.", true},
		{"rebalance", "Moving money from equities into bonds brings the mix closer to its target.", true},
		{"rebalance", "Bonds are {F1} and bring the mix closer to its target.", false},
		{"rebalance", "Bonds are {F1}. This brings the mix closer to its target.", false},
		{"rebalance", "Although the finding is {F1}, the mix is still inside the permitted band.", false},
		{"deploy_cash", "Cash is {F1} and brings the mix closer to its target.", false},
	})
	for language, text := range map[string]string{
		"de": "Mit {F1} verringert {H1} die Abhängigkeit von einer einzelnen Firma.",
		"fr": "Avec {F1}, {H1} réduit la dépendance à une seule entreprise.",
		"es": "Con {F1}, {H1} reduce la dependencia de una sola empresa.",
		"it": "Con {F1}, {H1} riduce la dipendenza da una sola azienda.",
		"pt": "Com {F1}, {H1} contribui para uma carteira bem diversificada.",
		"nl": "Met {F1} verlaagt {H1} de afhankelijkheid van één bedrijf.",
		"ja": "{H1}は{F1}で、一社への依存を減らします。",
	} {
		if checker(language).Directed(text, sidesOf("reduce_concentration"), offered) == nil {
			t.Errorf("%s: %q passes", language, text)
		}
	}
	for text, sound := range map[string]bool{
		"{H1}は{F1}で、分散に役立ちます。":        false,
		"{H1}は{F1}です。一部の売却は分散に役立ちます。": true,
	} {
		if got := checker("ja").Directed(text, sidesOf("reduce_concentration"), offered); (got == nil) != sound {
			t.Errorf("%q: %v", text, got)
		}
	}
}
