package wording

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/analysis"
)

// constants reads the string constants of a file whose names start with a
// prefix, so that a code added there is missed here at once.
func constants(t *testing.T, path, prefix string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, prefix) || len(spec.Values) != 1 {
			return true
		}
		if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
			value, _ := strconv.Unquote(lit.Value)
			values = append(values, value)
		}
		return true
	})
	if len(values) == 0 {
		t.Fatalf("no constants %s… in %s", prefix, path)
	}
	return values
}

func TestEveryCodeHasAMessage(t *testing.T) {
	for _, tt := range []struct{ path, prefix, section string }{
		{"../../analysis/codes.go", "Fact", "facts"},
		{"../../analysis/codes.go", "Finding", "findings"},
		{"../../analysis/actions.go", "Action", "titles"},
		{"../../analysis/actions.go", "Action", "reasons"},
		{"../../analysis/actions.go", "Action", "tradeoffs"},
		{"../../analysis/actions.go", "Limit", "limits"},
		{"../../analysis/actions.go", "Caveat", "caveats"},
		{"../types.go", "Reason", "degraded"},
	} {
		for lang, load := range catalogues {
			c := load()
			m := c.sections()[tt.section]
			for _, code := range append(constants(t, tt.path, tt.prefix), "other") {
				signed := m[code+".under"] != "" && (m[code+".over"] != "" || code == analysis.FindingMarginDebt || code == analysis.FactMarginBalance) // only ever below zero
				if m[code] == "" && !signed {
					t.Errorf("%s: no message for %s in %s", lang, code, tt.section)
				}
			}
		}
	}
}

func TestLanguages(t *testing.T) {
	for _, lang := range Languages() {
		if catalogues[lang] == nil || LanguageName(lang) == "" {
			t.Errorf("%s is not complete", lang)
		}
		if lang != fallback && catalogueOf(lang).Findings["issuer_concentration"] == catalogueOf(fallback).Findings["issuer_concentration"] {
			t.Errorf("%s is not translated", lang)
		}
		if err := catalogueOf(lang).matches(catalogueOf(fallback)); err != nil {
			t.Errorf("%s: %v", lang, err)
		}
	}
	if LanguageName("xx") != "" {
		t.Error("an unknown language has a name")
	}
}

// Sentences end like sentences; what is put into one does not.
func TestPunctuation(t *testing.T) {
	for lang, load := range catalogues {
		c := load()
		stop := "."
		if lang == "ja" {
			stop = "。"
		}
		for section, m := range c.sections() {
			ends := section == "findings" || section == "reasons" || section == "limits" || section == "caveats" ||
				section == "disclosures" || section == "degraded"
			for key, text := range m {
				if section == "questions" {
					ends = !strings.HasPrefix(key, "asks.")
				}
				if section != "patterns" && strings.HasSuffix(text, stop) != ends {
					t.Errorf("%s %s %s: %q", lang, section, key, text)
				}
			}
		}
	}
}

func TestMatches(t *testing.T) {
	reference := messages{"a": "{value} of {subject}"}
	for name, m := range map[string]messages{
		"missing": {}, "empty": {"a": ""}, "unknown key": {"a": "{subject} {value}", "b": "x"},
		"slot missing": {"a": "{value}"}, "slot unknown": {"a": "{value} {subject} {colour}"},
		"stray brace": {"a": "{value} {subject} }"}, "unclosed": {"a": "{value} {subject"},
	} {
		if m.match(reference) == nil {
			t.Errorf("%s is not noticed", name)
		}
	}
	if err := (messages{"a": "{subject}: {value}"}).match(reference); err != nil {
		t.Error(err)
	}
}

func TestParseCatalogueIsStrict(t *testing.T) {
	for _, data := range []string{"colours: {}", "facts: {a: x, a: y}", "facts: [", ""} {
		if _, err := parseCatalogue([]byte(data)); err == nil {
			t.Errorf("%q was accepted", data)
		}
	}
}
