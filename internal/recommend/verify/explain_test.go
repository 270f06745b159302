package verify_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/recommend/verify"
)

// TestExplain wants a ground for each refusal by a list or a rule, and the same
// verdict as without an explanation.
func TestExplain(t *testing.T) {
	for _, s := range slices.Concat(sentences(t, "hostile.jsonl"), sentences(t, "benign.jsonl")) {
		c, sides := checker(s.Lang), sidesOf(s.Kind)
		e := c.Explain(s.Text, sides, offered)
		if d := cmp.Diff(c.Directed(s.Text, sides, offered), e.Against); d != "" {
			t.Errorf("%s %q: %s", s.Lang, s.Text, d)
		}
		byList := slices.Contains(e.Against, verify.ReasonUnfamiliar) || slices.Contains(e.Against, verify.ReasonClaim)
		if byList && len(e.Grounds) == 0 {
			t.Errorf("%s %q: %v without a ground", s.Lang, s.Text, e.Against)
		}
	}
}

func TestExplainNamesWhatIsAgainst(t *testing.T) {
	got := checker("en").Explain("The position grows: {F1}, which is guaranteed.", sidesOf("reduce_concentration"), offered)
	want := []string{"data/en.txt [promise]: guarant*", "data/en.txt [promise]: *guarantee*", "data/words: no guaranteed", "assertion.go: grows = rises"}
	if d := cmp.Diff(want, got.Grounds); d != "" {
		t.Error(d)
	}
	if want := []string{"position = object holding", "grows = rises", "{} = object figure"}; !slices.Equal(got.Read, want) {
		t.Errorf("read as %q", got.Read)
	}
}
