package analysis

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

var qualityMeasures = []measure{
	{
		// How many positions have a price older than the policy allows; none is no
		// fact.
		code: FactStalePrices, unit: Count,
		value: func(m *model, _ string) (decimal.Decimal, bool) { return positive(len(m.data().stale)) },
	},
	{
		// Business days between the price's date and the portfolio's, a count above
		// the policy's, for the stalest.
		code: FactStalePriceDays, unit: Count,
		subjects: func(m *model) []string { return firstKeys(m.data().stale, m.maxSubjects()) },
		value:    func(m *model, ref string) (decimal.Decimal, bool) { return lookUp(m.data().stale, ref) },
		limit:    limitOf(lineStaleDays),
		holding:  leadHolding,
	},
	{
		// |custodian's value / (quantity times price) - 1|, 0 or more, for the worst
		// that cross the line, but for a bond's accrued interest; see accrued.
		code: FactValueMismatch, unit: Ratio,
		subjects: func(m *model) []string { return firstKeys(m.data().mismatched, m.maxSubjects()) },
		value:    func(m *model, ref string) (decimal.Decimal, bool) { return lookUp(m.data().mismatched, ref) },
		limit:    limitOf(lineMismatch),
		holding:  leadHolding,
	},
	{
		// |told cost / cost of the lots - 1|, 0 or more, for the worst that cross the
		// line: gains in all are by the cost, and those of each term by the lots.
		code: FactCostMismatch, unit: Ratio,
		subjects: func(m *model) []string { return firstKeys(m.data().miscosted, m.maxSubjects()) },
		value:    func(m *model, ref string) (decimal.Decimal, bool) { return lookUp(m.data().miscosted, ref) },
		limit:    limitOf(lineMismatch),
		holding:  leadHolding,
	},
	{
		// |rate / what the rates into the base currency make of it - 1|, 0 or more,
		// for the worst pairs, such as EUR/JPY, that cross the line.
		code: FactRateMismatch, unit: Ratio,
		subjects: func(m *model) []string { return firstKeys(m.crossed(), m.maxSubjects()) },
		value:    func(m *model, pair string) (decimal.Decimal, bool) { return lookUp(m.crossed(), pair) },
		limit:    limitOf(lineRateMismatch),
	},
	{
		// The share of the holdings' and cash's gross value whose asset class is
		// known, with look-through, 0..1. Gross, because what is unknown and short
		// does not make known what is unknown and long.
		code: FactClassCoverage, unit: Ratio,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			gross := m.data().gross.decimal().Add(m.val.CashTotal.Abs())
			return ratio(gross.Sub(m.data().unclassed.decimal()), gross)
		},
		limit: limitOf(lineClassCoverage),
	},
	{
		// The share of equities whose sector is known, 0..1 without shorts.
		code: FactSectorCoverage, unit: Ratio,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			return ratio(m.data().sectored.decimal(), m.equity())
		},
		limit: limitOf(lineSectorCoverage),
	},
	{
		// The share of the gross invested value whose cost is known, 0..1.
		code: FactCostCoverage, unit: Ratio,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			return ratio(m.data().costed.decimal(), m.data().gross.decimal())
		},
		limit: limitOf(lineCostCoverage),
	},
	{
		// The share of the funds' value whose expense ratio is known, 0..1.
		code: FactExpenseCoverage, unit: Ratio,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			return ratio(m.feeTotals().fundsTold.decimal(), m.feeTotals().funds.decimal())
		},
		limit: limitOf(lineFeeCoverage),
	},
	{
		// How many positions there are beyond the first of one instrument in one
		// account; none is no fact.
		code: FactDuplicatePositions, unit: Count,
		value: func(m *model, _ string) (decimal.Decimal, bool) { return positive(m.data().duplicates) },
		limit: limitOf(lineDuplicates),
	},
	{
		// The absolute value of the short positions over the total, above zero; none
		// is no fact.
		code: FactShortExposure, unit: Ratio,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			short := m.data().short.decimal()
			return m.weight(short), short.IsPositive()
		},
		limit: limitOf(lineShorts),
	},
	{
		// How many holdings and cash balances no rate converts, so that they are in
		// no other figure; none is no fact.
		code: FactUnconvertible, unit: Count,
		value: func(m *model, _ string) (decimal.Decimal, bool) { return positive(len(m.val.Excluded)) },
		limit: limitOf(lineUnconvertible),
	},
	{
		// How many positions have a price of 0; none is no fact.
		code: FactZeroPrices, unit: Count,
		value: func(m *model, _ string) (decimal.Decimal, bool) { return positive(m.data().worthless) },
		limit: limitOf(lineZeroPrices),
	},
}

