package recommend_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/recommend"
)

// quotedExamples are what the rule on style shows of the language.
func quotedExamples(t *testing.T, system string) []string {
	t.Helper()
	_, rule, ok := strings.Cut(system, "\n6. ")
	quoted := regexp.MustCompile(`"([^"]+)"`).FindAllStringSubmatch(rule, -1)
	if !ok || len(quoted) != 2 {
		t.Fatalf("two examples are wanted in %q", system)
	}
	return []string{quoted[0][1], quoted[1][1]}
}

// A model that writes what the prompt shows it loses no sentence of it, in any language.
func TestExamplesOfStylePassTheChecks(t *testing.T) {
	for _, language := range []string{"de", "en", "es", "fr", "it", "ja", "nl", "pt"} {
		t.Run(language, func(t *testing.T) {
			b := newBench(t, []turn{answers(func(req recommend.ModelRequest) string {
				items := goodItems(req)
				for i, text := range quotedExamples(t, req.System) {
					items[i].text = strings.NewReplacer("{F0}", "{"+items[i].facts[0]+"}", "{H0}", "{H1}").Replace(text)
				}
				return written("", items)
			})}, nil)
			b.one(t, example(t, "p0.json", func(r *recommend.Request) { r.Options.Language = language }))
			attempts := b.journal.kept()[0].Attempts
			if want := []recommend.Verdict{{Item: "summary", Reason: "no_text", Action: "dropped"}}; len(attempts) != 1 || !slices.Equal(attempts[0].Verdicts, want) {
				t.Errorf("%+v, want %v", attempts, want)
			}
		})
	}
}
