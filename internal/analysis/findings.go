package analysis

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// direction says on which side of a threshold a figure becomes a finding.
type direction int

const (
	above direction = iota // the threshold is a maximum
	below                  // the threshold is a minimum
)

// comparedPlaces is up to where a figure and its threshold are told apart: less of
// a total of ten billions is no cent, but what a caller's own division left.
const comparedPlaces = 12

// Compare is the order of a figure and its threshold.
func Compare(figure, threshold decimal.Decimal) int {
	return portfolio.CompareWithin(figure, threshold, comparedPlaces)
}

// crosses reports whether a figure is on the wrong side of a threshold, by the
// line's rule for equality.
func crosses(l Line, figure, threshold decimal.Decimal, d direction) bool {
	c := Compare(figure, threshold)
	if d == below {
		c = -c
	}
	return c > 0 || c == 0 && !l.EqualityPasses
}

// A rule turns every fact of one code that crosses its threshold into a
// finding.
type rule struct {
	finding, fact string
	direction     direction
	// line names the policy line that decides for a subject; "" is no rule.
	line func(m *model, subject string) string
	// figure and limit replace the fact's value and the line's, when not nil.
	figure func(decimal.Decimal) decimal.Decimal
	limit  func(m *model, subject string) decimal.Decimal
	// evidence lists further facts by code, of the same subject or of none.
	evidence []string
}

// by is the rule of one line whatever the subject.
func by(line string) func(*model, string) string {
	return func(*model, string) string { return line }
}

// judge lists every finding, the worst first, and numbers them N1, N2, ….
func (m *model) judge() []Finding {
	for i := range rules {
		m.apply(&rules[i])
	}
	m.suitabilityFindings()
	m.specialFindings()
	findings := worstFirst(m.findings)
	for i := range findings {
		findings[i].ID = "N" + strconv.Itoa(i+1)
	}
	return findings
}

// apply judges every fact that the rule is about.
func (m *model) apply(r *rule) {
	for i := range m.factsOf(r.fact) {
		m.applyTo(r, &m.factsOf(r.fact)[i])
	}
}

// applyTo makes a fact a finding if its exact figure, not the one written,
// crosses the threshold: the policy line's for the level, in the unit of the
// fact.
func (m *model) applyTo(r *rule, f *Fact) {
	name := r.line(m, f.Subject)
	if name == "" {
		return
	}
	line := m.policy.Line(name)
	exact, _ := m.figure(f.Code, f.Subject)
	threshold := r.threshold(m, line, f.Subject)
	if r.figure != nil {
		exact = r.figure(exact)
	}
	if !crosses(line, exact, threshold, r.direction) {
		return
	}
	evidence := []string{f.ID}
	for _, code := range r.evidence {
		evidence = append(evidence, cmp.Or(m.id(code, f.Subject), m.id(code, "")))
	}
	found := m.note(r.finding, line, Finding{
		Subject: f.Subject, Observed: f.Value, Threshold: m.write(f.Unit, threshold),
		EqualityPass: line.EqualityPasses, Evidence: evidence,
	})
	found.times = m.beyond(line, exact, threshold, r.direction)
}

// threshold is what a figure is held against.
func (r *rule) threshold(m *model, line Line, subject string) decimal.Decimal {
	if r.limit != nil {
		return r.limit(m, subject)
	}
	return m.limit(line.Name)
}

// note keeps a finding with the line's severity, and returns it until the next.
func (m *model) note(code string, line Line, f Finding) *judged {
	f.Code, f.Severity, f.Policy = code, line.Severity, line.Name
	f.Evidence = slices.DeleteFunc(f.Evidence, func(id string) bool { return id == "" })
	if f.Evidence == nil {
		f.Evidence = []string{}
	}
	m.findings = append(m.findings, judged{Finding: f})
	return &m.findings[len(m.findings)-1]
}

// id is the id of a fact, or "" if it does not exist.
func (m *model) id(code, subject string) string {
	if f, ok := m.fact(code, subject); ok {
		return f.ID
	}
	return ""
}

// ids lists the ids of facts given as pairs of code and subject; those that do
// not exist are left out.
func (m *model) ids(codesAndSubjects ...string) []string {
	var ids []string
	for i := 0; i+1 < len(codesAndSubjects); i += 2 {
		if id := m.id(codesAndSubjects[i], codesAndSubjects[i+1]); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}
