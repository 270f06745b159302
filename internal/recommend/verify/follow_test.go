package verify_test

import (
	"slices"
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// wants an English text to pass, or not.
func wants(t *testing.T, text string, sides []string, sound bool) {
	t.Helper()
	if got := checker("en").Directed(text, sides, offered); (got == nil) != sound {
		t.Errorf("%v: %q: %v", sides, text, got)
	}
}

// ruling is what an English text about a kind of action comes to.
type ruling struct {
	kind, text string
	sound      bool
}

func wantEach(t *testing.T, rulings []ruling) {
	t.Helper()
	for _, r := range rulings {
		wants(t, r.text, sidesOf(r.kind), r.sound)
	}
}

// TestWhatFollowsAPlaceholder wants a figure and a holding to be said to be only
// what code computed of them.
func TestWhatFollowsAPlaceholder(t *testing.T) {
	wantEach(t, []ruling{
		{"reduce_concentration", "{H1} is {F1}.", true},
		{"reduce_concentration", "{H1} makes up {F1}, and that is above the limit.", true},
		{"reduce_concentration", "{H1} is the largest position, at {F1}.", true},
		{"reduce_concentration", "{H1} is the cash reserve of the portfolio, at {F1}.", false},
		{"reduce_concentration", "{H1} is your income, at {F1}.", false},
		{"reduce_concentration", "{H1} belongs to a larger company, at {F1}.", false},
		{"pay_down_debt", "The interest rate is {F1} and means high costs.", true},
		{"pay_down_debt", "{F1} is the loan itself.", false},
		{"pay_down_debt", "The reason is that {F1} begins only after the debt is repaid.", false},
	})
}

// TestNothingIsDoneYet refuses a trade that is told as made, or as more or sooner than it is.
func TestNothingIsDoneYet(t *testing.T) {
	for text, sound := range map[string]bool{
		"Part of {H1}, which is {F1}, should be sold.":                            true,
		"Part of {H1}, which is {F1}, was sold.":                                  false,
		"{H1} is {F1}, and shares of it have been sold already":                   false,
		"Selling part of {H1}, which is {F1}, restores the mix that was planned.": true,
		"{H1} is {F1}, after the company has lowered its profit.":                 false,
		"{H1} has {F1}, so that selling part of it lowers the risk.":              true,
		"{H1}, which is {F1}, is to be sold in full.":                             false,
		"Sell part of {H1}, which is {F1}.":                                       true,
		"{H1} is {F1}. Sell it now.":                                              false,
	} {
		wants(t, text, sidesOf("reduce_concentration"), sound)
	}
}

// TestAPronounIsTheClassBeforeIt holds what is done to "them" to the one asset class
// that the sentence before speaks of.
func TestAPronounIsTheClassBeforeIt(t *testing.T) {
	for text, sound := range map[string]bool{
		"Bonds are below their target: {F1}. Increasing them restores the balance.":    true,
		"Bonds are below their target: {F1}. Reducing them restores the balance.":      false,
		"Equities are above their target: {F1}. Reducing them restores the balance.":   true,
		"Equities are above their target: {F1}. Increasing them restores the balance.": false,
	} {
		wants(t, text, sidesOf("rebalance"), sound)
	}
}

// TestCashIsSpent takes the cash that goes into something for what it is bought
// with, and not for what is bought.
func TestCashIsSpent(t *testing.T) {
	for text, sound := range map[string]bool{
		"Putting cash into equities and bonds reduces the excess: {F1}.": true,
		"Putting equities into cash raises the reserve: {F1}.":           false,
		"Investing the cash from the sale spreads the risk: {F1}.":       true,
		"Investing the cash from the purchase spreads the risk: {F1}.":   false,
	} {
		wants(t, text, append(sidesOf("deploy_cash"), verify.SideProposed+"deploy_cash"), sound)
	}
}

// TestCashIsNotWhatGrowsByIt takes a rise for one of what is bought with the cash and
// not of the cash, which in this portfolio may rise.
func TestCashIsNotWhatGrowsByIt(t *testing.T) {
	for language, text := range map[string]string{
		"de": "{H1} liegt bei {F1}, deshalb wird die Position mit dem freien Geld noch etwas aufgestockt.",
		"en": "{H1} is {F1}, so the position is increased with the spare cash.",
		"es": "{H1} es {F1}, y la posición se aumenta con el efectivo disponible.",
		"fr": "{H1} représente {F1}, et la position est renforcée avec les liquidités.",
	} {
		sides := append(sidesOf("reduce_concentration"), verify.SideUnder+"cash")
		if got := checker(language).Directed(text, sides, offered); !slices.Contains(got, verify.ReasonClaim) {
			t.Errorf("%q: %v", text, got)
		}
	}
}
