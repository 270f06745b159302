package verify

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// scriptWords are words of Japanese, by their first letter.
type scriptWords map[rune][]scriptWord

type scriptWord struct {
	stem    string
	endings []string // the longest first, of which one follows; nil for none
	meaning
}

func (ws scriptWords) add(entry string, m meaning) {
	w := scriptWord{stem: entry, meaning: m}
	if word, how, ok := strings.Cut(entry, conjugationMark); ok {
		w.stem, w.endings = inflect(word, how)
	}
	r, _ := utf8.DecodeRuneInString(entry)
	ws[r] = append(ws[r], w)
}

// longest is the longest word that a text begins with and that is looked at,
// and its length, 0 for none.
func (ws scriptWords) longest(text string, g *ground) (m meaning, n int) {
	r, _ := utf8.DecodeRuneInString(text)
	for i := range ws[r] {
		if k := ws[r][i].length(text); k > n && g.reads(ws[r][i].meaning) {
			m, n = ws[r][i].meaning, k
		}
	}
	return m, n
}

// length is how much of a text's beginning is a form of the word.
func (w *scriptWord) length(text string) int {
	rest, ok := strings.CutPrefix(text, w.stem)
	switch {
	case !ok:
		return 0
	case w.endings == nil:
		return len(w.stem)
	}
	i := slices.IndexFunc(w.endings, func(e string) bool { return strings.HasPrefix(rest, e) })
	if i < 0 {
		return 0
	}
	return len(w.stem) + len(w.endings[i])
}

// lettersPerWord is how many Japanese letters count as the distance of a word.
const lettersPerWord = 3

// scriptMarks reads a Japanese text, which has no blanks, from its beginning: the
// longest word that is listed comes next, one with a meaning before a neutral one.
// A letter that begins none makes the text strange.
func (cl *claimList) scriptMarks(p *prepared, neutral scriptWords, g *ground) []mark {
	var out []mark
	text := p.text
	sentence, clause, n := 0, 0, 0
	nextClass := classesOf(p.classes)
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		m := mark{at: n / lettersPerWord, sentence: sentence, clause: clause, japanese: true}
		switch {
		case isBlank(r):
			m.place(r == blankFigure, nextClass())
		case endsSentence(r):
			sentence, clause = sentence+1, clause+1
		case strings.ContainsRune(clauseEnds, r):
			clause++
		case kanaOrKanji(r):
			var known bool
			m.meaning, size, known = cl.scriptWord(text, neutral, g)
			before := p.text[:len(p.text)-len(text)]
			m.compound, m.joined = endsNoun(before), cl.joinsText(before)
			p.strange = p.strange || !known
		}
		n += utf8.RuneCountInString(text[:size])
		m.end = (n + lettersPerWord - 1) / lettersPerWord
		if m.isSaid(p) {
			out = append(out, m)
		}
		text = text[size:]
	}
	return pointBack(out)
}

// scriptWord is the word that a text begins with, or its first letter.
func (cl *claimList) scriptWord(text string, neutral scriptWords, g *ground) (m meaning, size int, known bool) {
	m, size = cl.script.longest(text, g)
	if _, n := neutral.longest(text, g); n > size {
		m, size = meaning{}, n
	}
	if size == 0 {
		_, size = utf8.DecodeRuneInString(text)
		return meaning{}, size, false
	}
	if m.tag == tagTo { // what follows に is read again
		_, size = utf8.DecodeRuneInString(text)
	}
	if past(text[:size], text[size:]) {
		m.tag, m.itself = become(m.tag), false
	}
	return m, size, true
}

// past reports whether a verb tells what is already so: its past at the end of a
// clause, or the joining form with いる.
func past(verb, rest string) bool {
	next, _ := utf8.DecodeRuneInString(rest)
	switch {
	case strings.HasSuffix(verb, "ました"), strings.HasSuffix(verb, "た") && !kanaOrKanji(next):
		return true
	case strings.HasSuffix(verb, "て"), strings.HasSuffix(verb, "で"):
		return slices.ContainsFunc(lasting, func(e string) bool { return strings.HasPrefix(rest, e) })
	}
	return false
}

// become is what a word says of what is already so: what has been raised is much,
// and that something was bought no code computed.
func become(tag string) string {
	switch tag {
	case tagUp:
		return tagHigh
	case tagDown:
		return tagLow
	case tagToward:
		return tagServe
	case tagSell, tagBuy, tagRepay, tagMove:
		return tagNever
	}
	return tag
}

// joinsText reports whether a text ends in what joins, such as や or a comma.
func (cl *claimList) joinsText(text string) bool {
	for word := range cl.and {
		if strings.HasSuffix(text, word) {
			return true
		}
	}
	return false
}

// endsNoun reports whether a text ends in what a particle has yet to follow, so
// that より compares with it.
func endsNoun(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return isBlank(r) && r != blankFigure || r == 'ー' || unicode.In(r, unicode.Han, unicode.Katakana)
}
