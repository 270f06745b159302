package analysis

import (
	"cmp"
	"slices"

	"ballast.internal/ballast/internal/portfolio"
)

// leading is the class with the widest gap of those out of band in the caller's
// portfolio already: the reader is told its drift. There may be none.
func (r *rebalancing) leading() (leading portfolio.AssetClass) {
	for _, class := range r.aims.classes {
		if r.out[class] && r.old(class) && (leading == "" || r.aims.gap[class].Abs().GreaterThan(r.aims.gap[leading].Abs())) {
			leading = class
		}
	}
	return leading
}

// old reports whether a class was out of its band in the caller's portfolio
// already, to the side on which it still is, and is told of in its facts.
func (r *rebalancing) old(class portfolio.AssetClass) bool {
	facts := r.plan.facts
	drift, _ := facts.classDrift(string(class))
	is, _ := r.plan.now.classDrift(string(class))
	return drift.Sign() == r.aims.gap[class].Sign() && drift.Sign() == is.Sign() && !facts.inBand(string(class)) && facts.id(FactClassDrift, string(class)) != ""
}

func (r *rebalancing) cause() cause {
	m, class := r.plan.facts, r.leading()
	c := cause{holding: -1, always: len(r.out) > 0}
	idle := r.whyCash()
	switch {
	case r.lowers && r.lessRisk():
		c.kind, c.severity, c.trigger = ActionLowerRisk, m.policy.Line(lineTarget).Severity, m.id(FactRiskLevel, "")
	case r.onlyCash() && idle != "" || len(r.out) == 0:
		c.kind, c.severity, c.trigger = ActionDeployCash, r.costOfCash(class), idle
	case class != "":
		c.kind, c.severity, c.trigger = ActionRebalance, r.plan.bandLine(class).Severity, m.id(FactClassDrift, string(class))
	default:
		c.kind, c.severity, c.trigger = ActionRebalance, m.policy.Line(linePortfolioDrift).Severity, cmp.Or(r.whyLevel(), idle, r.plan.whyMoved())
	}
	if _, _, far := m.holdingsRisk(); far && r.lessRisk() {
		c.severity = m.policy.Line(lineHoldings).Severity
	}
	r.cite(&c)
	return c
}

// costOfCash is the severity of idle cash, or that of the class that it keeps out
// of its band if that is worse.
func (r *rebalancing) costOfCash(class portfolio.AssetClass) Severity {
	severity := r.plan.facts.policy.Line(lineCashDrag).Severity
	if class == "" {
		return severity
	}
	if worse := r.plan.bandLine(class).Severity; worse.Rank() > severity.Rank() {
		return worse
	}
	return severity
}

// whyCash is the fact that tells of the cash to invest: that it is idle or too
// much or, where it was neither, the single name whose reduction freed it; "" where
// no fact does.
func (r *rebalancing) whyCash() string {
	m := r.plan.facts
	switch {
	case r.drag:
		return m.id(FactCashDrag, "")
	case r.old(portfolio.ClassCash) && r.aims.gap[portfolio.ClassCash].IsPositive():
		return m.id(FactClassDrift, cashKey)
	}
	for _, a := range r.plan.actions {
		if a.Kind == ActionReduceConcentration {
			return a.Trigger
		}
	}
	return ""
}

// whyLevel is the risk level, where its mix is aimed at in place of the target: no
// figure of the caller's target then tells what is out of its band.
func (r *rebalancing) whyLevel() string {
	if !r.plan.overruled {
		return ""
	}
	return r.plan.facts.id(FactRiskLevel, "")
}

// whyMoved is what called for the action that last moved anything: where nothing
// was out of its limits before, what followed from it is its doing.
func (p *plan) whyMoved() string {
	for _, a := range slices.Backward(p.actions) {
		if len(a.Trades) > 0 || len(a.Payments) > 0 {
			return a.Trigger
		}
	}
	return ""
}

// cite adds the evidence and the impact: drifts, unless the target that they
// are measured from is not the one aimed at, and weights.
func (r *rebalancing) cite(c *cause) {
	m := r.plan.facts
	if !r.plan.overruled {
		c.impact = []string{FactPortfolioDrift, ""}
		c.evidence = m.ids(FactPortfolioDrift, "")
		for _, class := range r.aims.classes {
			if r.out[class] {
				c.evidence = append(c.evidence, m.ids(FactClassDrift, string(class))...)
			}
		}
	}
	if drift := m.id(FactClassDrift, cashKey); c.kind == ActionDeployCash && c.trigger == drift {
		c.impact = append(c.impact, FactClassDrift, cashKey)
	}
	if r.drag {
		c.impact = append(c.impact, FactCashDrag, "", FactExcessCash, "")
		c.evidence = append(c.evidence, m.ids(FactExcessCash, "")...)
	}
	for _, class := range r.aims.classes {
		c.impact = append(c.impact, FactClassWeight, string(class))
		if r.out[class] {
			c.evidence = append(c.evidence, m.ids(FactClassWeight, string(class))...)
		}
	}
}
