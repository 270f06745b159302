package verify

import "slices"

// faulty reports whether marks of one sentence claim what is not computed, and
// whether they claim anything at all.
func (g *ground) faulty(marks []mark) (fault, claims bool) {
	for i := range marks {
		f, c := g.faultAt(marks, i)
		fault, claims = fault || f, claims || c
	}
	return fault, claims
}

func (g *ground) faultAt(marks []mark, i int) (fault, claims bool) {
	m := marks[i]
	if g.idle() && slices.Contains(deedTags, m.tag) {
		return true, true
	}
	switch m.tag {
	case tagNever, tagDeny:
		return true, false
	case tagThan:
		return compares(marks, i, nearWords) || m.compound && compared(marks, i), false
	case tagThat:
		return compares(marks, i, 1), false
	case tagMove, tagAct, tagCaveat:
		return false, true
	case tagToward:
		return m.japanese && !does(marks) || m.stated && !limited(marks, i), g.aims(marks, i)
	case tagGood:
		return lessened(marks, i) || !purpose(marks, i) && !g.suits(marks, i), true
	case tagWise:
		return lessened(marks, i) || !near(marks, i, tagToward, tagUp, tagMore, tagLess) && !does(marks) && !g.suits(marks, i), true
	case tagServe:
		return !follows(marks[:i]) && !g.suits(marks, i) && !nearLimit(marks, i), true
	case tagObject:
		return g.misplaced(marks, i), m.object == objectTarget
	case tagFunds:
		return sold(marks, i), false
	case tagFrom, tagTo, tagLimit:
		return false, false
	case tagMore, tagLess, tagCheaper:
		if (m.predicate && !wished(marks, i) || m.compound || m.tag != tagCheaper && bare(marks, i)) && !limited(marks, i) {
			return true, true
		}
	}
	return marks[i].itself && !does(marks) || g.unearned(marks, i) || !g.allows(marks, i) && !returns(marks, i), true
}

// deedTags are what nothing can be said of where no action is proposed.
var deedTags = []string{tagMove, tagAct, tagToward, tagSell, tagBuy, tagRepay}

// unearned reports whether something that code found wrong, or too much of, is said to
// do what only a change of it does: "the concentration lowers the risk".
func (g *ground) unearned(marks []mark, i int) bool {
	d := graded(marks, i)
	next := rightAfter(marks, i)
	if d.own != "" || next < 0 || degrees(marks[i].tag) || marks[i].joined || !slices.Contains(blessings[d.to], marks[next].object) {
		return false
	}
	start := i
	for start > 0 && marks[start-1].clause == marks[i].clause {
		start--
	}
	before := marks[start:i]
	if len(before) == 0 || slices.ContainsFunc(before, func(m mark) bool { return m.tag != tagObject || m.joined }) {
		return false
	}
	subject := before[0]
	return slices.Contains([]string{objectRisk, objectGap, objectHolding, objectDebt}, subject.object) ||
		subject.class && d.to == down && g.holds(high, subject.object)
}

// blessings are what is better for becoming less, or more.
var blessings = map[string][]string{
	down: {objectRisk, objectGap, objectDebt, objectLoss, "cost", "interest"},
	up:   {objectSpread, objectGain},
}

// wished reports whether marks[i] is more or less of the class after it, and a word
// of its clause calls that fit or what is to be done: "more bonds are needed".
func wished(marks []mark, i int) bool {
	j := rightAfter(marks, i)
	return j >= 0 && marks[j].isClass() && slices.ContainsFunc(marks[i+1:], func(m mark) bool {
		return m.clause == marks[i].clause && slices.Contains([]string{tagWise, tagAct, tagToward}, m.tag)
	})
}

// misplaced reports whether the object marks[i] is named where code did not find it.
func (g *ground) misplaced(marks []mark, i int) bool {
	switch m := marks[i]; {
	case m.class && !(g.names(marks, i) && g.anchored(marks, i)):
		return true
	case m.object == objectSpread && !aimed(marks, i) && !does(marks):
		return true
	}
	return g.strays(marks, i) || g.foreign(marks, i) || misattributed(marks, i)
}

