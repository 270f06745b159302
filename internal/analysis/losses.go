package analysis

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// addLoss adds what h or a lot of it lost, if it is worth harvesting.
func (m *model) addLoss(g *gain, h *portfolio.Holding, amount, cost, quantity decimal.Decimal, fresh bool) {
	loss := m.worthHarvesting(h, amount, cost)
	if !loss.IsPositive() {
		return
	}
	g.harvestable, g.harvested = plus(g.harvestable, loss), plus(g.harvested, quantity)
	if fresh {
		g.fresh = plus(g.fresh, quantity)
	}
}

// worthHarvesting is a loss of h or of a lot as a positive amount of money if it
// reaches both floors of the policy, one in money and one in proportion to its cost,
// else zero. So it is at a price of 0: nobody pays for it, or its price is not known.
func (m *model) worthHarvesting(h *portfolio.Holding, amount, cost decimal.Decimal) decimal.Decimal {
	loss := amount.Neg()
	if h.Price.IsZero() || !crosses(m.policy.Line(lineHarvestLoss), loss, m.limit(lineHarvestLoss), above) ||
		loss.LessThan(cost.Abs().Mul(m.limit(lineHarvestRatio))) {
		return decimal.Decimal{}
	}
	return loss
}

// worstLosses lists the instruments with the largest harvestable losses, then
// the portfolio.
func (m *model) worstLosses() []string {
	var losses []scored
	for i := range m.gainTable().rows {
		if loss := m.gainTable().rows[i].harvestable; loss.IsPositive() {
			losses = append(losses, scored{m.holdings().parts[i].key, loss})
		}
	}
	if len(losses) == 0 {
		return nil
	}
	sortWorst(losses)
	return append(firstKeys(losses, m.maxSubjects()), SubjectPortfolio)
}

// washSince is the first day whose purchases replace what is sold today at a loss
// (26 U.S.C. 1091, IRS Publication 550).
func (m *model) washSince() portfolio.Date {
	return m.val.Portfolio.AsOf.AddDays(-int(m.limit(lineWashSaleDays).IntPart()))
}

// replaced is the quantity of an instrument, over all accounts of v, that was
// bought since then and is still there: what is left of a lot that was sold in
// part replaces what was sold. Of a loss on q units, (q - replaced) / q can be used.
func (m *model) replaced(v *portfolio.Valuation, ref string) (sum decimal.Decimal) {
	since := m.washSince()
	for i := range v.Holdings {
		h := &v.Holdings[i]
		if !h.Quantity.IsPositive() || h.Instrument.Ref() != ref {
			continue
		}
		for k := range h.TaxLots {
			if lot := &h.TaxLots[k]; !lot.AcquiredOn.Before(since) {
				sum = sum.Add(lot.Quantity)
			}
		}
	}
	return sum
}

// disallowed is the part of an instrument's harvestable loss for which as many
// units are replaced: the loss of q units times min(q, replaced) / q.
func (m *model) disallowed(ref string) decimal.Decimal {
	g := m.gainOf(ref)
	if !g.harvested.IsPositive() {
		return decimal.Decimal{}
	}
	replaced := decimal.Min(g.harvested, m.replaced(m.val, ref).Sub(g.fresh))
	return over(g.harvestable.Mul(replaced), g.harvested)
}

// washedLosses lists the instruments whose harvestable loss is disallowed in part.
func (m *model) washedLosses() (refs []string) {
	for _, ref := range m.worstLosses() {
		if ref != SubjectPortfolio && m.disallowed(ref).IsPositive() {
			refs = append(refs, ref)
		}
	}
	return refs
}
