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
	refs := m.worst(func(g *gain) decimal.Decimal { return g.harvestable })
	if len(refs) == 0 {
		return nil
	}
	return append(refs, SubjectPortfolio)
}

// worst lists the instruments with the largest losses of a kind.
func (m *model) worst(loss func(*gain) decimal.Decimal) []string {
	var losses []scored
	for i := range m.gainTable().rows {
		if l := loss(&m.gainTable().rows[i]); l.IsPositive() {
			losses = append(losses, scored{m.holdings().parts[i].key, l})
		}
	}
	sortWorst(losses)
	return firstKeys(losses, m.maxSubjects())
}

// washSince is the first day whose purchases replace what is sold today at a loss
// (26 U.S.C. 1091, IRS Publication 550).
func (m *model) washSince() portfolio.Date {
	return m.val.Portfolio.AsOf.AddDays(-int(m.limit(lineWashSaleDays).IntPart()))
}

// replaced is the quantity of an instrument that was bought since then and that
// replaces what a plan, of which v is left, sells: what is left of it in taxable
// accounts, for what was sold with the rest replaces nothing, and in the others all
// that the caller had, since a loss cannot be deducted there (Revenue Ruling
// 2008-5). Of a loss on q units, (q - replaced) / q can be used.
func (m *model) replaced(v *portfolio.Valuation, ref string) decimal.Decimal {
	return m.bought(v, ref, taxable).Add(m.bought(m.val, ref, sheltered))
}

// bought is the quantity of an instrument that stands in accounts of that kind and
// was bought within the days of the wash-sale rule.
func (m *model) bought(v *portfolio.Valuation, ref string, kind func(*portfolio.Holding) bool) (sum decimal.Decimal) {
	for i := range v.Holdings {
		if h := &v.Holdings[i]; kind(h) && h.Instrument.Ref() == ref {
			sum = sum.Add(m.recent(h))
		}
	}
	return sum
}

// recent is how much of a holding was bought within the days of the wash-sale rule.
func (m *model) recent(h *portfolio.Holding) (sum decimal.Decimal) {
	since := m.washSince()
	for k := range h.TaxLots {
		if lot := &h.TaxLots[k]; h.Quantity.IsPositive() && !lot.AcquiredOn.Before(since) {
			sum = sum.Add(lot.Quantity)
		}
	}
	return sum
}

// wash takes from an instrument's loss what recent purchases disallow: the loss of
// q units times min(q, replaced) / q. What then is below the policy's floor in money
// is not worth harvesting.
func (m *model) wash(g *gain) {
	kept := g.recent.Sub(g.fresh)
	if !g.harvested.IsPositive() || !kept.IsPositive() {
		return
	}
	g.disallowed = over(g.harvestable.Mul(decimal.Min(g.harvested, kept)), g.harvested)
	g.harvestable = g.harvestable.Sub(g.disallowed)
	if !crosses(m.policy.Line(lineHarvestLoss), g.harvestable, m.limit(lineHarvestLoss), above) {
		g.harvestable = decimal.Decimal{}
	}
}

// washedLosses lists the instruments of whose losses recent purchases disallow the
// most.
func (m *model) washedLosses() []string {
	return m.worst(func(g *gain) decimal.Decimal { return g.disallowed })
}
