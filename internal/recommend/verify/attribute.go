package verify

import (
	"cmp"
	"slices"
)

// What a figure is said to be of. Its noun phrase says what it tells, and of which
// holding, but not that the words beside it name something else: "{H1} makes up
// {F14}", which is the share of the largest holding, "the target of bonds is {F4}".

// misattributed reports whether the figure marks[i] is given to what it is not of.
func misattributed(marks []mark, i int) bool {
	m := marks[i]
	if !m.placed || m.object != objectFigure {
		return false
	}
	return misowned(marks, i) || leftIn(marks, i) || m.level && tooMuch(marks, i) || amountOf(marks, i) || broughtIn(marks, i) || m.unheld && (besideHolding(marks, i, -1) || besideHolding(marks, i, +1)) ||
		m.held && (afterOther(marks, i) || ofPortfolio(marks, i)) ||
		(m.held || m.unheld && !m.level) && afterTarget(marks, i)
}

// leftIn reports whether the figure marks[i] is of another class than what is said right
// after it in Japanese: "[株式の数値]が[運用されずに残っている]", which only cash does.
func leftIn(marks []mark, i int) bool {
	next, ok := beside(marks, i, +1, 0)
	return ok && next.japanese && marks[i].of != "" && next.stands != "" && next.object != marks[i].of
}

// owners are what the figure of a measure may be said to be, among those that ledgers
// keep apart: "the fees are {F1}", which is what the portfolio is worth.
var owners = map[string][]string{
	MeasureWorth:    {sortWorth},
	MeasureGain:     {objectGain, objectLoss},
	MeasureLoss:     {objectLoss},
	MeasureCost:     {MeasureCost},
	MeasureTax:      {MeasureTax},
	MeasureDebt:     {objectDebt},
	MeasureInterest: {MeasureInterest, objectDebt, MeasureCost},
}

// accounts are the objects that ledgers keep apart.
var accounts = []string{objectGain, objectLoss, MeasureCost, MeasureTax, objectDebt, MeasureInterest, objectOutlay}

// misowned reports whether the figure marks[i] is what something else is said to be. One
// without a measure is of no account, but may be what the portfolio is worth.
func misowned(marks []mark, i int) bool {
	j := subjectOf(marks, i)
	if k := accountOf(marks, j); k >= 0 {
		j = k
	}
	if marks[i].level || !marks[i].told() || j < 0 || marks[j].placed {
		return false
	}
	m, owns := marks[j], owners[marks[i].measure]
	if slices.Contains(owns, cmp.Or(m.sort, m.object)) {
		return false
	}
	return owns != nil && m.class || m.sort == objectOutlay || slices.Contains(accounts, m.object) && (owns != nil || m.sort != sortWorth)
}

// accountOf is the index of what is said to be of the holding marks[j], right before it:
// "the gain on {H1} is {F1}", or -1.
func accountOf(marks []mark, j int) int {
	if j < 1 || !marks[j].placed || marks[j].object != objectHolding || marks[j].joined || marks[j].japanese {
		return -1
	}
	k := j - 1
	if marks[k].tag == tagFrom {
		k--
	}
	if k < 0 || marks[k].clause != marks[j].clause || apart(marks[k], marks[j]) > articleWords || !slices.Contains(accounts, marks[k].object) {
		return -1
	}
	return k
}

// subjectOf is the index of what is said to be the figure marks[i]: the first object of
// its clause, "the tax on the sale is {F1}", or what stands right before it, or -1.
func subjectOf(marks []mark, i int) int {
	if !marks[i].predicate {
		return passing(marks, i, -1, tells)
	}
	return slices.IndexFunc(marks[:i], func(m mark) bool {
		return m.clause == marks[i].clause && m.tag == tagObject && !tells(m)
	})
}

// tooMuch reports whether the level that suits the investor, marks[i], is said to be much
// or little.
func tooMuch(marks []mark, i int) bool {
	j := passing(marks, i, +1, func(m mark) bool { return m.object == objectPronoun || m.object == objectRisk && m.japanese })
	if j < 0 || marks[j].joined || marks[j].japanese && marks[i+1].object != objectRisk {
		return false
	}
	to := directionOf[marks[j].tag].to
	k := rightAfter(marks, j)
	return (to == high || to == low) && (k < 0 || marks[k].object == objectTarget)
}

