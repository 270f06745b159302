package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// table is what one section found, as Markdown shows it.
type table struct {
	title string
	note  string // what is compared, and how; one paragraph
	head  []string
	rows  [][]string
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// write writes the table. The first column is text, the others figures.
func (t *table) write(b *strings.Builder) {
	if t.title != "" { // or it goes on with the table before
		fmt.Fprintf(b, "### %s\n\n%s\n\n", t.title, t.note)
	}
	fmt.Fprintf(b, "| %s |\n|---|%s\n", strings.Join(t.head, " | "), strings.Repeat("--:|", len(t.head)-1))
	for _, r := range t.rows {
		fmt.Fprintf(b, "| %s |\n", strings.Join(r, " | "))
	}
	b.WriteString("\n")
}

// spread writes the median of the rounds and, where there were several, the
// least and the most of them.
func spread(rounds []float64, format string) string {
	if len(rounds) == 0 {
		return "–"
	}
	sorted := slices.Sorted(slices.Values(rounds))
	text := fmt.Sprintf(format, median(sorted))
	if len(sorted) > 1 {
		text += fmt.Sprintf(" ("+format+" to "+format+")", sorted[0], sorted[len(sorted)-1])
	}
	return text
}

// median is that of some rounds.
func median(rounds []float64) float64 {
	sorted := slices.Sorted(slices.Values(rounds))
	return (sorted[len(sorted)/2] + sorted[(len(sorted)-1)/2]) / 2
}

// column picks one figure of every round.
func column[T any](rounds []T, of func(T) float64) []float64 {
	out := make([]float64, len(rounds))
	for i, r := range rounds {
		out[i] = of(r)
	}
	return out
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
