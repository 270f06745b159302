package analysis

import (
	"slices"

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
// would not bring the portfolio closer to its target are left out, and so is what
// would take the classes at risk together beyond what the target has of them.
func (p *plan) rebalance() {
	if p.target == nil {
		return
	}
	r := &rebalancing{plan: p, aims: p.aims()}
	r.out, r.drag, r.risk = r.outside(), p.drags() && r.aims.gap[portfolio.ClassCash].IsPositive(), r.excessRisk()
	if len(r.out) == 0 && !r.drag {
		p.holdBack()
		return
	}
	r.draft = p.draft()
	r.lowers = p.lowers && r.tooRisky()
	r.invest(r.free())
	switch limits := r.draft.limits; {
	case r.draft.moved && p.closer(r.draft, r.aims):
		if r.aims.reserved {
			p.claims(r.draft)
		}
	case r.draft.moved && len(limits) == 0:
		return // shares are too large to come any closer
	default:
		r.draft = p.draft()
		r.draft.limits = limits
		if len(limits) == 0 {
			r.draft.limits.add(r.whyNothing())
		}
	}
	if p.overruled {
		r.draft.caveats.add(CaveatTargetOverruled)
	}
	p.commit(r.draft, r.cause())
}

// whyNothing is why nothing is sold of what is too much.
func (r *rebalancing) whyNothing() string {
	if slices.ContainsFunc(r.aims.largest(1), r.plan.mixes) {
		return LimitMixedFund
	}
	return LimitNothingToSell
}

// holdBack proposes nothing for a class that is out of its band, and says why:
// the cash that is too much must stay, and of the rest each class has its share.
func (p *plan) holdBack() {
	class := p.heldBack()
	if class == "" || p.overruled {
		return
	}
	d := p.draft()
	p.claims(d)
	p.commit(d, cause{
		kind: ActionRebalance, severity: p.bandLine(class).Severity, holding: -1, always: len(d.limits) > 0,
		trigger:  p.facts.id(FactClassDrift, string(class)),
		evidence: p.facts.ids(FactPortfolioDrift, "", FactClassWeight, string(class)),
	})
}

// claims says what keeps cash beyond its target from being invested.
func (p *plan) claims(d *draft) {
	if p.now.data().short.decimal().IsPositive() {
		d.limits.add(LimitShortProceeds)
	}
	if p.now.cashFloor().GreaterThan(p.target[portfolio.ClassCash].Mul(p.now.val.Total)) {
		d.limits.add(LimitCashReserve)
	}
}

// heldBack is the class other than cash with the widest drift of those that are
// out of their bands before the plan and after it, to the same side; "" is none.
func (p *plan) heldBack() (widest portfolio.AssetClass) {
	var most decimal.Decimal
	for _, class := range targetClasses {
		was, _ := p.facts.classDrift(string(class))
		is, _ := p.now.classDrift(string(class))
		out := !p.facts.inBand(string(class)) && !p.now.inBand(string(class)) && was.Sign() == is.Sign()
		if class != portfolio.ClassCash && out && is.Abs().GreaterThan(most) {
			widest, most = class, is.Abs()
		}
	}
	return widest
}

// drags reports whether the caller's portfolio has idle cash beyond the policy's
// line, and still has after the actions so far. What these have freed is no reason
// of its own.
func (p *plan) drags() bool {
	line, limit := p.facts.policy.Line(lineCashDrag), p.facts.limit(lineCashDrag)
	for _, m := range [...]*model{p.facts, p.now} {
		drag, ok := m.figure(FactCashDrag, "")
		if !ok || !crosses(line, drag, limit, above) {
			return false
		}
	}
	return true
}

// closer reports whether a draft lessens what would have to move, and leaves
// the drift from the target no larger: what must stay in cash sets them apart.
func (p *plan) closer(d *draft, before *aims) bool {
	after := *p
	after.now = d.outcome()
	return p.drift(after.now).LessThanOrEqual(p.drift(p.now)) && after.aims().drift().LessThan(before.drift())
}

// rebalancing is one run of it.
type rebalancing struct {
	plan   *plan
	aims   *aims
	draft  *draft
	out    map[portfolio.AssetClass]bool // of its band
	drag   bool
	lowers bool
	risk   decimal.Decimal // by how much the classes at risk exceed the target's, as the draft leaves them
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
	above := func(class portfolio.AssetClass) bool {
		return risky(class) && r.out[class] && r.aims.gap[class].IsPositive()
	}
	return r.risk.IsPositive() && slices.ContainsFunc(r.aims.classes, above)
}

// excessRisk is by how much the classes at risk exceed what the target has of them.
func (r *rebalancing) excessRisk() (excess decimal.Decimal) {
	for _, class := range riskClasses {
		excess = excess.Add(r.aims.gap[class])
	}
	return excess
}

// riskClasses are those of a target that are at risk.
var riskClasses = slices.DeleteFunc(slices.Clone(targetClasses), func(class portfolio.AssetClass) bool { return !risky(class) })

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
	freed := r.aims.idle(r.plan.now.val.CashTotal.Sub(r.draft.locked()))
	// Money market funds beyond the target are cash as well, but must be sold.
	near := decimal.Min(r.aims.gap[portfolio.ClassCash].Sub(freed), all.Sub(freed))
	freed = freed.Add(r.sell(portfolio.ClassCash, near))
	for _, class := range r.outFirst(1) {
		need := urgent.Sub(freed)
		if r.out[class] {
			need = all.Sub(freed)
		}
		if r.lowers && r.out[class] && risky(class) {
			need = decimal.Max(need, r.risk) // into cash where nothing else can be bought
		}
		sold := r.sell(class, decimal.Min(r.aims.gap[class], need))
		freed = freed.Add(sold)
		if risky(class) {
			r.risk = r.risk.Sub(sold)
		}
	}
	return freed.Sub(r.cashShort())
}

