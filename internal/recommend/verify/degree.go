package verify

import "slices"

// Where a word points, and what a word of degree or a limit near it makes of that.

// direction is where a word points, and the object that it has of itself.
type direction struct {
	to  string
	own string // objectTrade and objectDebt: unless another one stands beside it
}

var directionOf = map[string]direction{
	tagUp: {to: up}, tagGive: {to: up}, tagStay: {keep, objectSpread}, tagDown: {to: down}, tagRises: {to: up}, tagFalls: {to: down}, tagMore: {to: up}, tagLess: {to: down}, tagHigh: {to: high}, tagLow: {to: low}, tagKeep: {to: keep},
	tagSell: {down, objectTrade}, tagBuy: {up, objectTrade}, tagRepay: {down, objectDebt}, tagLarge: {high, objectHolding},
	tagCostly: {high, "cost"}, tagCheap: {low, "cost"}, tagCheaper: {down, objectProduct}, tagRisky: {high, "risk"}, tagLost: {high, objectLoss},
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
		next, ok := beside(marks, i, +1, 1)
		switch {
		case !ok || d.own != "":
		case next.tag == tagHigh || next.tag == tagLow: // remain below
			return direction{}
		case degrees(next.tag) && rightAfter(marks, i+1) == i+2 && marks[i+2].isClass(): // to hold more bonds
			return direction{}
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

// limited reports whether a limit stands near marks[i] in its sentence, or near what
// follows it: more of this and less of that than planned. German has a comma before
// "als vorgesehen"; a deed that follows the limit of another clause is not held to it:
// "above their target, so lowering the risk".
func limited(marks []mark, i int) bool {
	earlier := marks[i].joined || !slices.Contains(changeTags, marks[i].tag)
	for j := i; j < len(marks) && marks[j].clause == marks[i].clause; j++ {
		if nearLimit(marks, j, earlier) || j > i && marks[j].joined && marks[j].stands != "" { // and more cash than planned
			return true
		}
		if j > i && !slices.Contains([]string{tagMore, tagLess, tagObject}, marks[j].tag) {
			return false
		}
	}
	return false
}

// nearLimit reports whether a limit stands near marks[i] in its sentence, if in an earlier
// clause only when that counts.
func nearLimit(marks []mark, i int, earlier bool) bool {
	return slices.ContainsFunc(marks, func(m mark) bool {
		within := m.clause == marks[i].clause || m.sentence == marks[i].sentence && (earlier || m.at > marks[i].at)
		return m.tag == tagLimit && within && apart(m, marks[i]) <= nearWords
	})
}

// changeTags are the words for making more or less of something.
var changeTags = []string{tagUp, tagDown, tagRises, tagFalls}

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
