package analysis

import (
	"cmp"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// rebalance brings the asset classes to their targets once one of them is
// outside its band, or cash lies idle. It is called lower_risk where the level
// is lower than what was asked for and there is too much of a class at risk,
// and deploy_cash where there is only cash to invest.
//
// Money comes from idle cash first, then from the classes that are too large,
// those outside their band first; one inside is only sold for one outside. It
// goes into the classes that are too small, in the same order. Trades that
// would not bring the portfolio closer to its target are left out.
func (p *plan) rebalance() {
	if p.target == nil {
		return
	}
	r := &rebalancing{plan: p, aims: p.aims()}
	r.out, r.drag = r.outside(), p.drags()
	if len(r.out) == 0 && !r.drag {
		return
	}
	r.draft = p.draft()
	r.lowers = p.lowers && r.tooRisky()
	r.invest(r.free())
	switch limits := r.draft.limits; {
	case r.draft.moved && p.closer(r.draft, r.aims):
	case r.draft.moved && len(limits) == 0:
		return // shares are too large to come any closer
	default:
		r.draft = p.draft()
		r.draft.limits = limits
		if len(limits) == 0 {
			r.draft.limits.add(LimitNothingToSell)
		}
	}
	p.commit(r.draft, r.cause())
}

// drags reports whether the caller's portfolio has idle cash beyond the
// policy's line. What the actions so far have freed is no reason of its own.
func (p *plan) drags() bool {
	drag, ok := p.facts.figure(FactCashDrag, "")
	return ok && crosses(p.facts.policy.Line(lineCashDrag), drag, p.facts.limit(lineCashDrag), above)
}

// closer reports whether a draft lessens what would have to move, and leaves
// the drift from the target no larger: what must stay in cash sets them apart.
func (p *plan) closer(d *draft, before *aims) bool {
	after := *p
	after.now = d.outcome()
	was, _ := p.aimed().portfolioDrift("")
	is, _ := after.aimed().portfolioDrift("")
	return is.LessThanOrEqual(was) && after.aims().drift().LessThan(before.drift())
}

// rebalancing is one run of it.
type rebalancing struct {
	plan   *plan
	aims   *aims
	draft  *draft
	out    map[portfolio.AssetClass]bool // of its band
	drag   bool
	lowers bool
}

// outside finds the classes outside their bands.
func (r *rebalancing) outside() map[portfolio.AssetClass]bool {
	out := make(map[portfolio.AssetClass]bool)
	for _, class := range r.aims.classes {
		if r.plan.outOfBand(r.aims, class) {
			out[class] = true
		}
	}
	return out
}

// tooLarge reports whether a class other than cash is above its band.
func (r *rebalancing) tooLarge() bool {
	for class := range r.out {
		if class != portfolio.ClassCash && r.aims.gap[class].IsPositive() {
			return true
		}
	}
	return false
}

// tooRisky reports whether a class at risk is above its band, and all of them
// together are more than the target has.
func (r *rebalancing) tooRisky() bool {
	var excess decimal.Decimal
	above := false
	for _, class := range r.aims.classes {
		if risky(class) {
			excess = excess.Add(r.aims.gap[class])
			above = above || r.out[class] && r.aims.gap[class].IsPositive()
		}
	}
	return above && excess.IsPositive()
}

// risky reports a class that is neither bonds nor cash.
func risky(class portfolio.AssetClass) bool {
	return class != portfolio.ClassFixedIncome && class != portfolio.ClassCash
}

// outFirst lists the classes with gaps of one sign, those out of band first.
func (r *rebalancing) outFirst(sign int) (classes []portfolio.AssetClass) {
	for _, out := range [...]bool{true, false} {
		for _, class := range r.aims.largest(sign) {
			if r.out[class] == out {
				classes = append(classes, class)
			}
		}
	}
	return classes
}

// wanted is the money that the small classes can take, and the cash that is
// missing: of all classes or of those out of band alone.
func (r *rebalancing) wanted(outOnly bool) (sum decimal.Decimal) {
	for _, class := range r.aims.largest(-1) {
		if len(r.plan.wares(class)) > 0 && (r.out[class] || !outOnly) {
			sum = sum.Sub(r.aims.gap[class])
		}
	}
	if r.out[portfolio.ClassCash] || !outOnly {
		sum = sum.Add(r.cashShort())
	}
	return sum
}

// cashShort is how much cash is missing.
func (r *rebalancing) cashShort() decimal.Decimal {
	return decimal.Max(decimal.Decimal{}, r.aims.gap[portfolio.ClassCash].Neg())
}

// free collects the money to invest and returns it, less the missing cash.
func (r *rebalancing) free() decimal.Decimal {
	all, urgent := r.wanted(false), r.wanted(true)
	freed := r.aims.idle(r.plan.now.val.CashTotal)
	// Money market funds beyond the target are cash as well, but must be sold.
	near := decimal.Min(r.aims.gap[portfolio.ClassCash].Sub(freed), all.Sub(freed))
	freed = freed.Add(r.sell(portfolio.ClassCash, near))
	for _, class := range r.outFirst(1) {
		need := urgent.Sub(freed)
		if r.out[class] {
			need = all.Sub(freed)
		}
		if r.lowers && r.out[class] && risky(class) {
			need = r.aims.gap[class]
		}
		freed = freed.Add(r.sell(class, decimal.Min(r.aims.gap[class], need)))
	}
	return freed.Sub(r.cashShort())
}

func (r *rebalancing) sell(class portfolio.AssetClass, amount decimal.Decimal) decimal.Decimal {
	return r.draft.sell(amount, roundDown, func(h *portfolio.Holding) bool {
		return r.plan.facts.serves(&h.Instrument, class)
	})
}

// invest spends at most budget on the small classes.
func (r *rebalancing) invest(budget decimal.Decimal) {
	for _, class := range r.outFirst(-1) {
		amount := decimal.Min(r.aims.gap[class].Neg(), budget)
		if amount.IsPositive() || r.out[class] && len(r.plan.wares(class)) == 0 {
			budget = budget.Sub(r.draft.buy(class, amount))
		}
	}
}

// leading is the class with the widest gap of those out of band, and rather one
// whose gap was there before the plan: the reader is told its drift.
func (r *rebalancing) leading() portfolio.AssetClass {
	var widest, old portfolio.AssetClass
	wider := func(class, than portfolio.AssetClass) bool {
		return than == "" || r.aims.gap[class].Abs().GreaterThan(r.aims.gap[than].Abs())
	}
	for _, class := range r.aims.classes {
		if !r.out[class] {
			continue
		}
		if wider(class, widest) {
			widest = class
		}
		if r.old(class) && wider(class, old) {
			old = class
		}
	}
	return cmp.Or(old, widest)
}

// old reports whether a class had too much, or too little, in the caller's
// portfolio already, and is told of in its facts.
func (r *rebalancing) old(class portfolio.AssetClass) bool {
	facts := r.plan.facts
	drift, _ := facts.classDrift(string(class))
	return drift.Sign() == r.aims.gap[class].Sign() && facts.id(FactClassDrift, string(class)) != ""
}

// onlyCash reports whether there is nothing to do but to invest cash, that of
// money market funds included.
func (r *rebalancing) onlyCash() bool {
	for i := range r.draft.orders {
		o := &r.draft.orders[i]
		if o.side == Sell && r.draft.book.val.Holdings[o.holding].Instrument.Class() != portfolio.ClassCash {
			return false
		}
	}
	return !r.tooLarge() && r.draft.count(Buy) > 0
}

func (r *rebalancing) cause() cause {
	m, class := r.plan.facts, r.leading()
	c := cause{holding: -1, always: len(r.out) > 0}
	switch {
	case r.lowers:
		c.kind, c.severity, c.trigger = ActionLowerRisk, m.policy.Line(lineTarget).Severity, m.id(FactRiskLevel, "")
	case r.onlyCash() || class == "":
		c.kind, c.severity, c.trigger = ActionDeployCash, m.policy.Line(lineCashDrag).Severity, r.whyCash()
	default:
		c.kind, c.severity, c.trigger = ActionRebalance, r.plan.bandLine(class).Severity, cmp.Or(m.id(FactClassDrift, string(class)), r.whyCash())
	}
	r.cite(&c)
	return c
}

// whyCash is the fact that tells of the cash to invest: that it is idle or too
// much or, where it was neither, the single name whose reduction freed it.
func (r *rebalancing) whyCash() string {
	m := r.plan.facts
	if r.drag {
		return m.id(FactCashDrag, "")
	}
	drift, _ := m.classDrift(cashKey)
	for _, a := range r.plan.actions {
		if a.Kind == ActionReduceConcentration && (m.inBand(cashKey) || drift.IsNegative()) {
			return a.Trigger
		}
	}
	return m.id(FactClassDrift, cashKey)
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
	if r.drag {
		c.impact = append(c.impact, FactExcessCash, "")
		c.evidence = append(c.evidence, m.ids(FactExcessCash, "")...)
	}
	for _, class := range r.aims.classes {
		c.impact = append(c.impact, FactClassWeight, string(class))
		if r.out[class] {
			c.evidence = append(c.evidence, m.ids(FactClassWeight, string(class))...)
		}
	}
}
