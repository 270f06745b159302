package verify

import (
	"cmp"
	"slices"
)

// An asset class that a sentence names must be named as it stands. That a direction
// finds something that it may be claimed of is not enough: in "moving equities out
// of bonds" each word has a ground, and the classes are the wrong way round.

// How many words may part a class from what is said of it, and from what moves it.
const (
	classReach = 8
	moveReach  = 12
)

// anchored reports whether something that stands beside the asset class marks[j],
// or beside others that are named in one breath with it, is true of it. Of two
// classes of which nothing is said nothing is wrong: the mix of equities and bonds.
func (g *ground) anchored(marks []mark, j int) bool {
	first, last := breath(marks, j)
	class, way := marks[j].object, wayOfAny(marks, j, first, last)
	for _, m := range marks[first : last+1] {
		if m.stands != "" && g.holds(m.stands, class) {
			return true
		}
	}
	if m, _ := beforeArticle(marks, first, -1); m.heads {
		return g.holds(up, class)
	}
	if funded(marks, first) {
		return g.holds(down, class) // whatever the money is for
	}
	if meant(marks, j) {
		return false
	}
	if differ(marks[first:last+1]) && !directed(marks, marks[j].clause) {
		return true
	}
	if way == up && apposed(marks, first, last) {
		return g.holds(up, class)
	}
	before, after := g.says(class, way, marks, first, -1), g.says(class, way, marks, last, +1)
	if way == up && before == denies && !marks[j].japanese {
		return false
	}
	most, least := max(before, after), min(before, after)
	if way != "" && most == silent && least == silent && figured(marks, j) {
		return !g.denied(class, way, marks, j) && g.holds(way, class)
	}
	return !g.denied(class, way, marks, j) && (most == agrees || most == concerns && least != denies)
}

// apposed reports whether a clause holds no more than where the money of the purchase
// before it goes, to marks[first] to marks[last]: "investing a part, mainly in bonds".
func apposed(marks []mark, first, last int) bool {
	clause := marks[first].clause
	if last+1 < len(marks) && marks[last+1].clause == clause {
		return false
	}
	i := first - 1
	for i >= 0 && marks[i].clause == clause && (marks[i].object == objectPronoun || marks[i].tag == tagTo) {
		i--
	}
	return i >= 0 && marks[i].clause == clause-1 && marks[i].sentence == marks[first].sentence && slices.Contains([]string{tagBuy, tagMove}, marks[i].tag)
}

// figured reports whether the figure of the class marks[j] stands right after it between
// commas: "into equities, {F1}, and bonds, {F2}".
func figured(marks []mark, j int) bool {
	if j+1 >= len(marks) || marks[j+1].of != marks[j].object || marks[j+1].clause != marks[j].clause+1 || marks[j+1].sentence != marks[j].sentence {
		return false
	}
	return j+2 >= len(marks) || marks[j+2].clause != marks[j+1].clause
}

// strays reports whether cash, which is also what things are paid with, or a
// holding stands where a class would: beside the figure of one, or moved to.
func (g *ground) strays(marks []mark, i int) bool {
	m := marks[i]
	if m.object != objectCash && m.object != objectHolding {
		return false
	}
	next := objectAt(marks, i, +1, func(o mark) bool { return o.clause == m.clause && apart(o, m) <= besideWords })
	if next >= 0 && marks[next].of != "" && marks[next].of != m.object {
		return true
	}
	if m.object == objectCash {
		if first, last := breath(marks, i); wayOfAny(marks, i, first, last) == up && apposed(marks, first, last) {
			return !g.holds(up, objectCash)
		}
		return !g.names(marks, i) || m.stands == "" && g.disowned(marks, i)
	}
	return wayOf(marks, i) == up && hasMove(marks) && (m.placed || !g.holds(up, "rest")) && !g.holds(up, objectHolding)
}

