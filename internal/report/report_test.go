package report

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/golden"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/recommend/wording"
)

// answer is one of the service's, for the sample portfolio of the examples.
func answer(t testing.TB) *recommend.Answer {
	t.Helper()
	data, err := os.ReadFile("testdata/answer.json")
	if err != nil {
		t.Fatal(err)
	}
	var a recommend.Answer
	if err := json.Unmarshal(data, &a); err != nil {
		t.Fatal(err)
	}
	return &a
}

func render(t testing.TB, a *recommend.Answer, language string) string {
	t.Helper()
	html, err := HTML(a, language)
	if err != nil {
		t.Fatal(err)
	}
	return string(html)
}

func TestReport(t *testing.T) {
	got := render(t, answer(t), "en")
	golden.Check(t, got, "testdata/report.golden")
}

// The words around an answer are there in every language that answers have.
func TestLabelsOfEveryLanguage(t *testing.T) {
	want := slices.Sorted(maps.Keys(labels()[fallback]))
	for _, lang := range wording.Languages() {
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(labels()[lang]))); diff != "" {
			t.Errorf("%s (-en +%s):\n%s", lang, lang, diff)
		}
		for key, text := range labels()[lang] {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %s is empty", lang, key)
			}
		}
		if html := render(t, answer(t), lang); !strings.Contains(html, `<html lang="`+lang+`">`) || !strings.Contains(html, labels()[lang]["recommendations"]) {
			t.Errorf("%s: the report is not in it", lang)
		}
	}
	for _, m := range regexp.MustCompile(`\.L\.(\w+)`).FindAllStringSubmatch(pageSource, -1) {
		if labels()[fallback][m[1]] == "" {
			t.Errorf("the page asks for the label %s", m[1])
		}
	}
	if html := render(t, answer(t), "tlh"); !strings.Contains(html, `<html lang="en">`) {
		t.Error("an unknown language is not replaced by English")
	}
}

// Whatever stands in an answer is text.
func TestEverythingIsEscaped(t *testing.T) {
	const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>{{.}}`
	a := answer(t)
	a.ID, a.Summary, a.Disclosures = hostile, hostile, []string{hostile}
	a.Degraded = &recommend.Degraded{Detail: hostile}
	a.Usage.ModelID, a.Usage.CostUSD, a.Versions = hostile, hostile, recommend.Versions{Prompt: hostile, Policy: hostile, Engine: hostile}
	res := a.Analysis
	res.AsOf, res.TotalValue, res.RiskLevel, res.BaseCurrency = hostile, hostile, hostile, hostile
	for i := range res.Allocation {
		l := &res.Allocation[i]
		l.Key, l.Value, l.Weight, l.Target = hostile, hostile, hostile, hostile
	}
	for i := range res.Facts {
		res.Facts[i].Text, res.Facts[i].Subject = hostile, hostile
	}
	for i := range res.Findings {
		res.Findings[i].Text, res.Findings[i].Severity = hostile, hostile
	}
	for i := range a.Recommendations {
		r := &a.Recommendations[i]
		r.Title, r.Rationale, r.Severity, r.Caveats = hostile, hostile, hostile, []string{hostile}
		for k := range r.Trades {
			r.Trades[k].Ticker, r.Trades[k].Quantity, r.Trades[k].Amount, r.Trades[k].AccountID = hostile, hostile, hostile, hostile
		}
		for k := range r.Impact {
			r.Impact[k].Before, r.Impact[k].After = hostile, hostile
		}
	}
	html := render(t, a, "en")
	if m := regexp.MustCompile(`<script|<img|"><script`).FindString(html); m != "" {
		t.Errorf("%s is in the page", m)
	}
	if n := strings.Count(html, "&lt;script&gt;"); n < 30 {
		t.Errorf("only %d places were tried", n)
	}
}

