package verify

import (
	"fmt"
	"slices"
	"strings"
)

// phrase is a sequence of words to look for within one sentence.
type phrase struct {
	elements []element
	firm     bool   // a negation does not excuse it
	reason   Reason // that it is one for
	listed   string // as it stands in its list
	meaning         // in data/claims
}

// element is one of several words, or a gap of up to maxGap words.
type element struct {
	gap    bool
	words  []wordPattern
	begins initials // of the words
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

func (w *wordPattern) match(t *token) bool {
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

func (e *element) match(t *token) bool {
	if !e.begins.has(t.fold) {
		return false
	}
	for i := range e.words {
		if e.words[i].match(t) {
			return true
		}
	}
	return false
}

// initials are the first bytes of folded words, so that most words are told from
// those of a phrase without a look at any of them. A placeholder has the byte 0.
type initials [4]uint64

// anyInitial are those of a pattern of which the beginning is not told.
var anyInitial = initials{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}

func (x *initials) has(word string) bool {
	b := initial(word)
	return x[b/64]&(1<<(b%64)) != 0
}

func (x *initials) add(w wordPattern) {
	word := fold(w.text)
	switch {
	case w.suffix || word == "":
		*x = anyInitial
		return
	case word == placeholderWord || word == figureWord:
		word = ""
	}
	b := initial(word)
	x[b/64] |= 1 << (b % 64)
}

func initial(word string) byte {
	if word == "" {
		return 0
	}
	return word[0]
}

func (p *phrase) hasGap() bool {
	return slices.ContainsFunc(p.elements, func(e element) bool { return e.gap })
}

// has reports whether a word is one of the phrase.
func (p *phrase) has(t *token) bool {
	return slices.ContainsFunc(p.elements, func(e element) bool { return e.match(t) })
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
	if i >= len(tokens) || tokens[i].sentence != tokens[start].sentence || !es[0].match(&tokens[i]) || i > start && parted(tokens, i) {
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
	p := phrase{listed: s}
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
			if alt == ".." {
				panic(fmt.Sprintf("verify: %q: a gap beside words would find none", s))
			}
			w := parseWord(alt)
			e.words = append(e.words, w)
			e.begins.add(w)
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

// phraseIndex finds phrases by each of their first words, or where only its
// beginning is told by its first letters.
type phraseIndex struct {
	opens   initials // of all their first words
	byWord  map[string][]opening
	byFirst map[[2]byte][]opening
	other   []opening // with any letter
	figures []opening // with a placeholder
}

// opening is a phrase with one of its first words.
type opening struct {
	word wordPattern
	*phrase
}

// firstLetters is the key of a folded word that is not empty.
func firstLetters(s string) (key [2]byte) {
	copy(key[:], s)
	return key
}

func newPhraseIndex(ps []phrase) *phraseIndex {
	x := &phraseIndex{byWord: map[string][]opening{}, byFirst: map[[2]byte][]opening{}}
	for i := range ps {
		for _, w := range ps[i].elements[0].words {
			x.add(opening{w, &ps[i]})
		}
	}
	return x
}

func (x *phraseIndex) add(o opening) {
	x.opens.add(o.word)
	word := fold(o.word.text)
	switch {
	case word == placeholderWord || word == figureWord:
		x.figures = append(x.figures, o)
	case o.word.suffix || word == "" || o.word.prefix && len(word) < 2:
		x.other = append(x.other, o)
	case o.word.prefix:
		x.byFirst[firstLetters(word)] = append(x.byFirst[firstLetters(word)], o)
	default:
		x.byWord[word] = append(x.byWord[word], o)
	}
}

// at calls yield for every phrase that starts at tokens[i], with its end, until
// yield returns false; twice for one of which two first words match.
func (x *phraseIndex) at(tokens []token, i int, yield func(p *phrase, end int) bool) {
	word := tokens[i].fold
	if !x.opens.has(word) {
		return
	}
	candidates := [...][]opening{x.byWord[word], x.byFirst[firstLetters(word)], x.other}
	if word == "" {
		candidates = [...][]opening{0: x.figures, 2: nil}
	}
	for _, openings := range candidates {
		for j := range openings {
			o := &openings[j]
			if !o.word.match(&tokens[i]) {
				continue
			}
			if end := matchElements(o.elements[1:], tokens, i, i+1); end > 0 && !yield(o.phrase, end) {
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
