package wording

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A template is a text with slots such as {value}.
type template struct {
	text  string
	slots []string // distinct, in alphabetical order
}

// slots are the values for a template.
type slots map[string]string

var slotForm = regexp.MustCompile(`\{([a-z]+)\}`)

func parseTemplate(text string) (template, error) {
	t := template{text: strings.TrimSpace(text)}
	for _, m := range slotForm.FindAllStringSubmatch(text, -1) {
		t.slots = append(t.slots, m[1])
	}
	slices.Sort(t.slots)
	t.slots = slices.Compact(t.slots)
	if rest := slotForm.ReplaceAllString(text, ""); t.text == "" || strings.ContainsAny(rest, "{}") {
		return template{}, fmt.Errorf("bad template %q", text)
	}
	return t, nil
}

// render fills the slots. What is filled in is never looked at again, so that a
// caller's words cannot contain slots.
func (t template) render(s slots) string {
	if len(t.slots) == 0 {
		return t.text
	}
	return slotForm.ReplaceAllStringFunc(t.text, func(m string) string { return s[m[1:len(m)-1]] })
}

// UnmarshalYAML reads a text.
func (t *template) UnmarshalYAML(n *yaml.Node) error {
	var text string
	if err := n.Decode(&text); err != nil {
		return err
	}
	var err error
	*t, err = parseTemplate(text)
	return err
}

// entry is a message in its variants. One without variants is under plain.
type entry map[string]template

const plain = "text"

// UnmarshalYAML reads a text, or a mapping of variants to texts.
func (e *entry) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		var t template
		if err := n.Decode(&t); err != nil {
			return err
		}
		*e = entry{plain: t}
		return nil
	}
	var variants map[string]template
	if err := n.Decode(&variants); err != nil {
		return err
	}
	*e = variants
	return nil
}

// pick is the first of the wanted variants that exists, in the reader's form
// where there is one ("text_adviser"), or else the plain text.
func (e entry) pick(audience string, wanted ...string) template {
	for _, v := range append(wanted, plain) {
		if t, ok := e[v+"_"+audience]; ok {
			return t
		}
		if t, ok := e[v]; ok {
			return t
		}
	}
	return template{}
}
