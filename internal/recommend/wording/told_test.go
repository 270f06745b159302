package wording

import (
	"strings"
	"testing"

	"ballast.internal/ballast/internal/analysis"
)

// tellable are facts of each kind that has shorter forms, and a holding.
func tellable(t *testing.T, lang string) *Renderer {
	t.Helper()
	return New(Config{Language: lang, Holdings: map[string]string{"H1": "VTI"}, Result: &analysis.Result{Facts: []analysis.Fact{
		{ID: "F1", Code: analysis.FactTotalValue, Value: "100000", Unit: analysis.Money, Currency: "USD"},
		{ID: "F2", Code: analysis.FactRiskLevel, Value: "moderate", Unit: analysis.Level},
		{ID: "F3", Code: analysis.FactClassDrift, Subject: "fixed_income", Value: "-0.26", Threshold: "0.05", Unit: analysis.Ratio},
		{ID: "F4", Code: analysis.FactClassDrift, Subject: "equity", Value: "0.26", Threshold: "0.05", Unit: analysis.Ratio},
		{ID: "F5", Code: analysis.FactPortfolioDrift, Value: "0.26", Threshold: "0.05", Unit: analysis.Ratio},
		{ID: "F6", Code: analysis.FactExcessCash, Value: "570.52", Unit: analysis.Money, Currency: "USD"},
		{ID: "F7", Code: analysis.FactEmergencyFund, Value: "5", Threshold: "6", Unit: analysis.Months},
		{ID: "F8", Code: analysis.FactDebtInterestRate, Subject: "credit_card", Value: "0.229", Threshold: "0.08", Unit: analysis.Ratio},
		{ID: "F9", Code: analysis.FactFundExpenseRatio, Subject: "VTI", Value: "0.01", Threshold: "0.0075", Unit: analysis.Ratio},
		{ID: "F11", Code: analysis.FactIssuerWeight, Subject: "VTI", Value: "0.18", Threshold: "0.1", Unit: analysis.Ratio},
		{ID: "F10", Code: analysis.FactCashDrag, Value: "0.4", Threshold: "0.02", Unit: analysis.Ratio},
	}}})
}

// TestExpandNamesNoSubjectTwice wants the form without a subject where the clause has
// named it, with unit and direction in it.
func TestExpandNamesNoSubjectTwice(t *testing.T) {
	for _, tt := range []struct{ lang, text, want string }{
		{"en", "The total value is {F1}.", "The total value is USD 100,000.00."},
		{"en", "The risk level that suits you is {F2}.", "The risk level that suits you is “moderate”."},
		{"en", "Bonds are {F3}.", "Bonds are 26.0 points below the target, outside the band of 5 points."},
		{"en", "Bonds are low, while your stock allocation is {F4}.", "Bonds are low, while your stock allocation is 26.0 points above the target, outside the band of 5 points."},
		{"en", "Your portfolio has {F1} and is {F5}.", "Your portfolio has a total value of USD 100,000.00 and is 26.0 % away from the target allocation, 21.0 points above the 5 % limit."},
		{"en", "Cash is {F6}.", "Cash is USD 570.52 beyond the target."},
		{"en", "Your reserve covers {F7}.", "Your reserve covers 5 months of expenses, 1 month below the minimum of 6 months."},
		{"en", "The interest on this debt is {F8}.", "The interest on this debt is 22.9 % a year (credit card debt), 14.9 points above the 8 % limit."},
		{"en", "The cost of {H1} is {F9}.", "The cost of VTI is 1.0 % a year, 0.25 points above the 0.75 % limit."},
		{"en", "Idle cash is {F10}.", "Idle cash is 40.0 % of the portfolio, 38.0 points above the 2 % limit."},
		{"de", "Ihr Portfolio hat {F1}.", "Ihr Portfolio hat einen Gesamtwert von 100.000,00 USD."},
		{"de", "Der Anteil der Anleihen liegt {F3}.", "Der Anteil der Anleihen liegt 26,0 Prozentpunkte unter der Zielquote (außerhalb der Bandbreite: 5 Prozentpunkte)."},
		{"de", "{H1} macht {F11} aus.", "VTI macht 18,0 % des Portfolios (Grenze 10 %, um 8,0 Prozentpunkte überschritten) aus."},
		{"fr", "Vos obligations sont {F3}.", "Vos obligations sont 26,0 points au-dessous de la cible, hors de la marge de 5 points."},
		{"es", "La renta variable está {F4}.", "La renta variable está 26,0 puntos porcentuales por encima del objetivo, fuera de la banda de 5 puntos porcentuales."},
		{"it", "Il portafoglio vale {F1} ed è {F5}.", "Il portafoglio vale 100.000,00 USD ed è per il 26,0% fuori dalla ripartizione obiettivo, 21,0 punti percentuali sopra il limite (5%)."},
		{"pt", "Sua reserva cobre {F7}.", "Sua reserva cobre 5 meses de despesas, 1 mês abaixo do mínimo de 6 meses."},
		{"nl", "Uw portefeuille ligt {F5}.", "Uw portefeuille ligt voor 26,0% buiten de doelverdeling, 21,0 procentpunten boven de grens van 5%."},
		{"ja", "債券の比率は{F3}です。", "債券の比率は目標を26.0ポイント下回る比率（許容幅5ポイントの範囲外）です。"},
	} {
		got, err := tellable(t, tt.lang).Expand(tt.text)
		if got = strings.ReplaceAll(got, "\u00a0", " "); got != tt.want || err != nil {
			t.Errorf("%s %s\n%q %v, want\n%q", tt.lang, tt.text, got, err, tt.want)
		}
	}
}

