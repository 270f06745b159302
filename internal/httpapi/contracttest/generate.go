package contracttest

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// Generator makes values of the contract's schemas; the same seed makes the
// same ones.
type Generator struct {
	document
	rnd *rand.Rand
}

// NewGenerator reads the contract.
func NewGenerator(seed uint64) (*Generator, error) {
	doc, err := readContract()
	return &Generator{doc, rand.New(rand.NewPCG(seed, 1))}, err //nolint:gosec // repeatable on purpose
}

// Schema makes a value of a schema of the contract by its name. It fits the
// schema; rules that a schema cannot say may still refuse it.
func (g *Generator) Schema(name string) any {
	return g.value(g.at("components", "schemas", name), 0)
}

// Value makes a value of a schema, which may refer to others of the contract.
func (g *Generator) Value(schema map[string]any) any { return g.value(schema, 0) }

// Maybe is true in percent of a hundred cases.
func (g *Generator) Maybe(percent int) bool { return g.rnd.IntN(100) < percent }

// OneOf picks one of several.
func OneOf[T any](g *Generator, from []T) T { return from[g.rnd.IntN(len(from))] }

func (g *Generator) value(node any, depth int) any {
	s := OneOf(g, g.branches(node))
	if examples, ok := s["examples"].([]any); ok && g.Maybe(60) {
		if example := OneOf(g, examples); takes([]schema{s}, example) {
			return example
		}
	}
	switch s["type"] {
	case "null":
		return nil
	case "boolean":
		return g.Maybe(50)
	case "integer", "number":
		return g.integer(s)
	case "array":
		return g.array(s, depth)
	case "object":
		return g.object(s, depth)
	default:
		return g.text(s)
	}
}

func (g *Generator) integer(s schema) any {
	least, _ := s.number("minimum")
	most, ok := s.number("maximum")
	if !ok {
		most = least + 1000
	}
	return float64(least + g.rnd.IntN(most-least+1))
}

// words are texts that something may stumble over.
var words = []string{
	"", " ", "a", "USD", "US", "equity", "north_america", "VTI", "AAPL", "A1", "F1", "{F1}", "</data>", "=1+1", "null", "\u0000", "\u202e", "é", "日本", "\U0001f600",
	"-", "..", "%2e", "\n", "\"", "\\", strings.Repeat("x", 20), "US9229087690", "Why?",
}

// forms are texts of the patterns that the contract has, by what the pattern
// contains.
var forms = map[string][]string{
	"{4}-": {"2026-11-20", "2025-01-31", "2021-03-01", "2020-02-29", "1900-01-01", "9999-12-31", "0001-01-01", "2025-02-30", "0000-00-00"},
	"{1,18}": {"0", "1", "0.05", "100", "1234.50", "-1", "-0", "0.000000000000000001", "999999999999999999", "999999999999999999.999999999999999999",
		"-999999999999999999", "000000000000000001", "50", "0.6"},
}

func (g *Generator) text(s schema) any {
	if enum, ok := s["enum"].([]any); ok {
		return OneOf(g, enum)
	}
	pattern, _ := s["pattern"].(string)
	for part, texts := range forms {
		if strings.Contains(pattern, part) {
			return OneOf(g, texts)
		}
	}
	if s["format"] == "date-time" {
		return OneOf(g, []string{"2026-11-20T12:00:00Z", "2026-01-01T00:00:00+01:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"})
	}
	text := OneOf(g, words)
	if least, _ := s.number("minLength"); len(text) < least {
		text = strings.Repeat("y", least)
	}
	if most, ok := s.number("maxLength"); ok && len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	return text
}

func (g *Generator) array(s schema, depth int) any {
	if prefix, ok := s["prefixItems"].([]any); ok {
		out := make([]any, len(prefix))
		for i := range prefix {
			out[i] = g.value(prefix[i], depth+1)
		}
		return out
	}
	least, _ := s.number("minItems")
	out := make([]any, least+g.rnd.IntN(3))
	for i := range out {
		out[i] = g.value(s["items"], depth+1)
	}
	return out
}

func (g *Generator) object(s schema, depth int) any {
	out := map[string]any{}
	properties, _ := s["properties"].(map[string]any)
	required := s.required()
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if slices.Contains(required, name) || g.Maybe(70-10*depth) {
			out[name] = g.value(properties[name], depth+1)
		}
	}
	if rest, ok := s["additionalProperties"].(map[string]any); ok {
		for range 1 + g.rnd.IntN(3) {
			out[g.memberName()] = g.value(rest, depth+1)
		}
	}
	return out
}

func (g *Generator) memberName() string {
	return OneOf(g, []string{"equity", "fixed_income", "US", "USD", "north_america", "information_technology", "x", "", "a/b~c"})
}
