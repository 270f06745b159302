package httpapi

import (
	"bytes"
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	contract "ballast.internal/ballast/api"
	"ballast.internal/ballast/internal/portfolio"
)

// requestSchema is the request of the contract, compiled once. JSON Schema
// 2020-12 is what OpenAPI 3.1 schemas are written in, and the library behind
// kin-openapi's own support of it: used directly, it is not compiled anew for
// every request, and its errors tell their kind apart without parsing text.
var requestSchema = sync.OnceValue(func() *jsonschema.Schema {
	return compile("RecommendationRequest")
})

var questionSchema = sync.OnceValue(func() *jsonschema.Schema { return compile("Question") })

var feedbackSchema = sync.OnceValue(func() *jsonschema.Schema { return compile("Feedback") })

func compile(name string) *jsonschema.Schema {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(contract.JSON))
	if err != nil {
		panic("httpapi: contract: " + err.Error()) // a test compiles it
	}
	schemas := doc.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any)
	schema, err := compileSchema(name, inline(schemas[name], schemas))
	if err != nil {
		panic("httpapi: contract: " + err.Error())
	}
	return schema
}

// inline replaces references by what they refer to, which nearly halves the time of
// a validation. No schema of a request contains itself.
func inline(node any, schemas map[string]any) any {
	switch n := node.(type) {
	case map[string]any:
		if ref, ok := n["$ref"].(string); ok {
			return inline(schemas[strings.TrimPrefix(ref, "#/components/schemas/")], schemas)
		}
		if all, ok := n["allOf"].([]any); ok && len(all) == 1 {
			return inline(all[0], schemas) // beside a description, which says nothing here
		}
		out := make(map[string]any, len(n))
		for k, v := range n {
			out[k] = inline(v, schemas)
		}
		mergeTypes(out)
		if out["x-go-type"] == "map[string]Decimal" { // the domain names the members that there are
			out["additionalProperties"] = out["properties"].(map[string]any)["other"]
		}
		return out
	case []any:
		out := make([]any, len(n))
		for i, v := range n {
			out[i] = inline(v, schemas)
		}
		return out
	default:
		return node
	}
}

// mergeTypes makes one schema of a choice between plain types, which is how
// generators of clients want a decimal to be written. No rule of one type says
// anything of another, so that nothing changes but the work.
func mergeTypes(schema map[string]any) {
	choice, _ := schema["oneOf"].([]any)
	merged, types := map[string]any{}, []any{}
	for _, branch := range choice {
		rules, _ := branch.(map[string]any)
		name, plain := rules["type"].(string)
		if !plain || name == "object" || name == "array" || rules["enum"] != nil {
			return
		}
		maps.Copy(merged, rules)
		types = append(types, name)
	}
	if len(types) == 0 {
		return
	}
	delete(schema, "oneOf")
	maps.Copy(schema, merged)
	schema["type"] = types
}

// maxFaults bounds an answer to hopeless input, as portfolio.Validate does.
const maxFaults = 100

// schemaFaults checks a value against its schema. It lists every fault once, in
// the order of the document's pointers.
func schemaFaults(schema *jsonschema.Schema, value any) portfolio.Faults {
	err := schema.Validate(value)
	if err == nil {
		return nil
	}
	invalid, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return portfolio.Faults{{Code: "invalid", Detail: "The request does not fit the contract."}}
	}
	var faults portfolio.Faults
	for _, leaf := range leaves(invalid) {
		faults = append(faults, faultsOf(leaf)...)
	}
	return tidy(faults)
}

// tidy sorts faults, keeps the first of each pointer and at most a hundred.
func tidy(faults portfolio.Faults) portfolio.Faults {
	slices.SortStableFunc(faults, func(a, b portfolio.Fault) int { return comparePointers(a.Pointer, b.Pointer) })
	faults = slices.CompactFunc(faults, func(a, b portfolio.Fault) bool { return a.Pointer == b.Pointer })
	return faults[:min(len(faults), maxFaults)]
}

// comparePointers orders array elements by number, all else by name.
func comparePointers(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "/"), strings.Split(b, "/"), func(x, y string) int {
		i, errX := strconv.Atoi(x)
		j, errY := strconv.Atoi(y)
		if errX == nil && errY == nil {
			return cmp.Compare(i, j)
		}
		return cmp.Compare(x, y)
	})
}
