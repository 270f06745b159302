package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"ballast.internal/ballast/internal/httpapi"
)

const root = "../.."

// TestReportIsCurrent makes the report again: it fails when a change of the
// prompt has not been written down, or misses a goal.
func TestReportIsCurrent(t *testing.T) {
	if _, err := os.Stat(filepath.Join(root, "node_modules/@anthropic-ai/tokenizer")); err != nil {
		t.Skip("npm ci installs the tokenizer:", err)
	}
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"-root", root, "-check"}, &stdout, &stderr); code != 0 {
		t.Errorf("exit %d: %s", code, &stderr)
	}
}

func TestJudge(t *testing.T) {
	rows := func(ten, fifteen, thousand int) report {
		return report{[]row{
			{Name: holdingsName(10), Tokens: [forms]int{ten, 4000}},
			{Name: holdingsName(15), Tokens: [forms]int{fifteen, 4000}},
			{Name: holdingsName(1000), Tokens: [forms]int{thousand, 4000}},
		}}
	}
	for _, c := range []struct {
		name string
		of   report
		met  bool
	}{
		{"at both goals", rows(1000, 1000, 1500), true},
		{"more than a quarter of pretty JSON", rows(1000, 1001, 1500), false},
		{"a thousand holdings too long", rows(1000, 1000, 1501), false},
	} {
		if err := c.of.judge(); (err == nil) != c.met {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestSynthetic wants portfolios that the service takes, with every ticker once.
func TestSynthetic(t *testing.T) {
	req, err := httpapi.DecodeRequest(synthetic(1000))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i := range req.Portfolio.Positions {
		seen[req.Portfolio.Positions[i].Instrument.Ref()] = true
	}
	if len(seen) != 1000 {
		t.Errorf("%d instruments", len(seen))
	}
}
