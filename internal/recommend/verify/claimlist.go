package verify

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
)

// claimList finds the words of data/claims/<language>.txt in a text.
type claimList struct {
	listed  []phrase
	phrases *phraseIndex    // of them
	script  scriptWords     // Japanese, in their place; nil for other languages
	verbs   map[string]bool // of a main clause that tells a figure
	openers map[string]bool // begin no main clause
	copulas map[string]bool // with their accents: is, stays
	and     map[string]bool // join what is named in one breath
	instead map[string]bool // stand before what replaces something
	heads   map[string]bool // end what says where things go: towards
	clitics []string        // endings of verbs with a pronoun
	before  []string        // endings of verbs that have it before them
	after   map[string]bool // pronouns after a verb, with a hyphen
	beyond  map[string]bool // neutral words that may follow a placeholder; see follow.go
	ahead   map[string]bool // neutral words that may stand before a figure; see lead.go
	past    map[string]bool // tell what is done already: was, been
	perfect map[string]bool // the same of what is raised or lowered: has
	joins   map[string]bool // begin a clause without a comma before it; see claimList.part
	finite  map[string]bool // verbs that claim nothing, of such a clause
}

// meaning is what a word of a claim list is.
type meaning struct {
	tag    string
	object string
	class  bool
	sort   string // what of its kind it is; see topic.go
	itself bool   // a direction that a thing takes of itself: falls, is not lowered
	back   bool   // a pronoun that may mean what was proposed; see pointBack
	fit    bool   // praise of what suits somebody
}

// The sections that are no tags; see mainClause.
const (
	sectionVerb   = "verb"
	sectionOpener = "opener"
	sectionIs     = "is" // makes what follows a predicate; see mark.predicate

	// The sections that join classes; see breath and wayOf.
	sectionAnd     = "and"
	sectionInstead = "instead"
	sectionHeads   = "heads" // see wayOf

	// The sections that tell a verb with a pronoun; see mark.clitic.
	sectionClitic = "clitic"
	sectionBefore = "clitic before"
	sectionAfter  = "clitic after"

	sectionBeyond  = "after a placeholder" // see follow.go
	sectionAhead   = "before a figure"     // see lead.go
	sectionPast    = "past"                // see claimList.done
	sectionPerfect = "perfect"             // the same

	// The sections that part clauses; see claimList.part.
	sectionJoins  = "joins"
	sectionFinite = "finite"
)

var untagged = []string{sectionVerb, sectionOpener, sectionIs, sectionAnd, sectionInstead, sectionHeads, sectionClitic, sectionBefore, sectionAfter, sectionBeyond, sectionAhead, sectionPast, sectionPerfect, sectionJoins, sectionFinite}

// claimLists read the list of each language when it is first asked for.
var claimLists = func() map[string]func() *claimList {
	all := map[string]func() *claimList{}
	for _, l := range languages {
		all[l] = sync.OnceValue(func() *claimList {
			return newClaimList(l, parseLexicon(readData(path.Join("claims", l+".txt"))))
		})
	}
	return all
}()

// claimsFor returns a language's list, the English one where there is none.
func claimsFor(language string) *claimList {
	if list := claimLists[language]; list != nil {
		return list()
	}
	return claimLists[english]()
}

// newClaimList reads a list. Its sections are tags or "object" and what it is; its
// entries are words with blanks between them, of which a low line joins those of
// a phrase; see wholeTags for the others.
func newClaimList(language string, sections map[string][]string) *claimList {
	cl := &claimList{
		verbs: wordsOf(sections[sectionVerb]), openers: wordsOf(sections[sectionOpener]), copulas: wordsOf(sections[sectionIs]),
		and: wordsOf(sections[sectionAnd]), instead: wordsOf(sections[sectionInstead]), heads: wordsOf(sections[sectionHeads]),
		clitics: splitAll(sections[sectionClitic]), before: splitAll(sections[sectionBefore]), after: wordsOf(sections[sectionAfter]),
		beyond: wordsOf(sections[sectionBeyond]), ahead: wordsOf(sections[sectionAhead]), past: wordsOf(sections[sectionPast]), perfect: wordsOf(sections[sectionPerfect]),
		joins: wordsOf(sections[sectionJoins]), finite: wordsOf(sections[sectionFinite]),
	}
	if language == japanese {
		cl.script = scriptWords{}
	}
	for _, name := range slices.Sorted(maps.Keys(sections)) {
		if slices.Contains(untagged, name) {
			continue
		}
		m := sectionMeaning(language, name)
		entries := sections[name]
		if language == japanese || !slices.Contains(wholeTags, m.tag) {
			entries = splitAll(entries)
		}
		for _, e := range entries {
			cl.add(strings.ReplaceAll(e, "_", " "), m)
		}
	}
	cl.addStatements(language)
	cl.phrases = newPhraseIndex(cl.listed)
	return cl
}

// add lists an entry: a phrase, or a word of Japanese.
func (cl *claimList) add(entry string, m meaning) {
	if cl.script != nil {
		cl.script.add(entry, m)
		return
	}
	p := parsePhrase(entry)
	p.meaning = m
	cl.listed = append(cl.listed, p)
}

func sectionMeaning(language, section string) meaning {
	if object, ok := strings.CutPrefix(section, tagObject); ok {
		object, class := strings.CutPrefix(object, classMark)
		object, sort, _ := strings.Cut(object, sortMark)
		object, back := strings.CutSuffix(object, backMark)
		return meaning{tag: tagObject, object: object, class: class, sort: sort, back: back}
	}
	tag, sort, _ := strings.Cut(section, sortMark)
	if frame, groups, ok := strings.Cut(section, groupMark); ok {
		return meaning{tag: frame, sort: groups}
	}
	tag, itself := strings.CutSuffix(tag, itselfMark)
	tag, fit := strings.CutSuffix(tag, fitMark)
	if !slices.Contains(claimTags, tag) {
		panic(fmt.Sprintf("verify: data/claims/%s.txt: section %q", language, section))
	}
	return meaning{tag: tag, sort: sort, itself: itself, fit: fit}
}

