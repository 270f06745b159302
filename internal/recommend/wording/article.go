package wording

import (
	"strings"
	"unicode/utf8"
)

// article is a word that takes another form before some numbers: Italian says
// il 52%, but l’8%, l’11% and lo 0,5%.
type article struct {
	Plain string `yaml:"plain"`
	Vowel string `yaml:"vowel"` // before eight, eleven and one, with the space behind it, if any
	Zero  string `yaml:"zero"`
}

type articles []article

// fit gives the end of the text before a value the form that the value needs.
func (a articles) fit(before, value string) string {
	for _, art := range a {
		stem, ends := strings.CutSuffix(before, art.Plain+" ")
		if !ends || stem != "" && !strings.HasSuffix(stem, " ") {
			continue
		}
		switch {
		case beginsWithVowel(value):
			return stem + art.Vowel
		case beginsWithZero(value):
			return stem + art.Zero
		}
	}
	return before
}

// beginsWithVowel reports whether a number is read with a vowel first: otto,
// ottanta, undici, uno; but mille, which 1.000 is.
func beginsWithVowel(number string) bool {
	lead, thousands := leading(number)
	return strings.HasPrefix(lead, "8") || lead == "11" || lead == "1" && !thousands
}

func beginsWithZero(number string) bool {
	lead, _ := leading(number)
	return lead == "0"
}

// leading is the first group of digits and whether others follow it.
func leading(number string) (lead string, thousands bool) {
	rest := strings.TrimLeft(number, "0123456789")
	return number[:len(number)-len(rest)], strings.HasPrefix(rest, ".")
}

// contractions are the forms of a preposition and an article that become one word, "al"
// for "a il" and "all’" for "a l’".
type contractions map[string]string

// join puts a phrase behind a text that may end in a preposition.
func (c contractions) join(before, phrase string) string {
	for apart, joined := range c {
		preposition, article, _ := strings.Cut(apart, " ")
		stem, ends := strings.CutSuffix(before, preposition+" ")
		rest, begins := strings.CutPrefix(phrase, article)
		if ends && begins && (stem == "" || strings.HasSuffix(stem, " ")) && endsWord(article, rest) {
			return stem + joined + rest
		}
	}
	return before + phrase
}

// endsWord reports whether a word, which may be elided, ends where the rest begins.
func endsWord(word, rest string) bool {
	return strings.HasSuffix(word, "’") || strings.HasPrefix(rest, " ")
}

// elisions are the forms of words before a vowel, with the space behind them, if any:
// French says d’ALV and d’un gain, but de SAP.
type elisions map[string]string

// fit gives the end of a text before a phrase the form that the phrase needs.
func (e elisions) fit(before, phrase string) string {
	if first, _ := utf8.DecodeRuneInString(phrase); !strings.ContainsRune(vowels, first) {
		return before
	}
	for word, elided := range e {
		if stem, ends := strings.CutSuffix(before, word+" "); ends && (stem == "" || strings.HasSuffix(stem, " ")) {
			return stem + elided
		}
	}
	return before
}

// vowels are those that words begin with.
const vowels = "aeiouàâéèêîôûAEIOUÀÂÉÈÊÎÔÛ"
