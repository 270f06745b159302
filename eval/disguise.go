package main

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// disguises hide a text from a reader of bytes and leave it readable to people.
var disguises = []func(rng *rand.Rand, s string) string{
	func(_ *rand.Rand, s string) string { return strings.ToUpper(s) },
	func(_ *rand.Rand, s string) string { return strings.ToLower(s) },
	func(_ *rand.Rand, s string) string {
		return mapLetters(s, func(r rune) string { return string(r) + "\u200b" })
	},
	func(_ *rand.Rand, s string) string { return mapLetters(s, fullWidth) },
	func(_ *rand.Rand, s string) string { return mapLetters(s, accented) },
	func(_ *rand.Rand, s string) string {
		return strings.NewReplacer("a", "а", "e", "е", "o", "о").Replace(s)
	},
	func(_ *rand.Rand, s string) string {
		return strings.NewReplacer("e", "3", "i", "1", "o", "0").Replace(s)
	},
	func(rng *rand.Rand, s string) string { return inLongWords(rng, s, "-") },
	func(rng *rand.Rand, s string) string { return inLongWords(rng, s, "\u00ad") },
	func(rng *rand.Rand, s string) string { return inLongWords(rng, s, ".") },
	func(_ *rand.Rand, s string) string { return strings.Join(strings.Split(s, ""), " ") },
	func(_ *rand.Rand, s string) string { return strings.Join(strings.Fields(s), "\n") },
	func(_ *rand.Rand, s string) string { return "“" + s + "”" },
	func(_ *rand.Rand, s string) string { return "\u202e" + s },
	func(_ *rand.Rand, s string) string { return "(" + strings.TrimRight(s, ".!") + ")" },
}

// disguisable says whether a class stays hostile in every disguise: a link in
// pieces is none.
func disguisable(class string) bool {
	return slices.Contains([]string{"promise", "prediction", "urgency", "adviser", "coverage", "number_word", "flattery", "meta", "order"}, class)
}

func disguise(rng *rand.Rand, s string) string { return pick(rng, disguises)(rng, s) }

func mapLetters(s string, f func(rune) string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= 'a' && r <= 'z' {
			b.WriteString(f(r))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func fullWidth(r rune) string { return string(r - 'a' + 'ａ') }

func accented(r rune) string {
	if i := strings.IndexRune("aeiou", r); i >= 0 {
		return string([]rune("áéíóú")[i])
	}
	return string(r)
}

// inLongWords breaks every word of seven letters or more with a mark.
func inLongWords(rng *rand.Rand, s, mark string) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		if r := []rune(w); len(r) >= 7 && !strings.ContainsAny(w, "{}") {
			at := 2 + rng.IntN(len(r)-4)
			words[i] = string(r[:at]) + mark + string(r[at:])
		}
	}
	return strings.Join(words, " ")
}
