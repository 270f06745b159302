package analysis

import (
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// raiseCash sells as much as the emergency fund, the liquidity needs or a cash
// debt call for, from taxable accounts: money in the others is not free to be
// spent. Single names above the concentrated line, which have to be sold in any
// case, give first, then classes with more than their target what they exceed it
// by, whatever is known of their cost.
func (p *plan) raiseCash() {
	c, called := p.cashCause()
	if !called {
		return
	}
	d := p.draft()
	d.settles = unsettled(p.now.val).IsPositive()
	need := decimal.Max(d.borrowed(), p.now.cashFloor().Sub(p.now.nearCash()))
	need = need.Sub(d.fromSingleNames(need))
	need = need.Sub(d.fromLargeClasses(need))
	d.sell(need, roundUp, d.givers(need))
	if len(d.orders) == 0 && !p.holds(taxable) && p.holds(sheltered) {
		d.limits = codes{LimitAccountCash}
	}
	p.commit(d, c)
}

// cashCanWait reports that the reserve which calls for cash is less urgent than a single
// name, whose sale brings some: what is missing then is raised after it. Money that is
// borrowed from a broker does not wait.
func (p *plan) cashCanWait() bool {
	c, called := p.cashCause()
	urgent := p.facts.policy.Line(lineConcentrated).Severity
	return called && !unsettled(p.now.val).IsPositive() && c.severity.Rank() < urgent.Rank()
}

// fromSingleNames sells of each single issuer above the concentrated line what
// exceeds it, for at most need, and returns the proceeds.
func (d *draft) fromSingleNames(need decimal.Decimal) (sold decimal.Decimal) {
	m := d.plan.now
	for _, issuer := range m.singleIssuers().parts {
		if d.plan.untold(issuer) {
			continue
		}
		excess := issuer.value.Sub(m.limit(lineConcentrated).Mul(m.val.Total))
		of := func(h *portfolio.Holding) bool { return taxable(h) && d.plan.isOf(issuer, h) }
		sold = sold.Add(d.sell(decimal.Min(need.Sub(sold), excess, d.worthOf(of)), roundUp, of))
	}
	return sold
}

// fromLargeClasses sells of each class with more than its target what exceeds it,
// the largest excess first, for at most need, and returns the proceeds. Only what is
// sold last says what holds it back.
func (d *draft) fromLargeClasses(need decimal.Decimal) (sold decimal.Decimal) {
	if d.plan.target == nil {
		return sold
	}
	a, limits := d.plan.aims(), slices.Clone(d.limits)
	for _, class := range a.largest(1) {
		of := overweight{class: class}.taxable(d.plan)
		amount := decimal.Min(need.Sub(sold), a.gap[class], d.worthOf(of))
		if amount.GreaterThanOrEqual(d.plan.limits.MinTradeAmount) {
			sold = sold.Add(d.sell(amount, roundUp, of))
		}
	}
	d.limits = limits
	return sold
}

// isOf reports whether a holding is one of a single issuer's.
func (p *plan) isOf(issuer part, h *portfolio.Holding) bool {
	return !h.Instrument.Diversified() && h.Instrument.IssuerKey() == p.now.val.Holdings[issuer.lead].Instrument.IssuerKey()
}

// cashCause is the figure that calls for cash: the emergency fund, the
// liquidity or what is borrowed, in this order, as the actions so far leave them.
func (p *plan) cashCause() (cause, bool) {
	m, told := p.now, p.facts
	c := cause{
		kind: ActionRaiseCash, holding: -1, always: true,
		evidence: told.ids(FactEmergencyFund, "", FactLiquidityRatio, "", FactCashBalance, ""),
		impact:   append([]string{FactEmergencyFund, "", FactLiquidityRatio, "", FactCashBalance, ""}, told.marginFacts()...),
	}
	c.evidence = append(c.evidence, told.ids(told.marginFacts()...)...)
	need, hasNeed := m.liquidityLine()
	months, hasMonths := m.figure(FactEmergencyFund, "")
	liquidity, _ := m.figure(FactLiquidityRatio, "")
	switch {
	case hasMonths && crosses(m.policy.Line(lineEmergency), months, m.emergencyWish(), below):
		c.trigger, c.severity = told.id(FactEmergencyFund, ""), m.policy.Line(m.emergencyLine("")).Severity
	case hasNeed && crosses(m.policy.Line(need), liquidity, m.limit(need), below):
		c.trigger, c.severity = told.id(FactLiquidityRatio, ""), m.policy.Line(need).Severity
	case unsettled(m.val).IsPositive():
		c.trigger, c.severity = told.whyBorrowed(), m.policy.Line(lineMargin).Severity
	default:
		return cause{}, false
	}
	return c, true
}

// borrowed sells holdings that are cash themselves, such as money market funds,
// to settle a balance below zero that no cash settles, and returns what still has to be raised for
// it: such funds yield less than what is borrowed costs.
func (d *draft) borrowed() decimal.Decimal {
	debit := unsettled(d.book.val)
	funds := func(h *portfolio.Holding) bool { return taxable(h) && h.Instrument.Class() == portfolio.ClassCash }
	return debit.Sub(d.sell(decimal.Min(debit, d.worthOf(funds)), roundUp, funds))
}

func taxable(h *portfolio.Holding) bool { return h.TaxTreatment == portfolio.Taxable }

func sheltered(h *portfolio.Holding) bool { return !taxable(h) }

// holds reports whether there is a long holding of that kind.
func (p *plan) holds(kind func(*portfolio.Holding) bool) bool {
	for i := range p.now.val.Holdings {
		if h := &p.now.val.Holdings[i]; h.Value.IsPositive() && kind(h) {
			return true
		}
	}
	return false
}

// givers are the taxable holdings to raise an amount from: those of classes
// with too much if they suffice, else all that are not cash already.
func (d *draft) givers(amount decimal.Decimal) func(*portfolio.Holding) bool {
	all := func(h *portfolio.Holding) bool { return taxable(h) && h.Instrument.Class() != portfolio.ClassCash }
	if d.plan.target == nil {
		return all
	}
	large := d.plan.aims().largest(1)
	some := func(h *portfolio.Holding) bool {
		for _, class := range large {
			if all(h) && d.plan.facts.serves(&h.Instrument, class) {
				return true
			}
		}
		return false
	}
	if d.worthOf(some).LessThan(amount) {
		return all
	}
	return some
}

// worthOf is the value of what the draft has left of the long holdings of a
// kind that may be sold.
func (d *draft) worthOf(kind func(*portfolio.Holding) bool) (sum decimal.Decimal) {
	for i := range d.book.val.Holdings {
		if h := &d.book.val.Holdings[i]; h.Value.IsPositive() && kind(h) && d.plan.barred(h) == "" {
			sum = sum.Add(h.Value)
		}
	}
	return sum
}
