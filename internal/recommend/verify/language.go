package verify

import (
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// Bounds for telling a language by its commonest words. Shorter texts say too
// little, and related languages share many of these words.
const (
	voteWords    = 4  // words of a sentence
	voteMargin   = 2  // by which another language must win
	voteLeast    = 3  // votes of a winner
	strangeWords = 14 // words without a single common one of the language
)

// wrongLanguage reports whether any sentence, or the text as a whole, is in
// another language than the one asked for.
func wrongLanguage(language string, p *prepared) bool {
	own := lexicons()[language]
	switch {
	case own == nil:
		return false
	case language == japanese:
		return withoutKana(p.text) || slices.ContainsFunc(strings.FieldsFunc(p.text, endsSentence), mostlyLatin)
	}
	if strangeAccent(language, p.tokens) || votedOut(own, p.tokens) {
		return true
	}
	for start := 0; start < len(p.tokens); {
		end := start
		for end < len(p.tokens) && p.tokens[end].sentence == p.tokens[start].sentence {
			end++
		}
		if votedOut(own, p.tokens[start:end]) {
			return true
		}
		start = end
	}
	return false
}

func votedOut(own *lexicon, tokens []token) bool {
	words, votes := count(tokens)
	if words < voteWords {
		return false
	}
	mine := votes[slices.Index(languages[:], own.language)]
	if mine == 0 && words >= strangeWords {
		return true
	}
	most := slices.Max(votes[:])
	return most >= voteLeast && most >= mine+voteMargin
}

// count returns how many words there are, and how many of them are among the
// commonest of each of the languages.
func count(tokens []token) (words int, votes [len(languages)]int) {
	for i := range tokens {
		if tokens[i].lower == "" {
			continue
		}
		words++
		for set := stopWords()[tokens[i].lower]; set != 0; set &= set - 1 {
			votes[bits.TrailingZeros16(set)]++
		}
	}
	return words, votes
}

// stopWords tells of a word in which languages it is among the commonest: a bit
// for each of them, in the order of languages.
var stopWords = sync.OnceValue(func() map[string]uint16 {
	all := map[string]uint16{}
	for i, l := range languages {
		for w := range lexicons()[l].stop {
			all[w] |= 1 << i
		}
	}
	return all
})

// ownAccents are the letters with marks that a language writes itself. Another
// one gives a related language away, whose common words are much the same.
var ownAccents = map[string]string{
	"de": "äöüß", "es": "áéíóúüñ", "fr": "àâæçéèêëîïôœùûüÿ", "it": "àèéìòù", "nl": "áéëíïóöüèê", "pt": "áâãàçéêíóôõú",
}

// strangeAccent reports a word with a mark that the language does not write.
// Italian has marks on the last letter alone.
func strangeAccent(language string, words []token) bool {
	own, known := ownAccents[language]
	if !known {
		return false
	}
	for _, t := range words {
		letters := []rune(t.lower)
		for i, r := range letters {
			if r > unicode.MaxASCII && (!strings.ContainsRune(own, r) || language == "it" && i < len(letters)-1) {
				return true
			}
		}
	}
	return false
}

// withoutKana reports kanji without any kana, which is Chinese.
func withoutKana(s string) bool {
	const enough = 6 // letters
	kanji := 0
	for _, r := range s {
		if unicode.In(r, unicode.Hiragana, unicode.Katakana) {
			return false
		}
		if unicode.Is(unicode.Han, r) {
			kanji++
		}
	}
	return kanji >= enough
}

func endsSentence(r rune) bool { return strings.ContainsRune(sentenceEnds, r) }

// mostlyLatin reports that at least as many letters are Latin as Japanese.
func mostlyLatin(s string) bool {
	const enough = 12 // letters
	latin, own := 0, 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
		case kanaOrKanji(r):
			own++
		}
	}
	return latin >= enough && latin >= own
}
