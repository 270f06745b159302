package main

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/recommend"
)

const root = ".."

// TestGoals runs the whole evaluation, and holds its document to what comes
// out. It runs apart, since it takes ten times as long with the race detector.
func TestGoals(t *testing.T) {
	if fullHostile < 5000 || fullBenign < 500 {
		t.Errorf("%d hostile and %d honest answers, want 5000 and 500", fullHostile, fullBenign)
	}
	cmd := exec.CommandContext(t.Context(), "go", "run", ".", "-root", root, "-check")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v:\n%.20000s", err, out)
	}
}

// TestOtherSeeds draws other answers from the same texts.
func TestOtherSeeds(t *testing.T) {
	r, err := evaluate(t.Context(), root, 300, 64, 11)
	if err != nil {
		t.Fatal(err)
	}
	if !r.met() {
		var out bytes.Buffer
		r.print(&out)
		t.Errorf("a goal is missed:\n%.20000s", out.String())
	}
}

// TestOracleSeesEveryFault keeps the oracle from passing whatever it is shown.
func TestOracleSeesEveryFault(t *testing.T) {
	troupe, err := newTroupe(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	defer troupe.close(t.Context())
	sc := troupe.scenes[slices.IndexFunc(troupe.scenes, func(s scene) bool { return s.name == "p0.json" && s.language == "en" })]
	sound := lie{truth: map[string][]string{"A1": {"The stake is {F13}."}}, planted: []string{"guaranteed to rise"}}
	tests := map[string]struct {
		edit      func(a *recommend.Answer)
		scrambled bool
		want      string // "" for nothing wrong
	}{
		"nothing":            {func(*recommend.Answer) {}, false, ""},
		"a sound text":       {func(a *recommend.Answer) { a.Recommendations[0].Rationale = "The stake is 18.0 % of it." }, false, ""},
		"another figure":     {func(a *recommend.Answer) { a.Recommendations[0].Rationale = "The stake is 18.4 % of it." }, false, "figure 18.4"},
		"an unknown text":    {func(a *recommend.Answer) { a.Summary = "All is well." }, false, "not a sound one"},
		"a planted text":     {func(a *recommend.Answer) { a.Disclosures = append(a.Disclosures, "G-u-a-ranteed to rise!") }, false, "planted"},
		"a trade":            {func(a *recommend.Answer) { a.Recommendations[0].Trades = nil }, false, "not what code decided"},
		"an order":           {func(a *recommend.Answer) { slices.Reverse(a.Recommendations) }, false, "lower severity"},
		"a missing item":     {func(a *recommend.Answer) { a.Recommendations = a.Recommendations[:1] }, false, "recommendations, want"},
		"foreign evidence":   {func(a *recommend.Answer) { a.Recommendations[0].Evidence = []string{"F13", "F900"} }, false, "not its own"},
		"a sign":             {func(a *recommend.Answer) { a.Summary = "All is \u202ewell." }, true, "U+202E"},
		"a ticker":           {func(a *recommend.Answer) { a.Summary = "Buy ZZXQ." }, true, "ZZXQ"},
		"a name of the code": {func(a *recommend.Answer) { a.Summary = "AAPL weighs much." }, true, ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got := *sc.oracle.rules
			got.Recommendations = slices.Clone(got.Recommendations)
			tc.edit(&got)
			l := sound
			l.scrambled = tc.scrambled
			wrong := strings.Join(sc.oracle.judge(&got, l), "; ")
			if tc.want == "" && wrong != "" || !strings.Contains(wrong, tc.want) {
				t.Errorf("%q, want %q", wrong, tc.want)
			}
		})
	}
}

// TestRun leaves the held-out sets to TestGoals, which has them without the race detector.
func TestRun(t *testing.T) {
	var out, faults bytes.Buffer
	if code := run([]string{"-root", root, "-hostile", "60", "-benign", "8", "-held=false"}, &out, &faults); code != 0 {
		t.Errorf("exit %d: %s%s", code, out.String(), faults.String())
	}
	for _, want := range []string{"hostile answers: 60, with a wrong word shown to the caller: 0", "honest answers: 8, kept: 8 (100.0 %)"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
	if code := run([]string{"-nonsense"}, &out, &faults); code != 2 {
		t.Errorf("a wrong flag exits %d", code)
	}
}

// A preposition becomes one word with the article of the figure behind it.
func TestRendersJoinedPrepositions(t *testing.T) {
	for said, shown := range map[string]string{
		"La quota è pari a {F1}.": "La quota è pari al 18,0% del portafoglio.",
		"Sale di {F1} circa.":     "Sale del 18,0% del portafoglio circa.",
	} {
		if !renders(said, shown, "") || !holds(shown, said) {
			t.Errorf("%q is not read as %q", shown, said)
		}
	}
}
