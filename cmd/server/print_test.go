package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"ballast.internal/ballast/internal/golden"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/recommend"
)

// onTerminal runs a command on an example, locally and with its data in a
// folder of its own.
func onTerminal(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	p := &program{env: map[string]string{"BALLAST_DATA_DIR": t.TempDir()}, stdin: stdin}
	if code := p.run(t, args...); code != exitOK || stageLines.ReplaceAllString(p.stderr.String(), "") != "" {
		t.Fatalf("exit code %d: %s", code, p.stderr.String())
	}
	return p.stdout.String()
}

// stageLines are what recommend tells of its progress.
var stageLines = regexp.MustCompile(`^analysis  USD 0\n(model  USD [0-9.]+ at the most\n)?answer  source [a-z]+  USD [0-9.]+  [0-9.]+ s in all\n$`)

// withOption reads an example and sets one of its options.
func withOption(t *testing.T, name, option, value string) string {
	t.Helper()
	data, err := os.ReadFile("../../examples/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	options, _ := doc["options"].(map[string]any)
	if options == nil {
		options = map[string]any{}
	}
	options[option] = value
	doc["options"] = options
	if data, err = json.Marshal(doc); err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// volatile are ids, and what depends on every word of the prompt.
var volatile = regexp.MustCompile(`rec_[0-9A-Z]{26}|[1-9][0-9]* \+ [1-9][0-9]* tokens, USD 0\.[0-9]+|[1-9][0-9]* at the most|USD 0\.[0-9]+ at the most`)

// TestTerminal keeps what a person sees of an answer, an analysis and an
// estimate.
func TestTerminal(t *testing.T) {
	for name, out := range map[string]string{
		"recommend-rules":    onTerminal(t, withOption(t, "household-with-debts.json", "mode", "rules"), "recommend", "-f", "-"),
		"recommend-emulator": onTerminal(t, "", "recommend", "-f", "../../examples/p0.json"),
		"recommend-japanese": onTerminal(t, withOption(t, "p0.json", "language", "ja"), "recommend", "-f", "-"),
		"recommend-german":   onTerminal(t, withOption(t, "household-with-debts.json", "language", "de"), "recommend", "-f", "-"),
		"analyze":            onTerminal(t, "", "analyze", "-f", "../../examples/p0.json"),
		"estimate":           onTerminal(t, "", "estimate", "-f", "../../examples/p0.json"),
		"estimate-rules":     onTerminal(t, withOption(t, "p0.json", "mode", "rules"), "estimate", "-f", "-"),
	} {
		t.Run(name, func(t *testing.T) {
			golden.Check(t, volatile.ReplaceAllString(out, "(masked)"), "testdata", "terminal", name+".txt")
			for line := range strings.Lines(out) {
				if strings.TrimRight(line, " \n") != strings.TrimSuffix(line, "\n") {
					t.Errorf("blanks at the end of %q", line)
				}
			}
		})
	}
}

// TestTerminalJSON is the answer of the API, one line of it.
func TestTerminalJSON(t *testing.T) {
	out := onTerminal(t, "", "recommend", "-json", "-f", "../../examples/p0.json")
	var a recommend.Answer
	if err := json.Unmarshal([]byte(out), &a); err != nil || a.Usage.Provider != "emulator" || strings.Count(out, "\n") != 1 {
		t.Errorf("%v: %s", err, out)
	}
	var res analysis.Result
	if err := json.Unmarshal([]byte(onTerminal(t, "", "analyze", "-json", "-f", "../../examples/p0.json")), &res); err != nil || res.TotalValue != "100000.00" {
		t.Errorf("%v, %s", err, res.TotalValue)
	}
	var e api.Estimate
	out = onTerminal(t, "", "estimate", "-json", "-f", "../../examples/p0.json")
	if err := json.Unmarshal([]byte(out), &e); err != nil || !e.WithinBudget || e.MaxAttempts != 2 || strings.Count(out, "\n") != 1 {
		t.Errorf("%v: %s", err, out)
	}
}

// TestReportThatCannotBeWritten does not cost the answer, which was paid for.
func TestReportThatCannotBeWritten(t *testing.T) {
	p := &program{env: map[string]string{"BALLAST_DATA_DIR": t.TempDir()}}
	env, folder := p.environment(), filepath.Join(t.TempDir(), "folder")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	env.stderr = io.MultiWriter(&p.stderr, interruptAt{"model", func() { _ = os.Remove(folder) }})
	if code := run(t.Context(), []string{"recommend", "-json", "-f", "../../examples/p0.json", "-o", filepath.Join(folder, "report.html")}, env); code != exitFail {
		t.Errorf("exit code %d", code)
	}
	var a recommend.Answer
	if err := json.Unmarshal(p.stdout.Bytes(), &a); err != nil || a.Source != "model" || !strings.Contains(p.stderr.String(), "-o: ") {
		t.Errorf("%v: %s\n%s", err, &p.stdout, &p.stderr)
	}
}

// TestFaultyPortfolio names the pointer of each fault, and not the value.
func TestFaultyPortfolio(t *testing.T) {
	p := &program{env: map[string]string{"BALLAST_DATA_DIR": t.TempDir()}, stdin: `{"portfolio":{"as_of":"secret","base_currency":"USD","positions":5}}`}
	if code := p.run(t, "analyze", "-f", "-"); code != exitUsage {
		t.Errorf("exit code %d", code)
	}
	got := p.stderr.String()
	for _, want := range []string{"/portfolio/as_of", "/portfolio/positions"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(got, "secret") || t.Failed() {
		t.Error(got)
	}
}

// TestDegradedOnTerminal says why the model's words are missing.
func TestDegradedOnTerminal(t *testing.T) {
	file := write(t, "ballast.yaml", "budgets: {global: {day_usd: 1, month_usd: 1}}\nclients: [{name: demo}]\n")
	p := &program{env: map[string]string{"BALLAST_DATA_DIR": t.TempDir(), "BALLAST_CONFIG": file, "BALLAST_KEY_PEPPER": testPepper}}
	if code := p.run(t, "recommend", "-local", "-f", "../../examples/p0.json"); code != exitOK {
		t.Fatalf("exit code %d: %s", code, p.stderr.String())
	}
	if out := p.stdout.String(); !strings.Contains(out, "\n! ") || !strings.Contains(out, "source rules") || !strings.Contains(out, "USD 0\n") {
		t.Error(out)
	}
}

// TestProse breaks lines within the width and keeps every word.
func TestProse(t *testing.T) {
	text := strings.Repeat("Größe über alles ", 30) + strings.Repeat("x", 120) + " end"
	var out bytes.Buffer
	p := &printer{w: &out}
	p.prose("  - ", text)
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	for i, l := range lines {
		want := "    "
		if i == 0 {
			want = "  - "
		}
		if !strings.HasPrefix(l, want) || utf8.RuneCountInString(l) > textWidth && !strings.Contains(l, "xxx") {
			t.Errorf("line %d: %q", i, l)
		}
	}
	if got := strings.Fields(strings.TrimPrefix(out.String(), "  - ")); strings.Join(got, " ") != strings.Join(strings.Fields(text), " ") {
		t.Error("words were lost")
	}
}

// full is a writer on which nothing more can be written after some bytes.
type full struct{ room int }

var errFull = errors.New("disk full")

func (f *full) Write(b []byte) (int, error) {
	if len(b) > f.room {
		return 0, errFull
	}
	f.room -= len(b)
	return len(b), nil
}

// TestPrintingFails wherever the output ends.
func TestPrintingFails(t *testing.T) {
	var a recommend.Answer
	if err := json.Unmarshal([]byte(onTerminal(t, "", "recommend", "-json", "-f", "../../examples/p0.json")), &a); err != nil {
		t.Fatal(err)
	}
	var whole, facts bytes.Buffer
	if err := errors.Join(printAnswer(&whole, &a, "en", palette{}), printAnalysis(&facts, a.Analysis, "en")); err != nil {
		t.Fatal(err)
	}
	for room := 0; room < whole.Len(); room += 97 {
		if err := printAnswer(&full{room}, &a, "en", palette{}); !errors.Is(err, errFull) {
			t.Errorf("answer, room for %d bytes: %v", room, err)
		}
	}
	for room := 0; room < facts.Len(); room += 97 {
		if err := printAnalysis(&full{room}, a.Analysis, "en"); !errors.Is(err, errFull) {
			t.Errorf("analysis, room for %d bytes: %v", room, err)
		}
	}
}
