package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// bound runs the program that compares reservations with bills, which fails when
// a bill beats its bound.
func bound(ctx context.Context, _ *bench) ([]table, error) {
	out, err := exec.CommandContext(ctx, "go", "run", "./bench/bound", "-claude").Output()
	if err != nil {
		return nil, fmt.Errorf("go run ./bench/bound: %w", err)
	}
	var tables []table
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		if len(words) <= boundCells {
			continue
		}
		name := strings.Join(words[:len(words)-boundCells], " ")
		if words[len(words)-1] == "most" {
			tables = append(tables, table{head: append([]string{name}, words[len(words)-boundCells:]...)})
			continue
		}
		tables[len(tables)-1].row(append([]string{name}, words[len(words)-boundCells:]...)...)
	}
	if len(tables) == 0 {
		return nil, errors.New("go run ./bench/bound printed nothing")
	}
	tables[0].title = "Tightness of the bounds"
	tables[0].note = "`go run ./bench/bound -claude`: what was bounded, divided by what was billed, over every example, language and audience and up to 404 holdings. " +
		"Below one would be a budget overspent. A service learns from the requests of other investors."
	return tables, nil
}

// boundCells are the figures of a line.
const boundCells = 4
