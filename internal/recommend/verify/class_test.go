package verify_test

import (
	"strings"
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestClassesStandOnTheirSide holds a class that is named as above or below its
// target to where it stands: equities above, bonds below.
func TestClassesStandOnTheirSide(t *testing.T) {
	for language, texts := range map[string]struct{ over, under []string }{
		"en": {
			[]string{"# are above their target: {F1}.", "# exceed their target: {F1}.", "At {F1}, # are high."},
			[]string{"# are below their target: {F1}.", "The share of # is below the target: {F1}."},
		},
		"de": {
			[]string{"# liegen über ihrem Ziel: {F1}.", "# übersteigen ihr Ziel: {F1}."},
			[]string{"# liegen unter ihrem Ziel: {F1}.", "Der Anteil der # ist unter dem Ziel: {F1}."},
		},
		"fr": {[]string{"Les # dépassent leur cible : {F1}.", "Les # sont au-dessus de leur cible : {F1}."}, []string{"Les # sont en dessous de leur cible : {F1}."}},
		"es": {[]string{"Las # están por encima del objetivo: {F1}."}, []string{"Las # están por debajo del objetivo: {F1}."}},
		"it": {[]string{"Le # superano il loro obiettivo: {F1}.", "Le # sono sopra l'obiettivo: {F1}."}, []string{"Le # sono sotto l'obiettivo: {F1}."}},
		"pt": {[]string{"As # estão acima do objetivo: {F1}."}, []string{"As # estão abaixo do objetivo: {F1}."}},
		"nl": {[]string{"# liggen boven hun doel: {F1}."}, []string{"# liggen onder hun doel: {F1}."}},
		"ja": {[]string{"#は目標を上回っています。{F1}。"}, []string{"#は目標を下回っています。{F1}。"}},
	} {
		equity, bonds := classNames[language][0], classNames[language][1]
		for _, s := range texts.over {
			stands(t, language, s, equity, bonds)
		}
		for _, s := range texts.under {
			stands(t, language, s, bonds, equity)
		}
	}
}

var classNames = map[string][2]string{
	"en": {"Equities", "Bonds"}, "de": {"Aktien", "Anleihen"}, "fr": {"actions", "obligations"}, "es": {"acciones", "obligaciones"},
	"it": {"azioni", "obbligazioni"}, "pt": {"ações", "obrigações"}, "nl": {"Aandelen", "Obligaties"}, "ja": {"株式", "債券"},
}

// stands wants a text to pass with the one class and to be refused with the other.
func stands(t *testing.T, language, text, right, wrong string) {
	t.Helper()
	for _, class := range []string{right, wrong} {
		s := strings.ReplaceAll(text, "#", class)
		if !strings.HasPrefix(text, "#") && language == "en" {
			s = strings.ReplaceAll(text, "#", strings.ToLower(class))
		}
		got := checker(language).Directed(s, sidesOf("rebalance"), offered)
		if (got == nil) != (class == right) {
			t.Errorf("%s %q: %v", language, s, got)
		}
	}
}

// TestClassesAreNamedAsTheyStand wants each sentence with the classes as they
// stand, equities above their target and bonds below it, and not with one for the
// other.
func TestClassesAreNamedAsTheyStand(t *testing.T) {
	for language, texts := range map[string][]string{
		"en": {
			"Moving part of the + into - brings the portfolio closer to its target: {F1}.", "Replacing + with - restores the target mix: {F1}.",
			"Selling some + and buying - closes the gap: {F1}.", "Holding fewer + and more - closes the gap: {F1}.",
			"The plan has fewer + and more -, and the portfolio is {F1}.", "With {F1}, there is too much in + and too little in -.",
		},
		"de": {
			"Eine Umschichtung von + in - bringt das Portfolio näher an das Ziel: {F1}.", "Der Verkauf von + und der Kauf von - verkleinert die Lücke: {F1}.",
			"Wenn Sie + verkaufen und - kaufen, wird die Lücke kleiner: {F1}.", "Mit dem Tausch von + gegen - wird die Lücke kleiner: {F1}.",
		},
		"fr": {"Passer d'une partie des + vers les - rapproche le portefeuille de sa cible : {F1}.", "Vendre des + et acheter des - réduit l'écart : {F1}."},
		"es": {"Pasar parte de las + a las - acerca la cartera a su objetivo: {F1}.", "Vender + y comprar - reduce la diferencia: {F1}."},
		"it": {"Spostare parte delle + verso le - avvicina il portafoglio al suo obiettivo: {F1}.", "Vendere + e acquistare - riduce lo scostamento: {F1}."},
		"pt": {"Passar parte das + para - aproxima a carteira do seu objetivo: {F1}.", "Vender + e comprar - reduz o desvio: {F1}."},
		"nl": {"Een verschuiving van + naar - brengt de portefeuille dichter bij het doel: {F1}.", "Door + te verkopen en - te kopen wordt de afwijking kleiner: {F1}."},
		"ja": {"+を減らして-を増やすと、目標に近づきます。{F1}。", "+から-への移行で目標に近づきます。{F1}。"},
	} {
		over, under := classNames[language][0], classNames[language][1]
		if language != "de" {
			over, under = strings.ToLower(over), strings.ToLower(under)
		}
		for _, s := range texts {
			right, wrong := strings.NewReplacer("+", over, "-", under).Replace(s), strings.NewReplacer("+", under, "-", over).Replace(s)
			if got := checker(language).Directed(right, sidesOf("rebalance"), offered); got != nil {
				t.Errorf("%s %q: %v", language, right, got)
			}
			if got := checker(language).Directed(wrong, sidesOf("rebalance"), offered); got == nil {
				t.Errorf("%s %q is let through", language, wrong)
			}
		}
	}
}

// TestFiguresOfClasses wants the figure of a class beside no other one.
func TestFiguresOfClasses(t *testing.T) {
	cite := verify.Citable{"F1": "fixed_income", "F2": "equity", "F3": ""}
	for text, want := range map[string]bool{
		"Bonds are {F1}.":                         true,
		"Equities are {F1}.":                      false,
		"Bonds remain {F1}.":                      true,
		"Equities remain {F1}.":                   false,
		"Equities are {F2} and bonds are {F1}.":   true,
		"Equities are {F1} and bonds are {F2}.":   false,
		"Bonds are {F3}.":                         false,
		"The share of bonds is {F1}.":             true,
		"Equities and bonds are {F1}.":            false,
		"The mix of equities and bonds has {F3}.": true,
	} {
		if got := checker("en").Directed(text, sidesOf("rebalance"), cite); want != (got == nil) {
			t.Errorf("%q: %v", text, got)
		}
	}
}
