package wording

import (
	"cmp"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
)

// emulator is the provider that stands in for Amazon Bedrock.
const emulator = "emulator"

// Who wrote the text; the values of an answer's source.
const (
	sourceModel = "model"
	sourceMixed = "mixed"
)

// Summary tells the value, the risk level, the gravest finding and how many
// actions are proposed, or why none is.
func (r *Renderer) Summary() string {
	return r.Join(r.Worth(), r.gravest(), r.proposed())
}

// Worth is the first sentence of a Summary: the value and the risk level.
func (r *Renderer) Worth() string {
	s := slots{"value": r.amount(r.result.TotalValue), "date": r.day(r.result.AsOf)}
	if r.result.RiskLevel == "" {
		return fill(r.Patterns["worth"], s)
	}
	s["level"] = r.label(ofLevel, r.result.RiskLevel)
	return fill(r.forReader(r.Patterns, "worth_at_level"), s)
}

// gravest is the first finding of at least low severity: they are sorted.
func (r *Renderer) gravest() string {
	if r.lacking() {
		return "" // what is missing is said instead
	}
	for i := range r.result.Findings {
		if f := &r.result.Findings[i]; f.Severity.Rank() >= analysis.Low.Rank() {
			return fill(r.Patterns["gravest"], slots{"finding": r.findingText(f, r.result)})
		}
	}
	return ""
}

func (r *Renderer) proposed() string {
	n := 0 // what cannot be carried out is called for and not proposed
	for i := range r.result.Actions {
		if r.result.Actions[i].Moves() {
			n++
		}
	}
	switch {
	case r.descriptive:
		return r.Patterns["proposed.described"]
	case r.lacking():
		return fill(r.forReader(r.Patterns, "insufficient"), slots{"list": r.missing()})
	case n == 0 && len(r.result.Actions) > 0:
		return r.Patterns["proposed.held"]
	case n == 0:
		return r.Patterns["proposed.none"]
	case n == 1:
		return r.Patterns["proposed.one"]
	default:
		return fill(r.Patterns["proposed.many"], slots{"n": r.Number.localise(decimal.NewFromInt(int64(n)).String())})
	}
}

// lacking reports whether nothing is proposed for want of a profile.
func (r *Renderer) lacking() bool { return !r.descriptive && len(r.result.Insufficient) > 0 }

func (r *Renderer) missing() string {
	list := ""
	for i, factor := range r.result.Insufficient {
		if i > 0 {
			list += r.Joints.Items
		}
		list += r.label(ofFactor, factor)
	}
	return list
}

// Disclosures lists what accompanies every answer. provider and source are
// those of the answer.
func (r *Renderer) Disclosures(provider, source string) []string {
	keys := []string{"algorithm", "figures", "past_performance", "risk", "no_advice", "alternatives", "review"}
	switch source {
	case sourceModel, sourceMixed:
		keys = append(keys, source)
	default:
		keys = append(keys, "rules")
	}
	if provider == emulator {
		keys = append(keys, "emulator")
	}
	s := slots{"date": r.day(r.result.AsOf)}
	list := make([]string, len(keys))
	for i, key := range keys {
		list[i] = fill(r.forReader(r.catalogue.Disclosures, key), s)
	}
	return list
}

// DegradedCause says in public words why the model's text is missing.
func (r *Renderer) DegradedCause(reason string) string {
	return cmp.Or(r.Degraded[reason], r.Degraded["model_unavailable"])
}

// DegradedDetail says the same of explanations, and who wrote them instead.
func (r *Renderer) DegradedDetail(reason string) string {
	return r.Join(r.DegradedCause(reason), r.Degraded["other"])
}
