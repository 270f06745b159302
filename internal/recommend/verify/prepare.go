package verify

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// prepared is a text made ready for the checks.
type prepared struct {
	text    string  // NFKC
	tokens  []token // its words
	said    []statement
	joined  []token  // its words with hyphens taken out, nil if there are none
	pieces  []pair   // neighbours that may be one word, set apart by a blank
	strange bool     // Japanese: has a piece that is no word; see scriptMarks
	classes []string // of its placeholders, see Citable
}

// token is a word or a placeholder.
type token struct {
	raw      string // as written
	lower    string
	fold     string // lower, without accents; "" for a placeholder
	sentence int    // counts from 0
	clause   int    // counts from 0 over the whole text
	part     int    // the same of clauses that a word joins without a comma as well; see claimList.part
	figure   bool   // a placeholder of a fact
	of       string // an asset class that it is a figure of
	class    wordClass
	covered  bool    // by a phrase of data/claims
	by       meaning // what it is there
}

// prepare makes a text ready of which the placeholders are blanked out, whose
// classes are given.
func prepare(blanked string, classes []string) *prepared {
	p := &prepared{text: norm.NFKC.String(blanked), classes: classes}
	p.tokens = tokenize(p.text)
	next := classesOf(classes)
	for i := range p.tokens {
		if p.tokens[i].fold == "" {
			p.tokens[i].of = next()
		}
	}
	if whole := joinHyphens(p.text); whole != p.text {
		p.joined = tokenize(whole)
	}
	p.pieces = pairUp(p.tokens)
	return p
}

// classesOf hands out the asset classes of the placeholders of a text in their
// order, and "" for what looks like one.
func classesOf(classes []string) func() string {
	return func() (class string) {
		if len(classes) > 0 {
			class, classes = classes[0], classes[1:]
		}
		return class
	}
}

// pair is two words and what they come to without the blank.
type pair struct{ first, second, whole token }

// minWhole is the length of a word that is worth hiding by a blank.
const minWhole = 8

// pairUp lists neighbours that are no common words: "guar anteed".
func pairUp(tokens []token) []pair {
	var out []pair
	for i := 1; i < len(tokens); i++ {
		a, b := tokens[i-1], tokens[i]
		if len(a.fold) > 1 && len(b.fold) > 1 && len(a.fold)+len(b.fold) >= minWhole &&
			!ordinaryWords()[a.fold] && !ordinaryWords()[b.fold] {
			out = append(out, pair{a, b, newToken(a.raw+b.raw, 0, 0)})
		}
	}
	return out
}

// fold takes off accents, so that neither a missing nor an added one hides a
// word. Japanese voicing marks are no accents and stay.
func fold(s string) string {
	if isASCII(s) {
		return s
	}
	marks := func(r rune) rune {
		if r >= 0x0300 && r <= 0x036F {
			return -1
		}
		return r
	}
	return norm.NFC.String(strings.Map(marks, norm.NFD.String(s)))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// tokenize splits at everything that is neither letter, mark nor digit, and
// where Latin and Japanese meet.
func tokenize(s string) []token {
	const usual = 6 // bytes of a word
	var (
		tokens           = make([]token, 0, len(s)/usual+1)
		sentence, clause int
		start            = -1
		wasLatin         bool
	)
	flush := func(end int) {
		if start >= 0 {
			tokens = append(tokens, newToken(s[start:end], sentence, clause))
			start = -1
		}
	}
	for i, r := range s {
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) {
			if latin := !kanaOrKanji(r); start < 0 || latin != wasLatin {
				flush(i)
				start, wasLatin = i, latin
			}
			continue
		}
		flush(i)
		switch {
		case isBlank(r):
			tokens = append(tokens, token{sentence: sentence, clause: clause, figure: r == blankFigure})
		case strings.ContainsRune(sentenceEnds, r):
			sentence, clause = sentence+1, clause+1
		case strings.ContainsRune(clauseEnds, r):
			clause++
		}
	}
	flush(len(s))
	return tokens
}

const (
	sentenceEnds = ".!?;…。！？；"
	clauseEnds   = ",:()–—、"
)

func newToken(raw string, sentence, clause int) token {
	lower := strings.ToLower(raw)
	return token{raw: raw, lower: lower, fold: fold(lower), sentence: sentence, clause: clause}
}

// joinHyphens takes out the hyphens between letters: "guar-anteed" is a word.
func joinHyphens(s string) string {
	if !strings.ContainsFunc(s, isHyphen) {
		return s
	}
	runes := []rune(s)
	out := make([]rune, 0, len(runes))
	for i, r := range runes {
		inside := i > 0 && i+1 < len(runes) && unicode.IsLetter(runes[i-1]) && unicode.IsLetter(runes[i+1])
		if inside && isHyphen(r) {
			continue
		}
		out = append(out, r)
	}
	return string(out)
}

func isHyphen(r rune) bool { return unicode.Is(unicode.Hyphen, r) }

func kanaOrKanji(r rune) bool {
	return r == 'ー' || unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han)
}
