package recommend

import (
	"maps"
	"slices"
	"strings"
)

// The examples keep the model to wording that the checks can read (decision 91), in the
// language that it is to write (159). A text may repeat them.
const styleTemplate = `6. Short plain sentences, like `

// styleExamples are of the languages by tag: a single name, and classes off their targets.
var styleExamples = map[string][2]string{
	"de": {
		"Der Anteil von {H0} beträgt {F0}. Ein Teilverkauf verringert die Abhängigkeit von einem einzelnen Unternehmen.",
		"Anleihen liegen {F0}. Geld aus Aktien in Anleihen umzuschichten bringt die Aufteilung näher an ihr Ziel.",
	},
	"en": {
		"{H0} is {F0}. Selling part of it lowers the dependence on a single company.",
		"Bonds are {F0}. Moving money from equities into bonds brings the mix closer to its target.",
	},
	"es": {
		"{H0} representa {F0}. Vender una parte reduce la dependencia de una sola empresa.",
		"Los bonos están {F0}. Pasar dinero de acciones a bonos acerca la distribución a su objetivo.",
	},
	"fr": {
		"{H0} représente {F0}. En vendre une partie réduit la dépendance à une seule entreprise.",
		"Les obligations sont {F0}. Déplacer de l'argent des actions vers les obligations rapproche la répartition de sa cible.",
	},
	"it": {
		"{H0} rappresenta {F0}. Venderne una parte riduce la dipendenza da una sola società.",
		"Le obbligazioni sono {F0}. Spostare denaro dalle azioni alle obbligazioni avvicina la ripartizione al suo obiettivo.",
	},
	"ja": {
		"{H0}は{F0}です。一部を売却すると、一つの会社への依存が下がります。",
		"債券は{F0}です。株式から債券に資金を移すと、配分が目標に近づきます。",
	},
	"nl": {
		"{H0} is {F0}. Een deel verkopen verkleint de afhankelijkheid van één bedrijf.",
		"Obligaties liggen {F0}. Geld van aandelen naar obligaties verplaatsen brengt de verdeling dichter bij het doel.",
	},
	"pt": {
		"{H0} representa {F0}. Vender uma parte reduz a dependência de uma única empresa.",
		"As obrigações estão {F0}. Passar dinheiro de ações para obrigações aproxima a distribuição do seu objetivo.",
	},
}

// style is the rule on style for a language by its primary tag.
func style(language string) string {
	examples, ok := styleExamples[language]
	if !ok {
		examples = styleExamples["en"]
	}
	return styleTemplate + `"` + examples[0] + `" or "` + examples[1] + `"`
}

// styles are the rules of all languages, in one order.
func styles() string {
	var all []string
	for _, language := range slices.Sorted(maps.Keys(styleExamples)) {
		all = append(all, style(language))
	}
	return strings.Join(all, "\n")
}
