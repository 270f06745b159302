package wording

import (
	"fmt"
	"strings"
)

// PlaceholderError says that a text cannot be expanded.
type PlaceholderError struct {
	Placeholder string // as found, without braces; empty for a stray brace
	Reason      string // unknown, malformed or stray brace
}

func (e *PlaceholderError) Error() string {
	return fmt.Sprintf("placeholder %q: %s", e.Placeholder, e.Reason)
}

// maxPlaceholder is the length of the longest placeholder told in an error.
const maxPlaceholder = 16

// Expand replaces {F3} by the fact's noun phrase and {H1} by the holding. The
// error is a *PlaceholderError. What is put in is not expanded again.
func (r *Renderer) Expand(text string) (string, error) {
	var w strings.Builder
	for {
		i := strings.IndexAny(text, "{}")
		if i < 0 {
			w.WriteString(text)
			return w.String(), nil
		}
		w.WriteString(text[:i])
		name, rest, closed := strings.Cut(text[i+1:], "}")
		if text[i] == '}' || !closed {
			return "", &PlaceholderError{Reason: "stray brace"}
		}
		phrase, err := r.resolve(name)
		if err != nil {
			return "", err
		}
		w.WriteString(phrase)
		text = rest
	}
}

func (r *Renderer) resolve(name string) (string, error) {
	if !wellFormed(name) {
		return "", &PlaceholderError{Placeholder: name[:min(len(name), maxPlaceholder)], Reason: "malformed"}
	}
	if f := r.facts[name]; f != nil && name[0] == 'F' {
		return r.phrase(f), nil
	}
	if h, ok := r.holdings[name]; ok && name[0] == 'H' {
		return h, nil
	}
	return "", &PlaceholderError{Placeholder: name, Reason: "unknown"}
}

// wellFormed reports whether name is F or H and a number.
func wellFormed(name string) bool {
	return len(name) >= 2 && len(name) <= maxPlaceholder && (name[0] == 'F' || name[0] == 'H') &&
		strings.Trim(name[1:], "0123456789") == ""
}
