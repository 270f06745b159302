package wording_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"go.yaml.in/yaml/v4"

	"ballast.internal/ballast/internal/recommend/verify"
	"ballast.internal/ballast/internal/recommend/wording"
)

// ownWords are the sections that a reader cannot tell from a model's words, so
// that the same must not be said in them: no promise, no forecast, no number
// outside a slot.
var ownWords = []string{"findings", "titles", "reasons", "tradeoffs", "limits"}

// TestRulesTextPassesTheModelsChecks holds the rules' text to what a model's is
// held to, with slots in the place of placeholders.
func TestRulesTextPassesTheModelsChecks(t *testing.T) {
	slot := regexp.MustCompile(`\{[a-z_0-9]+\}`)
	for _, language := range wording.Languages() {
		data, err := os.ReadFile(filepath.Join("messages", language+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		var sections map[string]any
		if err := yaml.Load(data, &sections); err != nil {
			t.Fatal(err)
		}
		c := verify.New(verify.Config{Language: language})
		for _, name := range ownWords {
			texts := textsIn(sections[name])
			if len(texts) == 0 {
				t.Errorf("%s: nothing in %s", language, name)
			}
			for _, text := range texts {
				plain := slot.ReplaceAllString(text, "{F1}")
				got := slices.DeleteFunc(c.Text(plain, verify.Citable{"F1": ""}), func(r verify.Reason) bool {
					// What the catalogue says around a value is what the value means, and code has words of its own.
					return r == verify.ReasonFrame || r == verify.ReasonUnfamiliar
				})
				if len(got) > 0 {
					t.Errorf("%s %s %q: %v", language, name, text, got)
				}
			}
		}
	}
}

// textsIn collects the strings of a decoded document.
func textsIn(node any) (texts []string) {
	switch v := node.(type) {
	case string:
		return []string{v}
	case []any:
		for _, x := range v {
			texts = append(texts, textsIn(x)...)
		}
	case map[string]any:
		for _, x := range v {
			texts = append(texts, textsIn(x)...)
		}
	}
	return texts
}
