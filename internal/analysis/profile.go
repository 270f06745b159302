package analysis

import (
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// profileFactors tells of each factor that a policy can make mandatory whether
// the caller told it. The names are the fields of the request.
//
// The default policy wants age, risk tolerance, horizon, objectives and
// liquidity needs: factors of FINRA Rule 2111(a) and of the retail customer
// investment profile of Regulation Best Interest without which a size or a
// direction cannot be judged. It lets the rest be missing: capacity is then
// taken to be the tolerance, tax rates only shape estimates, and experience
// does not matter as long as nothing complex is ever proposed; holdings and
// finances are in the portfolio itself.
var profileFactors = map[string]func(*portfolio.Profile) bool{
	"age":                   func(p *portfolio.Profile) bool { return p.Age != nil },
	"risk_tolerance":        func(p *portfolio.Profile) bool { return p.RiskTolerance != "" },
	"risk_capacity":         func(p *portfolio.Profile) bool { return p.RiskCapacity != "" },
	"time_horizon_years":    func(p *portfolio.Profile) bool { return p.TimeHorizonYears != nil },
	"objectives":            func(p *portfolio.Profile) bool { return len(p.Objectives) > 0 },
	"liquidity_needs":       func(p *portfolio.Profile) bool { return p.LiquidityNeeds != "" },
	"experience":            func(p *portfolio.Profile) bool { return p.Experience != "" },
	"emergency_fund_months": func(p *portfolio.Profile) bool { return p.EmergencyFundMonths != nil },
	"tax": func(p *portfolio.Profile) bool {
		return p.Tax.ShortTermRate != nil && p.Tax.LongTermRate != nil
	},
}

// missingFactors lists the mandatory factors that p does not tell, in the
// order of the policy. With any of them nothing is recommended, as article
// 54(8) of MiFID II's Delegated Regulation 2017/565 has it.
func missingFactors(p *portfolio.Profile, policy *Policy) []string {
	var missing []string
	for _, name := range policy.mandatory {
		if !profileFactors[name](p) {
			missing = append(missing, name)
		}
	}
	return missing
}

// effectiveLevel is the lowest of tolerance (willingness to lose), capacity
// (ability, as FINRA tells them apart) and what the horizon allows by Schwab's
// model allocations, of those that are told: "aggressive" with four years to go
// is conservative. Without a tolerance there is no level.
func effectiveLevel(p *portfolio.Profile, policy *Policy) portfolio.RiskLevel {
	if p.RiskTolerance == "" {
		return ""
	}
	level := p.RiskTolerance
	if p.RiskCapacity != "" {
		level = lower(level, p.RiskCapacity)
	}
	if p.TimeHorizonYears != nil {
		level = lower(level, policy.HorizonCap(*p.TimeHorizonYears))
	}
	return level
}

// lower is the more cautious of two levels.
func lower(a, b portfolio.RiskLevel) portfolio.RiskLevel {
	if levelRank(b) < levelRank(a) {
		return b
	}
	return a
}

// suitabilityFindings reports what is missing from the profile, and where it
// contradicts itself or the target: by the factors of FINRA Rule 2111(a), levels
// compared by rank. A level equal to what is allowed is no contradiction.
func (m *model) suitabilityFindings() {
	p := &m.in.Profile
	for _, factor := range missingFactors(p, m.policy) {
		m.note(FindingInsufficientProfile, m.policy.Line(lineProfile), Finding{Subject: factor})
	}
	m.levelConflict(FindingToleranceCapacity, lineCapacity, p.RiskCapacity)
	if p.TimeHorizonYears != nil {
		m.levelConflict(FindingToleranceHorizon, lineHorizon, m.policy.HorizonCap(*p.TimeHorizonYears))
	}
	m.objectiveConflicts()
	if p.LiquidityNeeds == "high" && levelRank(m.level) >= levelRank(portfolio.ModeratelyAggressive) {
		m.note(FindingLiquidityConflict, m.policy.Line(lineLiquidityFit), Finding{
			Observed: string(m.level), Evidence: m.ids(FactRiskLevel, "", FactLiquidityRatio, ""),
		})
	}
	m.targetConflict()
	m.holdingsConflict()
}

// levelConflict reports a tolerance above what something else allows.
func (m *model) levelConflict(code, line string, allowed portfolio.RiskLevel) {
	tolerance := m.in.Profile.RiskTolerance
	if tolerance == "" || allowed == "" || levelRank(tolerance) <= levelRank(allowed) {
		return
	}
	m.note(code, m.policy.Line(line), Finding{
		Observed: string(tolerance), Threshold: string(allowed), EqualityPass: true,
		Evidence: m.ids(FactRiskLevel, ""),
	})
}

// objectiveConflicts reports objectives that the tolerance does not go with.
func (m *model) objectiveConflicts() {
	tolerance := m.in.Profile.RiskTolerance
	if tolerance == "" {
		return
	}
	for _, objective := range slices.Compact(slices.Sorted(slices.Values(m.in.Profile.Objectives))) {
		r := m.policy.goals[objective]
		bound := r.highest
		if r.lowest != "" && levelRank(tolerance) < levelRank(r.lowest) {
			bound = r.lowest
		} else if bound == "" || levelRank(tolerance) <= levelRank(bound) {
			continue
		}
		m.note(FindingObjectiveConflict, m.policy.Line(lineObjective), Finding{
			Subject: objective, Observed: string(tolerance), Threshold: string(bound), EqualityPass: true,
			Evidence: m.ids(FactRiskLevel, ""),
		})
	}
}

// targetConflict reports a target of the caller's whose risk assets, which are
// all but bonds and cash, exceed those of the level's model.
func (m *model) targetConflict() {
	risky, threshold, conflict := m.targetRisk()
	if !conflict {
		return
	}
	line := m.policy.Line(lineTarget)
	m.note(FindingTargetAboveLevel, line, Finding{
		Observed: risky.String(), Threshold: threshold.String(), EqualityPass: line.EqualityPasses,
		Evidence: m.ids(FactRiskLevel, ""),
	})
}

// targetRisk compares the risk assets of the caller's target with what the
// level bears; false where there is no such target, no level or no conflict.
func (m *model) targetRisk() (risky, threshold decimal.Decimal, conflict bool) {
	if m.in.Target == nil || m.level == "" {
		return decimal.Decimal{}, decimal.Decimal{}, false
	}
	risky = riskShare(m.in.Target)
	threshold, conflict = m.aboveLevel(lineTarget, risky)
	return risky, threshold, conflict
}

// aboveLevel compares a share of risk assets with that of the level's model and what
// a line adds to it.
func (m *model) aboveLevel(name string, share decimal.Decimal) (threshold decimal.Decimal, conflict bool) {
	line := m.policy.Line(name)
	threshold = riskShare(m.policy.Model(m.level)).Add(line.At(m.level))
	return threshold, crosses(line, share, threshold, above)
}

// holdingsConflict reports risk assets held far beyond those of the level's model.
func (m *model) holdingsConflict() {
	held, threshold, conflict := m.holdingsRisk()
	if !conflict {
		return
	}
	line := m.policy.Line(lineHoldings)
	evidence := m.ids(FactRiskLevel, "")
	for _, class := range riskClasses {
		evidence = append(evidence, m.ids(FactClassWeight, string(class))...)
	}
	m.note(FindingRiskAboveLevel, line, Finding{
		Observed: held.String(), Threshold: threshold.String(), EqualityPass: line.EqualityPasses, Evidence: evidence,
	}).times = m.beyond(line, held, threshold, above)
}

// holdingsRisk compares the risk assets that are held with what the level bears at
// the most; no conflict without a level.
func (m *model) holdingsRisk() (held, threshold decimal.Decimal, conflict bool) {
	if m.level == "" {
		return decimal.Decimal{}, decimal.Decimal{}, false
	}
	held = m.heldRisk()
	threshold, conflict = m.aboveLevel(lineHoldings, held)
	return held, threshold, conflict
}

// riskShare is the share of an allocation that is neither bonds nor cash, 0..1.
func riskShare(a portfolio.Allocation) (share decimal.Decimal) {
	for _, class := range slices.Sorted(maps.Keys(a)) {
		if risky(class) {
			share = share.Add(a[class])
		}
	}
	return share
}

// heldRisk is the share of the total in classes that are neither bonds nor cash;
// what is unclassified cannot be judged.
func (m *model) heldRisk() decimal.Decimal {
	var held sum
	for _, class := range riskClasses {
		held.add(m.classes().value(string(class)))
	}
	return m.weight(held.decimal())
}
