package iam

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"unicode/utf8"
)

// maxNesting is far beyond what a policy needs.
const maxNesting = 16

type kind byte

const (
	object kind = iota
	array
	text
	number
	boolean
	null
)

func (k kind) String() string {
	return [...]string{"an object", "an array", "a string", "a number", "a boolean", "null"}[k]
}

// node is a JSON value with its line.
type node struct {
	kind    kind
	line    int
	text    string // of a string, number or boolean
	members []member
	items   []*node
}

type member struct {
	key   string
	line  int
	value *node
}

// reader reads exactly one JSON value strictly: no repeated keys, no invalid
// UTF-8, nothing after the value.
type reader struct {
	dec      *json.Decoder
	data     []byte
	newlines []int // offsets of line ends
	problems []Problem
}

// readJSON returns nil when data is not JSON; the problems say why. A repeated
// key is a problem, but the rest is still read.
func readJSON(data []byte) (*node, []Problem) {
	r := &reader{dec: json.NewDecoder(bytes.NewReader(data)), data: data}
	r.dec.UseNumber()
	for i, b := range data {
		if b == '\n' {
			r.newlines = append(r.newlines, i)
		}
	}
	if !utf8.Valid(data) {
		return nil, []Problem{{Severity: Error, Code: CodeSyntax, Message: "the document is not valid UTF-8"}}
	}
	n, err := r.value(0)
	if err == nil {
		if _, more := r.dec.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something follows the policy")
		}
	}
	if err != nil {
		return nil, append(r.problems, r.syntax(err))
	}
	return n, r.problems
}

// line is that of the token read last.
func (r *reader) line() int { return r.lineAt(r.dec.InputOffset()) }

func (r *reader) lineAt(offset int64) int {
	return 1 + sort.SearchInts(r.newlines, int(offset))
}

func (r *reader) syntax(err error) Problem {
	line := r.line()
	var se *json.SyntaxError
	if errors.As(err, &se) {
		line = r.lineAt(se.Offset - 1)
	}
	msg := err.Error()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		msg, line = "the document ends too early", r.lineAt(int64(len(bytes.TrimRight(r.data, " \t\r\n"))))
	}
	return Problem{Line: line, Severity: Error, Code: CodeSyntax, Message: "not valid JSON: " + msg}
}

func (r *reader) value(depth int) (*node, error) {
	if depth > maxNesting {
		return nil, errors.New("nested too deeply")
	}
	tok, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	n := &node{line: r.line()}
	switch t := tok.(type) {
	case json.Delim:
		if t == '{' {
			return n, r.object(n, depth)
		}
		return n, r.array(n, depth)
	case string:
		n.kind, n.text = text, t
	case json.Number:
		n.kind, n.text = number, t.String()
	case bool:
		n.kind, n.text = boolean, fmt.Sprint(t)
	case nil:
		n.kind = null
	}
	return n, nil
}

func (r *reader) object(n *node, depth int) error {
	n.kind = object
	seen := map[string]bool{}
	for r.dec.More() {
		tok, err := r.dec.Token()
		if err != nil {
			return err
		}
		m := member{key: tok.(string), line: r.line()} // More and Token allow nothing but a string here
		if seen[m.key] {
			r.problems = append(r.problems, Problem{Line: m.line, Severity: Error, Code: CodeConflict, Message: fmt.Sprintf("%q is given twice", m.key)})
		}
		seen[m.key] = true
		if m.value, err = r.value(depth + 1); err != nil {
			return err
		}
		n.members = append(n.members, m)
	}
	_, err := r.dec.Token()
	return err
}

func (r *reader) array(n *node, depth int) error {
	n.kind = array
	for r.dec.More() {
		item, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
	_, err := r.dec.Token()
	return err
}
