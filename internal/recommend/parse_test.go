package recommend

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseAnswer(t *testing.T) {
	one := draft{Summary: "All is {F1}.", Items: []draftItem{{Action: "A1", Facts: []string{"F3", "F7"}, Text: "{H1} is {F3}."}}}
	const body = `"s":"All is {F1}.","r":[["A1",["F3","F7"],"{H1} is {F3}."]]}`
	tests := map[string]struct {
		raw      string
		prefill  string
		want     draft
		rejected bool
		verdicts []Verdict
	}{
		"continues the prefill":       {raw: body, prefill: "{", want: one},
		"repeats the prefill":         {raw: "{" + body, prefill: "{", want: one},
		"a tool's input":              {raw: "{" + body, want: one},
		"blank space around":          {raw: "\n " + body + " \n", prefill: "{", want: one},
		"talk around":                 {raw: "Here it is:\n{" + body + "\nI hope this helps.", want: one},
		"an unknown key is passed by": {raw: `{"note":{"x":[1,2]},` + body, want: one},
		"fenced": {
			raw: "```json\n{" + body + "\n```", want: one,
			verdicts: []Verdict{{"answer", "fence", "repaired"}},
		},
		"fenced at the end only": {
			raw: body + "\n```", prefill: "{", want: one,
			verdicts: []Verdict{{"answer", "fence", "repaired"}},
		},
		"trailing commas": {
			raw: `{"s":"All is {F1}.","r":[["A1",["F3","F7",],"{H1} is {F3}.",],],}`, want: one,
			verdicts: []Verdict{{"answer", "trailing_comma", "repaired"}},
		},
		"a comma in a string stays": {
			raw:  `{"s":"a ,] b","r":[]}`,
			want: draft{Summary: "a ,] b"},
		},
		"a line break in a string": {
			raw: "{\"s\":\"All is\n{F1}.\",\"r\":[]}", want: draft{Summary: "All is {F1}."},
			verdicts: []Verdict{{"answer", "control_character", "repaired"}},
		},
		"r in a string": {
			raw: `{"s":"All is {F1}.","r":"[[\"A1\",[\"F3\",\"F7\"],\"{H1} is {F3}.\"]]"}`, want: one,
			verdicts: []Verdict{{"answer", "encoded_array", "repaired"}},
		},
		"facts in a string": {
			raw: `{"s":"All is {F1}.","r":[["A1","[\"F3\", \"F7\"]","{H1} is {F3}."]]}`, want: one,
			verdicts: []Verdict{{"A1", "encoded_array", "repaired"}},
		},
		"facts by comma": {
			raw: `{"s":"All is {F1}.","r":[["A1","F3,F7","{H1} is {F3}."]]}`, want: one,
			verdicts: []Verdict{{"A1", "encoded_array", "repaired"}},
		},
		"placeholders in other forms": {
			raw: `{"s":"All is [F1].","r":[["{A1}",["{F3}","[F7]"],"H1 is {{F3 }}."]]}`, want: one,
			verdicts: []Verdict{{"A1", "placeholder_form", "repaired"}, {"summary", "placeholder_form", "repaired"}},
		},
		"cut off in the second item": {
			raw: `"s":"All is {F1}.","r":[["A1",["F3","F7"],"{H1} is {F3}."],["A2",["F9"],"And the`, prefill: "{", want: one,
			verdicts: []Verdict{{"answer", "truncated", "repaired"}},
		},
		"cut off in the summary": {
			raw:      `{"r":[["A1",["F3","F7"],"{H1} is {F3}."]],"s":"All`,
			want:     draft{Items: one.Items},
			verdicts: []Verdict{{"answer", "truncated", "repaired"}},
		},
		"cut off in an encoded array": {
			raw:      `{"s":"All is {F1}.","r":"[[\"A1\",[\"F3\",\"F7\"],\"{H1} is {F3}.\"],[\"A2\""}`,
			want:     one,
			verdicts: []Verdict{{"answer", "encoded_array", "repaired"}, {"answer", "truncated", "repaired"}},
		},
		"an item of another shape": {
			raw: `{"s":"All is {F1}.","r":[["A1",["F3","F7"],"{H1} is {F3}."],["A2","x"],{"id":"A3"}]}`, want: one,
			verdicts: []Verdict{{"item", "wrong_shape", "dropped"}},
		},
		"a fact id that is none": {
			raw: `{"s":"All is {F1}.","r":[["A1",["F3","F7"],"{H1} is {F3}."],["A2",["F0"],"x"]]}`, want: one,
			verdicts: []Verdict{{"A2", "wrong_shape", "dropped"}},
		},
		"one action twice": {
			raw:      `{"s":"s","r":[["A1",["F3"],"x"],["A2",["F1"],"y"],["A1",["F3"],"z"]]}`,
			want:     draft{Summary: "s", Items: []draftItem{{"A2", []string{"F1"}, "y"}}},
			verdicts: []Verdict{{"A1", "duplicate_action", "dropped"}},
		},
		"summary of another type": {
			raw: `{"s":["x"],"r":[]}`, verdicts: []Verdict{{"summary", "wrong_shape", "dropped"}},
		},
		"r of another type": {
			raw: `{"s":"x","r":{"A1":"y"}}`, want: draft{Summary: "x"},
			verdicts: []Verdict{{"answer", "wrong_shape", "rejected"}},
		},
		"two arrays in a string": {
			raw: `{"s":"x","r":"[[\"A1\",[\"F1\"],\"y\"]] [[\"A1\",[\"F1\"],\"z\"]]"}`, want: draft{Summary: "x"},
			verdicts: []Verdict{{"answer", "encoded_array", "repaired"}, {"answer", "ambiguous", "rejected"}},
		},
		"two objects":         {raw: "{" + body + "\n{" + body, rejected: true, verdicts: rejection("ambiguous")},
		"a key twice":         {raw: `{"s":"x","s":"y","r":[]}`, rejected: true, verdicts: rejection("ambiguous")},
		"an escaped key":      {raw: `{"s":"x","\u0073":"y","r":[]}`, rejected: true, verdicts: rejection("ambiguous")},
		"nothing":             {raw: " \n", prefill: "{", rejected: true, verdicts: rejection("empty")},
		"prose":               {raw: "I cannot help with that.", prefill: "{", rejected: true, verdicts: rejection("not_json")},
		"broken syntax":       {raw: `{"s" "x"}`, rejected: true, verdicts: rejection("not_json")},
		"nested too deep":     {raw: `{"s":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`, rejected: true, verdicts: rejection("too_deep")},
		"an array at the top": {raw: `[["A1",["F3"],"x"]]`, rejected: true, verdicts: rejection("not_json")},
		"too large":           {raw: `{"s":"` + strings.Repeat("x", maxRawBytes) + `"}`, rejected: true, verdicts: rejection("too_large")},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			p := parseAnswer(tc.raw, tc.prefill)
			if p.rejected != tc.rejected {
				t.Errorf("rejected = %v, verdicts %v", p.rejected, p.verdicts)
			}
			want := tc.want
			if d := cmp.Diff(want.Summary, p.Summary); d != "" {
				t.Errorf("summary (-want +got):\n%s", d)
			}
			if d := cmp.Diff(want.Items, p.Items, emptyIsNil[draftItem]()); d != "" {
				t.Errorf("items (-want +got):\n%s", d)
			}
			sortVerdicts(p.verdicts)
			sortVerdicts(tc.verdicts)
			if d := cmp.Diff(tc.verdicts, p.verdicts, emptyIsNil[Verdict]()); d != "" {
				t.Errorf("verdicts (-want +got):\n%s", d)
			}
		})
	}
}

