package wording

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
)

// confidence is the level of the value at risk, which is part of its definition.
var confidence = decimal.New(95, -2)

// Annotate fills Fact.Text with the noun phrase of every fact of res and
// Finding.Text with a sentence for every finding. res must be the Result that
// the Renderer was made with.
func (r *Renderer) Annotate(res *analysis.Result) {
	for i := range res.Facts {
		res.Facts[i].Text = r.fact(&res.Facts[i])
	}
	for i := range res.Findings {
		res.Findings[i].Text = r.finding(&res.Findings[i])
	}
}

// fact is the noun phrase of a fact, with its place against the threshold.
func (r *Renderer) fact(f *analysis.Fact) string {
	how := forms[f.Code]
	with := slots{
		"value":      r.written(how.format, f.Value, how.magnitude),
		"subject":    r.term(how.terms, f.Subject),
		"confidence": r.cat.Numbers.percent(confidence, 0),
	}
	variants := []string{ofPrefix + f.Subject}
	if value, err := decimal.NewFromString(f.Value); err == nil {
		variants = append(variants, sign(value))
	}
	text := r.say(r.cat.Facts, f.Code, with, variants...)
	relation := r.relation(how, f)
	if relation == "" {
		return text
	}
	return r.say(r.cat.Relations, "wrap", slots{"text": text, "relation": relation})
}

// ofPrefix marks the variants of a message that are for one subject. It keeps
// a caller's word such as "above" from choosing a variant.
const ofPrefix = "of_"

// relation tells how far a fact is from its threshold and on which side. A
// threshold of zero is not worth telling.
func (r *Renderer) relation(how form, f *analysis.Fact) string {
	value, threshold, ok := decimals(f.Value, f.Threshold)
	if !ok || threshold.IsZero() || how.bound == unbounded {
		return ""
	}
	kind := "maximum"
	switch {
	case how.bound == band:
		kind, value = "band", value.Abs()
	case how.bound == minimum, how.bound == byCurrency && f.Subject == string(r.res.BaseCurrency):
		kind = "minimum"
	}
	return r.say(r.cat.Relations, kind, slots{
		"gap":   r.figure(gapFormat(how.format), value.Sub(threshold).Abs(), false),
		"limit": r.figure(how.format, threshold, true),
	}, side(value, threshold))
}
