package verify_test

import (
	"strings"
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestPortfolios says of portfolios full of gold, of real estate, of cash beside a debt
// and of equities before a short horizon what is so, and its contrary.
func TestPortfolios(t *testing.T) {
	const (
		gold    = "rebalance,over commodity,far over commodity,mostly commodity,under equity,far under equity,under fixed_income,far under fixed_income,found class_out_of_band,proposed rebalance,level moderate,balanced,objective growth,long horizon"
		reserve = "raise_cash,sells real_estate,over real_estate,far over real_estate,under equity,under fixed_income,found emergency_fund,proposed raise_cash"
		debt    = "pay_down_debt,found high_interest_debt,found emergency_fund,over cash,far over cash,under equity,proposed pay_down_debt,foremost"
		short   = "lower_risk,over equity,far over equity,mostly equity,under fixed_income,far under fixed_income,proposed lower_risk,cautious,short horizon,objective capital_preservation,foremost"
		idle    = "deploy_cash,over cash,far over cash,mostly cash,under equity,far under equity,under fixed_income,far under fixed_income,found excess_cash,proposed deploy_cash,enough reserve,objective growth,long horizon"
	)
	cite := verify.Citable{"F1": "commodity", "F2": "fixed_income"}
	for _, c := range []struct {
		language, sides, text string
		sound                 bool
	}{
		{"fr", gold, "L'or occupe trop de place dans le portefeuille.", true},
		{"fr", gold, "Les actions occupent trop de place dans le portefeuille.", false},
		{"fr", gold, "Le portefeuille repose surtout sur l'or.", true},
		{"fr", gold, "Le portefeuille repose surtout sur l'immobilier.", false},
		{"fr", gold, "Acheter de l'or rapproche le portefeuille de sa cible.", false},
		{"fr", gold, "Vendre une partie de l'or aligne le portefeuille sur votre profil modéré.", true},
		{"fr", gold, "Vendre une partie de l'or aligne le portefeuille sur votre profil dynamique.", false},
		{"nl", gold, "Het grootste deel van uw portefeuille zit in grondstoffen.", true},
		{"nl", gold, "Het grootste deel van uw portefeuille zit in aandelen.", false},
		{"nl", gold, "Uw portefeuille leunt te zwaar op goud.", true},
		{"nl", gold, "Uw portefeuille leunt niet te zwaar op goud.", false},
		{"nl", gold, "Grondstoffen zijn juist {F1}.", true},
		{"nl", gold, "Aandelen zijn juist {F1}.", false},
		{"fr", reserve, "Vendre une partie de l'immobilier permet de compléter la réserve.", true},
		{"fr", reserve, "Vendre une partie des actions permet de compléter la réserve.", false},
		{"fr", reserve, "Acheter de l'immobilier permet de compléter la réserve.", false},
		{"fr", debt, "La rembourser supprime une charge élevée.", true},
		{"fr", debt, "La rembourser supprime votre réserve.", false},
		{"nl", debt, "Los deze af, maar houd daarbij rekening met uw kleine reserve.", true},
		{"nl", debt, "Los deze af, want u heeft een ruime reserve.", false},
		{"nl", short, "Omdat uw horizon kort is, is er weinig tijd om een daling op te vangen.", true},
		{"nl", short, "U heeft genoeg tijd om een daling op te vangen.", false},
		{"fr", short, "Son investissement en obligations, {F2}, rétablit la répartition cible.", true},
		{"fr", short, "Vendre des obligations, {F2}, rétablit la répartition cible.", false},
		{"fr", short, "Vendre des actions réduit le risque de perte.", true},
		{"fr", short, "Les actions réduisent le risque de perte.", false},
		{"fr", idle, "En investir une partie, notamment en obligations, rend votre portefeuille plus équilibré.", true},
		{"fr", idle, "En investir une partie, notamment en liquidités, rend votre portefeuille plus équilibré.", false},
		{"fr", idle, "Gardez tout de même votre réserve de sécurité.", true},
		{"fr", idle, "Gardez tout de même votre argent.", false},
	} {
		sides := append(strings.Split(c.sides, ","), verify.SideRationale)
		if got := checker(c.language).Directed(c.text, sides, cite); c.sound != (got == nil) {
			t.Errorf("%s %q: %v", c.language, c.text, got)
		}
	}
}