func wordsOf(entries []string) map[string]bool { return wordSet(splitAll(entries)) }

func splitAll(entries []string) []string { return strings.Fields(strings.Join(entries, " ")) }

// mainClause reports whether the words before a comma can stand alone: they have
// a verb and do not begin as a part of something else.
func (cl *claimList) mainClause(s string) bool {
	tokens := tokenize(s)
	if len(tokens) == 0 || cl.openers[tokens[0].fold] {
		return false
	}
	return slices.ContainsFunc(tokens, func(t token) bool { return cl.verbs[t.fold] })
}

// marks are the words of the list in a text, in their order, none within
// another: the longest counts, and of equal ones a frame. What they cover of the
// text is noted there.
func (cl *claimList) marks(p *prepared, v *vocabulary, g *ground) []mark {
	if cl.script != nil {
		return cl.scriptMarks(p, v.script, g)
	}
	out := make([]mark, 0, len(p.tokens))
	is := noClause
	for i := 0; i < len(p.tokens); {
		m := cl.markAt(p.tokens, i, v, g)
		if m.tag == "" && cl.copulas[p.tokens[i].lower] {
			is = m.clause
		}
		if m.isSaid(p) {
			m.predicate, m.clitic, m.stated = is == m.clause, cl.hasClitic(p.tokens, i), cl.isStated(p.tokens, i)
			m.joined, m.instead, m.heads = cl.isJoined(p.tokens, i), cl.isInstead(p.tokens, i), cl.heads[p.tokens[m.end-1].fold]
			if m.object != objectPronoun && m.tag != tagFrom && m.tag != tagTo {
				is = noClause
			}
			out = append(out, m)
		} else {
			out = framed(out, m, p.tokens)
		}
		i = m.end
	}
	cl.part(p.tokens, out)
	return refer(pointBack(fund(out)))
}

const noClause = -1

// markAt is the mark of the longest phrase that starts at tokens[i], or one of
// that word without a tag.
func (cl *claimList) markAt(tokens []token, i int, v *vocabulary, g *ground) mark {
	t := &tokens[i]
	m := mark{at: i, end: i + 1, sentence: t.sentence, clause: t.clause}
	if t.fold == "" {
		m.place(t.figure, t.of)
	}
	var best *phrase
	weight := 0
	cl.phrases.at(tokens, i, func(ph *phrase, end int) bool {
		if w := ph.weight(end - i); w > weight && g.reads(ph.meaning) && cl.fits(tokens[i:end], ph) {
			best, m.end, weight = ph, end, w
		}
		return true
	})
	switch {
	case best != nil:
		m.meaning = best.meaning
		for j := i; j < m.end; j++ {
			tokens[j].covered, tokens[j].by = true, best.meaning
		}
	case v.compounds && t.class == classKnown:
		m.meaning = cl.headOf(t, v)
		t.covered = m.tag != ""
	}
	return m
}

// gapTags are the words that may stand in a gap of a phrase, which does not tell
// what they say: those that claim nothing by themselves.
var gapTags = []string{tagObject, tagTo, tagFrom, tagSell}

// fits reports whether nothing else stands in the gaps of a phrase.
func (cl *claimList) fits(tokens []token, p *phrase) bool {
	return !p.hasGap() || !slices.ContainsFunc(tokens, func(t token) bool {
		return t.fold != "" && t.class != classNeutral && !p.has(&t) && !slices.Contains(gapTags, cl.meaningOf(&t).tag)
	})
}

// meaningOf is what a word is by itself.
func (cl *claimList) meaningOf(t *token) (m meaning) {
	weight := 0
	cl.phrases.at([]token{*t}, 0, func(ph *phrase, _ int) bool {
		if w := ph.weight(1); w > weight {
			m, weight = ph.meaning, w
		}
		return true
	})
	return m
}

// headOf is what the last part of a compound is, if the first says nothing or is
// what it is about. A share is what it is a share of: Aktien-anteil.
func (cl *claimList) headOf(t *token, v *vocabulary) meaning {
	_, first, head := v.compound(t.fold)
	if head == "" {
		return meaning{}
	}
	about, m := cl.meaningOf(&token{fold: first, lower: first}), cl.meaningOf(&token{fold: head, lower: head})
	switch {
	case about.tag != tagObject && v.class(first) != classNeutral:
		return meaning{}
	case about.class && m.object == objectShare:
		return about
	}
	return m
}

// place makes a mark of a placeholder.
func (m *mark) place(figure bool, of string) {
	of, measure, _ := strings.Cut(of, measureMark)
	m.tag, m.object, m.placed, m.of, m.measure = tagObject, objectHolding, true, of, measure
	switch of {
	case FigureLevel:
		m.level, m.of = true, ""
	case FigureHolding:
		m.held, m.of = true, ""
	case FigureOther:
		m.of = ""
	}
	m.unheld = of != "" && !m.held
	if figure {
		m.object = objectFigure
	}
}

// weight is how well a phrase fits n words of a text: the longer the better, then
// a statement before a frame, that before a word as it is, and that before the
// beginning of one.
func (p *phrase) weight(n int) int {
	const perWord, whole, frame, statement = 1000, 100, 200, 300
	w := perWord * n
	if first := p.elements[0].words[0]; first.prefix {
		w += len(first.text)
	} else {
		w += whole
	}
	switch p.tag {
	case tagFrame, tagCaveat:
		w += frame
	case tagStatement:
		w += statement
	}
	return w
}
