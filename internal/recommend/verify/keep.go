package verify

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// signs of an attack cost a text as a whole: whoever hides letters, talks of
// its instructions or argues for the opposite is not to be believed in the next
// sentence, either.
var signs = []Reason{
	ReasonCharacter, ReasonMixedScript, ReasonObfuscation, ReasonMalformedPlaceholder, ReasonMeta, ReasonLink, ReasonMarkup,
	ReasonCanary, ReasonEcho, ReasonLanguage,
}

// Kept is what of a text may be shown, "" for nothing.
type Kept struct {
	Text     string
	Headless bool // the sentence with the reason is gone, and no figure is left
}

// Keep returns what of a text may be shown and why the rest may not: all of it
// and nil, the sentences that nothing speaks against, or nothing. For the
// parameters see Directed.
func (c *Checker) Keep(text string, sides []string, cite Citable) (Kept, []Reason) {
	may := newView(sides, cite)
	against := c.judge(text, may)
	if len(against) == 0 {
		return Kept{Text: text}, nil
	}
	if slices.ContainsFunc(against, func(r Reason) bool { return slices.Contains(signs, r) }) {
		return Kept{}, against
	}
	var kept Kept
	for sentence := range sentences(text) {
		kept.Text += c.sound(kept.Text, sentence, may)
	}
	if kept.Text = strings.TrimSpace(kept.Text); kept.Text == "" {
		return Kept{}, against
	}
	kept.Headless = !strings.Contains(kept.Text, "{F")
	return kept, against
}

// sound is what of a sentence may be shown after what was kept: all of it, or the
// main clause that it begins with and that tells the figure, or nothing.
func (c *Checker) sound(kept, sentence string, may *view) string {
	if c.judge(kept+sentence, may) == nil {
		return sentence
	}
	for cut := range clauseCuts(sentence) {
		clause := strings.TrimRight(sentence[:cut], " ")
		if !strings.Contains(clause, "{F") || !c.claims.mainClause(clause) {
			return ""
		}
		if clause += ". "; c.judge(kept+clause, may) == nil {
			return clause
		}
	}
	return ""
}

// maxClauses bounds the beginnings of a sentence that are looked at, each of which
// is judged as a whole text is.
const maxClauses = 8

// clauseCuts yields where the clauses of a sentence end but for the last, the
// furthest first, of those that a text has room for.
func clauseCuts(sentence string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		end := min(len(sentence), maxRunes*utf8.UTFMax)
		for range maxClauses {
			if end = strings.LastIndexAny(sentence[:end], ",;:"); end <= 0 || !yield(end) {
				return
			}
		}
	}
}

// maxSentences bounds what is looked at of a text that is too long as a whole.
const maxSentences = 8

// sentences yields the first sentences of a text, each with what follows it up
// to the next.
func sentences(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start, n := 0, 0
		for i, r := range text {
			if !strings.ContainsRune(".!?。！？", r) {
				continue
			}
			end := i + utf8.RuneLen(r)
			end = len(text) - len(strings.TrimLeft(text[end:], "\"'”’»」』)）"))
			next := len(text) - len(strings.TrimLeft(text[end:], " "))
			if r < utf8.RuneSelf && next == end {
				continue // within a word
			}
			if n++; n > maxSentences || !yield(text[start:next]) {
				return
			}
			start = next
		}
		if start < len(text) {
			yield(text[start:])
		}
	}
}
