package verify

import (
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// A vocabulary holds the words that a text of one language may consist of. It
// is a closed world: a word that nobody has put there is not shown, whatever
// it says. What is harmless word by word can still say something wrong; that
// is what the lexicon's phrases are for, which have only these words to cover.
type vocabulary struct {
	words     map[string]bool // folded
	stems     map[string]bool // beginnings of words
	phrases   *phraseIndex    // words that are known in this company alone
	compounds bool            // words may be put together of known ones
	script    *scriptVocabulary
}

const (
	sectionWords   = "words"
	sectionPhrases = "phrases"
	sectionKana    = "kana"

	minStem     = 3
	minCompound = 3 // letters of a part
)

var vocabularies = sync.OnceValue(func() map[string]*vocabulary {
	all := map[string]*vocabulary{}
	for _, l := range languages {
		all[l] = newVocabulary(l, parseLexicon(readData(path.Join("words", l+".txt"))))
	}
	return all
})

func newVocabulary(language string, sections map[string][]string) *vocabulary {
	v := &vocabulary{words: map[string]bool{}, stems: map[string]bool{}, compounds: language == "de" || language == "nl"}
	if language == japanese {
		v.script = newScriptVocabulary(sections)
		return v
	}
	for _, line := range sections[sectionWords] {
		for entry := range strings.FieldsSeq(line) {
			v.add(entry)
		}
	}
	var phrases []phrase
	for _, s := range sections[sectionPhrases] {
		phrases = append(phrases, parsePhrase(s))
	}
	v.phrases = newPhraseIndex(phrases)
	return v
}

func (v *vocabulary) add(entry string) {
	stem, open := strings.CutSuffix(entry, "*")
	parts := tokenize(stem)
	for i, t := range parts {
		if open && i == len(parts)-1 && utf8.RuneCountInString(t.fold) >= minStem {
			v.stems[t.fold] = true
		} else {
			v.words[t.fold] = true
		}
	}
}

// strange reports a word that the vocabulary does not know.
func (v *vocabulary) strange(p *prepared) bool { return len(v.strangers(p)) > 0 }

// strangers returns the words that the vocabulary does not know.
func (v *vocabulary) strangers(p *prepared) []string {
	if v.script != nil {
		return v.script.strangers(p.text)
	}
	var out []string
	var excused []bool
	for i := range p.tokens {
		t := &p.tokens[i]
		if t.fold == "" || v.knows(t.fold) {
			continue
		}
		if excused == nil {
			excused = marked(v.phrases, p.tokens)
		}
		if !excused[i] {
			out = append(out, t.lower)
		}
	}
	return out
}

// marked tells which tokens are part of a phrase.
func marked(x *phraseIndex, tokens []token) []bool {
	marks := make([]bool, len(tokens))
	for i := range tokens {
		x.at(tokens, i, func(_ *phrase, end int) bool {
			for j := i; j < end; j++ {
				marks[j] = true
			}
			return true
		})
	}
	return marks
}

func (v *vocabulary) knows(word string) bool {
	return v.whole(word) || v.compounds && v.compound(word)
}

func (v *vocabulary) whole(word string) bool {
	if v.words[word] {
		return true
	}
	for n := minStem; n <= len(word); n++ {
		if v.stems[word[:n]] {
			return true
		}
	}
	return false
}

// compound reports whether a word is put together of known ones, as German and
// Dutch do: Risiko-streuung, Anlage-klasse-n.
func (v *vocabulary) compound(word string) bool {
	for n := minCompound; n+minCompound <= len(word); n++ {
		if !v.words[word[:n]] && !v.stems[word[:n]] {
			continue
		}
		rest := word[n:]
		for _, link := range [...]string{"", "s", "n", "en", "es", "e"} {
			if tail, ok := strings.CutPrefix(rest, link); ok && len(tail) >= minCompound && v.whole(tail) {
				return true
			}
		}
	}
	return false
}

// scriptVocabulary is that of Japanese: a text must be one that can be put
// together of its entries.
type scriptVocabulary struct {
	byFirst map[rune][]string // by their first letter, the longest first
}

func newScriptVocabulary(sections map[string][]string) *scriptVocabulary {
	v := &scriptVocabulary{byFirst: map[rune][]string{}}
	for _, name := range []string{sectionWords, sectionKana} {
		for _, line := range sections[name] {
			for entry := range strings.FieldsSeq(line) {
				r, _ := utf8.DecodeRuneInString(entry)
				v.byFirst[r] = append(v.byFirst[r], entry)
			}
		}
	}
	for _, list := range v.byFirst {
		slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
	}
	return v
}

// strangers returns the clauses that are not made up of known words.
func (v *scriptVocabulary) strangers(text string) []string {
	var out []string
	for clause := range strings.FieldsFuncSeq(text, func(r rune) bool { return !kanaOrKanji(r) }) {
		if n := v.covered(clause); n < len(clause) {
			out = append(out, clause[n:])
		}
	}
	return out
}

// covered is how much of the beginning of s can be put together.
func (v *scriptVocabulary) covered(s string) int {
	reached := make([]bool, len(s)+1)
	reached[0] = true
	most := 0
	for i, r := range s {
		if !reached[i] {
			continue
		}
		most = i
		for _, entry := range v.byFirst[r] {
			if strings.HasPrefix(s[i:], entry) {
				reached[i+len(entry)] = true
			}
		}
	}
	if reached[len(s)] {
		return len(s)
	}
	return most
}
