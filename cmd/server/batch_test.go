package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type batchResult struct {
	Line           int
	CustomID       string `json:"custom_id"`
	Status         string
	Recommendation *struct{ ID, Source string }
	Error          *struct{ Code string }
}

func resultsOf(t *testing.T, text string) (out []batchResult) {
	t.Helper()
	for line := range strings.Lines(text) {
		var r batchResult
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		out = append(out, r)
	}
	return out
}

// A book is answered here, from a file or standard input, to a file or standard
// output.
func TestBatchOnTheTerminal(t *testing.T) {
	p := &program{env: map[string]string{"BALLAST_DATA_DIR": t.TempDir()}}
	out := filepath.Join(t.TempDir(), "results.jsonl")
	if code := p.run(t, "batch", "../../examples/book.jsonl", "-o", out); code != exitOK {
		t.Fatalf("exit %d\n%s", code, &p.stderr)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	got := resultsOf(t, string(text))
	if len(got) != 3 || got[1].CustomID != "household-2" || got[1].Recommendation.Source != "model" || got[2].Recommendation.Source != "rules" {
		t.Errorf("%s", text)
	}
	if shown := p.stderr.String(); !strings.Contains(shown, "3 succeeded (2 by the model") || !strings.Contains(shown, "USD 0.000") || p.stdout.Len() > 0 {
		t.Errorf("%s", shown)
	}

	book, err := os.ReadFile("../../examples/book.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(book), "\n")
	p = &program{env: p.env, stdin: first + "\n{}\n"}
	if code := p.run(t, "batch", "-"); code != exitOK {
		t.Fatalf("exit %d\n%s", code, &p.stderr)
	}
	if got := resultsOf(t, p.stdout.String()); len(got) != 2 || got[1].Error.Code != "invalid_request" {
		t.Errorf("%s", p.stdout.String())
	}
}

func TestBatchUsage(t *testing.T) {
	for name, c := range map[string]struct {
		args  []string
		stdin string
		want  string
	}{
		"no file":      {[]string{}, "", "FILE"},
		"no such file": {[]string{"/nonexistent"}, "", "no such file"},
		"bad lines":    {[]string{"-"}, "{}\n", "/portfolio"},
		"no key":       {[]string{"-", "-server", "http://127.0.0.1:1"}, "{}\n", "BALLAST_KEY"},
		"bad out":      {[]string{"-", "-o", "/nonexistent/x"}, "{}\n", "-o"},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			p := &program{env: map[string]string{"BALLAST_DATA_DIR": t.TempDir()}, stdin: c.stdin}
			if code := p.run(t, append([]string{"batch"}, c.args...)...); code != exitUsage || !strings.Contains(p.stderr.String(), c.want) {
				t.Errorf("exit %d: %s", code, &p.stderr)
			}
		})
	}
}
