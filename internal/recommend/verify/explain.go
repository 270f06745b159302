package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Explanation is how the checks read a text, for whoever looks after the word lists.
type Explanation struct {
	Against []Reason
	Grounds []string // what of the text is against it, and by which list or rule
	Read    []string // its words as data/claims has them, in their order
}

// Explain tells why a text is refused; see Directed. What is recognised by its form
// alone, such as a digit, has a reason and no ground: the reason says it.
func (c *Checker) Explain(text string, sides []string, cite Citable) Explanation {
	may := newView(sides, cite)
	e := Explanation{Against: c.judge(text, may)}
	p := prepare(checkPlaceholders(text, cite, findings{}))
	for _, lx := range c.lexicons {
		e.Grounds = append(e.Grounds, lx.phrasesIn(p, c.lexicons[0], sides)...)
	}
	c.words.classify(p.tokens)
	marks := c.claims.marks(p, c.words, may.ground)
	for _, m := range marks {
		e.Read = append(e.Read, m.words(p.tokens)+m.reading())
	}
	if c.lexicons[0].language == c.language {
		e.Grounds = append(e.Grounds, c.words.unread(p)...)
		e.Grounds = append(e.Grounds, c.unfounded(p, marks, may.ground)...)
	}
	return e
}

// phrasesIn are the phrases of a word list that a text has; of Japanese none, whose
// lists are one expression each.
func (lx *lexicon) phrasesIn(p *prepared, own *lexicon, sides []string) (found []string) {
	if lx.script != nil {
		return nil
	}
	say := func(section string, ph *phrase) {
		found = append(found, fmt.Sprintf("data/%s.txt [%s]: %s", lx.language, section, ph.listed))
	}
	lx.held(lx.rejected, p.tokens, own, lx.excused(p.tokens, own), func(ph *phrase) { say(string(ph.reason), ph) })
	if lx == own {
		lx.eachAgainst(sides, p.tokens, say)
	}
	return found
}

// unread are the words that neither a vocabulary nor a claim list gives a meaning.
func (v *vocabulary) unread(p *prepared) (found []string) {
	if len(v.script) > 0 && p.strange {
		return []string{"data/words and data/claims: a piece that is no word"}
	}
	for _, t := range p.tokens {
		switch {
		case t.fold == "" || t.covered || t.class == classNeutral:
		case t.class == classUnknown:
			found = append(found, "data/words: no "+t.raw)
		default:
			found = append(found, "data/claims: no meaning of "+t.raw)
		}
	}
	return found
}

// unfounded are the claims that have no ground, none without a ground at all.
func (c *Checker) unfounded(p *prepared, marks []mark, g *ground) (found []string) {
	if g == nil {
		return nil
	}
	for _, sentence := range bySentence(marks) {
		for i, m := range sentence {
			if fault, _ := g.faultAt(sentence, i); fault {
				found = append(found, "assertion.go: "+m.words(p.tokens)+m.reading())
			}
		}
	}
	for _, s := range p.said {
		if !slices.Contains(g.sides, s.side) {
			found = append(found, "data/statements: needs "+s.side)
		}
	}
	for _, clause := range g.idleClauses(marks, p.tokens) {
		found = append(found, "clause.go: nothing is said by: "+quoted(clause))
	}
	if c.claims.strayOn(p.tokens, marks) {
		found = append(found, "follow.go: what follows a placeholder")
	}
	if c.claims.led(p.tokens) {
		found = append(found, "lead.go: what stands before a figure")
	}
	if c.claims.done(p.tokens, marks) {
		found = append(found, "follow.go: a trade told as made")
	}
	if found == nil && unfounded(p, marks, g) {
		found = append(found, "assertion.go: a sentence without a claim or a figure")
	}
	return found
}

func bySentence(marks []mark) (out [][]mark) {
	for i, m := range marks {
		if i == 0 || m.sentence != marks[i-1].sentence {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], m)
	}
	return out
}

// words are those of a mark, "" in Japanese, where it has a place and no tokens.
func (m mark) words(tokens []token) string {
	if m.japanese {
		return ""
	}
	return quoted(tokens[m.at:m.end]) + " = "
}

func quoted(tokens []token) string {
	var words []string
	for _, t := range tokens {
		words = append(words, cmp.Or(t.raw, "{}"))
	}
	return strings.Join(words, " ")
}

// reading is what a mark is: its tag and object, or where a class is stated to stand.
func (m mark) reading() string {
	return strings.Join(strings.Fields(m.tag+" "+m.object+" "+m.of+" "+m.stands), " ")
}
