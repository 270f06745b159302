package verify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSpelled is how many single letters may follow one another.
const maxSpelled = 3

// checkWordShapes looks at how words are written: capitals make tickers, a
// capital inside a word or a sentence makes a name, and single letters in a row
// or parts joined by hyphens hide a word.
func (s *scanned) checkWordShapes(lex *lexicon, f *found) {
	spelled := 0
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.kind != word || isCJKToken(t) {
			spelled = 0
			continue
		}
		if utf8.RuneCountInString(t.text) == 1 {
			if spelled++; spelled > maxSpelled {
				f.add(Spelling)
			}
		} else {
			spelled = 0
		}
		if r := shape(t, lex); r != "" {
			f.add(r)
		}
		s.checkJoined(i, lex, f)
	}
}

func isCJKToken(t *token) bool {
	r, _ := utf8.DecodeRuneInString(t.text)
	return isCJK(r)
}

// shape is the reason that the writing of one word gives, or "".
func shape(t *token, lex *lexicon) Reason {
	upper, lower, inner := capitals(t.text)
	switch {
	case lex.capitals[t.text], lex.proper[t.fold] && !inner:
		return ""
	case lex.cjk:
		return Name
	case upper > 1 && (lower == 0 || strings.TrimRight(t.text, "s") == strings.ToUpper(strings.TrimRight(t.text, "s"))):
		return Ticker
	case inner && !strings.HasSuffix(t.text, "Innen") && !t.tight:
		return Name
	case upper == 1 && lower == 0 && !t.starts && !t.tight:
		return Ticker
	case upper == 1 && lower > 0 && !t.starts && lex.smallNouns:
		return Name
	}
	return ""
}

// capitals counts the letters of a word and tells of capitals after the first.
func capitals(text string) (upper, lower int, inner bool) {
	for i, r := range text {
		if unicode.IsUpper(r) {
			upper++
			inner = inner || i > 0
		} else {
			lower++
		}
	}
	return upper, lower, inner
}

// checkJoined looks for a word of the lexicon that has been taken apart by
// hyphens, as in gua-ran-teed. i is the last part.
func (s *scanned) checkJoined(i int, lex *lexicon, f *found) {
	if !s.tokens[i].hyphen || i+1 < len(s.tokens) && s.tokens[i+1].hyphen {
		return
	}
	joined := s.tokens[i].fold
	for k := i; k > 0 && s.tokens[k].hyphen && s.tokens[k-1].kind == word; k-- {
		joined = s.tokens[k-1].fold + joined
	}
	whole := []token{{kind: word, text: joined, fold: joined}}
	lex.find(whole, 0, func(h hit) {
		if h.class.role == refuses || h.class.role == denies && h.class.action == "" {
			f.add(Spelling)
		}
	})
}

// knownNames finds what the caller calls the holdings. A name of one word is
// only taken for one where it is no common word: with a capital inside, or in
// capitals, which is refused in any case; so only longer names are matched.
func knownNames(names []string) *matcher {
	m := newMatcher()
	for _, name := range names {
		var f found
		p := pattern{class: class{reason: Name}}
		for _, t := range scan(name, true, &f).tokens {
			if t.kind == word {
				p.terms = append(p.terms, term{alts: []alt{{text: t.fold}}})
			}
		}
		if len(p.terms) > 1 {
			m.add(&p)
		}
	}
	return m
}
