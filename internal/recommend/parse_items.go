package recommend

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// items reads r, which some models send as a string that holds the array.
func (p *parsed) items(dec *json.Decoder) error {
	t, err := dec.Token()
	if err != nil {
		return err
	}
	switch v := t.(type) {
	case json.Delim:
		if v != '[' {
			p.note(itemAnswer, reasonShape, verdictRejected)
			return skipRest(dec)
		}
		return p.lines(dec)
	case string:
		p.note(itemAnswer, reasonEncoded, verdictRepaired)
		return p.encodedLines(v)
	default:
		p.note(itemAnswer, reasonShape, verdictRejected)
		return nil
	}
}

// skipRest reads the rest of an object whose brace has been read.
func skipRest(dec *json.Decoder) error {
	for depth := 1; depth > 0; {
		t, err := dec.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

func (p *parsed) encodedLines(s string) error {
	text, fixes := tidy(s)
	dec := json.NewDecoder(strings.NewReader(text))
	t, err := dec.Token()
	if err != nil || t != json.Delim('[') || fixes.tooDeep {
		p.note(itemAnswer, reasonShape, verdictRejected)
		return nil //nolint:nilerr // the string is at fault, not the JSON around it
	}
	if err := p.lines(dec); err != nil {
		p.note(itemAnswer, reasonTruncated, verdictRepaired)
		return nil //nolint:nilerr // the complete items are kept
	}
	if strings.TrimSpace(text[dec.InputOffset():]) != "" {
		p.Items = nil
		p.note(itemAnswer, reasonAmbiguous, verdictRejected)
	}
	return nil
}

func (p *parsed) lines(dec *json.Decoder) error {
	for dec.More() {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		if len(p.Items) < maxItems {
			p.line(raw)
		}
	}
	_, err := dec.Token()
	return err
}

// line reads ["A1",["F3","F7"],"text"].
func (p *parsed) line(raw json.RawMessage) {
	var parts []json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil || len(parts) != 3 {
		p.note(itemUnknown, reasonShape, verdictDropped)
		return
	}
	name, _ := asString(parts[0])
	action, ok := normalID(name, 'A')
	if !ok {
		p.note(itemUnknown, reasonShape, verdictDropped)
		return
	}
	facts, ok := p.factIDs(action, parts[1])
	text, isText := asString(parts[2])
	if !ok || !isText {
		p.note(action, reasonShape, verdictDropped)
		return
	}
	p.Items = append(p.Items, draftItem{Action: action, Facts: facts, Text: p.normal(action, text)})
}

// factIDs reads ["F3","F7"], the same in a string, or "F3,F7".
func (p *parsed) factIDs(action string, raw json.RawMessage) ([]string, bool) {
	var names []string
	if s, ok := asString(raw); ok {
		p.note(action, reasonEncoded, verdictRepaired)
		names = strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(`[]{}(),;" `, r) })
	} else if err := json.Unmarshal(raw, &names); err != nil {
		return nil, false
	}
	if len(names) > maxCited {
		return nil, false
	}
	ids := make([]string, 0, len(names))
	for _, n := range names {
		id, ok := normalID(n, 'F')
		if !ok {
			return nil, false
		}
		ids = append(ids, id)
	}
	return ids, true
}

func asString(raw json.RawMessage) (string, bool) {
	if !bytes.HasPrefix(bytes.TrimSpace(raw), []byte{'"'}) {
		return "", false
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return s, err == nil
}

var idForm = regexp.MustCompile(`^[A-Z][1-9][0-9]{0,3}$`)

// normalID takes the brackets and blanks off an id, and accepts only ids of
// the given letter.
func normalID(s string, letter byte) (string, bool) {
	s = strings.Trim(s, " \t\n{}[]()")
	return s, idForm.MatchString(s) && s[0] == letter
}

// placeholderForm matches every way of writing a fact or a holding: {F3}, {{F3}}, {F3 },
// [F3] and a bare F3 that is not part of a longer word.
var placeholderForm = regexp.MustCompile(`(?:\{+\s*|\[+\s*)([FH][1-9][0-9]{0,3})(?:\s*\}+|\s*\]+)|\b([FH][1-9][0-9]{0,3})\b`)

// normal rewrites the placeholders of a text to {F3} and {H1}.
func (p *parsed) normal(item, text string) string {
	out := placeholderForm.ReplaceAllStringFunc(text, func(m string) string {
		return "{" + strings.Trim(m, "{}[] \t\n") + "}"
	})
	if out != text {
		p.note(item, reasonPlaceholder, verdictRepaired)
	}
	return strings.TrimSpace(out)
}
