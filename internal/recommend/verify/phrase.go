package verify

import (
	"slices"
	"strings"
)

// phrase is a sequence of words to look for within one sentence.
type phrase struct {
	elements []element
	firm     bool   // a negation does not excuse it
	reason   Reason // that it is one for
	meaning         // in data/claims
}

// element is one of several words, or a gap of up to maxGap words.
type element struct {
	gap   bool
	words []wordPattern
}

const maxGap = 2

// placeholderWord matches a placeholder, and figureWord that of a fact if no
// comma or colon parts it from the word before.
const (
	placeholderWord = "{}"
	figureWord      = "{f}"
)

// wordPattern matches a whole word, or its beginning or end. Without accents
// it matches regardless of them.
type wordPattern struct {
	text           string
	prefix, suffix bool
	accented       bool // matches only with the accents as listed
}

func (w wordPattern) match(t token) bool {
	s := t.fold
	switch w.text {
	case placeholderWord:
		return s == ""
	case figureWord:
		return t.figure
	}
	if w.accented {
		s = t.lower
	}
	switch {
	case s == "":
		return false
	case w.prefix && w.suffix:
		return strings.Contains(s, w.text)
	case w.prefix:
		return strings.HasPrefix(s, w.text)
	case w.suffix:
		return strings.HasSuffix(s, w.text)
	}
	return s == w.text
}

func (e element) match(t token) bool {
	for _, w := range e.words {
		if w.match(t) {
			return true
		}
	}
	return false
}

func (p *phrase) hasGap() bool {
	return slices.ContainsFunc(p.elements, func(e element) bool { return e.gap })
}

// has reports whether a word is one of the phrase.
func (p *phrase) has(t token) bool {
	return slices.ContainsFunc(p.elements, func(e element) bool { return e.match(t) })
}

// matchAt returns the index after the phrase that starts at tokens[i], or 0.
func (p *phrase) matchAt(tokens []token, i int) int {
	return matchElements(p.elements, tokens, i, i)
}

// matchElements matches the rest of a phrase that starts at tokens[start].
func matchElements(es []element, tokens []token, start, i int) int {
	if len(es) == 0 {
		return i
	}
	if es[0].gap {
		for skip := 0; skip <= maxGap; skip++ {
			if end := matchElements(es[1:], tokens, start, i+skip); end > 0 {
				return end
			}
		}
		return 0
	}
	if i >= len(tokens) || tokens[i].sentence != tokens[start].sentence || !es[0].match(tokens[i]) || i > start && parted(tokens, i) {
		return 0
	}
	return matchElements(es[1:], tokens, start, i+1)
}

// parted reports whether a comma or colon parts a figure from its neighbour,
// which then does not speak of it: "the reserve is thin: {F1}", "at {F1}, it
// is costly".
func parted(tokens []token, i int) bool {
	return i > 0 && (tokens[i].figure || tokens[i-1].figure) && tokens[i-1].clause != tokens[i].clause
}

// parsePhrase reads "!will .. rise|soar|out*": alternatives are separated by
// bars, an asterisk stands for the rest of a word, two dots for a gap, and a
// leading exclamation mark makes the phrase firm. {} and {f} are placeholders. An equals sign before a word
// keeps it from matching with accents.
func parsePhrase(s string) phrase {
	var p phrase
	if rest, ok := strings.CutPrefix(s, "!"); ok {
		p.firm, s = true, rest
	}
	for field := range strings.FieldsSeq(s) {
		if field == ".." {
			p.elements = append(p.elements, element{gap: true})
			continue
		}
		var e element
		for alt := range strings.SplitSeq(field, "|") {
			e.words = append(e.words, parseWord(alt))
		}
		p.elements = append(p.elements, e)
	}
	return p
}

func parseWord(s string) wordPattern {
	s, exact := strings.CutPrefix(s, "=")
	w := wordPattern{accented: exact || fold(s) != s}
	s, w.prefix = strings.CutSuffix(s, "*")
	w.text, w.suffix = strings.CutPrefix(s, "*")
	return w
}

// phraseIndex finds phrases by their first word, or where only its beginning is
// told by its first letters.
type phraseIndex struct {
	byWord  map[string][]*phrase
	byFirst map[[2]byte][]*phrase
	other   []*phrase // start with any letter
	figures []*phrase // start with a placeholder
}

// firstLetters is the key of a folded word that is not empty.
func firstLetters(s string) (key [2]byte) {
	copy(key[:], s)
	return key
}

func newPhraseIndex(ps []phrase) *phraseIndex {
	x := &phraseIndex{byWord: map[string][]*phrase{}, byFirst: map[[2]byte][]*phrase{}}
	for i := range ps {
		x.add(&ps[i])
	}
	return x
}

func (x *phraseIndex) add(p *phrase) {
	for _, w := range p.elements[0].words {
		if w.text == placeholderWord || w.text == figureWord {
			x.figures = append(x.figures, p)
			return
		}
		if w.suffix || w.text == "" || w.prefix && len(fold(w.text)) < 2 {
			x.other = append(x.other, p)
			return
		}
	}
	for _, w := range p.elements[0].words {
		word := fold(w.text)
		if w.prefix {
			addTo(x.byFirst, firstLetters(word), p)
		} else {
			addTo(x.byWord, word, p)
		}
	}
}

// addTo lists a phrase under a key, once though several of its words have it.
func addTo[K comparable](m map[K][]*phrase, key K, p *phrase) {
	if list := m[key]; len(list) == 0 || list[len(list)-1] != p {
		m[key] = append(list, p)
	}
}

// at calls yield for every phrase that starts at tokens[i], with its end,
// until yield returns false.
func (x *phraseIndex) at(tokens []token, i int, yield func(p *phrase, end int) bool) {
	word := tokens[i].fold
	candidates := [...][]*phrase{x.byWord[word], x.byFirst[firstLetters(word)], x.other}
	if word == "" {
		candidates = [...][]*phrase{0: x.figures, 2: nil}
	}
	for _, ps := range candidates {
		for _, p := range ps {
			if end := p.matchAt(tokens, i); end > 0 && !yield(p, end) {
				return
			}
		}
	}
}

// spanned adds the reasons for which two words are a phrase together and
// neither is by itself.
func (x *phraseIndex) spanned(p *pair, f findings) {
	x.word(&p.whole, func(r Reason) {
		alone := f[r]
		for _, t := range [...]*token{&p.first, &p.second} {
			x.word(t, func(other Reason) { alone = alone || other == r })
		}
		f.addIf(!alone, r)
	})
}

// word calls yield with the reason of every phrase that a word is by itself.
func (x *phraseIndex) word(t *token, yield func(Reason)) {
	x.at([]token{*t}, 0, func(p *phrase, _ int) bool {
		yield(p.reason)
		return true
	})
}
