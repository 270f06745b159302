package imports

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// node is a value of a JSON document and where it stands (RFC 6901).
type node struct {
	v  any
	at string
}

// jsonReader decodes a document for a reader of one. Names given twice and the
// like are for whoever takes the document from outside to refuse.
func jsonReader(read func(d *draft, root node) error) reader {
	return func(d *draft, data []byte) error {
		dec := json.NewDecoder(bytes.NewReader(Unicode(data)))
		dec.UseNumber()
		var v any
		if err := dec.Decode(&v); err != nil {
			return wrongFormat("", "The file is not one JSON value.")
		}
		if _, err := dec.Token(); !errors.Is(err, io.EOF) {
			return wrongFormat("", "The file is not one JSON value.")
		}
		return read(d, node{v: v})
	}
}

var tokenEscaper = strings.NewReplacer("~", "~0", "/", "~1")

func (n node) member(name string) node {
	obj, _ := n.v.(map[string]any)
	return node{v: obj[name], at: n.at + "/" + tokenEscaper.Replace(name)}
}

// path follows members.
func (n node) path(names ...string) node {
	for _, name := range names {
		n = n.member(name)
	}
	return n
}

func (n node) isObject() bool { _, ok := n.v.(map[string]any); return ok }

func (n node) isList() bool { _, ok := n.v.([]any); return ok }

// list is the elements of an array; of anything else none.
func (n node) list() []node {
	values, _ := n.v.([]any)
	out := make([]node, len(values))
	for i, v := range values {
		out[i] = node{v: v, at: n.at + "/" + strconv.Itoa(i)}
	}
	return out
}

// text is a string; of anything else "".
func (n node) text() string {
	s, _ := n.v.(string)
	return strings.TrimSpace(s)
}

func (n node) isTrue() bool { b, _ := n.v.(bool); return b }

// number reads a JSON number or a decimal in a string. null and no member are
// nil; what is no number is listed.
func (d *draft) number(n node) *decimal.Decimal {
	var s string
	switch v := n.v.(type) {
	case nil:
		return nil
	case json.Number:
		s = v.String()
	case string:
		s = strings.TrimSpace(v)
	}
	x, ok := parseNumber(s)
	if !ok {
		d.badNumber(n.at)
	}
	return x
}

func (d *draft) badNumber(at string) {
	d.skip(at, "bad_number", "The value is left out: it is not a number of at most 18 digits before the point and 18 after it.")
}

// day reads a date or time; what is none is listed.
func (d *draft) day(n node) portfolio.Date {
	s := n.text()
	day := dateOf(s)
	if s != "" && day.IsZero() {
		d.skip(n.at, "bad_date", "The date is left out: it is not an ISO 8601 date from 1900 to 2199.")
	}
	return day
}
