package verify

import "slices"

// What is better is so for something done: a sale lowers the dependence on a company,
// which its shares do not.

// unearned reports whether marks[i] says that something becomes better, of what is only
// found and where nothing is done: "the concentration lowers the risk", "{H1} is {F1}
// and lowers the dependence on one company".
func (g *ground) unearned(marks []mark, i int) bool {
	subject, betters := bettered(marks, i)
	if !betters || leading(marks, i) {
		return false
	}
	for j := range marks {
		if j != i && deed(marks, j, i) {
			return false
		}
	}
	return i > 0 && marks[i-1].back || slices.ContainsFunc(subject, func(m mark) bool { return g.doesNoGood(m, marks[i].tag) })
}

// leading reports whether marks[i] begins its clause and is what the rest of it speaks
// of: "so lowering the risk brings the portfolio closer to its target".
func leading(marks []mark, i int) bool {
	k := slices.IndexFunc(marks[i+1:], func(m mark) bool {
		return m.clause == marks[i].clause && slices.Contains([]string{tagToward, tagWise, tagServe}, m.tag)
	})
	return k >= 0 && !marks[i+1+k].joined && len(beforeInClause(marks, i)) == 0
}

// doesNoGood reports whether m is what code found, so that no good comes of it by itself,
// as a word of a tag says. "Investments" may be brought to a target.
func (g *ground) doesNoGood(m mark, tag string) bool {
	switch {
	case m.placed:
		return !m.level
	case tag == tagToward:
		return m.isClass()
	case m.isCash() && g.holds(down, objectDebt): // which it pays
		return false
	case m.class:
		return directionOf[tag].to == down && g.holds(high, m.object)
	}
	return slices.Contains([]string{objectRisk, objectGap, objectHolding, objectDebt}, m.object)
}

// bettered reports whether marks[i] is a verb by which something becomes better, and
// among which marks what does so is.
func bettered(marks []mark, i int) (subject []mark, ok bool) {
	m, d := marks[i], graded(marks, i)
	switch next := rightAfter(marks, i); {
	case m.tag == tagToward:
		return marks[:i], leads(marks, i)
	case d.own != "" || degrees(m.tag):
		return nil, false
	case m.japanese: // whose verbs come last
		return marks[:max(0, i-1)], i > 0 && marks[i-1].blesses(d)
	case next < 0:
		return nil, false
	case inverted(marks, next) && marks[next+1].blesses(d):
		return marks[next : next+1], true
	default:
		return marks[:i], marks[next].blesses(d)
	}
}

// leads reports whether marks[i] tells that something comes to its target or to balance,
// and not what it lacks for that: "faltan bonos para llegar al objetivo".
func leads(marks []mark, i int) bool {
	lacks := func(m mark) bool { return m.tag == tagLow || m.stands == low }
	end := func(m mark) bool { return m.isBlessing() || m.object == objectTarget || m.tag == tagGood }
	if marks[i].japanese {
		return ends(marks, i)
	}
	return !marks[i].stated && !slices.ContainsFunc(beforeInClause(marks, i), lacks) && slices.ContainsFunc(marks[i:], end)
}

// ends reports whether the verb marks[i] of Japanese has its end right before it: of
// "[分散]に[役立つ]" the first is nothing done.
func ends(marks []mark, i int) bool {
	return i > 0 && marks[i].japanese && marks[i].tag == tagToward && (marks[i-1].isBlessing() || marks[i-1].tag == tagAct)
}

// inverted reports whether the object marks[j] after a verb is its subject, since its
// object follows: "mit {F1} verringert {H1} das Risiko".
func inverted(marks []mark, j int) bool {
	return marks[j].placed && j+1 < len(marks) && !marks[j+1].joined && apart(marks[j], marks[j+1]) <= articleWords
}

// blesses reports whether the object m is better for going that way.
func (m mark) blesses(d direction) bool {
	return m.tag == tagObject && slices.Contains(blessings[d.to], m.object)
}

// blessings are what is better for becoming less, or more.
var blessings = map[string][]string{
	down: {objectRisk, objectGap, objectDebt, objectLoss, "cost", "interest"},
	up:   {objectSpread, objectRoom, objectGain},
}

// deed reports whether marks[j] is something done, and not what comes of it as marks[i]
// does: a trade, a step, money that goes to a class, or what a clause begins with, as
// "lowering the risk" does.
func deed(marks []mark, j, i int) bool {
	m := marks[j]
	next, adjacent := beside(marks, j, +1, 0)
	if j+1 == i && ends(marks, i) {
		return false
	}
	switch m.tag {
	case tagSell, tagBuy, tagRepay, tagMove, tagAct, tagCheaper, tagFunds, tagWise:
		return true
	case tagTo:
		return adjacent && next.isClass() && (j == 0 || marks[j-1].sort != sortExposure)
	case tagMore, tagLess:
		if adjacent && directionOf[next.tag].to != "" { // "une position plus petite"
			return true
		}
	case tagUp, tagDown, tagGive, tagToward:
	default:
		return false
	}
	d, k := graded(marks, j), rightAfter(marks, j)
	return !m.itself && (j < i && len(beforeInClause(marks, j)) == 0 ||
		(d.to == up || d.to == down) && (k < 0 || !marks[k].blesses(d)))
}
