package verify

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// prepared is a text made ready for the checks.
type prepared struct {
	text   string  // NFKC
	tokens []token // its words
	joined []token // its words with hyphens taken out, nil if there are none
}

// token is a word or a placeholder.
type token struct {
	raw      string // as written
	lower    string
	fold     string // lower, without accents; "" for a placeholder
	sentence int    // counts from 0
	clause   int    // counts from 0 over the whole text
	figure   bool   // a placeholder of a fact
}

func prepare(blanked string) *prepared {
	p := &prepared{text: norm.NFKC.String(blanked)}
	p.tokens = tokenize(p.text)
	if whole := joinHyphens(p.text); whole != p.text {
		p.joined = tokenize(whole)
	}
	return p
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
	var (
		tokens           []token
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
	runes := []rune(s)
	out := make([]rune, 0, len(runes))
	for i, r := range runes {
		inside := i > 0 && i+1 < len(runes) && unicode.IsLetter(runes[i-1]) && unicode.IsLetter(runes[i+1])
		if inside && unicode.Is(unicode.Hyphen, r) {
			continue
		}
		out = append(out, r)
	}
	return string(out)
}

func kanaOrKanji(r rune) bool {
	return r == 'ー' || unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han)
}
