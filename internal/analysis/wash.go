package analysis

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

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
