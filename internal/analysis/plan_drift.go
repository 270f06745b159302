package analysis

import (
	"slices"

	"github.com/shopspring/decimal"
)

// A course is how far an action takes the portfolio from the plan's target.
type course struct {
	was, is decimal.Decimal
	impact  []Impact // the same as a fact's figures, where the target is the caller's
}

func (p *plan) course(before *model) (c course) {
	if p.target == nil || before == p.now {
		return c
	}
	c.was, c.is = p.drift(before), p.drift(p.now)
	if !p.overruled {
		c.impact = p.impact(before, []string{FactPortfolioDrift, ""})
	}
	return c
}

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
	for i, c := range p.courses {
		if a := &p.actions[i]; astray(c.was, c.is) {
			a.warn(CaveatOffTarget, c.impact)
		}
	}
}

// warn adds a caveat and the figures that tell it.
func (a *Action) warn(caveat string, figures []Impact) {
	caveats := codes(a.Caveats)
	caveats.add(caveat)
	a.Caveats = caveats.sorted()
	a.Impact = slices.Concat(a.Impact, slices.DeleteFunc(figures, func(x Impact) bool { return slices.Contains(a.Impact, x) }))
}
