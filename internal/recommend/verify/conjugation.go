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
var conjugations = map[string][]conjugation{
	"五": godan(),
	"一": {conjugates("る", suffixed("", ichidan, passive))},
	"サ": {conjugates("する", sahen), conjugates("", sahen, []string{""})},
	"形": {conjugates("い", adjective, suffixed("すぎ", ichidan))},
	"続": {conjugates("いる", lasting)},
}

// conjugation is what words end in, and what stands for that in their forms, the
// longest first.
type conjugation struct {
	last    string
	endings []string
}

func conjugates(last string, endings ...[]string) conjugation {
	c := conjugation{last, slices.Concat(endings...)}
	slices.SortStableFunc(c.endings, func(a, b string) int { return len(b) - len(a) })
	return c
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

func godan() (all []conjugation) {
	for last, row := range godanRows {
		endings := []string{last, row.e + "ば", row.te, row.ta, row.ta + "り", row.ta + "ら"}
		joined := suffixed(row.i, []string{"", "ます", "ました", "まして", "ながら", "つつ"})
		able := suffixed(row.e, ichidan[1:]) // without an ending it is an order
		all = append(all, conjugates(last, endings, joined, able, suffixed(row.a+"れ", ichidan)))
	}
	return all
}

// sahen is what follows a noun, which is a word without it as well, or begins with
// the する of a word that is none without it.
var sahen = slices.Concat(
	[]string{"する", "し", "して", "した", "します", "しました", "しながら", "しつつ", "したり", "したら", "すれば"},
	suffixed("でき", ichidan), suffixed("され", ichidan), suffixed("させ", ichidan, passive),
)

// inflect is what all forms of a listed word begin with, and their endings, the
// longest first, which words that conjugate alike share.
func inflect(word, how string) (stem string, endings []string) {
	for _, c := range conjugations[how] {
		if stem, ok := strings.CutSuffix(word, c.last); ok {
			return stem, c.endings
		}
	}
	panic(fmt.Sprintf("verify: %s・%s: no such conjugation", word, how))
}

func suffixed(stem string, lists ...[]string) []string {
	var out []string
	for _, s := range slices.Concat(lists...) {
		out = append(out, stem+s)
	}
	return out
}