// quality is what can be said against the data.
type quality struct {
	stale                 []scored // worst first
	mismatched, miscosted []scored // likewise
	duplicates            int
	worthless             int // positions with a price of 0
	sectored              sum // equity value with a sector
	costed, gross         sum // absolute values
	unclassed             sum // absolute value of what is of no known class
	short                 sum // absolute value of short positions
}

// scored is an instrument and how bad it is.
type scored struct {
	ref   string
	score decimal.Decimal
}

// place identifies an instrument in an account.
type place struct{ account, ref string }

// data judges every position once, by the policy's lines.
func (m *model) data() *quality {
	return m.quality.get(func() *quality {
		q, seen := &quality{}, make(map[place]bool)
		stale := m.limit(lineStaleDays)
		for i := range m.val.Holdings {
			h := &m.val.Holdings[i]
			// Most instruments are held once, and need no looking up.
			if at := (place{h.AccountID, h.Instrument.Ref()}); m.holdings().times(at.ref) > 1 {
				if seen[at] {
					q.duplicates++
				}
				seen[at] = true
			}
			if h.Price.IsZero() {
				q.worthless++
			}
			q.weigh(h, m.equityParts()[i])
			m.age(q, h, stale)
			m.crossCheck(q, h)
		}
		sortWorst(q.stale)
		sortWorst(q.mismatched)
		sortWorst(q.miscosted)
		return q
	})
}

// weigh adds a holding to the amounts that the coverages and the short exposure
// are shares of, in the base currency; equity is its exposure to equities.
func (q *quality) weigh(h *portfolio.Holding, equity decimal.Decimal) {
	size := absolute(h.Value)
	q.gross.add(size)
	if h.Cost != nil {
		q.costed.add(size)
	}
	if h.Value.IsNegative() {
		q.short.add(size)
	}
	dimClass.spread(h.Position, size, func(class string, amount decimal.Decimal) {
		if class == unclassified {
			q.unclassed.add(amount)
		}
	})
	dimSector.spread(h.Position, equity, func(sector string, amount decimal.Decimal) {
		if sector != unclassified {
			q.sectored.add(amount)
		}
	})
}

// age notes a price that is too many business days old: weekdays after its date
// up to the portfolio's.
func (m *model) age(q *quality, h *portfolio.Holding, limit decimal.Decimal) {
	if h.PriceAsOf.IsZero() || h.PriceAsOf == m.val.Portfolio.AsOf {
		return
	}
	days := decimal.NewFromInt(int64(h.PriceAsOf.BusinessDaysUntil(m.val.Portfolio.AsOf)))
	if crosses(m.policy.Line(lineStaleDays), days, limit, above) {
		q.stale = append(q.stale, scored{h.Instrument.Ref(), days})
	}
}

// crossCheck compares the custodian's value with quantity times price, in the
// position's own currency, and a told cost with that of the lots.
func (m *model) crossCheck(q *quality, h *portfolio.Holding) {
	ref := h.Instrument.Ref()
	if h.MarketValue != nil && !m.accrued(h) {
		q.mismatched = m.compare(q.mismatched, ref, *h.MarketValue, h.Quantity.Mul(h.Price))
	}
	if (h.CostBasis != nil || h.AverageCost != nil) && len(h.TaxLots) > 0 {
		q.miscosted = m.compare(q.miscosted, ref, *h.Cost, product(h.LotsCost(), h.Rate))
	}
}

// compare notes a told amount that is too far from the computed one. Against
// nothing any amount is wholly wrong.
func (m *model) compare(list []scored, ref string, told, computed decimal.Decimal) []scored {
	var off decimal.Decimal
	if !told.Equal(computed) {
		var ok bool
		if off, ok = ratio(absolute(minus(told, computed)), absolute(computed)); !ok {
			off = one
		}
	}
	if !crosses(m.policy.Line(lineMismatch), off, m.limit(lineMismatch), above) {
		return list
	}
	return append(list, scored{ref, off})
}

func sortWorst(s []scored) {
	slices.SortFunc(s, func(a, b scored) int {
		return cmp.Or(b.score.Cmp(a.score), cmp.Compare(a.ref, b.ref))
	})
}

// firstKeys lists the first n different instruments.
func firstKeys(s []scored, n int) []string {
	var refs []string
	for _, x := range s {
		if len(refs) == n {
			break
		}
		if !slices.Contains(refs, x.ref) {
			refs = append(refs, x.ref)
		}
	}
	return refs
}

// lookUp is the worst score of an instrument.
func lookUp(s []scored, ref string) (decimal.Decimal, bool) {
	for _, x := range s {
		if x.ref == ref {
			return x.score, true
		}
	}
	return decimal.Decimal{}, false
}

// positive is a count, and false for zero.
func positive(n int) (decimal.Decimal, bool) { return decimal.NewFromInt(int64(n)), n > 0 }
