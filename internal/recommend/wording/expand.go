package wording

import (
	"fmt"
	"strings"
	"unicode/utf8"
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

// sentenceEnds are the marks after which a holding is no longer spoken of.
const sentenceEnds = ".!?;…。！？；"

// Expand replaces {F3} by the fact's noun phrase and {H1} by the holding. A fact
// about a holding that is not the one its sentence named last says whose it is, so
// that no words around it can give the figure to another. The error is a
// *PlaceholderError. What is put in is not expanded again.
func (r *Renderer) Expand(text string) (string, error) {
	var w strings.Builder
	var named string // in this sentence, the last one
	whole := text
	for {
		i := strings.IndexAny(text, "{}")
		if i < 0 {
			w.WriteString(text)
			return w.String(), nil
		}
		if strings.ContainsAny(text[:i], sentenceEnds) {
			named = ""
		}
		name, rest, closed := strings.Cut(text[i+1:], "}")
		if text[i] == '}' || !closed {
			return "", &PlaceholderError{Reason: "stray brace"}
		}
		phrase, err := r.resolve(name, whole[:len(whole)-len(text)+i], &named)
		if err != nil {
			return "", err
		}
		w.WriteString(r.Contractions.join(r.Elisions.fit(text[:i], phrase), phrase))
		text = rest
	}
}

// resolve returns what stands for a placeholder behind a text, and notes a holding as
// the last named.
func (r *Renderer) resolve(name, before string, named *string) (string, error) {
	if !wellFormed(name) {
		return "", &PlaceholderError{Placeholder: name[:min(len(name), maxPlaceholder)], Reason: "malformed"}
	}
	if f := r.result.Fact(name); f != nil && name[0] == 'F' {
		phrase := r.phraseAfter(f, before)
		if aboutHolding(f) && *named != f.Subject {
			*named = f.Subject
			phrase = fill(r.Patterns["of_holding"], slots{"subject": f.Subject, "phrase": phrase})
		}
		if opensSentence(before) {
			phrase = Capitalised(phrase)
		}
		return phrase, nil
	}
	if h, ok := r.holdings[name]; ok && name[0] == 'H' {
		*named = h
		return h, nil
	}
	return "", &PlaceholderError{Placeholder: name, Reason: "unknown"}
}

// opensSentence reports whether what follows a text begins a sentence.
func opensSentence(before string) bool {
	before = strings.TrimSpace(before)
	end, _ := utf8.DecodeLastRuneInString(before)
	return before == "" || strings.ContainsRune(".!?。！？", end)
}

// wellFormed reports whether name is F or H and a number.
func wellFormed(name string) bool {
	return len(name) >= 2 && len(name) <= maxPlaceholder && (name[0] == 'F' || name[0] == 'H') &&
		strings.Trim(name[1:], "0123456789") == ""
}
