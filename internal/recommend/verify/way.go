package verify

import "slices"

// Where an asset class is said to go: to it, or from it to others.

// wayOf is where the class marks[j] is said to be moved, by the word before it, or
// after it in Japanese: up for to it, down for from it.
func wayOf(marks []mark, j int) string {
	step := -1
	if marks[j].japanese {
		step = +1
	}
	m, ok := beforeArticle(marks, j, step)
	switch {
	case marks[j].instead && marks[j].isCash() && buysBefore(marks, j): // with what is there
		return down
	case marks[j].instead && (afterClass(marks, j) || swapsPart(marks, j)), ok && (m.tag == tagTo || m.heads):
		return up
	case ok && (m.tag == tagFrom || m.tag == tagFunds):
		return down
	}
	return ""
}

// beforeArticle is the mark next to marks[j] on one side, or next to its article.
func beforeArticle(marks []mark, j, step int) (m mark, ok bool) {
	m, ok = beside(marks, j, step, 1)
	if ok && m.object == objectPronoun {
		return beside(marks, j+step, step, 1)
	}
	return m, ok
}

// wayInBreath is where the classes are moved that are named together with marks[j].
func wayInBreath(marks []mark, j int) string {
	first, last := breath(marks, j)
	return wayOfAny(marks, first, last)
}

// wayOfAny is the way of the first of some marks that has one.
func wayOfAny(marks []mark, indices ...int) string {
	for _, j := range indices {
		if way := wayOf(marks, j); way != "" {
			return way
		}
	}
	return ""
}

// afterClass reports whether a class stands before marks[j] in its clause.
func afterClass(marks []mark, j int) bool {
	return slices.ContainsFunc(marks[:j], func(m mark) bool { return m.isClass() && m.clause == marks[j].clause })
}

// swapsPart reports whether part of something is exchanged for the class marks[j]:
// "cambiar una parte por bonos".
func swapsPart(marks []mark, j int) bool {
	i := j - 1
	if i > 0 && marks[i].object == objectShare {
		i--
	}
	return i >= 0 && marks[i].tag == tagMove && marks[i].clause == marks[j].clause
}

// buysBefore reports whether something is bought before marks[j] in its clause.
func buysBefore(marks []mark, j int) bool {
	return slices.ContainsFunc(marks[:j], func(m mark) bool { return m.tag == tagBuy && m.clause == marks[j].clause })
}
