package verify

import (
	"fmt"
	"slices"
	"strings"
)

// Japanese verbs and adjectives are listed as a dictionary has them, with how they
// conjugate behind a dot: 増やす・五, 抑える・一, 縮小・サ, 高い・形, 増えている・続. The forms are
// those that assert what the word asserts: polite and plain, past, joining,
// conditional, passive and of being able. A negation, an order, a wish or a proposal
// is none of them, so a text that has one has a piece that is no word.
var conjugations = map[string]func(string) (stem string, endings []string){
	"五": godan,
	"一": func(w string) (string, []string) { return ending(w, "る"), suffixed("", ichidan, passive) },
	"サ": sahen,
	"形": func(w string) (string, []string) {
		return ending(w, "い"), slices.Concat(adjective, suffixed("すぎ", ichidan))
	},
	"続": func(w string) (string, []string) { return ending(w, "いる"), lasting },
}

const conjugationMark = "・"

var (
	ichidan   = []string{"", "る", "ます", "ました", "まして", "ながら", "つつ", "て", "た", "たり", "たら", "れば"}
	passive   = suffixed("られ", ichidan)
	adjective = []string{"い", "く", "くて", "かった", "ければ", "さ", "め"}
	lasting   = []string{"いる", "います", "いました", "いた", "いて", "いれば", "おり", "おります", "おりました"}
)

// godanRow is the row of a verb by the last letter of its dictionary form: that
// letter with a, i and e, and what joins.
type godanRow struct{ a, i, e, te, ta string }

var godanRows = map[string]godanRow{
	"う": {"わ", "い", "え", "って", "った"}, "つ": {"た", "ち", "て", "って", "った"}, "る": {"ら", "り", "れ", "って", "った"},
	"す": {"さ", "し", "せ", "して", "した"}, "く": {"か", "き", "け", "いて", "いた"}, "ぐ": {"が", "ぎ", "げ", "いで", "いだ"},
	"ぶ": {"ば", "び", "べ", "んで", "んだ"}, "む": {"ま", "み", "め", "んで", "んだ"},
}

func godan(word string) (string, []string) {
	const letter = len("う")
	stem, last := word[:len(word)-letter], word[len(word)-letter:]
	row, ok := godanRows[last]
	if !ok {
		panic(fmt.Sprintf("verify: %s is no godan verb", word))
	}
	endings := []string{last, row.e + "ば", row.te, row.ta, row.ta + "り", row.ta + "ら"}
	joined := suffixed(row.i, []string{"", "ます", "ました", "まして", "ながら", "つつ"})
	able := suffixed(row.e, ichidan[1:]) // without an ending it is an order
	return stem, slices.Concat(endings, joined, able, suffixed(row.a+"れ", ichidan))
}

// sahen is a noun with する, or a word that has it already and is none without it.
func sahen(word string) (string, []string) {
	endings := []string{"する", "し", "して", "した", "します", "しました", "しながら", "しつつ", "したり", "したら", "すれば"}
	stem, verb := strings.CutSuffix(word, "する")
	if !verb {
		endings = append(endings, "")
	}
	return stem, slices.Concat(endings, suffixed("でき", ichidan), suffixed("され", ichidan), suffixed("させ", ichidan, passive))
}

func ending(word, last string) string {
	stem, ok := strings.CutSuffix(word, last)
	if !ok {
		panic(fmt.Sprintf("verify: %s does not end in %s", word, last))
	}
	return stem
}

func suffixed(stem string, lists ...[]string) []string {
	var out []string
	for _, s := range slices.Concat(lists...) {
		out = append(out, stem+s)
	}
	return out
}
