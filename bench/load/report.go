package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// report runs sections and writes their tables, those of a section that failed
// left out, and the sections after it too.
func (b *bench) report(ctx context.Context, chosen []section, command string) (string, error) {
	var out strings.Builder
	fmt.Fprintf(&out, "`%s` on %s: the median of %d rounds of %s, and where several were made the least and the most of them.\n\n",
		strings.TrimSpace(command), machine(), b.rounds, b.span)
	for _, s := range chosen {
		tables, err := s.run(ctx, b)
		if err != nil {
			return out.String(), fmt.Errorf("%s: %w", s.name, err)
		}
		for i := range tables {
			if err := tables[i].write(&out); err != nil {
				return out.String(), err
			}
		}
	}
	if len(b.goals) > 0 {
		t := table{title: "Goals", note: "What was aimed at, and what was found above.", head: []string{"goal", "at most", "found"}, rows: b.goals}
		err := t.write(&out)
		return out.String(), err
	}
	return out.String(), nil
}

// machine names the processor and what of it may be used.
func machine() string {
	model := "an unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%d CPUs (%s), %s/%s, %s", runtime.NumCPU(), model, runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// The lines of a file between which its figures stand.
const figuresBegin, figuresEnd = "<!-- figures -->\n", "<!-- /figures -->\n"

// replaceFigures puts text between the two lines of a file.
func replaceFigures(file, text string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(old, []byte(figuresBegin))
	_, after, ok2 := bytes.Cut(rest, []byte(figuresEnd))
	if !ok || !ok2 {
		return errors.New(file + ": there is no place for figures")
	}
	return os.WriteFile(file, []byte(string(before)+figuresBegin+"\n"+text+figuresEnd+string(after)), 0o644) //nolint:gosec // a document that everyone may read
}
