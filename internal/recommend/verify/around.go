package verify

import (
	"slices"
	"strings"
)

// What the words around a phrase of a claim list make of it.

// isStated reports whether tokens[i] is what something is said to be.
func (cl *claimList) isStated(tokens []token, i int) bool {
	is := func(j int) bool { return j >= 0 && tokens[j].clause == tokens[i].clause && cl.copulas[tokens[j].lower] }
	return is(i-1) || is(i-2) && tokens[i-1].class == classNeutral
}

// isJoined reports whether tokens[i] goes on with what was named before it, by a
// word that joins or a comma alone, with no more than two small words between.
func (cl *claimList) isJoined(tokens []token, i int) bool {
	for j := i - 1; j >= 0 && j >= i-1-2; j-- {
		if tokens[j].clause != tokens[i].clause {
			return j == i-1
		}
		if cl.and[tokens[j].lower] {
			return true
		}
		if len(tokens[j].fold) > smallWord {
			return false
		}
	}
	return false
}

// isInstead reports whether a word that names what replaces something stands
// before tokens[i], or before an article.
func (cl *claimList) isInstead(tokens []token, i int) bool {
	return i > 0 && cl.instead[tokens[i-1].fold] || i > 1 && len(tokens[i-1].fold) <= smallWord && cl.instead[tokens[i-2].fold]
}

// smallWord is how long an article or a preposition is at the most, in bytes.
const smallWord = 3

// hasClitic reports whether the word tokens[i] is a verb with a pronoun.
func (cl *claimList) hasClitic(tokens []token, i int) bool {
	ends := func(ending string) bool { return strings.HasSuffix(tokens[i].fold, ending) }
	return slices.ContainsFunc(cl.clitics, ends) ||
		i+1 < len(tokens) && cl.after[tokens[i+1].fold] ||
		i > 0 && clitics[tokens[i-1].fold] && slices.ContainsFunc(cl.before, ends)
}

// clitics are the pronouns that stand before a verb.
var clitics = map[string]bool{"la": true, "le": true, "les": true, "l": true}

// framed appends the figure within a frame: "remain {F1}".
func framed(out []mark, frame mark, tokens []token) []mark {
	for i := frame.at; i < frame.end; i++ {
		if t := &tokens[i]; t.figure && frame.tag == tagFrame {
			m := mark{at: i, end: i + 1, sentence: t.sentence, clause: t.clause}
			m.place(true, t.of)
			out = append(out, m)
		}
	}
	return out
}
