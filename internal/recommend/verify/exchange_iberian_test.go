package verify_test

import (
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestExchangedWords wants each Spanish and Portuguese sentence as it is and not
// with one of its words exchanged for the opposite.
func TestExchangedWords(t *testing.T) {
	for _, c := range []struct {
		language, kind, side string
		right, wrong         string
	}{
		{"es", "rebalance", verify.SideUnder + "fixed_income", "Reequilibrar la cartera la acerca a su objetivo: {F1}.", "Reequilibrar la cartera la aleja de su objetivo: {F1}."},
		{"es", "rebalance", verify.SideUnder + "fixed_income", "Cambiar acciones por bonos acerca la cartera a su objetivo.", "Cambiar bonos por bonos acerca la cartera a su objetivo."},
		{"es", "reduce_concentration", verify.SideRationale, "Vender una parte permite repartir el riesgo entre más inversiones.", "Vender una parte permite repartir el riesgo entre menos inversiones."},
		{"es", "reduce_concentration", verify.SideRationale, "{H1} es con diferencia su mayor posición, con {F1}.", "{H1} es con diferencia su menor posición, con {F1}."},
		{"es", "pay_down_debt", verify.SideRationale, "Su deuda tiene {F1}.", "Su reserva tiene {F1}."},
		{"es", "harvest_losses", verify.SideLoss, "La pérdida de {H1} es {F1} y puede compensar ganancias.", "La pérdida de {H1} es {F1} y puede compensar pérdidas."},
		{"es", "rebalance", verify.SideUnder + "fixed_income", "Las acciones superan con claridad su objetivo: {F1}.", "Los bonos superan con claridad su objetivo: {F1}."},
		{"es", "reduce_concentration", verify.SideFound + "issuer_concentration", "Una sola empresa pesa demasiado: {F1}.", "Una sola empresa pesa demasiado poco: {F1}."},
		{"es", "reduce_concentration", verify.SideProposed + "reduce_concentration", "Esto disminuirá la dependencia de un solo emisor.", "Esto aumentará la dependencia de un solo emisor."},
		{"es", "raise_cash", verify.SideRationale, "Reforzarlo permite afrontar imprevistos sin vender inversiones: {F1}.", "Reforzarlo permite afrontar imprevistos con vender inversiones: {F1}."},
		{"pt", "rebalance", verify.SideUnder + "fixed_income", "Trocar ações por renda fixa aproxima a carteira do objetivo.", "Trocar obrigações por renda fixa aproxima a carteira do objetivo."},
		{"pt", "reduce_concentration", verify.SideRationale, "Vender uma parte permite distribuir o risco por mais investimentos.", "Vender uma parte permite distribuir o risco por menos investimentos."},
		{"pt", "reduce_concentration", verify.SideRationale, "A venda parcial reduz o risco específico: {F1}.", "A venda parcial reduz o retorno específico: {F1}."},
		{"pt", "reduce_concentration", verify.SideRationale, "{H1} representa {F1}, o que aumenta o risco da carteira.", "{H1} representa {F1}, o que reduz o risco da carteira."},
		{"pt", "raise_cash", verify.SideProposed + "raise_cash", "Reforçar a reserva evita vender investimentos: {F1}.", "Reforçar a reserva provoca vender investimentos: {F1}."},
		{"pt", "pay_down_debt", verify.SideRationale, "A sua dívida tem {F1}.", "A sua reserva tem {F1}."},
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