// meant reports whether a verb before the class marks[j] has a pronoun that means the
// same class already.
func meant(marks []mark, j int) bool {
	return slices.ContainsFunc(marks[:j], func(m mark) bool {
		return m.clitic && m.of == marks[j].object && m.clause == marks[j].clause
	})
}

// disowned reports whether what stands beside cash is not true of it.
func (g *ground) disowned(marks []mark, i int) bool {
	first, last := breath(marks, i)
	way := wayOfAny(marks, i, first, last)
	if way == down { // of it, as a rule
		way = ""
	}
	before, after := g.says(objectCash, way, marks, first, -1), g.says(objectCash, way, marks, last, +1)
	other := func(m mark) bool { return m.stands != "" && !g.holds(m.stands, objectCash) }
	if after != agrees && slices.ContainsFunc(marks[first:i], other) {
		return true // "faltan acciones y efectivo"
	}
	return max(before, after) <= silent && min(before, after) == denies
}

// hasMove reports whether something is moved.
func hasMove(marks []mark) bool {
	return slices.ContainsFunc(marks, func(m mark) bool { return m.tag == tagMove })
}

// denied reports whether the direction right before a class, or before its
// article, is not true of it: "fewer bonds".
func (g *ground) denied(class, way string, marks []mark, j int) bool {
	i := j - 1
	for i >= 0 && (marks[i].object == objectPronoun || marks[i].tag == tagFrom || marks[i].tag == tagMore && graded(marks, i).to == "") {
		i--
	}
	if i < 0 || marks[j].japanese || marks[i].clause != marks[j].clause || apart(marks[i], marks[i+1]) > articleWords || marks[j].joined && !marks[i].joined {
		return false
	}
	d := graded(marks, i)
	return d.to != "" && d.to != keep && !(d.own == objectTrade && paid(marks, j)) && !g.holds(pointing(d, way, marks, i), class)
}

// breath is the first and the last of the classes that are named together with
// marks[j]: "equities, bonds and cash".
func breath(marks []mark, j int) (first, last int) {
	first, last = j, j
	for marks[first].joined || runsOn(marks, first) {
		before := classAt(marks, first, -1)
		if before < 0 {
			break
		}
		first = before
	}
	for {
		next := classAt(marks, last, +1)
		if next < 0 || !marks[next].joined && !runsOn(marks, next) {
			return first, last
		}
		last = next
	}
}

// runsOn reports whether marks[j] goes on with the word before it: surplus cash.
func runsOn(marks []mark, j int) bool {
	return j > 0 && marks[j-1].object == marks[j].object && marks[j].isClass() && apart(marks[j-1], marks[j]) == 0 && marks[j-1].clause == marks[j].clause
}

// classAt is the next asset class on one side of marks[j] with nothing between that
// says anything, or -1.
func classAt(marks []mark, j, step int) int {
	for i := j + step; i >= 0 && i < len(marks); i += step {
		switch m := marks[i]; {
		case m.isClass():
			return i
		case m.object != objectPronoun && m.object != objectShare && m.tag != tagFrom && m.tag != tagTo:
			return -1
		}
	}
	return -1
}

// differ reports whether marks hold two asset classes.
func differ(marks []mark) bool {
	return slices.ContainsFunc(marks, func(m mark) bool { return m.isClass() && m.object != marks[0].object })
}

// directed reports whether anything in a clause has a direction or is the figure of a class.
func directed(marks []mark, clause int) bool {
	for i, m := range marks {
		if m.clause == clause && (graded(marks, i).to != "" || m.stands != "" || m.tag == tagMove || m.of != "") {
			return true
		}
	}
	return false
}

// A verdict is what something says of a class.
type verdict int

const (
	denies verdict = iota - 1
	silent
	concerns // it is changed, whichever way
	agrees
)

func verdictOf(ok bool) verdict {
	if ok {
		return agrees
	}
	return denies
}

