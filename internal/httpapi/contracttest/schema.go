package contracttest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	contract "ballast.internal/ballast/api"
)

// schema is a JSON Schema of the contract.
type schema map[string]any

// document is the contract with its references followed where they are met.
type document struct{ root map[string]any }

func readContract() (document, error) {
	var d document
	err := json.Unmarshal(contract.JSON, &d.root)
	return d, err
}

// at is the node under a path of names.
func (d document) at(path ...string) map[string]any {
	node := d.root
	for _, name := range path {
		node, _ = node[name].(map[string]any)
	}
	return node
}

// resolve follows a reference, and an allOf of one.
func (d document) resolve(node any) schema {
	s, _ := node.(map[string]any)
	for {
		if all, ok := s["allOf"].([]any); ok && len(all) == 1 {
			s, _ = all[0].(map[string]any)
			continue
		}
		ref, ok := s["$ref"].(string)
		if !ok {
			return s
		}
		s = d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
}

// branches are the plain schemas of which a value has to fit one.
func (d document) branches(node any) []schema {
	s := d.resolve(node)
	choice, ok := s["oneOf"].([]any)
	if !ok {
		choice = nil
		for _, t := range s.types() {
			one := schema{}
			for k, v := range s {
				one[k] = v
			}
			one["type"] = t
			choice = append(choice, map[string]any(one))
		}
		return asSchemas(choice)
	}
	var out []schema
	for _, c := range choice {
		out = append(out, d.branches(c)...)
	}
	return out
}

func asSchemas(nodes []any) []schema {
	out := make([]schema, len(nodes))
	for i, n := range nodes {
		out[i], _ = n.(map[string]any)
	}
	return out
}

func (s schema) types() []string {
	switch t := s["type"].(type) {
	case string:
		return []string{t}
	case []any:
		out := make([]string, len(t))
		for i := range t {
			out[i] = fmt.Sprint(t[i])
		}
		return out
	}
	return []string{"string"}
}

// number is a keyword such as maximum.
func (s schema) number(keyword string) (int, bool) {
	f, ok := s[keyword].(float64)
	return int(f), ok
}

func (s schema) required() []string {
	list, _ := s["required"].([]any)
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = fmt.Sprint(v)
	}
	return out
}

// closed says whether an object takes the members alone that it declares.
func (s schema) closed() bool { return s["additionalProperties"] == false }

// typeOf is the JSON type of a decoded value.
func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
	}
	return "number"
}

// takes says whether one of the branches is for values of v's type.
func takes(branches []schema, v any) bool {
	_, ok := branchFor(branches, v)
	return ok
}

func branchFor(branches []schema, v any) (schema, bool) {
	t := typeOf(v)
	i := slices.IndexFunc(branches, func(b schema) bool {
		return b["type"] == t || t == "integer" && b["type"] == "number"
	})
	if i < 0 {
		return nil, false
	}
	return branches[i], true
}