// does reports whether a sentence speaks of doing something. More and less do not
// where they are a degree, and neither does what something is said to be.
func does(marks []mark) bool {
	for i, m := range marks {
		if m.itself {
			continue
		}
		switch m.tag {
		case tagSell, tagBuy, tagRepay, tagMove, tagAct, tagCheaper:
			return true
		case tagUp, tagDown, tagMore, tagLess, tagHigh, tagLow:
			if to := graded(marks, i).to; to == up || to == down {
				return true
			}
		}
	}
	return false
}

// follows reports whether what stands before is something done, or a return.
func follows(marks []mark) bool {
	return does(marks) || slices.ContainsFunc(marks, func(m mark) bool { return m.tag == tagToward })
}

// compares reports whether more or less of something stands before marks[i], with
// no more than reach words between.
func compares(marks []mark, i, reach int) bool {
	for j := i - 1; j >= 0 && marks[j].clause == marks[i].clause && apart(marks[j], marks[i]) <= reach; j-- {
		if slices.Contains([]string{tagMore, tagLess, tagKeep, tagGood, tagRisky, tagCheaper}, marks[j].tag) {
			return true
		}
	}
	return false
}

// compared reports whether a direction follows marks[i], which is where Japanese
// compares: "[収益]より[高い]".
func compared(marks []mark, i int) bool {
	return slices.ContainsFunc(marks[i:], func(m mark) bool {
		return m.clause == marks[i].clause && apart(marks[i], m) <= nearWords && directionOf[m.tag].to != ""
	})
}

// aims reports whether marks[i] says what an action is for: balance, its target.
func (g *ground) aims(marks []mark, i int) bool {
	return slices.ContainsFunc(marks, func(m mark) bool {
		return m.tag == tagObject && m.clause == marks[i].clause && g.claims[claim(up+m.object)]
	})
}

// returns reports whether marks[i] is a side of a limit that something is
// brought back to.
func returns(marks []mark, i int) bool {
	m := marks[i]
	if m.tag != tagHigh && m.tag != tagLow || !near(marks, i, tagToward) {
		return false
	}
	j := objectAt(marks, i, +1, func(o mark) bool { return apart(o, m) <= besideWords })
	return j >= 0 && marks[j].object == objectTarget
}

// direction is where a word points, and the object that it has of itself.
type direction struct {
	to  string
	own string // objectTrade and objectDebt: unless another one stands beside it
}

var directionOf = map[string]direction{
	tagUp: {to: up}, tagGive: {to: up}, tagStay: {keep, objectSpread}, tagDown: {to: down}, tagRises: {to: up}, tagFalls: {to: down}, tagMore: {to: up}, tagLess: {to: down}, tagHigh: {to: high}, tagLow: {to: low}, tagKeep: {to: keep},
	tagSell: {down, objectTrade}, tagBuy: {up, objectTrade}, tagRepay: {down, objectDebt}, tagLarge: {high, objectHolding},
	tagCostly: {high, "cost"}, tagCheap: {low, "cost"}, tagCheaper: {down, "cost"}, tagRisky: {high, "risk"}, tagLost: {high, objectLoss},
}

// graded is the direction of marks[i], with a word of degree taken together with
// the next: more and low is less, less and costly is cheaper. The first of two
// such words says nothing by itself.
func graded(marks []mark, i int) direction {
	d := directionOf[marks[i].tag]
	switch d.to {
	case up, down:
		next, ok := beside(marks, i, +1, 1)
		last, follows := beside(marks, i, -1, 0)
		to := directionOf[next.tag].to
		switch {
		case next.tag == tagLarge:
			return direction{d.to, objectHolding}
		case d.own == objectTrade:
		case ok && (to == high || to == low || next.tag == tagGood), follows && directionOf[last.tag].own == objectTrade && degrees(marks[i].tag):
			return direction{}
		}
	case keep:
		if next, ok := beside(marks, i, +1, 1); ok && d.own == "" && (next.tag == tagHigh || next.tag == tagLow) {
			return direction{} // remain below
		}
		if next, ok := beside(marks, i, +1, 1); ok && d.own == "" && degrees(next.tag) && rightAfter(marks, i+1) == i+2 && marks[i+2].isClass() {
			return direction{} // to hold more bonds
		}
	case high, low:
		if next, ok := beside(marks, i, +1, 0); ok && (next.tag == tagHigh || next.tag == tagLow) {
			return direction{} // too small
		}
		if modest(marks, i) {
			return direction{}
		}
		before, ok := beside(marks, i, -1, 1)
		degree := directionOf[before.tag]
		if !ok || degree.own != "" || degree.to != up && degree.to != down || degree.to == up && d.to == high && d.own != "" && (limited(marks, i) || marks[i].japanese) {
			return d
		}
		if (degree.to == down) != (d.to == low) {
			return direction{down, d.own}
		}
		return direction{up, d.own}
	}
	return d
}

