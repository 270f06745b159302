package analysis

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// folded is the holdings with those made one that are told as several positions
// of one instrument in one account and differ in nothing but their size: what is
// traded and taxed of them is one. The largest stands for them, and the others
// stay, with nothing, so that all keep their indices.
func (m *model) folded() []portfolio.Holding {
	return m.merged.get(func() []portfolio.Holding {
		again := m.repeated()
		if len(again) == 0 {
			return m.val.Holdings
		}
		holdings, met := slices.Clone(m.val.Holdings), make(map[place][]int)
		for _, i := range again {
			h := &holdings[i]
			at := place{h.AccountID, h.Instrument.Ref()}
			k := slices.IndexFunc(met[at], func(k int) bool { return m.alike(&holdings[k], h) })
			if k < 0 {
				met[at] = append(met[at], i)
				continue
			}
			merge(&holdings[met[at][k]], h)
		}
		return holdings
	})
}

// repeated lists the long holdings of instruments that are held several times,
// the largest first.
func (m *model) repeated() (list []int) {
	for i := range m.val.Holdings {
		if h := &m.val.Holdings[i]; h.Quantity.IsPositive() && m.holdings().times(h.Instrument.Ref()) > 1 {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(i, j int) int {
		x, y := &m.val.Holdings[i], &m.val.Holdings[j]
		return cmp.Or(y.Value.Cmp(x.Value), compareCosts(x.Cost, y.Cost))
	})
	return list
}

// alike reports whether two positions of one instrument in one account are
// described and priced alike and what their lots, or else one unit cost, tell of
// one tells of the other.
func (m *model) alike(x, y *portfolio.Holding) bool {
	based := func(h *portfolio.Holding) bool { return h.CostBasis != nil || h.AverageCost != nil }
	return x.Currency == y.Currency && x.UnitPrice.Equal(y.UnitPrice) &&
		x.Instrument.IssuerKey() == y.Instrument.IssuerKey() && description(&x.Instrument) == description(&y.Instrument) &&
		based(x) == based(y) && len(x.TaxLots) > 0 == (len(y.TaxLots) > 0) && (!based(x) || m.oneUnitCost(x, y))
}

// oneUnitCost reports whether one cost per unit, rounded for each position to the
// minor unit, is the cost of both.
func (m *model) oneUnitCost(x, y *portfolio.Holding) bool {
	off := x.Cost.Mul(y.Quantity).Sub(y.Cost.Mul(x.Quantity)).Abs()
	return off.LessThanOrEqual(x.Quantity.Add(y.Quantity).Shift(-m.base().MinorDigits()))
}

// merge moves all of y to x.
func merge(x, y *portfolio.Holding) {
	whole, rest := *x.Position, *y.Position
	whole.Quantity = whole.Quantity.Add(rest.Quantity)
	whole.TaxLots = slices.Concat(whole.TaxLots, rest.TaxLots)
	x.Position, x.Value = &whole, x.Value.Add(y.Value)
	rest.Quantity, rest.TaxLots = decimal.Decimal{}, nil
	y.Position, y.Value = &rest, decimal.Decimal{}
	if x.Cost != nil {
		cost := x.Cost.Add(*y.Cost)
		x.Cost, y.Cost = &cost, new(decimal.Decimal)
	}
}
