package verify

import "slices"

// unfounded reports whether a sentence claims what no code computed or, having
// no figure and no holding, claims nothing of the field.
func unfounded(p *prepared, marks []mark, g *ground) bool {
	for start := 0; start < len(p.tokens); {
		s := p.tokens[start].sentence
		end, n, anchored := start, 0, false
		for ; end < len(p.tokens) && p.tokens[end].sentence == s; end++ {
			anchored = anchored || p.tokens[end].figure
		}
		for n < len(marks) && marks[n].sentence == s {
			n++
		}
		fault, claims := g.faulty(marks[:n])
		untrue, stated := g.stated(p.said, s)
		if fault || untrue || g.idleClauses(marks[:n], p.tokens[start:end]) != nil || !claims && !stated && !anchored {
			return true
		}
		start, marks = end, marks[n:]
	}
	return false
}

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
	if g.idle() && slices.Contains(deedTags, m.tag) || m.tag != tagObject && g.strange(m) {
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
		return m.sort == sortPart && !securesGain(marks, i), true
	case tagToward:
		return m.japanese && !does(marks) || m.stated && !limited(marks, i) || g.misses(marks, i) || g.unearned(marks, i), g.aims(marks, i)
	case tagGood:
		return lessened(marks, i) || g.leaves(objectSpread) || !purpose(marks, i) && !g.suits(marks, i), true
	case tagWise:
		return lessened(marks, i) || !near(marks, i, tagToward, tagUp, tagMore, tagLess) && !does(marks) && !g.suits(marks, i), true
	case tagMade:
		return !follows(marks[:i]) || !g.holds(up, objectSpread), true
	case tagServe:
		return !follows(marks[:i]) && !g.suits(marks, i) && !nearLimit(marks, i, true), true
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
	case m.isBlessing() && !aimed(marks, i) && !does(marks):
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

// misses reports whether marks[i] leads to a target that the action does not.
func (g *ground) misses(marks []mark, i int) bool {
	j := slices.IndexFunc(marks[i:], func(m mark) bool { return m.tag == tagObject && m.object != objectMoney && m.object != objectPronoun })
	return j >= 0 && marks[i+j].object == objectTarget && marks[i+j].clause == marks[i].clause && !g.claims[up+objectTarget]
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
