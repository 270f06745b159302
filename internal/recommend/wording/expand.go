package wording

import (
	"fmt"
	"regexp"
	"strings"
)

// PlaceholderError says that a text has a placeholder that stands for nothing,
// or a brace that belongs to none.
type PlaceholderError struct {
	Placeholder string // as written, such as {F99}
}

// Error names the placeholder.
func (e *PlaceholderError) Error() string {
	return fmt.Sprintf("placeholder %q stands for nothing", e.Placeholder)
}

var (
	placeholderForm = regexp.MustCompile(`\{([FH][1-9][0-9]*)\}`)
	braceForm       = regexp.MustCompile(`\{[^{}]*\}?|\}`)
)

// Expand replaces {F3} by the noun phrase of fact F3 and {H1} by what the
// caller calls that holding. What is filled in is not looked at again. The
// error is a *PlaceholderError.
func (r *Renderer) Expand(text string) (string, error) {
	var out strings.Builder
	rest := 0
	for _, at := range placeholderForm.FindAllStringSubmatchIndex(text, -1) {
		phrase, ok := r.resolve(text[at[2]:at[3]])
		if !ok {
			return "", &PlaceholderError{Placeholder: text[at[0]:at[1]]}
		}
		if stray := braceForm.FindString(text[rest:at[0]]); stray != "" {
			return "", &PlaceholderError{Placeholder: stray}
		}
		out.WriteString(text[rest:at[0]] + phrase)
		rest = at[1]
	}
	if stray := braceForm.FindString(text[rest:]); stray != "" {
		return "", &PlaceholderError{Placeholder: stray}
	}
	out.WriteString(text[rest:])
	return out.String(), nil
}

func (r *Renderer) resolve(id string) (string, bool) {
	if id[0] == 'H' {
		name, ok := r.holdings[id]
		return name, ok
	}
	f, ok := r.facts[id]
	if !ok {
		return "", false
	}
	return r.fact(f), true
}
