package verify

import "math/bits"

// The evidence that a language needs: fewer words say nothing about it.
const (
	minVotes     = 4  // words of a text for its language to be judged
	unknownWords = 10 // words without any stop word of the language are another's
	cjkShare     = 3  // at least one letter in so many is Japanese
)

// checkLanguage has the stop words of each language vote. A text is in the
// wrong one if another gets more votes, or if it is long and gets none.
func (c *Checker) checkLanguage(s *scanned, f *found) {
	if c.lex.cjk {
		checkJapanese(s, f)
		return
	}
	var votes [len(languages)]int
	total, own := 0, bits.TrailingZeros8(c.lex.bit)
	stopWords := loadAll().stopWords
	for i := range s.tokens {
		if s.tokens[i].kind != word {
			continue
		}
		total++
		for set := stopWords[s.tokens[i].fold]; set != 0; set &= set - 1 {
			votes[bits.TrailingZeros8(set)]++
		}
	}
	if total < minVotes {
		return
	}
	for i, n := range votes {
		if i != own && n > votes[own] {
			f.add(Language)
			return
		}
	}
	if votes[own] == 0 && total >= unknownWords {
		f.add(Language)
	}
}

// checkJapanese wants kana, which Chinese does not have, and few other letters.
func checkJapanese(s *scanned, f *found) {
	kana := false
	for i := range s.tokens {
		if t := &s.tokens[i]; t.kind == word && t.text >= "ぁ" && t.text <= "ヿ" {
			kana = true
		}
	}
	if letters := s.letters.Len(); letters > 0 && (!kana || s.cjk*3*cjkShare < letters) {
		f.add(Language)
	}
}