// amountOf reports whether the figure marks[i] is what something is done with, by how
// much or to what end: "a sale of {F1}", "move {F1} into bonds", "takes equities to {F1}".
// A figure tells how things stand before anything is done. A gain is not what is realised,
// which is of the part that is sold: "secures part of {F1}".
func amountOf(marks []mark, i int) bool {
	m := marks[i]
	if m.predicate || m.joined {
		return false
	}
	done := follows(beforeInClause(marks, i))
	last, ok := beside(marks, i, -1, articleWords)
	if ok && last.sort == sortPart {
		return false
	}
	return ok && (slices.Contains(tradedTags, last.tag) || last.sort == sortRealising && m.measure != MeasureLoss) ||
		ok && last.tag == tagTo && !m.level && done ||
		m.measure == MeasureGain && done
}

// securesGain reports whether marks[i], which secures part of something, is followed by a
// gain that a figure tells.
func securesGain(marks []mark, i int) bool {
	next, ok := beside(marks, i, +1, articleWords)
	return ok && next.measure == MeasureGain
}

// broughtIn reports whether the figure marks[i] is what a trade is said to bring or to be,
// since nothing else stands before it: "the sale brings in {F1}". A loss is what one
// realises. In Japanese the trade may follow: "[F1]の[売却]".
func broughtIn(marks []mark, i int) bool {
	m, before := marks[i], beforeInClause(marks, i)
	if next, ok := beside(marks, i, +1, 0); m.japanese && ok && slices.Contains(tradeTags, next.tag) {
		return true
	}
	if m.level || m.joined || m.measure == MeasureLoss || len(before) == 0 || apart(before[len(before)-1], m) > articleWords || before[len(before)-1].sort == sortPart {
		return false
	}
	deed := func(b mark) bool {
		return slices.Contains(tradedTags, b.tag) || b.tag == tagAct && (m.predicate || b.end == m.at && b.end-b.at > 1 && !m.japanese)
	}
	other := func(b mark) bool { return b.tag != tagAct && b.tag != tagFrom && !deed(b) && !tells(b) }
	return slices.ContainsFunc(before, deed) && !slices.ContainsFunc(before, other)
}

// besideHolding reports whether a holding stands next to the figure marks[i] on one
// side, over words that tell how much it is.
func besideHolding(marks []mark, i, step int) bool {
	j := passing(marks, i, step, tells)
	return j >= 0 && marks[j].placed && marks[j].object == objectHolding && !marks[max(i, j)].joined
}

// afterOther reports whether the figure of a holding, marks[i], is what an asset class
// or the portfolio is said to be. Japanese says "within the portfolio" alike.
func afterOther(marks []mark, i int) bool {
	j := passing(marks, i, -1, tells)
	return j >= 0 && (marks[j].isClass() || marks[j].object == objectMoney && (marks[i].predicate || marks[i].japanese && !afterHolding(marks, j)))
}

// ofPortfolio reports whether the figure of a holding, marks[i], stands in a clause that
// begins with the portfolio and names no holding: "the portfolio has a gain of {F1}".
func ofPortfolio(marks []mark, i int) bool {
	first := slices.IndexFunc(marks[:i], func(m mark) bool { return m.clause == marks[i].clause && m.tag == tagObject })
	return first >= 0 && marks[first].object == objectMoney && !slices.ContainsFunc(marks, func(m mark) bool {
		return m.clause == marks[i].clause && m.object == objectHolding
	})
}

// afterHolding reports whether a holding stands before marks[i] in its clause.
func afterHolding(marks []mark, i int) bool {
	return slices.ContainsFunc(marks[:i], func(m mark) bool { return m.clause == marks[i].clause && m.placed && m.object == objectHolding })
}

// afterTarget reports whether the figure marks[i] is what a target is said to be, and
// not how far something is from it: no target is told.
func afterTarget(marks []mark, i int) bool {
	j := passing(marks, i, -1, func(m mark) bool {
		return m.isClass() || m.placed || m.object == objectShare || m.object == objectPronoun || m.tag == tagFrom
	})
	return j >= 0 && marks[j].object == objectTarget && marks[i].predicate && !slices.ContainsFunc(marks[:j], func(m mark) bool {
		return m.clause == marks[i].clause && (m.object == objectGap || slices.Contains([]string{tagFrom, tagTo, tagOff, tagHigh, tagLow}, m.tag))
	})
}

// tells reports whether a mark only tells how much something is.
func tells(m mark) bool {
	return m.sort != objectOutlay && slices.Contains([]string{objectPronoun, objectShare, objectNeutral}, m.object) || slices.Contains([]string{tagHigh, tagLow, tagLarge}, m.tag)
}

// passing is the index of the mark next to marks[i] on one side, over those that are
// passed, or -1 where it stands in another clause or too far away.
func passing(marks []mark, i, step int, passed func(mark) bool) int {
	for j := i + step; j >= 0 && j < len(marks) && marks[j].clause == marks[i].clause && apart(marks[j], marks[j-step]) <= nearWords; j += step {
		if !passed(marks[j]) {
			return j
		}
	}
	return -1
}
