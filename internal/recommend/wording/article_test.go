package wording

import (
	"slices"
	"testing"
)

// A value costs more to write than to fill in.
func TestOnlyWhatATemplateHasASlotForIsWritten(t *testing.T) {
	var asked []string
	got := articles(nil).fill("{value} of {subject}", func(slot string) string {
		asked = append(asked, slot)
		return slot
	})
	if got != "value of subject" || !slices.Equal(asked, []string{"value", "subject"}) {
		t.Errorf("%q, asked for %q", got, asked)
	}
}

// TestArticles reads numbers aloud: l'otto, l'undici, l'uno virgola cinque, lo
// zero, but il mille.
func TestArticles(t *testing.T) {
	italian := catalogueOf("it").Articles
	for _, tt := range []struct{ template, value, want string }{
		{"Il {value} del portafoglio", "52,3%", "Il 52,3% del portafoglio"},
		{"Il {value} del portafoglio", "8,0%", "L’8,0% del portafoglio"},
		{"il {value}", "86,0%", "l’86,0%"},
		{"il {value}", "18,0%", "il 18,0%"},
		{"pari al {value}", "11,8%", "pari all’11,8%"},
		{"pari al {value}", "110,0%", "pari al 110,0%"},
		{"un tasso del {value}", "1,45%", "un tasso dell’1,45%"},
		{"un tasso del {value}", "1.450,0%", "un tasso del 1.450,0%"},
		{"un tasso del {value}", "11.000,0%", "un tasso dell’11.000,0%"},
		{"un tasso del {value}", "0,05%", "un tasso dello 0,05%"},
		{"per il {value}", "-8,0%", "per il -8,0%"},
		{"dal {value}", "8,0%", "dall’8,0%"},
		{"il tasso ({value})", "8%", "il tasso (8%)"},
		{"di {value}", "8.500,00 USD", "di 8.500,00 USD"},
		{"il {subject} e il {value}", "8%", "il  e l’8%"},
		{"il {value}", "", "il "},
	} {
		if got := italian.fill(tt.template, slots{"value": tt.value}.at); got != tt.want {
			t.Errorf("%s of %s: %q, want %q", tt.template, tt.value, got, tt.want)
		}
	}
	if got := fill("il {value}", slots{"value": "8%"}); got != "il 8%" {
		t.Errorf("without articles: %q", got)
	}
}

// TestElision is of a word before a vowel alone: d’ALV, but de SAP.
func TestElision(t *testing.T) {
	r := New(Config{Language: "fr", Result: p0(t, moderate()), Holdings: map[string]string{"H1": "ALV", "H2": "SAP"}})
	for text, want := range map[string]string{
		"Le résultat dépend de {H1}.": "Le résultat dépend d’ALV.",
		"Le résultat dépend de {H2}.": "Le résultat dépend de SAP.",
		"La raide {H1}.":              "La raide ALV.",
	} {
		if got, err := r.Expand(text); got != want || err != nil {
			t.Errorf("%q %v, want %q", got, err, want)
		}
	}
}
