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
// it says. Of these words the neutral ones assert nothing by themselves, and each
// other one must be accounted for by data/claims; see claimList.
type vocabulary struct {
	words     map[string]wordClass // folded
	stems     map[string]wordClass // beginnings of words
	compounds bool                 // words may be put together of known ones
	script    scriptWords          // Japanese: the neutral words
}

// wordClass is what a vocabulary makes of a word.
type wordClass uint8

const (
	classUnknown wordClass = iota
	classKnown             // has a meaning, which data/claims must tell
	classNeutral           // asserts nothing by itself
)

const (
	sectionWords   = "words"
	sectionNeutral = "neutral"

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
	v := &vocabulary{script: scriptWords{}, words: map[string]wordClass{}, stems: map[string]wordClass{}, compounds: language == "de" || language == "nl"}
	if language == japanese {
		for _, entry := range splitAll(sections[sectionNeutral]) {
			v.script.add(entry, meaning{})
		}
		return v
	}
	v.add(sections[sectionWords], classKnown)
	v.add(sections[sectionNeutral], classNeutral)
	return v
}

func (v *vocabulary) add(lines []string, class wordClass) {
	for entry := range strings.FieldsSeq(strings.Join(lines, " ")) {
		stem, open := strings.CutSuffix(entry, "*")
		parts := tokenize(stem)
		for i, t := range parts {
			if open && i == len(parts)-1 && utf8.RuneCountInString(t.fold) >= minStem {
				v.stems[t.fold] = class
			} else {
				v.words[t.fold] = class
			}
		}
	}
}

// classify looks up each word once.
func (v *vocabulary) classify(tokens []token) {
	for i := range tokens {
		if t := &tokens[i]; t.fold != "" {
			t.class = v.class(t.fold)
		}
	}
}

// strange reports a word that neither the vocabulary knows nor data/claims.
func (v *vocabulary) strange(p *prepared) bool {
	if len(v.script) > 0 {
		return p.strange
	}
	return slices.ContainsFunc(p.tokens, func(t token) bool { return t.fold != "" && t.class == classUnknown && !t.covered })
}

// unaccounted reports a word that is neither neutral nor part of what data/claims
// tells the meaning of.
func (v *vocabulary) unaccounted(p *prepared) bool {
	if len(v.script) > 0 {
		return p.strange
	}
	return slices.ContainsFunc(p.tokens, func(t token) bool { return t.fold != "" && t.class != classNeutral && !t.covered })
}

func (v *vocabulary) class(word string) wordClass {
	if c := v.whole(word); c != classUnknown || !v.compounds {
		return c
	}
	c, _, _ := v.compound(word)
	return c
}

// whole is the class of a word as it is or by the longest beginning that is known.
func (v *vocabulary) whole(word string) wordClass {
	if c := v.words[word]; c != classUnknown {
		return c
	}
	for n := len(word); n >= minStem; n-- {
		if c := v.stems[word[:n]]; c != classUnknown {
			return c
		}
	}
	return classUnknown
}

// compound is the class of a word that is put together of known ones, as German
// and Dutch do, and the two: Risiko-streuung, Anlage-klasse-n. It is neutral if
// both are.
func (v *vocabulary) compound(word string) (class wordClass, first, head string) {
	for n := minCompound; n+minCompound <= len(word); n++ {
		begins := max(v.words[word[:n]], v.stems[word[:n]])
		if begins == classUnknown {
			continue
		}
		for _, link := range [...]string{"", "s", "n", "en", "es", "e"} {
			tail, ok := strings.CutPrefix(word[n:], link)
			if !ok || len(tail) < minCompound {
				continue
			}
			if c := min(begins, v.whole(tail)); c > class {
				class, first, head = c, word[:n], tail
			}
		}
		if class == classNeutral {
			break
		}
	}
	return class, first, head
}
