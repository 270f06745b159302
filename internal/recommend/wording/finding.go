package wording

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
)

// finding is the sentence of a finding.
func (r *Renderer) finding(n *analysis.Finding) string {
	how := r.findingForm(n)
	with := slots{
		"observed": r.written(how.format, n.Observed, how.magnitude),
		"limit":    r.limit(how, n),
		"subject":  r.term(how.terms, n.Subject),
	}
	variants := []string{ofPrefix + n.Policy, ofPrefix + n.Subject}
	observed, threshold, ok := decimals(n.Observed, n.Threshold)
	switch {
	case how.format == asLevel:
		variants = append(variants, levelSide(n.Observed, n.Threshold))
	case how.magnitude:
		variants = append(variants, sign(observed))
	case ok:
		variants = append(variants, side(observed, threshold))
		with["gap"] = r.figure(gapFormat(how.format), observed.Sub(threshold).Abs(), false)
	}
	return r.say(r.cat.Findings, n.Code, with, variants...)
}

// findingForm is that of the fact whose value the finding repeats, unless the
// finding has one of its own.
func (r *Renderer) findingForm(n *analysis.Finding) form {
	if how, ok := findingForms[n.Code]; ok {
		return how
	}
	if len(n.Evidence) > 0 {
		if f := r.facts[n.Evidence[0]]; f != nil {
			return forms[f.Code]
		}
	}
	return form{}
}

// limit writes a finding's threshold. Positions with stale prices are counted,
// but what crosses the threshold is the age of the prices.
func (r *Renderer) limit(how form, n *analysis.Finding) string {
	if n.Code == analysis.FindingStalePrices {
		how.format = asDays
	}
	if how.format == asLevel {
		return r.term(termLevel, n.Threshold)
	}
	threshold, err := decimal.NewFromString(n.Threshold)
	if err != nil {
		return ""
	}
	return r.figure(how.format, threshold, true)
}
