package analysis

import (
	"slices"

	"github.com/shopspring/decimal"
)

// drift is how far a portfolio is from the plan's target.
func (p *plan) drift(m *model) decimal.Decimal {
	seen := *p
	seen.now = m
	drift, _ := seen.aimed().portfolioDrift("")
	return drift
}

// point is what the drift may grow by unsaid: whole shares leave something over.
var point = decimal.New(1, -2)

// astray reports whether the portfolio is further from its target.
func astray(was, is decimal.Decimal) bool { return is.Sub(was).GreaterThanOrEqual(point) }

// onCourse is the plan that reduces single names no further than is worth it. Where
// nothing takes what is sold of them, so that the plan would end further from its
// target than it began, what they have above the concentrated line is spared by as
// much; what they have above the high line, from which on one issuer decides the
// outcome, is sold whatever the target.
func onCourse(spare func(amount decimal.Decimal) *plan) *plan {
	full := spare(decimal.Decimal{})
	if !full.trims() || !astray(full.drift(full.facts), full.drift(full.now)) {
		return full
	}
	least := spare(full.facts.val.Total)
	bound := decimal.Max(full.drift(full.facts), least.drift(least.now))
	if !astray(bound, full.drift(full.now)) {
		return full
	}
	some := spare(full.drift(full.now).Sub(bound).Mul(full.facts.val.Total))
	if astray(bound, some.drift(some.now)) {
		return least
	}
	return some
}

// trims reports whether single names are reduced for the sake of a target.
func (p *plan) trims() bool {
	trims := func(a Action) bool { return a.Kind == ActionReduceConcentration && a.Moves() }
	return p.target != nil && slices.ContainsFunc(p.actions, trims)
}

// warnOfDrift has the actions that take the portfolio away from its target say so,
// with the figure, where those after them do not bring it back.
func (p *plan) warnOfDrift() {
	if p.target == nil || !astray(p.drift(p.facts), p.drift(p.now)) {
		return
	}
	after := p.now
	for i, before := range slices.Backward(p.befores) {
		if astray(p.drift(before), p.drift(after)) {
			p.actions[i].warn(CaveatOffTarget, p.driftMoved(before, after))
		}
		after = before
	}
}

// driftMoved is the drift as a fact's figures, where the target is the caller's.
func (p *plan) driftMoved(before, after *model) []Impact {
	if p.overruled {
		return nil
	}
	return p.moved(before, after, FactPortfolioDrift, "")
}

// warn adds a caveat and the figures that tell it.
func (a *Action) warn(caveat string, figures []Impact) {
	caveats := codes(a.Caveats)
	caveats.add(caveat)
	a.Caveats = caveats.sorted()
	a.Impact = slices.Concat(a.Impact, slices.DeleteFunc(figures, func(x Impact) bool { return slices.Contains(a.Impact, x) }))
}
