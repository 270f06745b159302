package verify

import (
	"cmp"
	"slices"
)

// What a direction is of: the object that stands beside it in its clause or, if
// there is none, in its sentence.

// pointsAt reports whether there is an object on either side of marks[i], and
// whether the direction may be claimed of one.
func (g *ground) pointsAt(to string, marks []mark, i int, within func(mark) bool) (found, ok bool) {
	if j := rightAfter(marks, i); j >= 0 {
		return true, g.mayPointAny(to, marks, i, j)
	}
	next, last := objectAt(marks, i, +1, within), objectAt(marks, i, -1, within)
	if tag := marks[i].tag; (tag == tagMore || tag == tagLess) && last == i-1 && last >= 0 && apart(marks[last], marks[i]) == 0 && next != i+1 {
		next = -1 // "un colchón mayor"
	}
	if next >= 0 && g.mayPoint(to, marks, i, next) {
		return true, true
	}
	for j := last; j >= 0; j = owner(marks, j) {
		if g.mayPoint(to, marks, i, j) {
			return true, true
		}
	}
	return next >= 0 || last >= 0, false
}

// vague are the objects that may stand for others: "a larger part of the reserve".
var vague = []string{objectPronoun, objectMoney, objectTarget, objectFigure, objectShare, objectNeutral, "rest"}

// rightAfter is the object right after the direction marks[i], or after its
// article, which is then the one that it is of: "more risk". It is -1 where there
// is none, in Japanese, and for a holding said to be above or below something,
// whose verb may stand before it.
func rightAfter(marks []mark, i int) int {
	j := i + 1
	for j < len(marks) && (marks[j].object == objectPronoun || marks[j].object == objectNeutral || marks[j].tag == tagFrom) && apart(marks[j-1], marks[j]) <= articleWords {
		j++
	}
	if j >= len(marks) || marks[i].japanese || marks[j].tag != tagObject || slices.Contains(vague, marks[j].object) || marks[j].joined ||
		marks[j].clause != marks[i].clause || apart(marks[j-1], marks[j]) > articleWords {
		return -1
	}
	switch marks[i].tag {
	case tagHigh, tagLow:
		if marks[j].placed {
			return -1
		}
	case tagGive: // a buffer need not be of cash
		if marks[j].object == objectCash {
			return -1
		}
	}
	return j
}

// articleWords are as many words as an article and "of" are.
const articleWords = 1

// mayPointAny reports whether a direction may be claimed of the object marks[j] or,
// as nouns are put together, of one right after it: "investment risk".
func (g *ground) mayPointAny(to string, marks []mark, i, j int) bool {
	for ; j < len(marks) && marks[j].tag == tagObject; j++ {
		if g.mayPoint(to, marks, i, j) {
			return true
		}
		if j+1 < len(marks) && (apart(marks[j], marks[j+1]) > 0 || marks[j+1].clause != marks[j].clause || marks[j+1].placed) {
			break
		}
	}
	return false
}

// mayPoint reports whether a direction may be claimed of the object marks[j] and,
// where that is what a class is held against, of the class: "bonds exceed their
// target".
func (g *ground) mayPoint(to string, marks []mark, i, j int) bool {
	if !g.holds(to, g.objects(marks, j)...) {
		return false
	}
	switch marks[j].object {
	case objectCash:
		return to != low || marks[j].class || !slices.Contains(g.sides, SideReserve) // a reserve that is enough is not low
	case objectTarget, objectFigure, objectGap, objectMoney:
		of, ok := heldAgainst(marks, i)
		return !ok || to != high && to != low || g.holds(to, of)
	}
	return true
}

// standWords are as many words as an adjective and "is" are.
const standWords = 2

// heldAgainst is what marks[i] says is above or below something: what stands right
// before it, or else the asset class beside it.
func heldAgainst(marks []mark, i int) (object string, ok bool) {
	if last, ok := beside(marks, i, -1, standWords); ok && last.tag == tagKeep && graded(marks, i-1).to == "" {
		i-- // remains below
	}
	last, ok := beside(marks, i, -1, standWords)
	if ok && last.tag == tagObject && !last.placed && !slices.Contains(vague, last.object) {
		return last.object, true
	}
	return classBeside(marks, i)
}

// shareless are the objects of which a share is not told: "their share brings the mix …".
var shareless = []string{objectShare, objectNeutral, objectMoney}

// objects are what the object marks[j] may be: a share is of what stands next to
// it, else of the class in its clause, and a figure of what the action is about.
func (g *ground) objects(marks []mark, j int) []string {
	switch marks[j].object {
	case objectFigure:
		return g.figures
	case objectShare:
		beside := func(m mark) bool { return m.sentence == marks[j].sentence && apart(m, marks[j]) < besideWords }
		for _, step := range [...]int{+1, -1} {
			if k := objectAt(marks, j, step, beside); k >= 0 && !slices.Contains(shareless, marks[k].object) {
				return g.objects(marks, k)
			}
		}
		if class, ok := classBeside(marks, j); ok {
			return []string{class}
		}
		return []string{cmp.Or(marks[j].whose, objectHolding)}
	case objectRisk:
		if to, ok := exposedTo(marks, j); ok {
			return []string{to}
		}
	}
	return []string{marks[j].object}
}

