package main

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"
)

//go:embed evaluation.md.tmpl
var documentForm string

// document is docs/evaluation.md.
func (r *report) document() string {
	var w strings.Builder
	t := template.Must(template.New("evaluation").Parse(documentForm))
	if err := t.Execute(&w, map[string]any{
		"Seed": r.seed, "Hostile": r.hostileLine(), "Honest": r.honestLine(),
		"Classes": rows(r.classes), "Languages": rows(r.tongues), "Held": heldRows(r.held, (*held).row), "Whole": heldRows(r.whole, (*held).wholeRow), "Exchanges": rows(r.exchanges), "Swaps": rows(r.swaps),
	}); err != nil {
		panic(err) // a template of this package
	}
	return w.String()
}

// rows are the lines of a table: name, answers, and those that went wrong.
func rows(m map[string]*tally) string {
	var w strings.Builder
	for _, name := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(&w, "| %s | %d | %d |\n", name, m[name].answers, m[name].wrong)
	}
	return strings.TrimSuffix(w.String(), "\n")
}

// heldRows are the lines of a table of sets.
func heldRows(sets []*held, row func(h *held) string) string {
	var out []string
	for _, h := range sets {
		out = append(out, row(h))
	}
	return strings.Join(out, "\n")
}
