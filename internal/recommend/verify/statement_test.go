package verify_test

import (
	"slices"
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestStatements wants what a text says of the investor, and what it says was
// found, to be so.
func TestStatements(t *testing.T) {
	for text, side := range map[string]string{
		"Given your growth objective, {H1} makes up {F1}.":                                  verify.SideObjective + "growth",
		"Given your income objective, {H1} makes up {F1}.":                                  verify.SideObjective + "income",
		"{H1} makes up {F1}, and your profile is that of a moderately aggressive investor.": verify.SideLevel + "moderately_aggressive",
		"{H1} makes up {F1}, and your profile is that of a conservative investor.":          verify.SideCautious,
		"{H1} makes up {F1}, although the asset allocation is close to the target.":         verify.SideOnTarget,
		"{H1} makes up {F1}. There is a sufficient emergency fund.":                         verify.SideReserve,
		"{H1} makes up {F1}, and the portfolio is mainly invested in equities.":             verify.SideMostly + "equity",
		"{H1} makes up {F1}, while cash is where it should be.":                             verify.SideNear + "cash",
	} {
		for _, there := range []bool{true, false} {
			sides := []string{"reduce_concentration", verify.SideRationale}
			if there {
				sides = append(sides, side)
			}
			got := checker("en").Directed(text, sides, offered)
			if there != !slices.Contains(got, verify.ReasonClaim) {
				t.Errorf("%q with %q %v: %v", text, side, there, got)
			}
		}
	}
}

// TestOffTarget lets nothing lead to a target that it leads away from.
func TestOffTarget(t *testing.T) {
	for language, text := range map[string]string{
		"en": "This step brings the portfolio closer to its target.",
		"de": "Damit nähert sich das Portfolio seinem Ziel.",
		"fr": "Cette mesure rapproche le portefeuille de sa cible.",
		"es": "Esta medida acerca la cartera a su objetivo.",
		"it": "Questa misura avvicina il portafoglio al suo obiettivo.",
		"pt": "Esta medida aproxima a carteira do seu objetivo.",
		"nl": "Deze stap brengt de portefeuille dichter bij het doel.",
		"ja": "この対応で配分が目標に近づきます。",
	} {
		for _, off := range []bool{true, false} {
			sides := []string{"lower_risk", verify.SideRationale}
			if off {
				sides = append(sides, verify.SideOffTarget)
			}
			if got := checker(language).Directed(text, sides, offered); off != (got != nil) {
				t.Errorf("%s: %q, off target %v: %v", language, text, off, got)
			}
		}
	}
}

// TestProposedIsADeed lets praise lean on what is proposed, and on nothing that
// was only found.
func TestProposedIsADeed(t *testing.T) {
	sides := []string{"harvest_losses", verify.SideProposed + "harvest_losses", verify.SideFound + "harvestable_loss"}
	for text, want := range map[string]bool{
		"With {F1}, tax loss harvesting is sensible.": true,
		"With {F1}, holdings at a loss are sensible.": false,
	} {
		if got := checker("en").Directed(text, sides, offered); want != (got == nil) {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestLargest wants what is called the largest to be it, in every language.
func TestLargest(t *testing.T) {
	for language, texts := range map[string]map[string]string{
		"en": {verify.LargestHolding: "{H1} is your largest holding, at {F1}.", verify.LargestIssuer: "{H1} is the largest company in the portfolio, at {F1}."},
		"de": {verify.LargestHolding: "{H1} ist Ihre größte Position, mit {F1}.", verify.LargestIssuer: "{H1} ist Ihre größte Einzelposition, mit {F1}."},
		"fr": {verify.LargestHolding: "{H1} est votre plus grosse ligne, à {F1}.", verify.LargestIssuer: "{H1} est la plus grosse action du portefeuille, à {F1}."},
		"es": {verify.LargestHolding: "{H1} es su mayor posición, con {F1}.", verify.LargestIssuer: "{H1} es la mayor empresa de la cartera, con {F1}."},
		"it": {verify.LargestHolding: "{H1} è la posizione più grande, con {F1}.", verify.LargestIssuer: "{H1} è il titolo più grande del portafoglio, con {F1}."},
		"pt": {verify.LargestHolding: "{H1} é a maior posição da carteira, com {F1}.", verify.LargestIssuer: "{H1} é a maior empresa da carteira, com {F1}."},
		"nl": {verify.LargestHolding: "{H1} is uw grootste positie, met {F1}.", verify.LargestIssuer: "{H1} is het grootste aandeel in de portefeuille, met {F1}."},
		"ja": {verify.LargestHolding: "{H1}は最大のポジションで、{F1}です。", verify.LargestIssuer: "{H1}は最大の個別銘柄で、{F1}です。"},
	} {
		for of, text := range texts {
			for _, there := range []bool{true, false} {
				sides := []string{"reduce_concentration", verify.SideRationale}
				if there {
					sides = append(sides, verify.SideLargest+of)
				}
				got := checker(language).Directed(text, sides, offered)
				if there != !slices.Contains(got, verify.ReasonClaim) {
					t.Errorf("%s: %q where it is %v: %v", language, text, there, got)
				}
			}
		}
	}
}
