package verify

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A pattern is a phrase to be found: terms separated by blanks.
//
//	rise          the word, whatever its case and accents
//	=sûr          the word with its accents
//	guarant*      words that begin so; the stem has at least three letters
//	*zwanzig      words that end so; the stem has at least four letters
//	rise|climb*   either
//	~2            up to two words of any kind
//	{}            a placeholder
//	^  $          the start of a sentence, the end of a clause
//
// A term in a script without blanks stands for its characters one by one.
type pattern struct {
	terms []term
	class class
}

type termKind uint8

const (
	words termKind = iota
	gap
	sentenceStart
	clauseEnd
)

type term struct {
	kind termKind
	gap  int
	alts []alt
}

type alt struct {
	text                  string
	prefix, suffix, exact bool
}

// parsePattern compiles a phrase. Alternatives in a script without blanks make
// several patterns.
func parsePattern(text string, c class) ([]pattern, error) {
	all := []pattern{{class: c}}
	for _, f := range strings.Fields(text) {
		options, err := parseTerm(f)
		if err != nil {
			return nil, fmt.Errorf("pattern %q: %w", text, err)
		}
		var longer []pattern
		for _, p := range all {
			for _, o := range options {
				longer = append(longer, pattern{class: c, terms: append(append([]term{}, p.terms...), o...)})
			}
		}
		all = longer
	}
	for _, p := range all {
		if first := p.first(); first == nil {
			return nil, fmt.Errorf("pattern %q: must begin with a word", text)
		}
	}
	return all, nil
}

// first is the first term that is words, which the index is built on.
func (p *pattern) first() *term {
	for i := range p.terms {
		switch p.terms[i].kind {
		case words:
			return &p.terms[i]
		case gap:
			return nil
		}
	}
	return nil
}

// parseTerm gives the sequences of terms that one field may stand for.
func parseTerm(field string) ([][]term, error) {
	switch {
	case field == "^":
		return [][]term{{{kind: sentenceStart}}}, nil
	case field == "$":
		return [][]term{{{kind: clauseEnd}}}, nil
	case strings.HasPrefix(field, "~"):
		n, err := strconv.Atoi(field[1:])
		return [][]term{{{kind: gap, gap: n}}}, err
	}
	var options [][]term
	var alts []alt
	for _, a := range strings.Split(field, "|") {
		if r, _ := utf8.DecodeRuneInString(a); isCJK(r) {
			options = append(options, characters(a))
			continue
		}
		parsed, err := parseAlt(a)
		if err != nil {
			return nil, err
		}
		alts = append(alts, parsed)
	}
	if alts != nil {
		options = append(options, []term{{alts: alts}})
	}
	return options, nil
}

func characters(text string) (terms []term) {
	for _, r := range text {
		terms = append(terms, term{alts: []alt{{text: string(r)}}})
	}
	return terms
}

func parseAlt(text string) (alt, error) {
	a := alt{text: text}
	if a.exact = strings.HasPrefix(text, "="); a.exact {
		a.text = text[1:]
		return a, nil
	}
	a.prefix, a.suffix = strings.HasSuffix(text, "*"), strings.HasPrefix(text, "*")
	a.text = fold(strings.Trim(text, "*"))
	if a.text == "" || a.prefix && len(a.text) < prefixKey || a.suffix && len(a.text) < suffixKey || a.prefix && a.suffix {
		return a, fmt.Errorf("bad term %q", text)
	}
	return a, nil
}

func (a *alt) matches(t *token) bool {
	switch {
	case a.exact:
		return strings.EqualFold(t.text, a.text)
	case a.prefix:
		return strings.HasPrefix(t.fold, a.text)
	case a.suffix:
		return strings.HasSuffix(t.fold, a.text)
	default:
		return t.fold == a.text
	}
}

func (t *term) matches(tok *token) bool {
	if tok.kind != word && tok.kind != placeholder {
		return false
	}
	for i := range t.alts {
		if t.alts[i].matches(tok) {
			return true
		}
	}
	return false
}

// match finds the pattern's terms from i on and returns the place after the
// last token that it takes.
func match(terms []term, tokens []token, i int) (end int, ok bool) {
	for k := range terms {
		t := &terms[k]
		switch t.kind {
		case sentenceStart:
			if i >= len(tokens) || !tokens[i].starts {
				return 0, false
			}
		case clauseEnd:
			if i < len(tokens) && tokens[i].kind == word {
				return 0, false
			}
		case gap:
			return matchGap(t.gap, terms[k+1:], tokens, i)
		case words:
			if i >= len(tokens) || !t.matches(&tokens[i]) {
				return 0, false
			}
			i++
		}
	}
	return i, true
}

// matchGap tries the rest of a pattern after none to n words. A comma may stand
// between them, but not the end of a clause.
func matchGap(n int, rest []term, tokens []token, i int) (int, bool) {
	for skipped := 0; i < len(tokens); i++ {
		if end, ok := match(rest, tokens, i); ok {
			return end, true
		}
		switch tokens[i].kind {
		case stop:
			return 0, false
		case word, placeholder:
			if skipped++; skipped > n {
				return 0, false
			}
		}
	}
	return match(rest, tokens, i)
}
