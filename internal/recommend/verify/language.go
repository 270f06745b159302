package verify

import (
	"slices"
	"strings"
	"unicode"
)

// Bounds for telling a language by its commonest words. Shorter texts say too
// little, and related languages share many of these words.
const (
	voteWords    = 6  // words of a sentence
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
	words := slices.DeleteFunc(slices.Clone(tokens), func(t token) bool { return t.lower == "" })
	if len(words) < voteWords {
		return false
	}
	mine := own.votes(words)
	if mine == 0 && len(words) >= strangeWords {
		return true
	}
	for _, l := range languages {
		if n := lexicons()[l].votes(words); n >= voteLeast && n >= mine+voteMargin {
			return true
		}
	}
	return false
}

func (lx *lexicon) votes(words []token) int {
	n := 0
	for _, t := range words {
		if lx.stop[t.lower] {
			n++
		}
	}
	return n
}

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