// says is what comes next on one side of marks[j], over what says nothing by
// itself, says of a class. way is where the class is said to be moved.
func (g *ground) says(class, way string, marks []mark, j, step int) verdict {
	crossed := false
	for i := j + step; i >= 0 && i < len(marks) && marks[i].clause == marks[j].clause && apart(marks[i], marks[j]) <= reachOf(way); i += step {
		m := marks[i]
		d := graded(marks, i)
		switch {
		case m.object == objectFigure && m.of == "" && !slices.Contains(g.figures, class):
			return silent
		case class == objectCash && way == "" && alone(marks, j) && spends(marks, i, j):
			return g.spent(m)
		case m.object == objectFigure:
			return verdictOf(g.figureOf(m, class))
		case m.isClass() || m.placed:
			if way == "" && (m.placed || wayInBreath(marks, i) == "") {
				return silent
			}
			crossed = way != "" && m.object != class
		case m.tag == tagOff, m.object == objectTarget && i > 0 && marks[i-1].tag == tagFrom: // has drifted from its target
			return verdictOf(g.off(class))
		case m.tag == tagMove:
			return verdictOf(g.holds(cmp.Or(way, down), class))
		case (m.tag == tagAct || m.tag == tagToward) && way == "":
			return min(concerns, verdictOf(g.off(class)))
		case m.tag == tagAct || m.tag == tagToward:
			return verdictOf(g.holds(way, class))
		case d.to == "" || d.to == keep || d.own != "" && d.own != objectTrade && d.own != objectRisk:
		case step > 0 && claimsNext(marks, i):
			return g.funds(class, d)
		case crossed && (d.own == objectTrade || way == up && (d.to == up || d.to == down)), way == up && m.clitic:
			return verdictOf(g.holds(way, class))
		case crossed && way == up && (d.to == high || d.to == low): // of what is moved
		default:
			return verdictOf(g.holds(pointing(d, way, marks, i), class))
		}
	}
	return silent
}

func reachOf(way string) int {
	if way != "" {
		return moveReach
	}
	return classReach
}

// spends reports whether marks[i] may be what is done with the money marks[j], or
// what it does: to buy or, after it, to reduce something.
func spends(marks []mark, i, j int) bool {
	switch marks[i].tag {
	case tagBuy, tagMove, tagAct, tagToward, tagGive:
		return true
	case tagSell, tagUp, tagDown:
		return i > j && !marks[i].stated && slices.ContainsFunc(marks[j+1:], func(m mark) bool {
			return m.clause == marks[j].clause && m.tag == tagObject && m.object != objectPronoun
		})
	}
	return false
}

// spent is what spending money by m says of it: where it is invested or moved, that
// it becomes less, which code may have found.
func (g *ground) spent(m mark) verdict {
	if (m.tag == tagBuy || m.tag == tagMove) && g.holds(down, objectCash) {
		return agrees
	}
	return silent
}

// funds is what a direction of the class after it says of the one before: where that
// is bought, this becomes less, which code may have found.
func (g *ground) funds(class string, d direction) verdict {
	if d.own == objectTrade && d.to == up && g.holds(down, class) {
		return concerns
	}
	return silent
}

// alone reports whether nothing is named in one breath with marks[j].
func alone(marks []mark, j int) bool {
	first, last := breath(marks, j)
	return first == last
}

// claimsNext reports whether the direction marks[i] is of the class right after it:
// "fewer bonds".
func claimsNext(marks []mark, i int) bool {
	next, ok := beside(marks, i, +1, 0)
	return ok && next.isClass() && !next.japanese
}

// pointing is where the direction d of marks[i] points a class that things go to.
func pointing(d direction, way string, marks []mark, i int) string {
	switch {
	case d.own == objectTrade && way == up:
		return up
	case limited(marks, i) || marks[i].stated:
		return asState(d.to)
	}
	return d.to
}

// off reports whether a class is away from its target.
func (g *ground) off(class string) bool { return g.holds(high, class) || g.holds(low, class) }

// figureOf reports whether the figure m is one of a class.
func (g *ground) figureOf(m mark, class string) bool {
	return m.of == class || m.of == "" && slices.Contains(g.figures, class)
}
