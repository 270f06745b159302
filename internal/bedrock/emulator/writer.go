package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strings"
)

// draft is an answer before it is written out.
type draft struct {
	summary string
	items   []draftItem
	extra   string // further members of the object, as JSON
	prose   string // if set, the answer is this text and no object
	broken  bool   // ends in the middle, as if max_tokens were reached
	empty   bool   // nothing at all
}

type draftItem struct {
	action string
	facts  []string
	text   string
}

// write composes an answer from the prompt's text alone. The same prompt gets
// the same answer.
func write(prompt string) (draft, brief) {
	b := readBrief(prompt)
	book := phrasebooks()[b.language]
	if len(b.actions) == 0 && len(b.facts) == 0 {
		return draft{prose: choose(book.Hello, prompt, "hello", nil)}, b
	}
	w := writer{book: book, prompt: prompt}
	if b.question != "" {
		return draft{summary: w.reply(b)}, b
	}
	d := draft{summary: w.summary(b)}
	for _, a := range b.actions {
		d.items = append(d.items, w.item(a))
	}
	return d, b
}

type writer struct {
	book   *phrasebook
	prompt string
}

// summary opens with value and level, or in general where the prompt has none, and
// names the reason of the first action.
func (w writer) summary(b brief) string {
	open := w.opening(b)
	var fact string
	switch {
	case len(b.actions) > 0 && len(b.actions[0].facts) > 0:
		fact = b.actions[0].facts[0]
	case len(b.facts) > 0:
		fact = b.facts[0].id
	default:
		return open
	}
	return w.join(open, choose(w.book.Notable, w.prompt, "notable", slots{"F": fact}))
}

func (w writer) opening(b brief) string {
	value, level := b.first("total_value"), b.first("effective_risk_level")
	if value == "" || level == "" {
		return choose(w.book.Open, w.prompt, "open", nil)
	}
	return strings.NewReplacer("{T}", "{"+value+"}", "{L}", "{"+level+"}").Replace(w.book.Worth)
}

func (w writer) item(a briefAction) draftItem {
	s := slots{}
	if holdingForm.MatchString(a.subject) {
		s["H"] = a.subject
	}
	it := draftItem{action: a.id, text: choose(w.book.Why[themeOf(a.kind)], w.prompt, a.id, s)}
	if len(a.facts) == 0 {
		return it
	}
	s["F"] = a.facts[0]
	it.facts = a.facts[:1]
	evidence := w.book.Evidence
	if s["H"] != "" && !strings.Contains(it.text, "{"+s["H"]+"}") {
		evidence = w.book.EvidenceHolding
	}
	it.text = w.join(it.text, choose(evidence, w.prompt, a.id+"evidence", s))
	return it
}

// join puts sentences together; Japanese has no blank between them.
func (w writer) join(a, b string) string {
	if strings.HasSuffix(a, "。") {
		return a + b
	}
	return a + " " + b
}

// slots are what the placeholders of a phrase stand for.
type slots map[string]string

// choose picks a sentence by the hash of the prompt among those whose
// placeholders can be filled, and fills them.
func choose(sentences []string, prompt, salt string, s slots) string {
	var fit []string
	for _, c := range sentences {
		if (s["H"] != "" || !strings.Contains(c, "{H}")) && (s["F"] != "" || !strings.Contains(c, "{F}")) {
			fit = append(fit, c)
		}
	}
	if len(fit) == 0 {
		return ""
	}
	h := fnv.New64a()
	h.Write([]byte(prompt + "\x00" + salt))
	text := fit[h.Sum64()%uint64(len(fit))]
	return strings.NewReplacer("{H}", "{"+s["H"]+"}", "{F}", "{"+s["F"]+"}").Replace(text)
}

// object is the answer as JSON on one line.
func (d draft) object() string {
	rows := make([]any, len(d.items))
	for i, it := range d.items {
		facts := it.facts
		if facts == nil {
			facts = []string{}
		}
		rows[i] = []any{it.action, facts, it.text}
	}
	return `{"s":` + encode(d.summary) + `,"r":` + encode(rows) + d.extra + "}"
}

// encode writes JSON without escaping < and >, as a model would.
func encode(v any) string {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil { // strings, lists and maps of them always encode
		panic(fmt.Sprintf("encode an answer: %v", err))
	}
	return strings.TrimSuffix(buf.String(), "\n")
}
