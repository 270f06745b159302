package verify

import (
	"cmp"
	"slices"
)

// What a word means by what was said before, or by what it stands with.

// pointBack makes what is proposed of a pronoun that begins a sentence and does
// something, where the sentence before proposes it: "Sell a part. This suits …".
func pointBack(marks []mark) []mark {
	for i := range marks {
		m := &marks[i]
		next, ok := beside(marks, i, +1, besideWords)
		if m.back && ok && next.tag != tagObject && beginsAfter(marks, i) {
			m.meaning = meaning{tag: tagAct}
		}
	}
	return marks
}

// beginsAfter reports whether marks[i] is the first of its sentence and the one
// before speaks of doing something.
func beginsAfter(marks []mark, i int) bool {
	start := i
	for start > 0 && marks[start-1].sentence == marks[i].sentence-1 {
		start--
	}
	return start < i && does(marks[start:i])
}

// refer makes the asset class that a sentence speaks of what a pronoun beside a
// direction in the next one means: "Bonds are {F1}. Raising them …".
func refer(marks []mark) []mark {
	for i := range marks {
		m := &marks[i]
		if m.object == objectShare {
			m.whose = cmp.Or(onlyClass(marks, m.sentence), meantBy(marks, m.sentence-1)) // its share
			continue
		}
		verb := verbOf(marks, i)
		if verb < 0 || m.sentence == 0 || onlyClass(marks[:i], m.sentence) != "" {
			continue
		}
		class := meantBy(marks, m.sentence-1)
		switch {
		case class == "":
		case class == objectCash && (directionOf[marks[verb].tag].own != "" || verb > i): // "het aanvullen" is an article
		case verb == i:
			m.of = class
		default:
			m.meaning = meaning{tag: tagObject, object: class, class: true}
		}
	}
	return marks
}

// meantBy is the asset class that a pronoun after a sentence means, "" for none: a
// gap may be meant as well.
func meantBy(marks []mark, sentence int) string {
	if slices.ContainsFunc(marks, func(m mark) bool { return m.object == objectGap && m.sentence == sentence }) {
		return ""
	}
	return onlyClass(marks, sentence)
}

// verbOf is the direction that marks[i] is the pronoun of, before it or, at the
// beginning of a sentence, after it, or the one that has it within, or -1.
func verbOf(marks []mark, i int) int {
	m := marks[i]
	if m.clitic && turns(m.tag) {
		return i
	}
	if next, ok := beside(marks, i, +1, besideWords); m.object != objectPronoun || ok && next.tag == tagObject {
		return -1 // an article, in some languages
	}
	if i > 0 && marks[i-1].sentence == m.sentence {
		if turns(marks[i-1].tag) && apart(marks[i-1], m) == 0 {
			return i - 1
		}
		return -1
	}
	j := pastFunds(marks, i+1)
	if j < len(marks) && turns(marks[j].tag) && !marks[j].clitic && apart(marks[j-1], marks[j]) == 0 && marks[j].clause == m.clause && rightAfter(marks, j) < 0 {
		return j
	}
	return -1
}

// pastFunds is the index after the money of an asset class that begins at marks[i], or i.
func pastFunds(marks []mark, i int) int {
	if i >= len(marks) || marks[i].tag != tagFunds {
		return i
	}
	for !marks[i].class {
		i++
	}
	return i + 1
}

// funded reports whether marks[j] is an asset class that money comes from.
func funded(marks []mark, j int) bool {
	if next, ok := beside(marks, j, +1, 0); ok && marks[j].japanese {
		return next.tag == tagFunds
	}
	for j--; j >= 0 && (marks[j].tag == tagFrom || marks[j].object == objectPronoun); j-- {
	}
	return j >= 0 && marks[j].tag == tagFunds
}

// sold reports whether what is done with the money marks[i] is to sell.
func sold(marks []mark, i int) bool {
	for j := i - 1; j >= 0 && marks[j].clause == marks[i].clause; j-- {
		if to := graded(marks, j).to; marks[j].tag == tagSell || to == up || to == down || marks[j].tag == tagMove {
			return marks[j].tag == tagSell
		}
	}
	return false
}

// fund makes the money of an asset class that something is done with a word that
// tells where it comes from: "with money from equities".
func fund(marks []mark) []mark {
	for i := range marks {
		if m := &marks[i]; m.instead && m.isCash() && m.stands == "" && m.sort != sortReserve {
			j := i + 1
			for j < len(marks) && (marks[j].tag == tagFrom || marks[j].object == objectPronoun) {
				j++
			}
			if j < len(marks) && marks[j].class && apart(*m, marks[j]) > 0 && !marks[j].joined && marks[j].clause == m.clause && apart(marks[j-1], marks[j]) <= articleWords {
				m.meaning = meaning{tag: tagFunds}
			}
		}
	}
	return marks
}

// turns reports whether a word makes more or less of what comes next.
func turns(tag string) bool {
	to := directionOf[tag].to
	return (to == up || to == down) && tag != tagGive
}

// onlyClass is the asset class that is named in a sentence or has a figure there, ""
// where there are more.
func onlyClass(marks []mark, sentence int) (class string) {
	for _, m := range marks {
		of := m.of
		if m.isClass() {
			of = m.object
		}
		switch {
		case m.sentence != sentence || of == "" || of == class:
		case class != "":
			return ""
		default:
			class = of
		}
	}
	return class
}
