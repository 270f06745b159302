// Package report prints an answer as a document for a person: HTML that stands
// alone, runs nothing, loads nothing, and prints on two pages when the answer has
// the usual length. The console and the command line show the same one.
package report

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"sync"

	"ballast.internal/ballast/internal/recommend"
)

//go:embed report.html
var pageSource string

//go:embed report.css
var style string

//go:embed labels.json
var labelsSource []byte

// Style is the one style sheet inside a report, for policies that name it by its
// hash.
func Style() string { return style }

// fallback is the language of callers whose own is not supported.
const fallback = "en"

// labels are the fixed words of a report by language. All languages have the
// same; a test compares them.
var labels = sync.OnceValue(mustReadLabels)

func mustReadLabels() map[string]map[string]string {
	var all map[string]map[string]string
	if err := json.Unmarshal(labelsSource, &all); err != nil {
		panic(fmt.Sprintf("report: labels: %v", err)) // embedded: a broken build
	}
	return all
}

var page = sync.OnceValue(func() *template.Template { return template.Must(template.New("report").Parse(pageSource)) })

// Words are the fixed words of a report in a language, English ones of unknown
// languages, for what else is shown to a person.
func Words(language string) map[string]string {
	if words, ok := labels()[language]; ok {
		return words
	}
	return labels()[fallback]
}

// HTML prints an answer. language is a primary tag that says in which language
// the words around the answer's own are; English stands in for unknown ones.
// Everything in the answer is text, never markup.
func HTML(a *recommend.Answer, language string) ([]byte, error) {
	if _, ok := labels()[language]; !ok {
		language = fallback
	}
	var b bytes.Buffer
	if err := page().Execute(&b, newView(a, language)); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return b.Bytes(), nil
}
