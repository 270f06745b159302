package verify_test

import (
	"slices"
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestPraiseNeedsADeed lets a text say that something becomes better by what is
// done, and not that it is.
func TestPraiseNeedsADeed(t *testing.T) {
	held(t, []assertion{
		{"en", "reduce_concentration", "Selling part of {H1} makes the portfolio more stable: {F1}.", true},
		{"en", "reduce_concentration", "{H1} makes the portfolio more stable: {F1}.", false},
		{"en", "reduce_concentration", "{H1} brings stability: {F1}.", false},
		{"en", "raise_cash", "A larger reserve gives flexibility: {F1}.", true},
		{"en", "rebalance", "The target mix is {F1}.", true},
		{"en", "rebalance", "Moving money into bonds improves diversification: {F1}.", true},
		{"en", "pay_down_debt", "Repaying the debt improves diversification: {F1}.", false},
		{"en", "pay_down_debt", "Repaying the debt gives you more flexibility: {F1}.", true},
		{"en", "replace_costly_fund", "Replacing {H1} makes the portfolio more balanced: {F1}.", false},
		{"en", "replace_costly_fund", "Replacing {H1} makes the portfolio steadier: {F1}.", false},
		{"en", "replace_costly_fund", "Replacing {H1} brings the portfolio closer to its target: {F1}.", false},
		{"fr", "pay_down_debt", "La carte, à {F1}, sera remboursée grâce à un prêt personnel moins cher.", false},
		{"it", "replace_costly_fund", "Sostituire {H1}, che costa {F1}, rende il portafoglio meno esposto alle oscillazioni dei cambi.", false},
		{"fr", "replace_costly_fund", "Un fonds moins cher réduit les frais : {F1}.", true},
		{"fr", "replace_costly_fund", "{H1} est moins cher : {F1}.", false},
		{"es", "replace_costly_fund", "{H1} figura entre los fondos más baratos, con {F1}.", false},
		{"it", "replace_costly_fund", "Un'alternativa meno cara mantiene l'esposizione: {F1}.", true},
		{"it", "rebalance", "Il portafoglio mantiene la ripartizione: {F1}.", false},
		{"es", "reduce_concentration", "Reducirla acerca la cartera al objetivo: {F1}.", true},
		{"es", "raise_cash", "Reducirla es un paso: {F1}.", false},
		{"pt", "reduce_concentration", "Aumentá-la é um passo: {F1}.", false},
		{"pt", "reduce_concentration", "Nenhum investimento é isento de risco, e {H1} representa {F1}.", true},
		{"it", "reduce_concentration", "Nessun investimento è senza rischio, e {H1} rappresenta {F1}.", true},
		{"fr", "reduce_concentration", "Aucun placement n'est sans risque, et {H1} représente {F1}.", true},
		{"es", "reduce_concentration", "Ninguna inversión está libre de riesgo, y {H1} representa {F1}.", true},
	})
}

// assertion is a sentence about an action, and whether it claims nothing but what
// code computed for that.
type assertion struct {
	language, kind, text string
	sound                bool
}

func held(t *testing.T, all []assertion) {
	t.Helper()
	heldTo(t, offered, all)
}

// heldTo is held where the placeholders are what cite says.
func heldTo(t *testing.T, cite verify.Citable, all []assertion) {
	t.Helper()
	for _, a := range all {
		got := checker(a.language).Directed(a.text, sidesOf(a.kind), cite)
		if a.sound != (got == nil) || !a.sound && !slices.Contains(got, verify.ReasonClaim) {
			t.Errorf("%s %q: %v", a.language, a.text, got)
		}
	}
}
