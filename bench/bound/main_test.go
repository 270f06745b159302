package main

import (
	"errors"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/recommend"
)

// TestReport sees that no bill beats a bound, over all examples.
func TestReport(t *testing.T) {
	t.Chdir("../..")
	var out strings.Builder
	if err := report(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	for _, r := range ratios {
		if !strings.Contains(out.String(), strings.TrimSpace(r.name)) {
			t.Errorf("%q is not in\n%s", r.name, out.String())
		}
	}
}

func TestPrint(t *testing.T) {
	r := &recorder{}
	for i := range 20 { // the bill grows from 81 to 100 of 100
		n := 81 + i
		r.calls = append(r.calls, call{
			recommend.Bound{CostNano: 100, InputTokens: 100, OutputTokens: 100, ExpectedInputTokens: 100},
			recommend.TokenUsage{CostNano: int64(n), InputTokens: n, OutputTokens: n},
		})
	}
	var out strings.Builder
	if err := r.print(&out); err != nil {
		t.Fatal(err)
	}
	if line := strings.Fields(strings.Split(out.String(), "\n")[1]); strings.Join(line[len(line)-4:], " ") != "1.00 1.10 1.22 1.23" {
		t.Errorf("least, median, p95, most: %v", line)
	}
	r.calls[7].billed.CostNano = 101
	if err := r.print(&out); !errors.Is(err, errBeaten) {
		t.Errorf("a bill above the bound: %v", err)
	}
}
