package emulator

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

const (
	// maxCited is how many facts a reply speaks of.
	maxCited = 3

	// notHeld is the reply to what the facts do not hold.
	notHeld = "-"

	// unnamed stands in a question for a holding of which the prompt tells nothing.
	unnamed = "another holding"
)

// asked is what a question was understood to be about.
type asked struct {
	topics   []topic
	subjects []string // as the facts have them: cash, europe, USD, H1
	holding  bool     // one of the subjects is a holding
	largest  bool     // of several, only the greatest
	beyond   bool     // of a time of which no portfolio tells
}

var (
	aliasForm  = regexp.MustCompile(`\bH[0-9]+\b`)
	numberForm = regexp.MustCompile(`\b[0-9]{1,2}\b`)
)

// understand finds what a question speaks of. A phrase that one topic has taken
// is not there for the next.
func (b *phrasebook) understand(question string, facts []briefFact) asked {
	text := plain(question)
	q := asked{subjects: aliasForm.FindAllString(question, -1), beyond: hasPhrase(text, b.Beyond)}
	if strings.Contains(text, unnamed) {
		q.subjects = append(q.subjects, unnamed)
	}
	q.holding = len(q.subjects) > 0
	q.subjects = append(q.subjects, b.subjectsIn(text)...)
	for _, f := range facts {
		if f.code == "currency_weight" && f.subject != "" && strings.Contains(question, f.subject) {
			q.subjects = append(q.subjects, f.subject)
		}
	}
	for _, t := range topics {
		if rest := without(text, b.Asks[t.name]); rest != text {
			q.topics, text = append(q.topics, t), rest
		}
	}
	q.settle(numberForm.FindAllString(question, -1))
	return q
}

func (b *phrasebook) subjectsIn(text string) []string {
	var found []string
	for _, s := range subjects {
		rest := without(text, b.Subjects[s])
		if rest == text {
			continue
		}
		text, found = rest, append(found, s)
		if other := alsoCalled[s]; other != "" {
			found = append(found, other)
		}
	}
	return found
}

// settle leaves out the topics that only say more of another.
func (q *asked) settle(numbers []string) {
	q.largest = q.has(topicLargest)
	parts := slices.ContainsFunc(q.topics, func(t topic) bool { return t.parts && t.name != topicClasses })
	q.drop(topicClasses, parts)
	parts = parts || q.has(topicClasses)
	q.drop(topicLargest, parts)
	q.drop(topicSpread, parts)
	if q.has(topicCash) {
		q.subjects = append(q.subjects, topicCash)
		q.drop(topicCash, slices.ContainsFunc(q.topics, func(t topic) bool { return t.wide && t.name != topicSize }))
	}
	q.drop(topicSize, len(q.topics) > 1)
	q.drop(topicAdvice, len(q.topics) > 1)
	if q.has(topicLargest) {
		q.subjects = append(q.subjects, numbers...)
	}
	if len(q.topics) == 0 && len(q.subjects) > 0 {
		q.topics = []topic{{wide: true}}
	}
}

func (q *asked) has(name string) bool {
	return slices.ContainsFunc(q.topics, func(t topic) bool { return t.name == name })
}

func (q *asked) drop(name string, when bool) {
	if when {
		q.topics = slices.DeleteFunc(q.topics, func(t topic) bool { return t.name == name })
	}
}

// plain is a text in small letters between single blanks, one at each end.
func plain(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return " " + strings.Join(words, " ") + " "
}

func hasPhrase(text, phrases string) bool { return without(text, phrases) != text }

// without takes the phrases, parted by |, out of a plain text. One may begin and
// end within a word unless it begins or ends with a blank.
func without(text, phrases string) string {
	for phrase := range strings.SplitSeq(phrases, "|") {
		if phrase != "" {
			text = strings.ReplaceAll(text, phrase, " ")
		}
	}
	return text
}
