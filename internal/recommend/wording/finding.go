package wording

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
)

// findingSubjects tells how to read the subjects of findings; holdings,
// accounts and currencies stand as they are.
var findingSubjects = map[string]string{
	analysis.FindingClassDrift: ofClass, analysis.FindingSectorConcentration: ofSector,
	analysis.FindingRegionConcentration: ofRegion, analysis.FindingEmergingMarkets: ofMarket,
	analysis.FindingDevelopedMarkets: ofMarket, analysis.FindingHighInterestDebt: ofDebt, analysis.FindingObjectiveConflict: ofObjective,
	analysis.FindingInsufficientProfile: ofFactor,
}

// coverageLine is the policy line of the one finding that is about two figures.
const coverageLine = "risk.coverage"

// findingText is a finding as one sentence.
func (r *Renderer) findingText(f *analysis.Finding, res *analysis.Result) string {
	like := r.observedFact(f, res)
	subject := r.subject(findingSubjects[f.Code], f.Subject)
	d, err := decimal.NewFromString(f.Observed)
	if err != nil {
		template, _ := r.pick(r.Findings, f.Code, "", 0)
		return fill(template, slots{
			"subject": subject, "value": r.label(ofLevel, f.Observed), "threshold": r.label(ofLevel, f.Threshold),
		})
	}
	form := ""
	if f.Policy == coverageLine {
		form = "coverage"
	}
	code := f.Code
	if code == analysis.FindingMarginDebt && f.Subject != "" {
		code += ".account"
	}
	template, signed := r.pick(r.Findings, code, form, d.Sign())
	if signed {
		d = d.Abs()
	}
	limit, err := decimal.NewFromString(f.Threshold)
	return r.Articles.fill(template, func(slot string) string {
		switch {
		case slot == "subject":
			return subject
		case err != nil:
			return r.alone(like, slot, d)
		case slot == "value":
			return r.rounded(like, d, limit, r.figureBeside(like, d, limit))
		case slot == "excess":
			return r.rounded(like, d, limit, r.excessBeside(like, d, limit))
		case slot == "threshold":
			return r.findingThreshold(f.Code, like, limit)
		}
		return ""
	})
}

// observedFact is the fact that the finding's figures are read like: its first
// evidence. Target and holdings are compared with a level, but measured as shares.
func (r *Renderer) observedFact(f *analysis.Finding, res *analysis.Result) *analysis.Fact {
	level := f.Code == analysis.FindingTargetAboveLevel || f.Code == analysis.FindingRiskAboveLevel
	if !level && len(f.Evidence) > 0 && res.Fact(f.Evidence[0]) != nil {
		return res.Fact(f.Evidence[0])
	}
	return &analysis.Fact{Unit: analysis.Ratio}
}

func (r *Renderer) findingThreshold(code string, like *analysis.Fact, limit decimal.Decimal) string {
	switch code {
	case analysis.FindingClassDrift:
		return r.band(limit)
	case analysis.FindingStalePrices: // positions are counted, but days are limited
		return r.measured(&analysis.Fact{Code: analysis.FactStalePriceDays, Unit: analysis.Count}, limit)
	default:
		return r.threshold(like, limit)
	}
}
