package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

// documents are the files that figures are written to; "" for none. Each has the
// figures between two lines that name them.
type documents struct {
	sections string // each under its name
	goals    string // under goalsName, after a run of all sections
}

const goalsName = "goals"

// report runs sections, and writes the tables of each as soon as it has them.
// One that fails is left out, and what a document had of it stays.
func (b *bench) report(ctx context.Context, w io.Writer, chosen []section, command string, to documents) error {
	how := fmt.Sprintf("`%s` on %s: the median of %d rounds of %s, and where several were made the least and the most of them.\n\n",
		strings.TrimSpace(command), machine(), b.rounds, b.span)
	var errs []error
	for _, s := range chosen {
		tables, err := s.run(ctx, b)
		if err == nil && len(tables) > 0 {
			err = publish(w, to.sections, s.name, how+markdown(tables))
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.name, err))
		}
	}
	if len(b.goals) > 0 {
		if len(chosen) < len(sections) {
			to.goals = ""
		}
		t := table{title: "Goals", note: how[:len(how)-2], head: []string{"goal", "at most", "found", "met"}, rows: b.goals}
		errs = append(errs, publish(w, to.goals, goalsName, markdown([]table{t})))
	}
	return errors.Join(errs...)
}

func markdown(tables []table) string {
	var out strings.Builder
	for i := range tables {
		tables[i].write(&out)
	}
	return out.String()
}

// publish prints figures and puts them into a document.
func publish(w io.Writer, file, name, text string) error {
	_, err := io.WriteString(w, text)
	if file != "" {
		err = errors.Join(err, replaceFigures(file, name, text))
	}
	return err
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

// replaceFigures puts text between the two lines of a file that stand around the
// figures of this name.
func replaceFigures(file, name, text string) error {
	begin, end := fmt.Appendf(nil, "<!-- %s -->\n", name), fmt.Appendf(nil, "<!-- /%s -->\n", name)
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(old, begin)
	_, after, ok2 := bytes.Cut(rest, end)
	if !ok || !ok2 {
		return fmt.Errorf("%s: there is no place for the figures of %s", file, name)
	}
	return os.WriteFile(file, bytes.Join([][]byte{before, begin, []byte("\n" + text), end, after}, nil), 0o644) //nolint:gosec // a document that everyone may read
}