// degrees reports whether a word tells only how much: "sell more bonds".
func degrees(tag string) bool { return tag == tagMore || tag == tagLess }

// modest reports whether marks[i] says how large a trade is that stands next to it:
// a small reduction.
func modest(marks []mark, i int) bool {
	next, _ := beside(marks, i, +1, 0)
	last, _ := beside(marks, i, -1, 0)
	return slices.Contains(tradeTags, next.tag) || slices.Contains(tradeTags, last.tag)
}

var tradeTags = []string{tagSell, tagBuy, tagRepay}

// allows reports whether the direction marks[i] has an object of which it may be
// claimed: the next one or the one before it, whichever the language puts where,
// in its clause if there is one.
func (g *ground) allows(marks []mark, i int) bool {
	d := graded(marks, i)
	switch {
	case d.to == "":
		return true
	case d.own == objectTrade || d.own == objectDebt:
		return g.trades(marks, i)
	case d.own != "":
		return g.holds(d.to, d.own) && (d.to != down || !limited(marks, i) || g.holds(low, d.own))
	}
	if limited(marks, i) || marks[i].stated && rightAfter(marks, i) < 0 {
		d.to = asState(d.to)
	}
	return g.about(d.to, marks, i) && (!moves(marks, i) || g.about(asState(d.to), marks, i))
}

// about reports whether a direction may be claimed of what marks[i] is about.
func (g *ground) about(to string, marks []mark, i int) bool {
	switch m := marks[i]; {
	case m.clitic && m.of != "":
		return g.holds(to, m.of)
	case m.clitic && g.holds(to, g.figures...):
		return true
	}
	found, ok := g.pointsAt(to, marks, i, func(m mark) bool { return m.clause == marks[i].clause })
	if !found {
		if points(marks, i) {
			return g.holds(to, g.figures...)
		}
		found, ok = g.pointsAt(to, marks, i, func(m mark) bool { return m.sentence == marks[i].sentence })
	}
	if !found && marks[i].japanese { // leaves out what it speaks of already
		return g.holds(to, g.figures...)
	}
	return ok
}

// moves reports whether marks[i] says that something rises or falls by itself,
// with nothing done: "the reserve grows".
func moves(marks []mark, i int) bool {
	if tag := marks[i].tag; tag != tagRises && tag != tagFalls || does(marks) {
		return false
	}
	next := objectAt(marks, i, +1, func(m mark) bool { return m.clause == marks[i].clause })
	return next < 0 || marks[next].object == objectFigure
}

// points reports whether marks[i] has a pronoun for an object.
func points(marks []mark, i int) bool {
	next, follows := beside(marks, i, +1, 0)
	last, leads := beside(marks, i, -1, 0)
	return follows && next.object == objectPronoun || leads && last.object == objectPronoun
}

// limited reports whether a limit stands near marks[i] in its sentence, or near what
// follows it: more of this and less of that than planned. German has a comma before
// "als vorgesehen".
func limited(marks []mark, i int) bool {
	for j := i; j < len(marks) && marks[j].clause == marks[i].clause; j++ {
		if nearLimit(marks, j) || j > i && marks[j].joined && marks[j].stands != "" { // and more cash than planned
			return true
		}
		if j > i && !slices.Contains([]string{tagMore, tagLess, tagObject}, marks[j].tag) {
			return false
		}
	}
	return false
}

func nearLimit(marks []mark, i int) bool {
	return slices.ContainsFunc(marks, func(m mark) bool {
		return m.tag == tagLimit && m.sentence == marks[i].sentence && apart(m, marks[i]) <= nearWords
	})
}

// asState is the direction of more than a limit, which is much, and of what is
// raised already.
func asState(to string) string {
	switch to {
	case up:
		return high
	case down:
		return low
	}
	return to
}
