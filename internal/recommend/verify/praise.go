package verify

import "slices"

// Praise, which is what something done is for and never what something is.

// purpose reports whether praise is what something done is for.
func purpose(marks []mark, i int) bool {
	return near(marks, i, tagToward, tagGive, tagUp, tagMore, tagLess) && does(marks)
}

// leaves reports whether what is proposed leaves an object as it is, which it does not
// make better then.
func (g *ground) leaves(object string) bool { return g.holds(keep, object) && !g.holds(up, object) }

// bare reports whether marks[i] says of a holding that it does more or less, of
// nothing that is told and without anything done: "{H} charges less".
func bare(marks []mark, i int) bool {
	next, told := beside(marks, i, +1, 1)
	if told && next.tag != tagTo && next.object != objectFigure || does(marks[:i]) || does(marks[i+1:]) {
		return false
	}
	return slices.ContainsFunc(marks[:i], func(m mark) bool {
		return m.placed && m.object == objectHolding && m.clause == marks[i].clause && apart(m, marks[i]) <= nearWords
	})
}

// lessened reports whether the praise marks[i] is said to become less, of what is
// not away from a limit: "makes the portfolio less stable".
func lessened(marks []mark, i int) bool {
	before, _ := beside(marks, i, -1, 0)
	word := before.end-before.at == 1
	return (before.tag == tagLess && word || before.tag == tagLow) && !limited(marks, i)
}

// suits reports whether marks[i] praises the risk level that fits the investor, and
// nothing else in its clause: as what suits, or by a profile.
func (g *ground) suits(marks []mark, i int) bool {
	var level bool
	profile := marks[i].fit || marks[i].tag != tagGood
	for _, m := range marks {
		here := m.clause == marks[i].clause
		if here && (m.isClass() || m.object == objectFigure && !m.level || slices.Contains(unsuited, m.object)) {
			return false
		}
		level = level || here && m.level
		profile = profile || m.object == objectTarget
	}
	return level && profile
}

// unsuited are the objects that are away from the risk that suits the investor.
var unsuited = []string{objectMoney, objectRisk, objectShare, objectHolding, objectSpread, objectRoom}

// aimed reports whether the object marks[i] stands beside the target: "the target
// mix" praises nothing.
func aimed(marks []mark, i int) bool {
	last, _ := beside(marks, i, -1, 1)
	next, _ := beside(marks, i, +1, 1)
	return last.object == objectTarget || next.object == objectTarget
}