// exposedTo is what the exposure marks[j] is to, if that is an asset class or one alone:
// less of it is less of the class, and no less risk by itself. It follows its word, and in
// Japanese stands before it.
func exposedTo(marks []mark, j int) (object string, ok bool) {
	step := +1
	if marks[j].japanese {
		step = -1
	}
	k := j + step
	for k >= 0 && k < len(marks) && (marks[k].tag == tagFrom || marks[k].tag == tagTo || marks[k].object == objectPronoun) && apart(marks[k], marks[k-step]) == 0 {
		k += step
	}
	if marks[j].sort != sortExposure || k < 0 || k >= len(marks) || marks[k].clause != marks[j].clause || apart(marks[k], marks[k-step]) > articleWords {
		return "", false
	}
	return marks[k].object, marks[k].isClass() || marks[k].object == objectOneClass
}

// trades reports whether the trade marks[i] is one that code proposes, of what
// stands beside it, or of nothing that is told.
func (g *ground) trades(marks []mark, i int) bool {
	d, told := directionOf[marks[i].tag], false
	if last, ok := beforeArticle(marks, i, -1); ok && last.tag == tagFrom && d.to == down && g.holds(down, objectHolding) {
		return true // what the sale of a holding brings
	}
	for _, step := range [...]int{+1, -1} {
		if object := traded(marks, i, step); object != "" {
			if g.holds(d.to, object) {
				return true
			}
			told = true
		}
	}
	return !told && g.holds(d.to, d.own)
}

// traded is what stands beside a trade on one side, as far as the next direction:
// an asset class, a holding by its placeholder, a debt.
func traded(marks []mark, i, step int) string {
	for j := i + step; j >= 0 && j < len(marks) && marks[j].clause == marks[i].clause; j += step {
		m := marks[j]
		if graded(marks, j).to != "" || apart(m, marks[i]) > besideWords {
			return ""
		}
		if step > 0 && paid(marks, j) || rightAfter(marks, i) != j && opposed(directionOf[marks[i].tag].to, wayTo(marks, j)) {
			continue
		}
		if m.class && m.stands == "" || m.object == objectDebt || m.object == objectHolding && m.placed {
			return m.object
		}
	}
	return ""
}

// wayTo is where the class marks[j] is moved, in Japanese with those named together, of
// which only the last tells it: "株式と債券に移す".
func wayTo(marks []mark, j int) string {
	if marks[j].japanese && marks[j].isClass() {
		return wayInBreath(marks, j)
	}
	return wayOf(marks, j)
}

// opposed reports whether a trade is of what stands on its other side: bought from,
// sold for the benefit of.
func opposed(to, way string) bool { return to == up && way == down || to == down && way == up }

// paid reports whether marks[j] is cash that something is bought with: "putting cash
// into bonds".
func paid(marks []mark, j int) bool {
	next, ok := beside(marks, j, +1, 1)
	return marks[j].isCash() && ok && (next.tag == tagTo || next.tag == tagAct)
}

// foreign reports whether marks[i] is a thing that code did not speak of: a topic of
// other actions, a gap where there is none, or a loss or gain that a figure is said
// to be of.
func (g *ground) foreign(marks []mark, i int) bool {
	m := marks[i]
	if g.strange(m) || g.unnamed(marks, i) {
		return true
	}
	if m.object == objectGap && !slices.Contains(g.sides, SideSummary) {
		return !slices.ContainsFunc(allDirections, func(d string) bool { return g.claims[claim(d+m.object)] })
	}
	if m.object != objectLoss && (m.object != objectGain || !slices.Contains(g.figures, objectLoss)) || slices.Contains(g.figures, m.object) {
		return false
	}
	next := objectAt(marks, i, +1, func(o mark) bool { return apart(o, m) <= 1 })
	return next >= 0 && marks[next].object == objectFigure && !marks[next].predicate
}

// unnamed reports whether the pronoun marks[i] is what a summary begins by trading, with
// nothing named that it might be: "Selling part of it …".
func (g *ground) unnamed(marks []mark, i int) bool {
	if next, ok := beside(marks, i, +1, 0); ok && next.tag == tagObject && next.object != objectPronoun {
		return false // an article: "pagar la deuda"
	}
	return marks[i].object == objectPronoun && marks[i].sentence == 0 && slices.Contains(g.sides, SideSummary) &&
		i > 0 && slices.Contains(tradeTags, marks[i-1].tag) && !slices.ContainsFunc(marks[:i], func(m mark) bool { return m.tag == tagObject })
}

// names reports whether the asset class marks[i] is, where something is moved, on
// the side that it moves to. Whether a text may speak of it at all is for foreign.
func (g *ground) names(marks []mark, i int) bool {
	way := wayOf(marks, i)
	return way == "" || !hasMove(marks) || g.holds(way, marks[i].object)
}
