package wording

import (
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
)

// Summary is the rules text about the whole portfolio: its value and level,
// what matters most, and how many steps are proposed or why none is.
func (r *Renderer) Summary() string {
	return r.sentences(r.worth(), r.foremost(), r.outlook())
}

// worth is the value, the day and the risk level.
func (r *Renderer) worth() string {
	variant := "level"
	if r.res.RiskLevel == "" {
		variant = plain
	}
	return r.say(r.cat.Summary, "worth", slots{
		"date":  r.date(r.res.AsOf),
		"value": r.figure(asMoney, amountOf(r.res.TotalValue), false),
		"level": r.term(termLevel, r.res.RiskLevel),
	}, variant)
}

// foremost is the fact behind the severest action, or the severest finding.
func (r *Renderer) foremost() string {
	var worst *analysis.Action
	for i := range r.res.Actions {
		if a := &r.res.Actions[i]; worst == nil || a.Severity.Rank() > worst.Severity.Rank() {
			worst = a
		}
	}
	if worst != nil && r.facts[worst.Trigger] != nil {
		return r.say(r.cat.Summary, "foremost", slots{"fact": r.fact(r.facts[worst.Trigger])})
	}
	for i := range r.res.Findings {
		if n := &r.res.Findings[i]; n.Code != analysis.FindingInsufficientProfile && n.Severity.Rank() > analysis.Info.Rank() {
			return r.finding(n)
		}
	}
	return ""
}

// outlook is how many steps follow, or why none does.
func (r *Renderer) outlook() string {
	if len(r.res.Insufficient) > 0 {
		var missing []string
		for _, factor := range r.res.Insufficient {
			missing = append(missing, r.term(termFactor, factor))
		}
		return r.say(r.cat.Summary, "insufficient", slots{"factors": r.list(missing)})
	}
	if n := len(r.res.Actions); n > 0 {
		return r.say(r.cat.Summary, "steps", slots{"steps": r.unit("steps", decimal.NewFromInt(int64(n)), 0)})
	}
	if slices.ContainsFunc(r.res.Findings, func(n analysis.Finding) bool { return n.Severity.Rank() > analysis.Info.Rank() }) {
		return ""
	}
	return r.say(r.cat.Summary, "calm", nil)
}

// disclosures is their order. The first says where the words come from.
var disclosures = [...]string{
	"computed", "unverified", "history", "loss", "alternatives", "tax", "review", "update",
}

// Disclosures are the statements that every answer carries. provider is bedrock
// or emulator, and "" when no model was asked; source is model, mixed or rules.
func (r *Renderer) Disclosures(provider, source string) []string {
	said := []string{r.say(r.cat.Disclosures, "words", nil, source)}
	if provider == "emulator" {
		said = append(said, r.say(r.cat.Disclosures, "emulator", nil, source))
	}
	with := slots{"date": r.date(r.res.AsOf)}
	for _, code := range disclosures {
		said = append(said, r.say(r.cat.Disclosures, code, with))
	}
	return said
}

// DegradedDetail is the sentence for a degraded reason, or "" for none.
func (r *Renderer) DegradedDetail(reason string) string {
	return r.say(r.cat.Degraded, reason, nil)
}
