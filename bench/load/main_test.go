package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"ballast.internal/ballast/internal/ratelimit/redistest"
	"ballast.internal/ballast/internal/store/storetest"
)

// small is a run of seconds.
var small = scale{
	rounds: 1, span: 100 * time.Millisecond, modelTimes: []time.Duration{0}, inFlights: []int{2}, starts: 1, crowd: 10,
	backends:  []backend{backends[0], backends[len(backends)-1]}, // without other servers, and with all
	positions: []int{10, 50}, keys: 2000, rows: 2000, views: 20, lines: 20,
}

// TestSections runs every section on a small scale and sees that each cell of
// each table was filled. What the figures are is the machine's business, but for
// the money: tokens do not depend on it.
func TestSections(t *testing.T) {
	t.Chdir("../..")
	b := &bench{scale: small}
	if err := b.build(t.Context(), t.TempDir()); err != nil {
		t.Fatal(err)
	}
	b.against = b.server
	for _, s := range sections {
		t.Run(s.name, func(t *testing.T) {
			tables, err := s.run(t.Context(), b)
			if errors.Is(err, storetest.ErrAbsent) || errors.Is(err, redistest.ErrAbsent) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, table := range tables {
				if len(table.rows) == 0 {
					t.Errorf("%s: no rows", table.title)
				}
				for _, row := range table.rows {
					if len(row) != len(table.head) {
						t.Errorf("%s: %d cells under %d heads: %q", table.title, len(row), len(table.head), row)
					}
				}
			}
			if s.name == "money" {
				checkMoney(t, tables)
			}
		})
	}
}

// checkMoney wants our calls to be cheaper than the others, and a day's to be
// fewer with cache and coalescing than without.
func checkMoney(t *testing.T, tables []table) {
	t.Helper()
	number := func(cell string) float64 {
		n, err := strconv.ParseFloat(cell, 64)
		if err != nil {
			t.Error(err)
		}
		return n
	}
	for _, row := range tables[0].rows {
		for _, ratio := range row[len(row)-2:] {
			if r := number(ratio); r <= 0 || r >= 1 {
				t.Errorf("%s: a ratio of %v", row[0], r)
			}
		}
	}
	calls := map[string]float64{}
	for _, row := range tables[1].rows {
		calls[row[0]] = number(row[1])
	}
	if calls["neither"] < float64(small.views) || calls["coalescing"] > calls["neither"] || calls["both"] >= calls["neither"] {
		t.Errorf("calls of a day: %v", calls)
	}
}

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		rounds []float64
		want   string
	}{{nil, "–"}, {[]float64{2}, "2.0"}, {[]float64{3, 1, 2}, "2.0 (1.0 to 3.0)"}, {[]float64{4, 1}, "2.5 (1.0 to 4.0)"}} {
		if got := spread(c.rounds, "%.1f"); got != c.want {
			t.Errorf("%v: %q, want %q", c.rounds, got, c.want)
		}
	}
}

func TestReplaceFigures(t *testing.T) {
	file := filepath.Join(t.TempDir(), "doc.md")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("before\n<!-- a -->\nold\n<!-- /a -->\nafter\n<!-- b -->\n<!-- /b -->\n")
	for range 2 { // the second time changes nothing
		if err := replaceFigures(file, "a", "new\n"); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if want := "before\n<!-- a -->\n\nnew\n<!-- /a -->\nafter\n<!-- b -->\n<!-- /b -->\n"; err != nil || string(got) != want {
		t.Errorf("%v, %q", err, got)
	}
	write("no place")
	if err := replaceFigures(file, "a", "new\n"); err == nil {
		t.Error("a file without a place for figures was taken")
	}
}

// TestWriteTable sees that a table is Markdown.
func TestWriteTable(t *testing.T) {
	var out strings.Builder
	tab := table{title: "T", note: "N", head: []string{"a", "b"}}
	tab.row("x", "1")
	tab.write(&out)
	if want := "### T\n\nN\n\n| a | b |\n|---|--:|\n| x | 1 |\n\n"; out.String() != want {
		t.Errorf("%q", out.String())
	}
}

// TestReportKeepsWhatItHas has one section fail and the others written all the
// same.
func TestReportKeepsWhatItHas(t *testing.T) {
	errNo := errors.New("no")
	chosen := []section{
		{"a", func(context.Context, *bench) ([]table, error) { return nil, errNo }},
		{"b", func(_ context.Context, b *bench) ([]table, error) {
			b.goal("what", 1.5, []float64{1, 2, 2}, "%.0f")
			b.goal("within", 2, []float64{1, 2, 3}, "%.0f")
			b.goal("unknown", 2, nil, "%.0f")
			return []table{{title: "T", head: []string{"h"}, rows: [][]string{{"new"}}}}, nil
		}},
	}
	file := filepath.Join(t.TempDir(), "doc.md")
	if err := os.WriteFile(file, []byte("<!-- a -->\nold\n<!-- /a -->\n<!-- b -->\nold\n<!-- /b -->\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	err := (&bench{scale: small}).report(t.Context(), &out, chosen, "command", documents{sections: file, goals: file})
	got, errRead := os.ReadFile(file)
	if !errors.Is(err, errNo) || errRead != nil {
		t.Fatal(err, errRead)
	}
	if text := string(got); strings.Count(text, "old") != 1 || !strings.Contains(text, "| new |") || strings.Contains(text, "Goals") {
		t.Errorf("after a run of some sections:\n%s", text)
	}
	for _, row := range []string{"| what | 1.5 | 2 (1 to 2) | " + notMet + " |\n", "| within | 2 | 2 (1 to 3) | yes |\n", "| unknown | 2 | – | – |\n"} {
		if !strings.Contains(out.String(), row) {
			t.Errorf("no %q in:\n%s", row, out.String())
		}
	}
	if why, err := os.ReadFile("../../docs/performance.md"); err != nil || !strings.Contains(string(why), "\n## Where the goals are not met, and why\n") {
		t.Errorf("%s leads nowhere: %v", notMet, err)
	}
}
