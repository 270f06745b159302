package verify

import "slices"

// Each clause of a sentence has to say something that code found or proposes. Of a reason
// that is added to a true clause nobody reads more than the words: "you wish to pass the
// position on, and trimming {H1} lowers the risk".

// part tells apart the clauses that a word joins without a comma, "trimming {H1} lowers
// the risk because you wish to pass it on": where a verb stands on both sides of it.
func (cl *claimList) part(tokens []token, marks []mark) {
	part, verb := 0, false
	for i := range tokens {
		t := &tokens[i]
		if i > 0 && t.clause != tokens[i-1].clause {
			part, verb = part+1, false
		} else if verb && cl.isJoin(t) && cl.opens(tokens[i:]) {
			part, verb = part+1, false
		}
		t.part = part
		verb = verb || cl.isFinite(t)
	}
	for i := range marks {
		marks[i].part = tokens[marks[i].at].part
	}
}

func (cl *claimList) isJoin(t *token) bool { return !t.covered && cl.joins[t.lower] }

// opens reports whether a clause begins with the joining word tokens[0]: a verb stands
// between it and the next, and of a verb that claims nothing a subject behind an "and".
func (cl *claimList) opens(tokens []token) bool {
	for i := 1; i < len(tokens) && tokens[i].clause == tokens[0].clause && !cl.isJoin(&tokens[i]); i++ {
		if cl.isFinite(&tokens[i]) {
			return i > 1 || !cl.and[tokens[0].lower] || slices.Contains(finiteTags, tokens[1].by.tag)
		}
	}
	return false
}

// isFinite reports whether a word is a verb that has a subject, or may be one.
func (cl *claimList) isFinite(t *token) bool {
	return cl.finite[t.lower] || cl.copulas[t.lower] || slices.Contains(finiteTags, t.by.tag)
}

var finiteTags = []string{tagUp, tagDown, tagRises, tagFalls, tagKeep, tagSell, tagBuy, tagRepay, tagMove, tagToward, tagGive, tagMade, tagServe}

// idleClauses are the clauses of a sentence with these tokens that say nothing of that, and
// are neither a phrase nor what a figure by itself follows. Japanese, where a comma may
// stand after any word, has none, and neither has a sentence of one clause.
func (g *ground) idleClauses(marks []mark, sentence []token) (idle [][]token) {
	if len(marks) > 0 && marks[0].japanese || len(firstClause(sentence)) == len(sentence) {
		return nil
	}
	for len(sentence) > 0 {
		clause := firstClause(sentence)
		sentence = sentence[len(clause):]
		if !g.grounded(marks, clause) && !phrasal(marks, clause) && !isFigure(firstClause(sentence)) {
			idle = append(idle, clause)
		}
	}
	return idle
}

func firstClause(tokens []token) []token {
	end := 0
	for end < len(tokens) && tokens[end].part == tokens[0].part {
		end++
	}
	return tokens[:end]
}

// figureWords are how many words a clause has that only tells a figure: "it is {F1}".
const figureWords = 3

func isFigure(clause []token) bool {
	return len(clause) <= figureWords && slices.ContainsFunc(clause, func(t token) bool { return t.figure })
}

// grounded reports whether a clause has a placeholder, or states or claims something.
func (g *ground) grounded(marks []mark, clause []token) bool {
	told := func(t token) bool { return t.fold == "" || t.by.tag == tagStatement }
	if slices.ContainsFunc(clause, told) || g.isFinding(marks, clause[0].part) {
		return true
	}
	for i, m := range marks {
		if m.part == clause[0].part && g.supports(marks, i, len(clause)) {
			return true
		}
	}
	return false
}

// supports reports whether marks[i] claims something in a clause of n words, of which the
// target alone is enough for few, or is an asset class and, of cash, one off its target.
func (g *ground) supports(marks []mark, i, n int) bool {
	m := marks[i]
	switch {
	case m.isCash():
		return g.off(objectCash)
	case m.object == objectTarget:
		return n <= targetWords || i > 0 && marks[i-1].tag == tagFrom
	case m.tag == tagToward, m.tag == tagLimit, m.object == objectGap, m.class:
		return true
	}
	_, claims := g.faultAt(marks, i)
	return claims
}

// isFinding reports whether a clause is on what code found and on nothing else: on what a
// company of too much weight does to the portfolio, or on a loss, which tax may be told of.
func (g *ground) isFinding(marks []mark, part int) bool {
	found := func(m mark) bool {
		return m.part == part && (m.sort == sortIssuer && g.holds(high, objectHolding) || m.object == objectLoss && g.holds(high, objectLoss))
	}
	other := func(m mark) bool {
		return m.part == part && m.tag == tagObject && (m.sort == sortIncome || !slices.Contains(exposed, m.object) && !(m.object == MeasureTax && g.holds(high, objectLoss)))
	}
	return slices.ContainsFunc(marks, found) && !slices.ContainsFunc(marks, other)
}

// exposed are the objects of such a clause.
var exposed = append([]string{objectRisk, objectHolding, objectTarget, objectGain, objectLoss}, topicless...)

// How many words a clause has that only tells what is planned, "as your goals require", or
// that leads to the next, "in this case", and how many neutral ones a phrase may have beside it.
const (
	targetWords = 6
	phraseWords = 4
	leadWords   = 3
)

// phrasal reports whether a clause is a phrase known to be harmless, of one thing at the
// most, or too short to say anything.
func phrasal(marks []mark, clause []token) bool {
	var framed, neutral, ofGroup int
	for _, t := range clause {
		switch {
		case t.by.tag == tagFrame && t.by.sort != "":
			ofGroup++
		case t.by.tag == tagFrame:
			framed++
		case !t.covered:
			neutral++
		}
	}
	if len(clause) > phraseWords {
		framed += ofGroup
	}
	if rest := len(clause) - framed; neutral <= leadWords && rest <= neutral+1 && framed > rest {
		return true
	}
	named := func(m mark) bool { return m.part == clause[0].part && !slices.Contains(topicless, m.object) }
	return len(clause) <= phraseWords && ofGroup == 0 && !slices.ContainsFunc(marks, named)
}

// topicless are the objects of a phrase that only leads to what comes next: "your portfolio".
var topicless = []string{objectMoney, objectNeutral, objectPronoun, objectShare, ""}
