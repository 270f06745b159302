package verify

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

const (
	english  = "en"
	japanese = "ja"
)

// languages are those with a word list.
var languages = [...]string{"de", english, "es", "fr", "it", japanese, "nl", "pt"}

// The sections of a word list that are no reasons.
const (
	sectionAllowed  = "allowed"       // excused wherever they stand
	sectionNear     = "negation near" // negate what starts at most nearNegation words later
	sectionFar      = "negation far"  // negate what starts at most farNegation words later
	sectionBreak    = "break"         // end the reach of a negation
	sectionOnly     = "only"          // after a negation: "not only" negates nothing
	sectionStop     = "stop"          // the commonest words, which tell the language
	sectionHomonyms = "homonyms"      // words that are no English number here
	sectionSubject  = "subject"       // words of the field, of which each sentence has one; see checkSubject
	sectionProper   = "proper"        // capitalised words that are no product; see strangeName
	sectionAgainst  = "against "      // and a kind of action: what contradicts it; see checkDirection
)

// deniable are the reasons that a negation excuses: "returns are not
// guaranteed" promises nothing.
var deniable = []Reason{ReasonPromise, ReasonPrediction, ReasonUrgency, ReasonAdviser, ReasonCoverage, ReasonFlattery, ReasonOrder}

// lexicon is the word list of one language.
type lexicon struct {
	language string
	rejected *phraseIndex            // the phrases of all reasons
	sections map[string]*phraseIndex // the others
	stop     map[string]bool
	proper   map[string]bool // nil where nouns have capitals or letters have no case
	script   *scriptLexicon  // Japanese, which has no blanks between words
}

var lexicons = sync.OnceValue(func() map[string]*lexicon {
	all := map[string]*lexicon{}
	for _, l := range languages {
		all[l] = newLexicon(l, parseLexicon(readData(l+".txt")))
	}
	return all
})

// lexiconsFor returns a language's own word list and the English one.
func lexiconsFor(language string) []*lexicon {
	own, ok := lexicons()[language]
	if !ok || language == english {
		return []*lexicon{lexicons()[english]}
	}
	return []*lexicon{own, lexicons()[english]}
}

func newLexicon(language string, entries map[string][]string) *lexicon {
	lx := &lexicon{language: language, sections: map[string]*phraseIndex{}, stop: wordSet(entries[sectionStop])}
	if list := entries[sectionProper]; list != nil {
		lx.proper = wordSet(list)
	}
	for name := range entries {
		if !knownSection(name) {
			panic(fmt.Sprintf("verify: data/%s.txt: section %q", language, name))
		}
	}
	if language == japanese {
		lx.script = newScriptLexicon(entries)
		return lx
	}
	var rejected []phrase
	for name, list := range entries {
		ps := make([]phrase, len(list))
		for i, s := range list {
			ps[i] = parsePhrase(s)
		}
		if r := Reason(name); slices.Contains(reasons, r) {
			rejected = append(rejected, ofReason(r, ps)...)
			continue
		}
		lx.sections[name] = newPhraseIndex(ps)
	}
	lx.rejected = newPhraseIndex(rejected)
	return lx
}

func ofReason(r Reason, ps []phrase) []phrase {
	for i := range ps {
		ps[i].reason = r
		ps[i].firm = ps[i].firm || !slices.Contains(deniable, r)
	}
	return ps
}

func wordSet(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, w := range list {
		set[w] = true
	}
	return set
}

func knownSection(name string) bool {
	return slices.Contains(reasons, Reason(name)) || strings.HasPrefix(name, sectionAgainst) || slices.Contains([]string{sectionAllowed, sectionNear,
		sectionFar, sectionBreak, sectionOnly, sectionStop, sectionHomonyms, sectionSubject, sectionProper}, name)
}

// check looks for the lexicon's phrases. own is the word list of the text's
// language, whose negations count as well.
func (lx *lexicon) check(p *prepared, own *lexicon, f findings) {
	if lx.script != nil {
		lx.script.check(p.text, f)
		return
	}
	for _, tokens := range [...][]token{p.tokens, p.joined} {
		if len(tokens) > 0 {
			lx.checkTokens(tokens, own, f)
		}
	}
	for i := range p.pieces {
		lx.rejected.spanned(&p.pieces[i], f)
	}
}

func (lx *lexicon) checkTokens(tokens []token, own *lexicon, f findings) {
	lx.held(lx.rejected, tokens, own, lx.excused(tokens, own), func(ph *phrase) { f[ph.reason] = true })
}

// held calls found with each phrase of x that the tokens have and that is
// neither excused nor, where that is possible, denied.
func (lx *lexicon) held(x *phraseIndex, tokens []token, own *lexicon, excused []bool, found func(*phrase)) {
	for i := range tokens {
		if excused[i] {
			continue
		}
		x.at(tokens, i, func(ph *phrase, _ int) bool {
			if ph.firm || !lx.negated(tokens, i) && !own.negated(tokens, i) {
				found(ph)
			}
			return true
		})
	}
}

// excused marks the words inside phrases that are always allowed.
func (lx *lexicon) excused(tokens []token, own *lexicon) []bool {
	marks := make([]bool, len(tokens))
	mark := func(x *phraseIndex) {
		if x == nil {
			return
		}
		for i := range tokens {
			x.at(tokens, i, func(_ *phrase, end int) bool {
				for j := i; j < end; j++ {
					marks[j] = true
				}
				return true
			})
		}
	}
	mark(lx.sections[sectionAllowed])
	if own != lx {
		mark(own.sections[sectionHomonyms])
	}
	return marks
}

// How many words may stand between a negation and what it negates. "not" takes
// what follows soon; "no investment in this portfolio is …" reaches further.
const (
	nearNegation = 2
	farNegation  = 6
)

// negated reports whether a negation reaches tokens[i]. It does not reach over
// a comma, nor over words such as "but" and "and".
func (lx *lexicon) negated(tokens []token, i int) bool {
	for j := i - 1; j >= 0 && i-j <= farNegation+1; j-- {
		if tokens[j].clause != tokens[i].clause || lx.has(sectionBreak, tokens, j) {
			return false
		}
		near := i-j <= nearNegation+1 && lx.has(sectionNear, tokens, j)
		if (near || lx.has(sectionFar, tokens, j)) && !lx.has(sectionOnly, tokens, j+1) {
			return true
		}
	}
	return false
}

func (lx *lexicon) has(section string, tokens []token, i int) bool {
	x := lx.sections[section]
	if x == nil || i >= len(tokens) {
		return false
	}
	found := false
	x.at(tokens, i, func(*phrase, int) bool {
		found = true
		return false
	})
	return found
}
