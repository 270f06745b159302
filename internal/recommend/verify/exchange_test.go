package verify_test

import (
	"testing"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestExchangedWords wants each sentence as it is, and not with one of its words
// exchanged for the opposite.
func TestExchangedWords(t *testing.T) {
	for _, s := range lines[struct {
		Lang         string   `json:"l"`
		Kind         string   `json:"k"`
		Sides        []string `json:"s"`
		Right, Wrong string
	}](t, "exchanged.jsonl") {
		sides := append([]string{s.Kind, verify.SideRationale}, s.Sides...)
		if got := checker(s.Lang).Directed(s.Right, sides, offered); got != nil {
			t.Errorf("%s %q: %v", s.Lang, s.Right, got)
		}
		if checker(s.Lang).Directed(s.Wrong, sides, offered) == nil {
			t.Errorf("%s %q passed", s.Lang, s.Wrong)
		}
	}
}
