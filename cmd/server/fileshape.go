package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"ballast.internal/ballast/internal/budget"
)

// shape finds what of a YAML document does not fit the type that it is read
// into, and names each field: the library names a line, and types of Go.
type shape struct{ faults []error }

// misfits are all that of doc which into, a pointer, cannot hold.
func misfits(doc *yaml.Node, into any) error {
	var s shape
	s.check(doc, reflect.TypeOf(into).Elem(), "")
	return errors.Join(s.faults...)
}

// entryEnd ends the path of an entry of a list; the path of a field ends with its
// name.
const entryEnd = ": "

func (s *shape) fault(n *yaml.Node, path, format string, args ...any) {
	path = cmp.Or(strings.TrimSuffix(path, entryEnd), "the file")
	s.faults = append(s.faults, fmt.Errorf("%s: %s (line %d)", path, fmt.Sprintf(format, args...), n.Line))
}

// check is bounded by the type, which does not contain itself, where an alias
// could.
func (s *shape) check(n *yaml.Node, t reflect.Type, path string) {
	n = meant(n)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	value, isValue := valueTypes[t]
	switch {
	case n.ShortTag() == "!!null": // as if it were not there
	case t.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode:
		for i, entry := range n.Content {
			s.check(entry, t.Elem(), path+": "+entryName(entry, i)+entryEnd)
		}
	case t.Kind() == reflect.Slice:
		s.fault(n, path, "want a list")
	case t.Kind() == reflect.Struct && !isValue && n.Kind == yaml.MappingNode:
		s.fields(n, t, path, true)
	case t.Kind() == reflect.Struct && !isValue:
		s.fault(n, path, "want fields: %s", names(t))
	case n.Decode(reflect.New(t).Interface()) != nil:
		s.fault(n, path, "want %s", cmp.Or(value, kinds[t.Kind()]))
	}
}

// meant is the node behind aliases and the document's own.
func meant(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode || n.Kind == yaml.DocumentNode {
		if n.Kind == yaml.AliasNode {
			n = n.Alias
		} else {
			n = n.Content[0]
		}
	}
	return n
}

// valueTypes and kinds say what is wanted where a single value is.
var (
	valueTypes = map[reflect.Type]string{
		reflect.TypeFor[budget.Nano]():   "an amount in USD of at most nine decimal places, such as 12.50",
		reflect.TypeFor[time.Time]():     "a time such as 2027-06-30T00:00:00Z",
		reflect.TypeFor[time.Duration](): "a duration such as 30s",
		reflect.TypeFor[netip.Prefix]():  "a network such as 10.0.0.0/8",
	}
	kinds = map[reflect.Kind]string{reflect.Int: "a whole number", reflect.String: "a text"}
)

// fields checks a map, and those that are merged into it by <<, whose fields it
// may give again.
func (s *shape) fields(n *yaml.Node, t reflect.Type, path string, merges bool) {
	known, lines := fieldsOf(t), map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.ShortTag() == "!!merge" {
			if from := meant(value); merges && from.Kind == yaml.MappingNode {
				s.fields(from, t, path, false)
			}
			continue
		}
		at := fieldPath(path, key)
		switch field, exists := known[key.Value]; {
		case !exists:
			s.fault(key, at, "there is no such field; want one of %s", names(t))
		case lines[key.Value] > 0:
			s.fault(key, at, "given already in line %d", lines[key.Value])
		default:
			lines[key.Value] = key.Line
			s.check(value, field, at)
		}
	}
}

var plainName = regexp.MustCompile(`^\w{1,64}$`)

func fieldPath(path string, key *yaml.Node) string {
	name := key.Value
	if !plainName.MatchString(name) {
		name = fmt.Sprintf("%.64q", name)
	}
	if path == "" || strings.HasSuffix(path, entryEnd) {
		return path + name
	}
	return path + "." + name
}

// entryName is how the other faults call an entry: by its name or prefix, if it
// has one.
func entryName(n *yaml.Node, i int) string {
	n = meant(n)
	for k := 0; n.Kind == yaml.MappingNode && k+1 < len(n.Content); k += 2 {
		if name := n.Content[k].Value; name == "name" || name == "prefix" {
			return strconv.Quote(meant(n.Content[k+1]).Value)
		}
	}
	return fmt.Sprintf("entry %d", i+1)
}

// fieldsOf maps the names that a struct is read from to their types.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" {
			maps.Copy(out, fieldsOf(f.Type)) // inline
			continue
		}
		out[name] = f.Type
	}
	return out
}

func names(t reflect.Type) string {
	return strings.Join(slices.Sorted(maps.Keys(fieldsOf(t))), ", ")
}
