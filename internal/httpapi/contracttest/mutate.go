package contracttest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// place is a value in a document, the schema it has to fit, and a way to put
// another in its stead.
type place struct {
	pointer  string
	branches []schema
	value    any
	put      func(any)
}

// places are all values of a document that the contract says something of.
func (g *Generator) places(node any, p place) []place {
	p.branches = g.branches(node)
	out := []place{p}
	s, known := branchFor(p.branches, p.value)
	if !known {
		return out
	}
	switch v := p.value.(type) {
	case map[string]any:
		properties, _ := s["properties"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if of, ok := properties[name]; ok {
				out = append(out, g.places(of, place{pointer: p.pointer + "/" + name, value: v[name], put: func(n any) { v[name] = n }})...)
			}
		}
	case []any:
		if s["items"] == nil || s["prefixItems"] != nil {
			break
		}
		for i := range v {
			out = append(out, g.places(s["items"], place{pointer: p.pointer + "/" + strconv.Itoa(i), value: v[i], put: func(n any) { v[i] = n }})...)
		}
	}
	return out
}

// Vary puts another value of its schema, or one on the edge, in the place of
// one value of doc, which has to be decoded JSON.
func (g *Generator) Vary(name string, doc any) any {
	p := OneOf(g, g.places(g.at("components", "schemas", name), place{value: doc, put: func(n any) { doc = n }}))
	if g.Maybe(70) {
		p.put(g.value(map[string]any{"oneOf": asNodes(p.branches)}, 3))
	} else {
		p.put(OneOf(g, []any{nil, "", "0", "-1", "-0", 0.0, -1.0, 1e30, 1e-30, "999999999999999999", true, []any{}, map[string]any{}}))
	}
	return doc
}

func asNodes(of []schema) []any {
	out := make([]any, len(of))
	for i := range of {
		out[i] = map[string]any(of[i])
	}
	return out
}

// Break makes doc break its schema in one place, to which pointer points.
func (g *Generator) Break(name string, doc any) (broken any, pointer string) {
	all := g.places(g.at("components", "schemas", name), place{value: doc, put: func(n any) { doc = n }})
	for {
		p := OneOf(g, all)
		if pointer, done := OneOf(g, breaks)(g, p); done {
			return doc, pointer
		}
	}
}

// breaks are the ways to break a value; each says whether it applied.
var breaks = []func(*Generator, place) (string, bool){
	(*Generator).wrongType, (*Generator).notListed, (*Generator).unknownMember, (*Generator).missingMember,
	(*Generator).tooLong, (*Generator).beyondLimit, (*Generator).tooMany, (*Generator).wrongForm,
}

func (g *Generator) wrongType(p place) (string, bool) {
	other := OneOf(g, []any{nil, true, "text", 0.5, []any{}, map[string]any{}})
	if takes(p.branches, other) {
		return "", false
	}
	p.put(other)
	return p.pointer, true
}

func (g *Generator) notListed(p place) (string, bool) {
	s, ok := branchFor(p.branches, p.value)
	if !ok || s["enum"] == nil {
		return "", false
	}
	p.put(OneOf(g, []any{"no such value", "", strings.ToUpper(p.value.(string)) + "X"}))
	return p.pointer, true
}

func (g *Generator) unknownMember(p place) (string, bool) {
	obj, ok := p.value.(map[string]any)
	s, known := branchFor(p.branches, p.value)
	if !ok || !known || !s.closed() {
		return "", false
	}
	name := OneOf(g, []string{"client_id", "Portfolio", "x", "__proto__", "id "})
	obj[name] = g.value(map[string]any{"type": "string"}, 0)
	return p.pointer + "/" + name, true
}

func (g *Generator) missingMember(p place) (string, bool) {
	obj, ok := p.value.(map[string]any)
	s, known := branchFor(p.branches, p.value)
	if !ok || !known || len(s.required()) == 0 {
		return "", false
	}
	name := OneOf(g, s.required())
	delete(obj, name)
	return p.pointer + "/" + name, true
}

func (g *Generator) tooLong(p place) (string, bool) {
	s, ok := branchFor(p.branches, "")
	most, limited := s.number("maxLength")
	if !ok || !limited {
		return "", false
	}
	p.put(strings.Repeat("é", most+1))
	return p.pointer, true
}

func (g *Generator) beyondLimit(p place) (string, bool) {
	s, ok := branchFor(p.branches, 1.0)
	least, bounded := s.number("minimum")
	if !ok || !bounded {
		return "", false
	}
	beyond := []any{float64(least - 1)}
	if most, ok := s.number("maximum"); ok {
		beyond = append(beyond, float64(most+1))
	}
	p.put(OneOf(g, beyond))
	return p.pointer, true
}

func (g *Generator) tooMany(p place) (string, bool) {
	s, ok := branchFor(p.branches, []any{})
	most, limited := s.number("maxItems")
	if !ok || !limited || most > 1000 {
		return "", false
	}
	list := make([]any, most+1)
	one := g.value(s["items"], 5)
	for i := range list {
		list[i] = one
	}
	p.put(list)
	return p.pointer, true
}

func (g *Generator) wrongForm(p place) (string, bool) {
	s, ok := branchFor(p.branches, "")
	if !ok || s["pattern"] == nil {
		return "", false
	}
	p.put(OneOf(g, []any{"", "x", "1e3", "+1", "1,000", "2026-11-2", ".5", "5.", "1.0000000000000000001", "1234567890123456789", " 1", "١"}))
	return p.pointer, true
}
