package verify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The punctuation that a text may have. Everything else is refused.
const (
	stops   = `.;:!?。！？：；…`
	commas  = `,()–—、，（）―`
	ignored = `"“”„‚«»‹›¿¡「」『』・〜`
	apostro = `'’‘ʼ`
	markups = "<>[]*#_`~^|\\=+&}/"
)

// mark handles a character that is neither letter nor blank.
func (s *scanner) mark(r rune) {
	switch {
	case strings.ContainsRune(stops, r):
		s.stop(r)
	case strings.ContainsRune(commas, r):
		s.push(token{kind: comma})
	case strings.ContainsRune(ignored, r):
		s.fresh = s.fresh || s.opens(r)
	case strings.ContainsRune(apostro, r):
		s.tight = true
	case r == '-' || r == '\u2010' || r == '\u2011':
		s.dash()
	case r == '/' && s.betweenLetters():
		s.push(token{kind: comma})
	case r == '}':
		s.found.add(PlaceholderForm)
	case r == '@':
		s.found.add(Link)
	case strings.ContainsRune(markups, r):
		s.found.add(Markup)
	case r == '%' || r == '‰' || r == '‱' || r == '٪' || unicode.Is(unicode.Sc, r):
		s.found.add(Unit)
	case unicode.Is(unicode.N, r):
		s.found.add(Digit)
	case unicode.IsLetter(r):
		s.found.add(Script)
	default:
		s.found.add(Character)
	}
}

// opens reports whether a quotation mark begins a quotation, whose first word
// may be written large.
func (s *scanner) opens(r rune) bool {
	return strings.ContainsRune(`„«‹“"「『`, r) && (s.at == 0 || s.text[s.at-1] == ' ')
}

// stop ends a clause. Between letters it is part of an abbreviation or of an
// address.
func (s *scanner) stop(r rune) {
	if r == '.' && s.betweenLetters() && !s.abbreviation() {
		s.found.add(Link)
	}
	if r == ':' && strings.HasPrefix(s.text[s.at:], "://") {
		s.found.add(Link)
	}
	if r == '.' && (s.betweenLetters() || s.endsAbbreviation()) {
		return
	}
	s.push(token{kind: stop})
	s.fresh = true
}

// around are the characters before and after the present one.
func (s *scanner) around() (before, after rune) {
	_, size := utf8.DecodeRuneInString(s.text[s.at:])
	before, _ = utf8.DecodeLastRuneInString(s.text[:s.at])
	after, _ = utf8.DecodeRuneInString(s.text[s.at+size:])
	return before, after
}

func (s *scanner) betweenLetters() bool {
	before, after := s.around()
	return unicode.IsLetter(before) && unicode.IsLetter(after)
}

// abbreviations are those with full stops inside of which a part has more than
// one letter.
var abbreviations = map[string]bool{"p.ej": true, "u.ä": true, "p.ex": true, "m.a.w": true, "o.dgl": true}

// abbreviation reports whether the full stop is in an abbreviation: single
// letters with full stops, such as e.g. or z.B., or one of a list.
func (s *scanner) abbreviation() bool {
	whole := s.dotted()
	for _, part := range strings.Split(whole, ".") {
		if utf8.RuneCountInString(part) > 1 {
			return abbreviations[strings.ToLower(whole)]
		}
	}
	return true
}

// endsAbbreviation reports whether the full stop closes one, so that no
// sentence ends here.
func (s *scanner) endsAbbreviation() bool {
	whole := s.dotted()
	return strings.Contains(whole, ".") && s.abbreviation()
}

// dotted is the run of letters and full stops around the present place.
func (s *scanner) dotted() string {
	inside := func(r rune) bool { return r == '.' || unicode.IsLetter(r) }
	start := s.at
	for start > 0 {
		r, size := utf8.DecodeLastRuneInString(s.text[:start])
		if !inside(r) {
			break
		}
		start -= size
	}
	end := s.at
	for end < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[end:])
		if !inside(r) {
			break
		}
		end += size
	}
	return strings.Trim(s.text[start:end], ".")
}

// dash joins words, or stands for a comma. At the start of a text it is a list,
// and three make a rule.
func (s *scanner) dash() {
	s.dashes++
	if len(s.tokens) == 0 || s.dashes > 2 {
		s.found.add(Markup)
	}
	before, after := s.around()
	switch {
	case unicode.IsLetter(before) && (unicode.IsLetter(after) || after == ' ' || after == ','):
		s.hyphen = unicode.IsLetter(after)
	case before == ' ':
		dashes := s.dashes
		s.push(token{kind: comma})
		s.dashes = dashes
	default:
		s.hyphen = true
	}
}
