package verify_test

import (
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestExchangedWordsOfFrenchAndItalian wants each sentence as it is and not with one
// of its words exchanged for the opposite.
func TestExchangedWordsOfFrenchAndItalian(t *testing.T) {
	const tooFewBonds = verify.SideFar + verify.SideUnder + "fixed_income"
	for _, c := range []struct {
		language, kind, side string
		right, wrong         string
	}{
		{"fr", "rebalance", tooFewBonds, "Les obligations sont trop peu représentées : {F1}.", "Les obligations sont trop représentées : {F1}."},
		{"fr", "rebalance", tooFewBonds, "Le rééquilibrage rapproche le portefeuille de sa cible : {F1}.", "Le rééquilibrage éloigne le portefeuille de sa cible : {F1}."},
		{"fr", "reduce_concentration", verify.SideRationale, "La priorité est de réduire la position la plus importante : {F1}.", "La priorité est de réduire la position la moins importante : {F1}."},
		{"fr", "deploy_cash", verify.SideProposed + "deploy_cash", "La vente d'une position qui pèse {F1} dégage des liquidités.", "La vente d'une position qui pèse {F1} dégage des obligations."},
		{"fr", "deploy_cash", verify.SideProposed + "deploy_cash", "Il est proposé d'investir cet argent selon votre cible.", "Il est proposé de retirer cet argent selon votre cible."},
		{"fr", "harvest_losses", verify.SideProposed + "harvest_losses", "Vendre à perte peut réduire l'impôt sur les gains.", "Vendre à perte peut réduire l'impôt sur les pertes."},
		{"fr", "reduce_concentration", verify.SideRationale, "En vendre une partie répartit mieux le risque : {F1}.", "En vendre une partie répartit mieux le rendement : {F1}."},
		{"it", "rebalance", tooFewBonds, "Il ribilanciamento avvicina il portafoglio al tuo obiettivo: {F1}.", "Il ribilanciamento allontana il portafoglio al tuo obiettivo: {F1}."},
		{"it", "rebalance", tooFewBonds, "Il ribilanciamento lo rende più coerente con il tuo profilo: {F1}.", "Il ribilanciamento lo rende meno coerente con il tuo profilo: {F1}."},
		{"it", "reduce_concentration", verify.SideRationale, "Vendere una parte consente di distribuire il rischio su più investimenti.", "Vendere una parte consente di distribuire il rischio su meno investimenti."},
		{"it", "reduce_concentration", verify.SideRationale, "La priorità è ridurre la posizione più grande: {F1}.", "La priorità è ridurre la posizione meno grande: {F1}."},
		{"it", "reduce_concentration", verify.SideRationale, "Venderne una parte distribuisce meglio il rischio.", "Venderne una parte distribuisce meglio il rendimento."},
		{"it", "deploy_cash", verify.SideProposed + "deploy_cash", "Va investita nelle classi di attivi sottopesate.", "Va investita nelle classi di attivi sovrappesate."},
		{"it", "harvest_losses", verify.SideProposed + "harvest_losses", "Si propone di utilizzare le perdite a fini fiscali.", "Si propone di utilizzare i guadagni a fini fiscali."},
	} {
		sides := []string{c.kind, verify.SideRationale, verify.SideOver + "equity", verify.SideUnder + "fixed_income", c.side}
		if got := checker(c.language).Directed(c.right, sides, offered); got != nil {
			t.Errorf("%q: %v", c.right, got)
		}
		if checker(c.language).Directed(c.wrong, sides, offered) == nil {
			t.Errorf("%q passed", c.wrong)
		}
	}
}
