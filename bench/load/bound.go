package main

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
)

// bound runs the program that compares reservations with bills, which fails when
// a bill beats its bound.
func bound(ctx context.Context, _ *bench) ([]table, error) {
	out, err := exec.CommandContext(ctx, "go", "run", "./bench/bound").Output()
	if err != nil {
		return nil, fmt.Errorf("go run ./bench/bound: %w", err)
	}
	t := table{
		title: "Tightness of the bounds",
		note: "`go run ./bench/bound`: what was bounded, divided by what was billed, over every example, language and audience and up to 404 holdings. " +
			"Below one would be a budget overspent.",
		head: []string{"bound / billed", "least", "median", "p95", "most"},
	}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		cells := len(t.head) - 1
		if len(words) <= cells || words[len(words)-1] == "most" {
			continue
		}
		name := strings.Join(words[:len(words)-cells], " ")
		t.row(append([]string{name}, words[len(words)-cells:]...)...)
	}
	return []table{t}, nil
}
