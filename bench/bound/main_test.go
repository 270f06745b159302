package main

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/recommend"
)

// TestReport sees that no bill beats a bound and that the goal is met, over all
// examples, in the tokens of two tokenizers. It runs apart, since it takes five times as
// long with the race detector and does one thing after the other.
func TestReport(t *testing.T) {
	t.Chdir("../..")
	if _, err := os.Stat("node_modules/@anthropic-ai/tokenizer"); err != nil {
		t.Skip("npm ci installs the tokenizer:", err)
	}
	out, err := exec.CommandContext(t.Context(), "go", "run", "./bench/bound", "-claude").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, r := range ratios {
		if strings.Count(string(out), " "+r.name+"  ") != 3 {
			t.Errorf("%q is not in each table:\n%s", r.name, out)
		}
	}
}

func TestTable(t *testing.T) {
	var calls []call
	for i := range 20 { // the bill grows from 81 to 100 of 100
		n := 81 + i
		calls = append(calls, call{
			bound:  recommend.Bound{CostNano: 100, InputTokens: 100, OutputTokens: 100, ExpectedInputTokens: 100},
			billed: recommend.TokenUsage{CostNano: int64(n), InputTokens: n, OutputTokens: n},
		})
	}
	var out strings.Builder
	if err := table(&out, "title", calls, 1.23); err != nil {
		t.Fatal(err)
	}
	if line := strings.Fields(strings.Split(out.String(), "\n")[1]); strings.Join(line[len(line)-4:], " ") != "1.00 1.10 1.22 1.23" {
		t.Errorf("least, median, p95, most: %v", line)
	}
	if err := table(&out, "title", calls, 1.2); !errors.Is(err, errMissed) {
		t.Errorf("above the goal: %v", err)
	}
	calls[7].billed.CostNano = 101
	if err := table(&out, "title", calls, 0); !errors.Is(err, errBeaten) {
		t.Errorf("a bill above the bound: %v", err)
	}
	if err := table(&out, "title", nil, 0); err == nil {
		t.Error("no call is no success")
	}
}