// TestExpandKeepsTheSubject wants a fact to say what it is about wherever the clause is
// about something else, or about more than that.
func TestExpandKeepsTheSubject(t *testing.T) {
	for _, tt := range []struct{ lang, text, kept string }{
		{"en", "Your portfolio is {F3}.", "for bonds"},
		{"en", "Equities are {F3}.", "for bonds"},
		{"en", "Equities, cash, and bonds are {F3}.", "for bonds"},
		{"en", "Equities and bonds are {F3}.", "for bonds"},
		{"en", "{H1} is worth {F1}.", "total value"},
		{"en", "The total value of {H1} is {F1}.", "a total value"},
		{"en", "Bonds are {F5}.", "of the portfolio"},
		{"en", "Your cash is {F10}.", "in idle cash"},
		{"en", "Your risk level is {F2}.", "for the investor"},
		{"en", "The interest on this debt is {F3}.", "for bonds"},
		{"de", "Aktien und Anleihen liegen {F3}.", "für Anleihen"},
		{"ja", "株式、債券は{F3}です。", "債券の目標"},
	} {
		if got, err := tellable(t, tt.lang).Expand(tt.text); !strings.Contains(got, tt.kept) || err != nil {
			t.Errorf("%s: %q %v does not hold %q", tt.lang, got, err, tt.kept)
		}
	}
}

// TestToldFormsKeepUnitAndDirection wants every shorter form to hold the figure, and the
// forms of a distance to differ by its direction.
func TestToldFormsKeepUnitAndDirection(t *testing.T) {
	english := catalogueOf("en")
	for _, lang := range Languages() {
		c := catalogueOf(lang)
		if got, want := len(c.Told.Forms), len(english.Told.Forms); got != want {
			t.Errorf("%s: %d facts have shorter forms, want %d", lang, got, want)
		}
		for code, forms := range c.Told.Forms {
			for _, f := range forms {
				signed := f.Over != ""
				figure := map[bool]string{true: "{excess}", false: "{value}"}[signed]
				for _, say := range map[bool][]string{true: {f.Over, f.Under}, false: {f.Say}}[signed] {
					if !strings.Contains(say, figure) {
						t.Errorf("%s: %s: %q has no %s", lang, code, say, figure)
					}
				}
				if signed && (f.Over == f.Under || f.Say != "") || english.Told.Forms[code] == nil {
					t.Errorf("%s: %s: %+v", lang, code, f)
				}
			}
		}
	}
}

func TestExpandBeginsSentencesWithCapitals(t *testing.T) {
	got, err := tellable(t, "en").Expand("{F2} suits you. {F1} is invested; {F7} is kept.")
	const want = "A risk level of “moderate” for the investor suits you. A total value of USD 100,000.00 is invested; " +
		"a cash reserve for 5 months of expenses, 1 month below the minimum of 6 months is kept."
	if got != want || err != nil {
		t.Errorf("%q %v, want %q", got, err, want)
	}
}
