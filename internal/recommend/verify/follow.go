package verify

import "slices"

// What follows a placeholder says something of the figure or holding that stands
// there, and the words that do so are few: a word that joins, a verb that tells how
// much it is, or what the lists know. All else is a claim that nobody computed:
// "{F1} falls due next year", "{F1} is the rate of the mortgage".

// strayOn reports whether anything else follows a placeholder in its clause.
func (cl *claimList) strayOn(tokens []token, marks []mark) bool {
	if len(cl.beyond) == 0 {
		return false
	}
	for i := range tokens[:max(0, len(tokens)-1)] {
		next := &tokens[i+1]
		if tokens[i].fold != "" || next.clause != tokens[i].clause || next.fold == "" {
			continue
		}
		if next.covered {
			if acts(marks, i+1, tokens[i].figure) && cl.isSubject(tokens, i) {
				return true
			}
			continue
		}
		if cl.copulas[next.lower] {
			if cl.isSubject(tokens, i) && !predicated(tokens, marks, i+2) {
				return true
			}
		} else if !cl.beyond[next.fold] && !inPassing(marks, i) {
			return true
		}
	}
	return false
}

// inPassing reports whether the figure at tokens[i] only tells what the portfolio is
// worth, of which the words after it speak: "the portfolio of {F1} holds too much cash".
func inPassing(marks []mark, i int) bool {
	k := slices.IndexFunc(marks, func(m mark) bool { return m.at == i })
	if k < 2 || marks[k].measure != MeasureWorth || marks[k-1].tag != tagFrom || marks[k-1].clause != marks[k].clause {
		return false
	}
	return marks[k-2].object == objectMoney && apart(marks[k-2], marks[k]) <= articleWords
}

// acts reports whether what stands at tokens[i] is something that a figure or holding
// before it does: a figure only tells how much there is, "{F1} moves to the other debts",
// and a holding may bring risk and no more.
func acts(marks []mark, i int, figure bool) bool {
	k := slices.IndexFunc(marks, func(m mark) bool { return m.at == i })
	switch {
	case k < 0:
		return false
	case figure:
		return slices.Contains(actTags, marks[k].tag)
	case marks[k].tag == tagToward:
		return k+1 == len(marks) || marks[k+1].object != objectRisk
	}
	return slices.Contains(stepTags, marks[k].tag)
}

var (
	stepTags = append([]string{tagMove, tagAct}, tradeTags...)
	actTags  = slices.Concat([]string{tagMove, tagToward, tagGive}, changeTags, tradeTags)
)

// done reports whether a trade is told as made already, where code only proposes, or
// something as raised or lowered, of which code knows nothing.
func (cl *claimList) done(tokens []token, marks []mark) bool {
	for i := range tokens {
		past, perfect := cl.past[tokens[i].lower], cl.perfect[tokens[i].lower]
		if !past && !perfect || tokens[i].covered {
			continue
		}
		made := func(m mark) bool {
			return m.clause == tokens[i].clause && m.at > i && (past && slices.Contains(tradedTags, m.tag) ||
				perfect && slices.Contains(changedTags, m.tag) && !slices.ContainsFunc(tokens[i:m.at], isPlaced)) // you have {F1} to reduce it with
		}
		if slices.ContainsFunc(marks, made) {
			return true
		}
	}
	return false
}

func isPlaced(t token) bool { return t.fold == "" }

var (
	tradedTags  = append([]string{tagMove}, tradeTags...)
	changedTags = []string{tagUp, tagDown}
)

// isSubject reports whether nothing but a word that joins stands before tokens[i]
// in its clause, as in languages where a verb comes second "with {F1}" does.
func (cl *claimList) isSubject(tokens []token, i int) bool {
	if i == 0 || tokens[i-1].clause != tokens[i].clause {
		return true
	}
	return cl.and[tokens[i-1].lower] && (i < 2 || tokens[i-2].fold != "" || cl.isSubject(tokens, i-2)) // with {F1} and {F2}
}

// predicateWords are how many words after "is" may stand before what something is.
const predicateWords = 3

// predicated reports whether what a placeholder is said to be, from tokens[i] on, is
// known: a phrase, a direction, or a figure, but no other thing.
func predicated(tokens []token, marks []mark, i int) bool {
	for j := i; j < len(tokens) && tokens[j].clause == tokens[i].clause && j < i+predicateWords; j++ {
		if !tokens[j].covered && tokens[j].fold != "" {
			continue
		}
		k := slices.IndexFunc(marks, func(m mark) bool { return m.at <= j && j < m.end })
		if k >= 0 && marks[k].object == objectPronoun {
			continue
		}
		return k < 0 || marks[k].tag != tagObject || marks[k].placed || marks[k].object == objectNeutral
	}
	return i >= len(tokens) || tokens[i].clause != tokens[i-1].clause
}
