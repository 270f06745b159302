package emulator

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// brief is what the writer makes out in a prompt.
type brief struct {
	language string // English name
	facts    []briefFact
	actions  []briefAction
	question string
}

type briefFact struct {
	id, line string // the line is what follows the id
	code     string
	subject  string // a class, a region, H1, …; "" for the whole
	value    float64
}

type briefAction struct {
	id, kind, severity string
	subject            string   // H1, or something else
	facts              []string // the first is the reason
}

var (
	languageForm = regexp.MustCompile(`\b[Ww]rite in ([A-Z][a-z]+)\b`)
	factForm     = regexp.MustCompile(`(?m)^(F[0-9]+) (.+)$`)
	actionForm   = regexp.MustCompile(`(?m)^(A[0-9]+) ([a-z_]+)(.*)$`)
	holdingForm  = regexp.MustCompile(`^H[0-9]+$`)
)

// readBrief finds the facts and actions of a prompt, the actions in the order
// in which a careful reader would put them: by severity, then as they came.
func readBrief(prompt string) brief {
	b := brief{language: defaultLanguage, question: section(prompt, "question")}
	if m := languageForm.FindStringSubmatch(prompt); m != nil && phrasebooks()[m[1]] != nil {
		b.language = m[1]
	}
	for _, m := range factForm.FindAllStringSubmatch(section(prompt, "facts"), -1) {
		b.facts = append(b.facts, readFact(m[1], m[2]))
	}
	for _, m := range actionForm.FindAllStringSubmatch(section(prompt, "actions"), -1) {
		b.actions = append(b.actions, readAction(m[1], m[2], m[3]))
	}
	slices.SortStableFunc(b.actions, func(x, y briefAction) int {
		return cmp.Compare(severityRank(y.severity), severityRank(x.severity))
	})
	return b
}

// first is the id of the first fact of a code, "" without any.
func (b *brief) first(code string) string {
	i := slices.IndexFunc(b.facts, func(f briefFact) bool { return f.code == code })
	if i < 0 {
		return ""
	}
	return b.facts[i].id
}

// section returns what stands between <name> and </name>.
func section(prompt, name string) string {
	_, rest, ok := strings.Cut(prompt, "<"+name+">")
	body, _, closed := strings.Cut(rest, "</"+name+">")
	if !ok || !closed {
		return ""
	}
	return body
}

func readAction(id, kind, rest string) briefAction {
	a := briefAction{id: id, kind: kind}
	for _, word := range strings.Fields(rest) {
		key, value, ok := strings.Cut(word, "=")
		switch {
		case !ok && a.subject == "":
			a.subject = word
		case key == "severity":
			a.severity = value
		case key == "facts":
			a.facts = strings.Split(value, ",")
		}
	}
	return a
}

// readFact takes a line apart: a code, in most a subject, a value and its unit.
func readFact(id, line string) briefFact {
	code, rest, _ := strings.Cut(line, " ")
	f := briefFact{id: id, line: line, code: code}
	words := strings.Fields(rest)
	if len(words) > 1 && (!isFigure(words[0]) || strings.HasSuffix(words[1], "%")) { // equity 86%, or the largest 3 86%
		f.subject, words = words[0], words[1:]
	}
	if len(words) > 0 {
		f.value, _ = strconv.ParseFloat(strings.TrimSuffix(words[0], "%"), 64) // a level has none
	}
	return f
}

func isFigure(s string) bool {
	_, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
	return err == nil
}

// whole reports whether a fact is of the portfolio and not of a part of it.
func (f briefFact) whole() bool { return f.subject == "" || f.subject == "portfolio" }

// rank puts the whole first and the fewer of the largest before the more.
func (f briefFact) rank() int {
	if f.whole() {
		return -1
	}
	n, _ := strconv.Atoi(f.subject) // zero for a name
	return n
}

func severityRank(s string) int { return slices.Index([]string{"info", "low", "medium", "high"}, s) }
