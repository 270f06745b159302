package verify

import (
	"strings"
	"unicode/utf8"
)

// A sentence on no subject of the field may go on with the one before it, unless
// it is as short as an outcry. What is still shorter may be an abbreviation.
const (
	shortWords     = 3
	shortLetters   = 8 // Japanese
	abbreviated    = 3 // letters
	shortestOutcry = 4 // letters, Japanese
)

// checkSubject looks for a text about nothing that the model was told of: with
// no figure, no holding and none of the words of the field. Whatever an
// injected text made the model write, it is rarely about allocations.
func (lx *lexicon) checkSubject(p *prepared, f findings) {
	var about, outcry bool
	if lx.script != nil {
		about, outcry = lx.script.subjects(p.text)
	} else {
		about, outcry = lx.subjects(p.tokens)
	}
	f.addIf(!about || outcry, ReasonTopic)
}

// subjects reports whether any sentence is about the field, and whether a short
// one is not.
func (lx *lexicon) subjects(tokens []token) (about, outcry bool) {
	for start := 0; start < len(tokens); {
		end, letters, known := start, 0, false
		for ; end < len(tokens) && tokens[end].sentence == tokens[start].sentence; end++ {
			letters += len(tokens[end].fold)
			known = known || tokens[end].fold == "" || lx.has(sectionSubject, tokens, end)
		}
		about = about || known
		outcry = outcry || !known && end-start <= shortWords && letters > abbreviated
		start = end
	}
	return about, outcry
}

func (lx *scriptLexicon) subjects(text string) (about, outcry bool) {
	for sentence := range strings.FieldsFuncSeq(text, endsSentence) {
		known := strings.ContainsFunc(sentence, isBlank) || lx.subject.MatchString(sentence)
		n := utf8.RuneCountInString(sentence)
		about = about || known
		short := n <= shortLetters || !strings.ContainsFunc(sentence, kanaOrKanji)
		outcry = outcry || !known && n >= shortestOutcry && short
	}
	return about, outcry
}
