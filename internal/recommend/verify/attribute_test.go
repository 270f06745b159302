package verify_test

import (
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestWhoseFigure gives no figure to what it is not of: F1 is one of a holding, F2 of
// the whole portfolio and F3 of bonds.
func TestWhoseFigure(t *testing.T) {
	cite := verify.Citable{"H1": "", "F1": verify.FigureHolding, "F2": verify.FigureOther, "F3": "fixed_income"}
	heldTo(t, cite, []assertion{
		{"en", "reduce_concentration", "{H1} makes up {F1}.", true},
		{"en", "reduce_concentration", "{H1} makes up {F2}.", false},
		{"en", "reduce_concentration", "{H1} is high at {F2}.", false},
		{"en", "reduce_concentration", "{F2} is {H1}.", false},
		{"en", "reduce_concentration", "Selling part of {H1} lowers the risk: {F2}.", true},
		{"en", "rebalance", "The portfolio has {F2}.", true},
		{"en", "rebalance", "The portfolio is {F1}.", false},
		{"en", "rebalance", "Bonds are {F3}.", true},
		{"en", "rebalance", "Bonds are low at {F1}.", false},
		{"en", "rebalance", "The target of bonds is {F3}.", false},
		{"en", "rebalance", "The distance of bonds from their target is {F3}.", true},
		{"en", "rebalance", "Bonds are below their target with {F3}.", true},
		{"de", "reduce_concentration", "{H1} macht {F2} aus.", false},
		{"de", "rebalance", "Das Ziel der Anleihen ist {F3}.", false},
		{"fr", "reduce_concentration", "{H1} représente {F2}.", false},
		{"es", "reduce_concentration", "{H1} es {F2}.", false},
		{"it", "reduce_concentration", "{H1} è {F2}.", false},
		{"pt", "reduce_concentration", "{H1} é {F2}.", false},
		{"nl", "reduce_concentration", "{H1} is {F2}.", false},
		{"ja", "reduce_concentration", "{H1}は{F1}です。", true},
		{"ja", "reduce_concentration", "{H1}は{F2}です。", false},
		{"ja", "reduce_concentration", "{H1}は全体の中で{F1}です。", true},
		{"ja", "rebalance", "ポートフォリオは{F1}です。", false},
		{"ja", "rebalance", "債券は{F1}です。", false},
		{"ja", "rebalance", "債券は目標に対して{F3}です。", true},
	})
}

// TestAccounts gives a figure to no other account than its own: F1 is what the
// portfolio is worth, F2 the gain of a holding and F3 a fee.
func TestAccounts(t *testing.T) {
	heldTo(t, verify.Citable{
		"H1": "", "F1": verify.Measured(verify.FigureOther, verify.MeasureWorth),
		"F2": verify.Measured(verify.FigureHolding, verify.MeasureGain), "F3": verify.Measured(verify.FigureOther, verify.MeasureCost),
	}, []assertion{
		{"en", "reduce_concentration", "The portfolio has {F1}.", true},
		{"en", "reduce_concentration", "The value of your investments is {F1}.", true},
		{"en", "reduce_concentration", "Your income is {F1}.", false},
		{"en", "reduce_concentration", "Your tax is {F1}.", false},
		{"en", "reduce_concentration", "{H1} has {F2}.", true},
		{"en", "reduce_concentration", "The tax on the sale is {F2}.", false},
		{"en", "reduce_concentration", "The limit for {H1} is {F2}.", false},
		{"en", "reduce_concentration", "The portfolio is worth {F2}.", false},
		{"en", "replace_costly_fund", "The fees are {F3}.", true},
		{"en", "replace_costly_fund", "The fees are {F1}.", false},
		{"de", "replace_costly_fund", "Die jährlichen Kosten sind {F1}.", false},
		{"de", "reduce_concentration", "Ihr Einkommen ist {F1}.", false},
		{"fr", "reduce_concentration", "Vos revenus sont de {F1}.", false},
		{"es", "reduce_concentration", "Sus ingresos son {F1}.", false},
		{"it", "reduce_concentration", "Il suo reddito è {F1}.", false},
		{"pt", "reduce_concentration", "A sua receita é {F1}.", false},
		{"nl", "reduce_concentration", "Uw inkomen is {F1}.", false},
		{"ja", "reduce_concentration", "収入は{F1}です。", false},
	})
}

// TestFiguresTellHowThingsStand gives no figure to what is done, and lets few words lead
// to one: F1 is a figure of the portfolio, F2 the gain and F3 the loss of a holding, F4
// what the portfolio is worth, F5 a share of a holding.
func TestFiguresTellHowThingsStand(t *testing.T) {
	heldTo(t, verify.Citable{
		"H1": "", "F1": verify.FigureOther, "F2": verify.Measured(verify.FigureHolding, verify.MeasureGain),
		"F3": verify.Measured(verify.FigureHolding, verify.MeasureLoss), "F4": verify.Measured(verify.FigureOther, verify.MeasureWorth),
		"F5": verify.FigureHolding,
	}, []assertion{
		{"en", "reduce_concentration", "A sale of {F1} spreads the risk.", false},
		{"en", "reduce_concentration", "Trimming {H1} to {F1} spreads the risk.", false},
		{"en", "reduce_concentration", "This step realises {F2}.", false},
		{"en", "harvest_losses", "Selling the holding realises {F3}.", true},
		{"en", "reduce_concentration", "The portfolio has a gain of {F2}.", false},
		{"en", "reduce_concentration", "{H1} has a gain of {F2}.", true},
		{"en", "reduce_concentration", "The gain on {H1} is {F2}.", true},
		{"en", "reduce_concentration", "The gain on {H1} is {F5}.", false},
		{"de", "reduce_concentration", "Ihr Gewinn mit {H1} beträgt {F5}.", false},
		{"nl", "reduce_concentration", "Uw winst op {H1} bedraagt {F5}.", false},
		{"en", "harvest_losses", "Selling realises {F3}.", true},
		{"fr", "reduce_concentration", "La vente réalise {F5}.", false},
		{"fr", "rebalance", "Le rééquilibrage corrige {F1}.", true},
		{"pt", "reduce_concentration", "O montante da venda é de {F5}.", false},
		{"ja", "reduce_concentration", "{F5}の売却でリスクを分散できます。", false},
		{"en", "rebalance", "The proceeds are {F4}.", false},
		{"en", "rebalance", "The number of holdings is {F4}.", false},
		{"en", "rebalance", "Your expenses are {F4}.", false},
		{"de", "rebalance", "Ihre Ausgaben betragen {F4}.", false},
		{"fr", "rebalance", "Vos dépenses sont de {F4}.", false},
		{"ja", "rebalance", "生活費は{F4}です。", false},
		{"en", "rebalance", "Your portfolio has {F4}.", true},
	})
}

// TestLevelIsNotTooHigh keeps the level that suits the investor from being called much.
func TestLevelIsNotTooHigh(t *testing.T) {
	heldTo(t, verify.Citable{"F1": verify.FigureLevel}, []assertion{
		{"en", "lower_risk", "The risk of {F1} is too high.", false},
		{"en", "lower_risk", "Your risk level of {F1} exceeds your profile.", false},
		{"en", "lower_risk", "Your profile calls for {F1}.", true},
	})
}

// TestFramesOfAGroup lets a reason of one group of actions stand in no other's text.
func TestFramesOfAGroup(t *testing.T) {
	heldTo(t, verify.Citable{"F1": "cash"}, []assertion{
		{"en", "raise_cash", "Adding to the reserve helps cover unexpected bills without having to sell at a bad time.", true},
		{"en", "rebalance", "Rebalancing brings the mix closer to its target without having to sell at a bad time.", false},
	})
}

// TestNoStepBringsAFigure refuses a figure right after a phrase of what else is proposed.
func TestNoStepBringsAFigure(t *testing.T) {
	sides := append(sidesOf("reduce_concentration"), verify.SideProposed+"deploy_cash")
	for text, sound := range map[string]bool{"The sale brings in {F1}.": false, "Trimming {H1} lowers the risk, and the sale brings in money.": true} {
		if got := checker("en").Directed(text, sides, verify.Citable{"F1": verify.FigureHolding, "H1": ""}); (got == nil) != sound {
			t.Errorf("%q: %v", text, got)
		}
	}
}
