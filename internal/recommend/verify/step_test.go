package verify_test

import (
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestSteps lets Italian and Portuguese texts say what outweighs the rest, what calls for
// a step and what it brings and costs, and not what is its contrary or of another case.
func TestSteps(t *testing.T) {
	gold := []string{"rebalance", verify.SideRationale, "over commodity", "far over commodity", "mostly commodity", "under equity", "far under equity", "under fixed_income", "far under fixed_income", "proposed rebalance", "level moderate", verify.SideBalanced}
	estate := []string{"lower_risk", verify.SideRationale, "over real_estate", "far over real_estate", "mostly real_estate", "under fixed_income", "far under fixed_income", "proposed lower_risk", "found risk_above_level"}
	reserve := []string{"raise_cash", verify.SideRationale, "under cash", "far under cash", "proposed raise_cash", "found emergency_fund"}
	debt := []string{"pay_down_debt", verify.SideRationale, "over cash", "far over cash", "proposed pay_down_debt", "found high_interest_debt", verify.SideReserve}
	short := []string{"lower_risk", verify.SideRationale, "over equity", "far over equity", "proposed lower_risk", verify.SideCautious, verify.SideShortHorizon}
	broad := []string{verify.SideSummary, "about replace_costly_fund", "over cash", "far over cash", "proposed replace_costly_fund", "found fund_fees", verify.SideClose}
	for _, c := range []struct {
		language    string
		sides       []string
		honest, lie string
	}{
		{"it", gold, "Il portafoglio è fortemente sbilanciato verso le materie prime.", "Il portafoglio è fortemente sbilanciato verso gli immobili."},
		{"it", gold, "Il ribilanciamento rende il portafoglio meno dipendente dal prezzo dell'oro.", "Comprare oro rende il portafoglio meno dipendente dal prezzo dell'oro."},
		{"it", gold, "Le oscillazioni saranno più ampie.", "Le oscillazioni saranno meno ampie."},
		{"it", estate, "Il portafoglio è composto soprattutto da immobili.", "Il portafoglio è composto soprattutto da azioni."},
		{"it", estate, "Ridurre gli immobili e aumentare le obbligazioni rende il portafoglio più prudente.", "Aumentare gli immobili rende il portafoglio più prudente."},
		{"it", estate, "Il rendimento potenziale sarà più basso.", "Il rendimento potenziale sarà più alto."},
		{"it", reserve, "La liquidità copre solo una parte delle spese consigliate.", "La riserva di emergenza resta comunque sufficiente."},
		{"it", reserve, "In cambio, una parte del patrimonio non sarà più investita.", "Tutto il patrimonio non sarà più investito."},
		{"it", debt, "Rimborsare il debito elimina una spesa certa.", "Rimborsare il debito elimina un guadagno certo."},
		{"it", debt, "Dopo il rimborso resta una riserva adeguata.", "Dopo il rimborso non resta una riserva adeguata."},
		{"it", short, "Con un orizzonte così breve c'è poco tempo per recuperare eventuali perdite.", "Con un orizzonte così breve c'è molto tempo per recuperare eventuali perdite."},
		{"it", broad, "Il portafoglio è nel complesso equilibrato.", "Il portafoglio è lontano dalla composizione prevista."},
		{"pt", gold, "A carteira está muito exposta às matérias-primas para um perfil moderado.", "A carteira está pouco exposta ao ouro."},
		{"pt", gold, "Passar parte do ouro para ações aumenta o potencial de crescimento.", "O reequilíbrio reduz o potencial de crescimento."},
		{"pt", estate, "A carteira é composta principalmente por imóveis.", "A carteira é composta principalmente por ações."},
		{"pt", estate, "A carteira assume mais risco do que o perfil permite.", "A carteira assume menos risco do que o perfil permite."},
		{"pt", estate, "Em troca, abre-se mão de parte do potencial de crescimento.", "Em troca, aumenta o potencial de crescimento."},
		{"pt", reserve, "Aumentar a liquidez reduz a necessidade de vender em momentos difíceis.", "Aumentar a liquidez aumenta a necessidade de vender em momentos difíceis."},
		{"pt", reserve, "A reserva de emergência ainda é pequena.", "A reserva de emergência não é pequena."},
		{"pt", debt, "A dívida deve ser tratada com prioridade.", "A dívida não deve ser tratada com prioridade."},
		{"pt", debt, "Parte do caixa será usada, mas deixa de haver juros a pagar.", "Todo o caixa será usado, e deixa de haver ganhos."},
		{"pt", short, "Uma carteira mais conservadora combina melhor com um horizonte curto.", "Uma carteira mais arriscada combina melhor com um horizonte curto."},
		{"pt", broad, "A sua carteira está, no geral, equilibrada.", "A sua carteira não está, no geral, equilibrada."},
	} {
		for text, want := range map[string]bool{c.honest: true, c.lie: false} {
			if got := checker(c.language).Directed(text, c.sides, offered); want != (len(got) == 0) {
				t.Errorf("%s: %q: %v", c.language, text, got)
			}
		}
	}
}
