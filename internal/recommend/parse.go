package recommend

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// Limits of an answer that is worth reading. A good one has a few hundred
// tokens; Claude 3 Haiku cannot return more than 4,096.
const (
	maxRawBytes = 64 << 10
	maxDepth    = 6
	maxItems    = 64 // lines of r that are looked at
	maxCited    = 64 // fact ids of one line that are looked at
)

// draft is what the model said, in normal form and unchecked.
type draft struct {
	Summary string
	Items   []draftItem
}

// draftItem is one line of r. Ids are in normal form (A1, F3) and placeholders
// of the text are written {F3} and {H1}, whatever the model wrote.
type draftItem struct {
	Action string
	Facts  []string
	Text   string
}

// parsed is a reading of a raw answer and the verdicts passed on the way.
type parsed struct {
	draft
	verdicts []Verdict
	// rejected is set when nothing of the answer can be used.
	rejected bool
}

// parseAnswer reads a model's answer as generously as one reading allows: it
// puts the prefill back, takes off code fences and talk around the object,
// and keeps the complete items of an answer that was cut off. What can be read
// in two ways, such as two objects or a repeated key, is rejected.
func parseAnswer(raw, prefill string) parsed {
	if strings.TrimSpace(raw) == "" {
		return reject(reasonEmpty)
	}
	if len(raw) > maxRawBytes {
		return reject(reasonTooLarge)
	}
	body, fenced := unfence(strings.ToValidUTF8(raw, "\uFFFD"))
	body, ok := isolate(body, prefill)
	if !ok {
		return reject(reasonNotJSON)
	}
	text, fixes := tidy(body)
	if fixes.tooDeep {
		return reject(reasonTooDeep)
	}
	p := readObject(text)
	if p.rejected {
		return p
	}
	if fenced {
		p.note(itemAnswer, reasonFence, verdictRepaired)
	}
	if fixes.comma {
		p.note(itemAnswer, reasonComma, verdictRepaired)
	}
	if fixes.control {
		p.note(itemAnswer, reasonControl, verdictRepaired)
	}
	p.dropDuplicates()
	return p
}

// readObject walks the top level by tokens, because encoding/json's own
// decoding into a struct lets the last of two equal keys win.
func readObject(text string) parsed {
	p, seen := parsed{}, map[string]bool{}
	dec := json.NewDecoder(strings.NewReader(text))
	if _, err := dec.Token(); err != nil {
		return reject(reasonNotJSON)
	}
	for dec.More() {
		t, err := dec.Token()
		key, ok := t.(string)
		if err != nil || !ok {
			return p.endAt(err)
		}
		if seen[key] {
			return reject(reasonAmbiguous)
		}
		seen[key] = true
		if err := p.member(dec, key); err != nil {
			return p.endAt(err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return p.endAt(err)
	}
	if rest := text[dec.InputOffset():]; strings.ContainsAny(rest, "{}[]") {
		return reject(reasonAmbiguous)
	}
	return p
}

// endAt decides what an error in the middle of the object leaves: an answer
// that just stops keeps what was complete, anything else is not JSON.
func (p *parsed) endAt(err error) parsed {
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return reject(reasonNotJSON)
	}
	p.note(itemAnswer, reasonTruncated, verdictRepaired)
	return *p
}

func (p *parsed) member(dec *json.Decoder, key string) error {
	if key == "r" {
		return p.items(dec)
	}
	var raw json.RawMessage
	if err := dec.Decode(&raw); err != nil || key != "s" {
		return err
	}
	s, ok := asString(raw)
	if !ok {
		p.note(itemSummary, reasonShape, verdictDropped)
		return nil
	}
	p.Summary = p.normal(itemSummary, s)
	return nil
}

// dropDuplicates drops every item whose action comes twice: neither of two
// texts for one action is the answer.
func (p *parsed) dropDuplicates() {
	count := map[string]int{}
	for _, it := range p.Items {
		count[it.Action]++
	}
	kept := p.Items[:0]
	for _, it := range p.Items {
		if count[it.Action] > 1 {
			p.note(it.Action, reasonDuplicate, verdictDropped)
			continue
		}
		kept = append(kept, it)
	}
	p.Items = kept
}
