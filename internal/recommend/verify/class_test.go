package verify_test

import (
	"strings"
	"testing"
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
