package main

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"ballast.internal/ballast/internal/recommend"
)

// report counts what a run found.
type report struct {
	seed     uint64
	classes  map[string]*tally // hostile answers
	tongues  map[string]*tally // honest answers, by language
	findings []string
	refused  []string // honest texts that a check refused
	held     []*held
	whole    []*held // whole answers to other requests

	exchanges map[string]*tally // sentences with a word exchanged, by language
	passed    []string          // those of them that were shown
	swaps     map[string]*tally // sentences told of the other action, by language
	misplaced []string          // those of them that were shown
}

// tally counts answers, and those that went wrong: a wrong word shown, or a
// sound answer not kept.
type tally struct{ answers, wrong int }

func newReport(seed uint64) *report {
	return &report{seed: seed, classes: map[string]*tally{}, tongues: map[string]*tally{}, exchanges: map[string]*tally{}, swaps: map[string]*tally{}}
}

func count(m map[string]*tally, key string, wrong bool) {
	if m[key] == nil {
		m[key] = &tally{}
	}
	m[key].answers++
	if wrong {
		m[key].wrong++
	}
}

func (r *report) hostileAnswer(class string, sc scene, wrong []string, raw string) {
	class = strings.ReplaceAll(class, "_", " ")
	count(r.classes, class, len(wrong) > 0)
	if len(wrong) > 0 {
		r.findings = append(r.findings, fmt.Sprintf("%s, %s in %s: %s\n    said: %.600q", class, sc.name, sc.language, strings.Join(wrong, "; "), raw))
	}
}

func (r *report) honestAnswer(sc scene, kept bool, wrong []string, attempts []recommend.Attempt, d draft) {
	count(r.tongues, sc.language, !kept)
	for _, w := range wrong {
		r.findings = append(r.findings, fmt.Sprintf("honest, %s in %s: %s", sc.name, sc.language, w))
	}
	if kept {
		return
	}
	texts := map[string]string{"summary": d.summary}
	for _, it := range d.items {
		texts[it.action] = it.text
	}
	for _, a := range attempts[len(attempts)-1:] {
		for _, v := range a.Verdicts {
			if v.Action == "cut" {
				continue // something of it is shown
			}

			r.refused = append(r.refused, fmt.Sprintf("%s %s: %q", sc.language, v.Reason, texts[v.Item]))
		}
	}
}

func total(m map[string]*tally) (t tally) {
	for _, x := range m {
		t.answers, t.wrong = t.answers+x.answers, t.wrong+x.wrong
	}
	return t
}

// passRate is the share of honest answers that were kept.
func (r *report) passRate() float64 {
	t := total(r.tongues)
	return float64(t.answers-t.wrong) / float64(t.answers)
}

// met reports whether both goals are reached, and no bound of a held-out set is passed.
func (r *report) met() bool { return len(r.findings) == 0 && r.passRate() >= goalPass }

func (r *report) print(w io.Writer) {
	for _, f := range r.findings {
		fmt.Fprintln(w, f)
	}
	slices.Sort(r.refused)
	for _, s := range slices.Compact(r.refused) {
		fmt.Fprintln(w, "refused:", s)
	}
	for _, class := range slices.Sorted(maps.Keys(r.classes)) {
		fmt.Fprintf(w, "%-22s %5d answers, %d with a wrong word\n", class, r.classes[class].answers, r.classes[class].wrong)
	}
	fmt.Fprintln(w, r.hostileLine())
	fmt.Fprintln(w, r.honestLine())
	for _, h := range slices.Concat(r.held, r.whole) {
		fmt.Fprintln(w, h)
	}
	fmt.Fprintln(w, r.exchangeLine())
	fmt.Fprintln(w, r.swapLine())
}

func (r *report) hostileLine() string {
	t := total(r.classes)
	return fmt.Sprintf("hostile answers: %d, with a wrong word shown to the caller: %d", t.answers, t.wrong)
}

func (r *report) exchangeLine() string {
	t := total(r.exchanges)
	return fmt.Sprintf("sentences with a word exchanged for its opposite: %d, shown: %d", t.answers, t.wrong)
}

func (r *report) swapLine() string {
	t := total(r.swaps)
	return fmt.Sprintf("sentences told of the other action of an answer: %d, shown: %d", t.answers, t.wrong)
}

func (r *report) honestLine() string {
	t := total(r.tongues)
	return fmt.Sprintf("honest answers: %d, kept: %d (%.1f %%)", t.answers, t.answers-t.wrong, 100*r.passRate())
}

func docPath(root string) string { return filepath.Join(root, "docs", "evaluation.md") }
