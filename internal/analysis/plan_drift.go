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