func rejection(reason string) []Verdict { return []Verdict{{"answer", reason, "rejected"}} }

func emptyIsNil[T any]() cmp.Option {
	return cmp.Transformer("emptyIsNil", func(s []T) []T {
		if len(s) == 0 {
			return nil
		}
		return s
	})
}

func sortVerdicts(v []Verdict) {
	slices.SortFunc(v, func(a, b Verdict) int {
		return strings.Compare(a.Item+a.Reason, b.Item+b.Reason)
	})
}

// FuzzParseAnswer holds the parser to what its callers rely on, whatever the
// model writes: no panic, ids of the agreed form, no action twice, nothing
// left of what was rejected, the same reading of the same bytes, and none where
// there are two.
func FuzzParseAnswer(f *testing.F) {
	for _, seed := range []string{
		`"s":"All is {F1}.","r":[["A1",["F3","F7"],"{H1} is {F3}."]]}`,
		"```json\n{\"s\":\"x\",\"r\":\"[[\\\"A1\\\",\\\"F1\\\",\\\"y\\\"]]\"}\n```",
		`{"s":"x","s":"y"}`, `{"r":[["A1",["F1"],"x"],["A1",["F1"],"y"]],}`,
		"{\"s\":\"\xff\x00{{F1}}\"", `{"s":"\ud800","r":[[[[[[[[`, "```", `{}{}`,
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, raw string, prefilled bool) {
		pre := ""
		if prefilled {
			pre = prefill
		}
		p := parseAnswer(raw, pre)
		if p.rejected && (p.Summary != "" || len(p.Items) > 0 || len(p.verdicts) != 1) {
			t.Fatalf("rejected, yet %+v", p)
		}
		seen := map[string]bool{}
		for _, it := range p.Items {
			checkDraftItem(t, it)
			if seen[it.Action] {
				t.Fatalf("action %s twice", it.Action)
			}
			seen[it.Action] = true
		}
		if d := cmp.Diff(p, parseAnswer(raw, pre), cmp.AllowUnexported(parsed{}), cmp.AllowUnexported(draft{})); d != "" {
			t.Fatalf("a second reading differs:\n%s", d)
		}
		// What was complete has one reading, so that a second object makes two.
		whole := !p.rejected && !slices.Contains(p.verdicts, Verdict{itemAnswer, reasonTruncated, verdictRepaired})
		if both := parseAnswer(raw+`{"s":"another","r":[]}`, pre); whole && !both.rejected {
			t.Fatalf("two objects are read as %+v", both.draft)
		}
	})
}

func checkDraftItem(t *testing.T, it draftItem) {
	t.Helper()
	if _, ok := normalID(it.Action, 'A'); !ok {
		t.Fatalf("action id %q", it.Action)
	}
	for _, id := range it.Facts {
		if _, ok := normalID(id, 'F'); !ok {
			t.Fatalf("fact id %q", id)
		}
	}
	if len(it.Text) > 2*maxRawBytes {
		t.Fatalf("text of %d bytes", len(it.Text))
	}
}
