// Package strictjson reads JSON as RFC 8259 and I-JSON (RFC 7493) mean it, and
// refuses what encoding/json lets pass: names given twice (also in another
// case), text that is not Unicode, numbers whose size is an attack, trailing
// data, and bottomless nesting.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"ballast.internal/ballast/internal/portfolio"
)

// The limits of a document. Numbers are far above what an amount needs, and far
// below what costs memory to compute with.
const (
	maxDepth    = 32
	maxName     = 100 // bytes of a member's name
	maxNumber   = 40  // characters of a number
	maxExponent = 30
	maxFaults   = 100
)

// SyntaxError says that the input is not one JSON value in UTF-8.
type SyntaxError struct {
	Offset int64 // bytes from the start, about where reading failed
	Reason string
}

// Error gives the reason and the place.
func (e *SyntaxError) Error() string {
	return e.Reason + " (near byte " + strconv.FormatInt(e.Offset, 10) + ")"
}

// Document is a text that is one JSON value.
type Document struct {
	Value any // maps, slices, strings, bools, nil and json.Number
	// Faults, up to a hundred, are what is JSON but ambiguous or dangerous, with
	// null in the place of what cannot be represented.
	Faults portfolio.Faults
	// Text is the text with whole numbers written as encoding/json wants them
	// for an integer: 42 for 42.0 and 4.2e1, which JSON Schema takes for the same.
	Text []byte
}

// Parse reads one JSON value. It fails with *SyntaxError when data is not one.
func Parse(data []byte) (Document, error) {
	if err := checkSyntax(data); err != nil {
		return Document{}, err
	}
	w := walker{data: data}
	value := w.value()
	return Document{value, w.faults, w.plain()}, nil
}

// byteOrderMark is what some editors begin a file with.
var byteOrderMark = []byte("\ufeff")

func checkSyntax(data []byte) error {
	if bytes.HasPrefix(data, byteOrderMark) {
		return &SyntaxError{Reason: "the text begins with a byte order mark, which JSON must not"}
	}
	if !utf8.Valid(data) {
		return &SyntaxError{Offset: int64(firstInvalid(data)), Reason: "the text is not valid UTF-8"}
	}
	if json.Valid(data) {
		return nil
	}
	var one json.RawMessage
	err := json.Unmarshal(data, &one) // says where it failed
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return &SyntaxError{Offset: syntax.Offset, Reason: "the text is not one JSON value"}
	}
	return err
}

func firstInvalid(data []byte) int {
	at := 0
	for at < len(data) {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}

// walker builds the value. It runs on valid JSON alone, so that it never has to
// ask whether a delimiter is there.
type walker struct {
	data   []byte
	at     int
	path   []string // names and indices down to the current value
	faults portfolio.Faults
	wholes []whole
}

func (w *walker) fault(code, detail string) {
	if len(w.faults) < maxFaults {
		w.faults = append(w.faults, portfolio.Fault{Pointer: Pointer(w.path...), Code: code, Detail: detail})
	}
}

func (w *walker) value() any {
	w.space()
	switch c := w.data[w.at]; c {
	case '{':
		return w.object()
	case '[':
		return w.array()
	case '"':
		return w.text()
	case 't', 'n':
		w.at += len("true")
		if c == 'n' {
			return nil
		}
		return true
	case 'f':
		w.at += len("false")
		return false
	default:
		return w.number()
	}
}

func (w *walker) object() any {
	obj := map[string]any{}
	var folded map[string]bool // lower-case forms of names that have another
	w.elements('}', func(int) {
		name := w.name()
		w.path = append(w.path, name)
		lower := strings.ToLower(name)
		if _, exact := obj[name]; exact || taken(obj, lower) || folded[lower] {
			w.fault("duplicate_key", "The name is given more than once.")
		}
		if lower != name {
			if folded == nil {
				folded = map[string]bool{}
			}
			folded[lower] = true
		}
		w.space()
		w.at++ // the colon
		obj[name] = w.value()
		w.path = w.path[:len(w.path)-1]
	})
	return obj
}

func taken(obj map[string]any, name string) bool {
	_, ok := obj[name]
	return ok
}

func (w *walker) array() any {
	list := []any{}
	w.elements(']', func(i int) {
		w.path = append(w.path, strconv.Itoa(i))
		list = append(list, w.value())
		w.path = w.path[:len(w.path)-1]
	})
	return list
}

// elements calls read for each element up to the closing byte. What lies too
// deep is passed over.
func (w *walker) elements(end byte, read func(i int)) {
	if len(w.path) >= maxDepth {
		w.fault("too_deep", "Values may be nested at most "+strconv.Itoa(maxDepth)+" levels deep.")
		w.skip()
		return
	}
	w.at++ // the opening byte
	for i := 0; ; i++ {
		w.space()
		switch w.data[w.at] {
		case end:
			w.at++
			return
		case ',':
			w.at++
			w.space()
		}
		read(i)
	}
}

// skip passes over an object or array.
func (w *walker) skip() {
	for depth := 0; ; {
		switch w.data[w.at] {
		case '{', '[':
			depth++
			w.at++
		case '}', ']':
			depth--
			w.at++
			if depth == 0 {
				return
			}
		case '"':
			w.raw()
		default:
			w.at++
		}
	}
}

func (w *walker) space() {
	for {
		switch w.data[w.at] {
		case ' ', '\t', '\r', '\n':
			w.at++
		default:
			return
		}
	}
}

// Pointer writes the RFC 6901 pointer of a path; "" for no path.
func Pointer(path ...string) string {
	var b strings.Builder
	for _, token := range path {
		b.WriteByte('/')
		_, _ = escaper.WriteString(&b, token)
	}
	return b.String()
}

var escaper = strings.NewReplacer("~", "~0", "/", "~1")