func (r *rebalancing) sell(class portfolio.AssetClass, amount decimal.Decimal) decimal.Decimal {
	told := slices.Clone(r.draft.limits)
	sold := r.draft.sell(amount, roundDown, func(h *portfolio.Holding) bool {
		return r.plan.facts.serves(&h.Instrument, class)
	})
	if r.plan.mixes(class) && slices.Contains(r.draft.limits, LimitNothingToSell) && !slices.Contains(told, LimitNothingToSell) {
		told.add(LimitMixedFund)
		r.draft.limits = told
	}
	return sold
}

// mixes reports whether something of a class is held within funds of several classes,
// which are not sold for one of them (plan.pure_share).
func (p *plan) mixes(class portfolio.AssetClass) bool {
	return slices.ContainsFunc(p.now.val.Holdings, func(h portfolio.Holding) bool {
		e := h.Instrument.Exposures
		return h.Value.IsPositive() && e != nil && e.AssetClasses[class].IsPositive() && !p.facts.serves(&h.Instrument, class)
	})
}

// invest spends at most budget on the small classes.
func (r *rebalancing) invest(budget decimal.Decimal) {
	for _, class := range r.outFirst(-1) {
		amount := r.bearable(class, decimal.Min(r.aims.gap[class].Neg(), budget))
		if amount.IsPositive() || r.out[class] && len(r.plan.wares(class)) == 0 {
			spent := r.draft.buy(class, amount)
			budget = budget.Sub(spent)
			if risky(class) {
				r.risk = r.risk.Add(spent)
			}
		}
	}
}

// bearable is how much of an amount may go into a class: what cannot be sold of
// the others at risk takes up their share.
func (r *rebalancing) bearable(class portfolio.AssetClass, amount decimal.Decimal) decimal.Decimal {
	room := decimal.Max(decimal.Decimal{}, r.risk.Neg())
	if !risky(class) || amount.LessThanOrEqual(room) {
		return amount
	}
	if len(r.plan.wares(class)) > 0 {
		r.draft.limits.add(LimitRiskAssets)
	}
	return room
}

// lessRisk reports whether the draft lessens what is at risk, or moves nothing.
func (r *rebalancing) lessRisk() bool {
	return !r.draft.moved || r.risk.LessThan(r.excessRisk())
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
