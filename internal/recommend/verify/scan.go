package verify

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// kind is what a token is.
type kind uint8

const (
	word        kind = iota // a run of letters, or one letter of a script without blanks
	placeholder             // {F3}; its text is F3
	comma                   // ends the reach of a negation
	stop                    // ends a clause
)

// token is a piece of a text.
type token struct {
	kind   kind
	text   string // normalised, as written
	fold   string // without case and accents
	starts bool   // a sentence
	hyphen bool   // joined to the token before it
	tight  bool   // an apostrophe joins it to the token before it
}

// scanned is a text cut into tokens.
type scanned struct {
	tokens  []token
	letters strings.Builder // all letters in lower case, without blanks
	runes   int
	cjk     int // letters of scripts without blanks
}

// scanner cuts a text into tokens and notes characters that have no place in
// one.
type scanner struct {
	scanned
	found  *found
	cjkOK  bool
	text   string
	at     int
	fresh  bool // the next word starts a sentence
	hyphen bool
	tight  bool
	dashes int
}

// scan reads a text in one pass.
func scan(text string, cjkOK bool, f *found) *scanned {
	if !utf8.ValidString(text) {
		f.add(Character)
		text = strings.ToValidUTF8(text, "\ufffd")
	}
	s := &scanner{found: f, cjkOK: cjkOK, fresh: true}
	s.tokens = make([]token, 0, len(text)/5+4)
	s.letters.Grow(len(text))
	s.runes = utf8.RuneCountInString(text)
	s.text = s.normalised(text)
	for s.at < len(s.text) {
		s.next()
	}
	return &s.scanned
}

// normalised is the text in NFKC. Numerals are looked for before, because some
// lose that property by it, and so are letters that a Latin text does not use:
// their compatibility forms are disguises.
func (s *scanner) normalised(text string) string {
	ascii := true
	for i := range len(text) {
		ascii = ascii && text[i] < 0x80
	}
	if ascii {
		return text
	}
	composed := norm.NFC.String(text)
	for _, r := range composed {
		if r >= 0x80 {
			s.raw(r)
		}
	}
	return norm.NFKC.String(composed)
}

// raw looks at a character before compatibility normalisation. Braces that only
// become such by it would not be rendered.
func (s *scanner) raw(r rune) {
	switch {
	case unicode.Is(unicode.N, r):
		s.found.add(Digit)
	case unicode.IsLetter(r) && !isLatin(r) && !s.cjkOK:
		s.found.add(Script)
	case unicode.Is(unicode.Sc, r):
		s.found.add(Unit)
	case strings.ContainsRune("｛｝﹛﹜︷︸", r):
		s.found.add(PlaceholderForm)
	case unicode.Is(unicode.Z, r) && !strings.ContainsRune("\u00a0\u202f\u3000", r),
		unicode.In(r, unicode.M, unicode.C, unicode.S):
		s.found.add(Character)
	}
}

func (s *scanner) next() {
	r, size := rune(s.text[s.at]), 1
	if r >= 0x80 {
		r, size = utf8.DecodeRuneInString(s.text[s.at:])
	}
	switch {
	case r == '{':
		s.placeholder()
		return
	case isLatin(r):
		s.word()
		return
	case s.cjkOK && isCJK(r):
		s.push(token{kind: word, text: s.text[s.at : s.at+size], fold: s.text[s.at : s.at+size]})
		s.cjk++
		s.letters.WriteRune(r)
	case r == ' ', r == '\u00a0', r == '\u202f':
		s.hyphen, s.tight = false, false
	default:
		s.mark(r)
	}
	s.at += size
}

// push appends a token with what the marks before it have said.
func (s *scanner) push(t token) {
	if t.kind == word || t.kind == placeholder {
		t.starts, t.hyphen, t.tight = s.fresh, s.hyphen, s.tight
		s.fresh = false
	}
	s.hyphen, s.tight, s.dashes = false, false, 0
	s.tokens = append(s.tokens, t)
}

// word reads a run of Latin letters.
func (s *scanner) word() {
	end := s.at
	for end < len(s.text) {
		r, size := rune(s.text[end]), 1
		if r >= 0x80 {
			r, size = utf8.DecodeRuneInString(s.text[end:])
		}
		if !isLatin(r) {
			break
		}
		end += size
	}
	text := s.text[s.at:end]
	folded := fold(text)
	s.letters.WriteString(folded)
	s.push(token{kind: word, text: text, fold: folded})
	s.at = end
}

// placeholder reads {F3} or {H12}, up to four digits.
func (s *scanner) placeholder() {
	end := strings.IndexByte(s.text[s.at:], '}')
	id := ""
	if end > 0 {
		id = s.text[s.at+1 : s.at+end]
	}
	if !isPlaceholder(id) {
		s.found.add(PlaceholderForm)
		s.at++
		return
	}
	s.push(token{kind: placeholder, text: id, fold: "{}"})
	s.at += end + 1
}

// isPlaceholder reports whether an id has the form F3 or H12.
func isPlaceholder(id string) bool {
	if len(id) < 2 || len(id) > 5 || id[0] != 'F' && id[0] != 'H' || id[1] == '0' {
		return false
	}
	for i := 1; i < len(id); i++ {
		if id[i] < '0' || id[i] > '9' {
			return false
		}
	}
	return true
}

func (s *scanned) checkPlaceholders(allowed func(string) bool, f *found) {
	for i := range s.tokens {
		if t := &s.tokens[i]; t.kind == placeholder && (allowed == nil || !allowed(t.text)) {
			f.add(PlaceholderOther)
			return
		}
	}
}

func (s *scanned) checkLength(f *found) {
	if s.runes > maxRunes {
		f.add(Long)
	}
	if s.letters.Len() < minLetters {
		f.add(Short)
	}
}
