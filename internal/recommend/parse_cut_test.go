package recommend

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCutAnywhere keeps exactly the items that were complete, wherever the
// answer ends: max_tokens cuts in the middle of a word.
func TestCutAnywhere(t *testing.T) {
	items := []string{
		`["A1",["F3","F7"],"{H1} is \"large\", {F3}."]`, `["A2",["F1"],"Wörtlich ] } , 日本 \u00e9."]`, `["A3",["F2"],"x"]`,
	}
	const summary = `All [is] {F1}, {H1}.`
	for name, form := range map[string]string{
		"summary first": `{"s":"` + summary + `","r":[%s]}`,
		"summary last":  `{"r":[%s],"s":"` + summary + `"}`,
	} {
		whole := fmt.Sprintf(form, strings.Join(items, ","))
		want := parseAnswer(whole, "")
		if len(want.Items) != len(items) || want.rejected {
			t.Fatalf("%s: %+v", name, want)
		}
		for cut := 1; cut < len(whole); cut++ {
			p := parseAnswer(whole[:cut], "")
			complete := 0
			for i, at := 0, 0; i < len(items); i++ {
				at += strings.Index(whole[at:], items[i]) + len(items[i])
				if at <= cut {
					complete++
				}
			}
			if p.rejected || len(p.Items) != complete {
				t.Fatalf("%s, cut after %q: %d items of %d, rejected %v", name, whole[:cut], len(p.Items), complete, p.rejected)
			}
			if d := cmp.Diff(want.Items[:complete], p.Items, emptyIsNil[draftItem]()); d != "" {
				t.Fatalf("%s, cut after %q:\n%s", name, whole[:cut], d)
			}
			if p.Summary != "" && p.Summary != want.Summary {
				t.Fatalf("%s, cut after %q: half a summary %q", name, whole[:cut], p.Summary)
			}
			if !slices.Contains(p.verdicts, Verdict{"answer", "truncated", "repaired"}) {
				t.Fatalf("%s, cut after %q: verdicts %v", name, whole[:cut], p.verdicts)
			}
		}
	}
}

// TestTwoReadings are refused, wherever the second one stands and however it
// is written.
func TestTwoReadings(t *testing.T) {
	const a, b = `{"s":"x","r":[["A1",["F1"],"y"]]}`, `{"s":"z","r":[]}`
	for _, raw := range []string{
		a + b, a + " and also " + b, a + "\n```\n" + b, "```json\n" + a + "\n```\n```json\n" + b + "\n```",
		`{"s":"x","r":[],"r":[["A1",["F1"],"y"]]}`, `{"r":[],"s":"x","\u0072":[]}`, `{"x":1,"x":2,"r":[]}`,
		a + `[["A2",["F1"],"w"]]`, "{}" + a, `Two drafts: ` + a + ` or rather ` + b, a + "}",
		`{"s":"x","r":[["A1",["F1"],"y"]]` + a,
	} {
		for _, pre := range []string{"", prefill} {
			if p := parseAnswer(raw, pre); len(p.Items) > 0 || p.Summary != "" || !p.rejected {
				t.Errorf("%q with prefill %q was read as %+v", raw, pre, p.draft)
			}
		}
	}
}