// The file stands alone: it runs nothing and loads nothing.
func TestReportIsSelfContained(t *testing.T) {
	html := render(t, answer(t), "en")
	if m := regexp.MustCompile(`(?i)<script|<link|<img|<iframe|\ssrc=|\shref=|\son\w+=|\sstyle=|@import|url\(|https?:`).FindString(html); m != "" {
		t.Errorf("%s is in the page", m)
	}
	if strings.Count(html, "<style>") != 1 || !strings.Contains(html, "<style>"+Style()+"</style>") {
		t.Error("the style sheet is not the one that a policy would name")
	}
}

// The emulator, and why the model's words are missing, are said in words.
func TestNoticesAreShown(t *testing.T) {
	a := answer(t)
	if html := render(t, a, "en"); !strings.Contains(html, labels()["en"]["emulator"]) || strings.Contains(html, `class="notice">The`) {
		t.Error("the emulator is not named, or a reason is given without need")
	}
	a.Usage.Provider, a.Degraded = "bedrock", &recommend.Degraded{Detail: "The budget is used up."}
	if html := render(t, a, "en"); strings.Contains(html, labels()["en"]["emulator"]) || !strings.Contains(html, "The budget is used up.") {
		t.Error("the emulator is named, or the reason is missing")
	}
	a.Recommendations = nil
	if html := render(t, a, "en"); !strings.Contains(html, labels()["en"]["none"]) {
		t.Error("an empty list is not said to be one")
	}
}

// What the request's limit leaves out is counted, and nothing is said where it
// leaves out none.
func TestActionsLeftOutAreCounted(t *testing.T) {
	a := answer(t)
	if html := render(t, a, "en"); strings.Contains(html, labels()["en"]["left_out"]) {
		t.Error("nothing is left out, and the report speaks of it")
	}
	a.Analysis.LeftOut = 3
	for _, lang := range wording.Languages() {
		if html := render(t, a, lang); !strings.Contains(html, labels()[lang]["left_out"]+" 3<") {
			t.Errorf("%s: the report does not count what is left out", lang)
		}
	}
}

// The report prints on two pages in a real browser, in every language and on
// both usual papers.
func TestReportPrintsOnTwoPages(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("needs chromium")
	}
	for lang, paper := range map[string]string{"en": "size: letter;", "de": "size: A4;", "ja": "size: A4;"} {
		dir := t.TempDir()
		file, pdf := filepath.Join(dir, "report.html"), filepath.Join(dir, "report.pdf")
		html := strings.Replace(render(t, answer(t), lang), "@page { ", "@page { "+paper+" ", 1)
		if err := os.WriteFile(file, []byte(html), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
			"--user-data-dir="+filepath.Join(dir, "profile"), "--no-pdf-header-footer", "--print-to-pdf="+pdf, "file://"+file)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("chromium: %v\n%s", err, out)
		}
		data, err := os.ReadFile(pdf)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(regexp.MustCompile(`/Type\s*/Page\b[^s]`).FindAll(data, -1)); n != 2 {
			t.Errorf("%s: %d pages", lang, n)
		}
	}
}

// What is beyond the largest shares is one line, so that a reader can add up to
// the whole.
func TestOthersAreNotLeftOut(t *testing.T) {
	var a recommend.Answer
	a.Analysis = &analysis.Result{BaseCurrency: "USD"}
	for _, w := range []string{"0.3", "0.2", "0.15", "0.13", "0.1", "0.07", "0.05"} {
		a.Analysis.Allocation = append(a.Analysis.Allocation, analysis.AllocationLine{By: "sector", Key: "energy", Weight: w})
	}
	b := builder{a: &a, l: labels()["en"], words: wording.New(wording.Config{Language: "en", Result: a.Analysis})}
	shares := b.dimension("sector").Shares
	if last := shares[len(shares)-1]; len(shares) != largest+1 || last.Name != "Others (2)" || !strings.HasPrefix(last.Now, "12.0") {
		t.Errorf("%+v", shares)
	}
	a.Analysis.Allocation = a.Analysis.Allocation[:largest]
	if shares := b.dimension("sector").Shares; len(shares) != largest {
		t.Errorf("%+v", shares)
	}
}
