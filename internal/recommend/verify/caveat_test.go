package verify_test

import (
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestCaveatsAreNoDeeds lets a text say without a figure what holds of any
// portfolio, and praise nothing for it.
func TestCaveatsAreNoDeeds(t *testing.T) {
	held(t, []assertion{
		{"en", "reduce_concentration", "Taxes may be due.", true},
		{"en", "rebalance", "Prices can move either way.", true},
		{"en", "rebalance", "Prices can move either way, which is sensible: {F1}.", false},
		{"de", "rebalance", "Kurse können fallen.", true},
		{"fr", "harvest_losses", "Le remplaçant peut évoluer différemment.", true},
		{"es", "rebalance", "Los mercados pueden caer.", true},
		{"it", "rebalance", "Le azioni possono scendere.", true},
		{"pt", "rebalance", "As ações podem descer.", true},
		{"nl", "rebalance", "Koersen kunnen dalen.", true},
		{"nl", "rebalance", "Koersen kunnen dalen en dat is verstandig.", false},
	})
}

// TestClaimOrFigure wants of a sentence a claim or a figure: that it names a
// holding is not enough.
func TestClaimOrFigure(t *testing.T) {
	held(t, []assertion{
		{"en", "reduce_concentration", "The review covers {H1}.", false},
		{"en", "reduce_concentration", "The review shows {F1} for {H1}.", true},
	})
}

// TestStates reads what is said to be raised as being much, and what is more than
// planned as well.
func TestStates(t *testing.T) {
	held(t, []assertion{
		{"fr", "raise_cash", "La réserve est garnie : {F1}.", false},
		{"es", "pay_down_debt", "Los intereses son deducibles: {F1}.", false},
		{"en", "rebalance", "It holds more equities and fewer bonds than planned: {F1}.", true},
		{"en", "rebalance", "It holds more bonds and fewer equities than planned: {F1}.", false},
		{"de", "rebalance", "Der Anleihenanteil liegt unter dem Ziel: {F1}.", true},
		{"de", "rebalance", "Der Anleihenanteil liegt über dem Ziel: {F1}.", false},
		{"es", "reduce_concentration", "Una reducción moderada de {H1} baja el riesgo: {F1}.", true},
		{"es", "reduce_concentration", "{H1} es la posición más pequeña: {F1}.", false},
		{"en", "reduce_concentration", "{H1} is riskier than the rest: {F1}.", false},
		{"en", "raise_cash", "The reserve grows every month: {F1}.", false},
		{"en", "raise_cash", "A credit line can take the place of {F1}.", false},
		{"en", "replace_costly_fund", "{H1} charges less: {F1}.", false},
		{"en", "harvest_losses", "Gains of {F1} have built up in {H1}.", false},
		{"es", "deploy_cash", "Un colchón mayor le da margen: {F1}.", false},
		{"es", "raise_cash", "Un colchón mayor le da margen: {F1}.", true},
		{"en", "harvest_losses", "{H1} stands below its purchase price: {F1}.", true},
		{"en", "reduce_concentration", "{H1} stands below its purchase price: {F1}.", false},
	})
}

// TestTheFigureSuits lets the risk that suits the investor be praised where the
// figure is that, and the mix not.
func TestTheFigureSuits(t *testing.T) {
	level := verify.Citable{"F1": verify.FigureLevel, "F2": ""}
	heldTo(t, level, []assertion{
		{"it", "lower_risk", "In base al Suo profilo è adatto {F1}.", true},
		{"it", "raise_cash", "In base al Suo profilo è adatto {F1}.", true},
		{"it", "raise_cash", "In base al Suo profilo è adatto {F2}.", false},
		{"it", "lower_risk", "In base al Suo profilo il portafoglio è adatto a {F1}.", false},
		{"pt", "lower_risk", "O nível de risco é o adequado: {F1}.", false},
		{"en", "lower_risk", "{F1} suits you, and the equities are above their target.", true},
		{"en", "lower_risk", "{F2} suits you, and the equities are above their target.", false},
		{"en", "lower_risk", "Your portfolio suits {F1}.", false},
		{"en", "lower_risk", "{F1} is safe.", false},
		{"es", "lower_risk", "Para usted es adecuado {F1}.", true},
	})
}

// TestMoneyOfAClass tells where money comes from that something is done with, and
// what a pronoun beside a direction means.
func TestMoneyOfAClass(t *testing.T) {
	bonds := verify.Citable{"F1": "fixed_income"}
	heldTo(t, bonds, []assertion{
		{"en", "rebalance", "Bonds are {F1}. Increasing them with money from equities brings the mix closer to its target.", true},
		{"en", "rebalance", "Bonds are {F1}. Reducing them with money from equities brings the mix closer to its target.", false},
		{"en", "rebalance", "Increasing equities with money from bonds brings the mix closer to its target: {F1}.", false},
		{"en", "rebalance", "Bonds are {F1}. Adding to them with money from equities brings the mix closer to its target.", true},
		{"de", "rebalance", "Anleihen liegen {F1}. Sie mit Geld aus Aktien aufzustocken, bringt die Mischung näher an ihr Ziel.", true},
		{"de", "rebalance", "Anleihen liegen {F1}. Sie mit Geld aus Anleihen aufzustocken, bringt die Mischung näher an ihr Ziel.", false},
		{"fr", "rebalance", "La part des obligations est {F1}. La renforcer avec l'argent des actions rapproche la répartition de sa cible.", true},
		{"fr", "rebalance", "La part des obligations est {F1}. La réduire au profit des actions rapproche la répartition de sa cible.", false},
		{"es", "rebalance", "La parte de bonos está {F1}. Aumentarla con dinero de las acciones acerca la cartera a su objetivo.", true},
		{"es", "rebalance", "La parte de bonos está {F1}. Aumentarla con dinero de los bonos acerca la cartera a su objetivo.", false},
		{"it", "rebalance", "La quota di obbligazioni è {F1}. Aumentarla con denaro delle azioni avvicina il portafoglio al suo obiettivo.", true},
		{"pt", "rebalance", "A parcela de renda fixa está {F1}. Aumentá-la com dinheiro das ações aproxima a carteira da sua meta.", true},
		{"nl", "rebalance", "Obligaties zijn {F1}. Ze aanvullen met geld uit aandelen brengt de mix dichter bij het doel.", true},
		{"nl", "rebalance", "Obligaties zijn {F1}. Ze verminderen ten gunste van aandelen brengt de mix dichter bij het doel.", false},
		{"ja", "rebalance", "債券は{F1}です。株式の資金で債券を増やすと、配分が目標に近づきます。", true},
		{"ja", "rebalance", "債券は{F1}です。債券の資金で株式を増やすと、配分が目標に近づきます。", false},
	})
}

// TestShareOfWhat takes a share for one of what stands beside it, and not of what
// may be anything.
func TestShareOfWhat(t *testing.T) {
	bonds := verify.Citable{"F1": "fixed_income"}
	heldTo(t, bonds, []assertion{
		{"pt", "rebalance", "As obrigações estão {F1}, portanto reduzir a sua parcela corrige a composição.", false},
		{"pt", "rebalance", "As obrigações estão {F1}. Aumentar a sua parcela aproxima a carteira da meta.", true},
		{"en", "rebalance", "Bonds are {F1}. Increasing their share brings the mix closer to its target.", true},
		{"en", "rebalance", "Bonds are {F1}. Reducing their share brings the mix closer to its target.", false},
		{"nl", "rebalance", "Obligaties zijn {F1}. Hun aandeel verlagen herstelt de verdeling.", false},
	})
	held(t, []assertion{
		{"de", "raise_cash", "Das Bargeld reicht für {F1} und liegt damit deutlich über dem Bedarf.", false},
		{"de", "lower_risk", "Es enthält mehr Aktien und weniger Anleihen als vorgesehen: {F1}.", true},
	})
}
