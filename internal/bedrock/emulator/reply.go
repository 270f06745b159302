package emulator

import (
	"cmp"
	"slices"
	"strings"
)

// reply answers a question from the facts that it is about, and says that they
// do not hold the answer when a part of it has none.
func (w writer) reply(b brief) string {
	q := w.book.understand(b.question, b.facts)
	if len(q.topics) == 0 { // asked in another language than that of the answer
		q = phrasebooks()[defaultLanguage].understand(b.question, b.facts)
	}
	if q.beyond || len(q.topics) == 0 {
		return notHeld
	}
	var cited []string
	for _, t := range q.topics {
		facts := q.answer(t, b)
		if len(facts) == 0 {
			return notHeld
		}
		cited = append(cited, facts[:min(max(1, maxCited/len(q.topics)), len(facts))]...)
	}
	cited = distinct(cited)
	return choose(w.book.Reply, w.prompt, "reply", slots{"F": strings.Join(cited[:min(maxCited, len(cited))], "}"+w.book.Joint+"{")})
}

// answer lists the facts that answer t, the best first.
func (q asked) answer(t topic, b brief) []string {
	if t.name == topicAdvice {
		return q.reasons(b)
	}
	each := 1
	if len(t.codes) == 1 && !q.largest {
		each = maxCited
	}
	if t.wide && len(q.subjects) > 0 {
		if ids := q.pick(slices.Concat(t.codes, shares), b.facts, each, q.named); len(ids) > 0 {
			return distinct(ids)
		}
	}
	if t.name == "" && q.holding {
		return q.pick(codesOf(b.facts), b.facts, 1, q.named)
	}
	return q.pick(t.codes, b.facts, each, q.fits)
}

// reasons are those of the actions on what is named, or else of the first.
func (q asked) reasons(b brief) []string {
	for _, a := range b.actions {
		if len(a.facts) > 0 && (len(q.subjects) == 0 || slices.Contains(q.subjects, a.subject)) {
			return a.facts[:1]
		}
	}
	return nil
}

// named reports whether a fact is of a subject that the question names.
func (q asked) named(f briefFact) bool { return slices.Contains(q.subjects, f.subject) }

// fits reports whether a fact is of what the question is about, which is the
// whole portfolio unless it names a holding.
func (q asked) fits(f briefFact) bool {
	return len(q.subjects) == 0 || q.named(f) || f.whole() && !q.holding
}

// pick lists up to each facts of every code that fit: those of the whole first,
// then by value.
func (q asked) pick(codes []string, facts []briefFact, each int, fits func(briefFact) bool) []string {
	var ids []string
	for _, code := range codes {
		var found []briefFact
		for _, f := range facts {
			if f.code == code && fits(f) {
				found = append(found, f)
			}
		}
		slices.SortStableFunc(found, func(x, y briefFact) int {
			return cmp.Or(cmp.Compare(x.rank(), y.rank()), cmp.Compare(y.value, x.value))
		})
		for _, f := range found[:min(each, len(found))] {
			ids = append(ids, f.id)
		}
	}
	return ids
}

func codesOf(facts []briefFact) []string {
	codes := make([]string, len(facts))
	for i, f := range facts {
		codes[i] = f.code
	}
	return distinct(codes)
}

// distinct leaves out what was there before.
func distinct(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
