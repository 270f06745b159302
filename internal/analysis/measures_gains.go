package analysis

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

var gainMeasures = []measure{
	{
		// Value less cost, both at today's exchange rate: money, negative for a loss,
		// of each instrument whose cost is told, and their sum.
		code: FactUnrealisedGain, unit: Money,
		subjects: gainSubjects(func(g *gain) bool { return g.costed }),
		value: func(m *model, subject string) (decimal.Decimal, bool) {
			g := m.gainOf(subject)
			return g.total, g.costed
		},
		holding: leadHolding,
	},
	{
		// The gain over its cost, for the largest holdings and the sum: from -1 (all
		// lost) without an upper end, for long positions.
		code: FactUnrealisedReturn, unit: Ratio,
		subjects: func(m *model) []string {
			refs := gainSubjects(func(g *gain) bool { return g.costed })(m)
			return refs[:min(len(refs), m.maxSubjects())]
		},
		value: func(m *model, subject string) (decimal.Decimal, bool) {
			g := m.gainOf(subject)
			return ratio(g.total, g.cost)
		},
		holding: leadHolding,
	},
	{
		// The gain of lots held for one year or less (IRS Publication 550; see
		// longTerm), where lots are told: money, negative for a loss.
		code: FactUnrealisedShort, unit: Money,
		subjects: gainSubjects(func(g *gain) bool { return g.lots }),
		value: func(m *model, subject string) (decimal.Decimal, bool) {
			g := m.gainOf(subject)
			return g.short, g.lots
		},
		holding: leadHolding,
	},
	{
		// The gain of lots held for more than one year, likewise.
		code: FactUnrealisedLong, unit: Money,
		subjects: gainSubjects(func(g *gain) bool { return g.lots }),
		value: func(m *model, subject string) (decimal.Decimal, bool) {
			g := m.gainOf(subject)
			return g.long, g.lots
		},
		holding: leadHolding,
	},
	{
		// The tax that selling everything in taxable accounts would bring, at the
		// profile's marginal rates: money, 0 or more; see taxOn. It needs both rates
		// and the lots of every taxable holding.
		code: FactTaxIfSold, unit: Money,
		value: (*model).taxIfSold,
	},
	{
		// The losses of an instrument's taxable lots that reach both floors of the
		// policy, less what of them is disallowed, as money above zero; see
		// worthHarvesting and wash.
		code: FactHarvestableLoss, unit: Money,
		subjects: (*model).worstLosses,
		value: func(m *model, subject string) (decimal.Decimal, bool) {
			g := m.gainOf(subject)
			return g.harvestable, g.costed
		},
		limit:   limitOf(lineHarvestLoss),
		holding: leadHolding,
	},
	{
		// What of such a loss purchases of the last 30 days that are kept, in whichever
		// account, would disallow: money above zero; none is no fact. See replaced.
		code: FactDisallowedLoss, unit: Money,
		subjects: (*model).washedLosses,
		value: func(m *model, subject string) (decimal.Decimal, bool) {
			loss := m.gainOf(subject).disallowed
			return loss, loss.IsPositive()
		},
		holding: leadHolding,
	},
}

// gain is the unrealised gain of an instrument, or of the portfolio, in the
// base currency; negative for a loss.
type gain struct {
	costed, lots             bool // the cost, and the lots, are told
	total, cost, short, long decimal.Decimal
	harvestable, disallowed  decimal.Decimal // losses, as positive amounts
	harvested, fresh         decimal.Decimal // the units that have them, and those of them bought within the wash-sale days
	recent                   decimal.Decimal // all units bought within these, in whichever account
	// What stands in taxable accounts, and whether all of its lots are told.
	taxableShort, taxableLong decimal.Decimal
	unknownTerm               bool
}

// gainTable is the gains of all instruments; rows parallel holdings().parts.
type gainTable struct {
	rows []gain
	sum  gain
}

// gainOf is the gain of an instrument, or of the whole portfolio. What is not
// held has a gain of zero.
func (m *model) gainOf(subject string) *gain {
	t := m.gainTable()
	if subject == SubjectPortfolio {
		return &t.sum
	}
	if i, ok := m.holdings().find(subject); ok {
		return &t.rows[i]
	}
	return &gain{costed: true, lots: true}
}

// gainSubjects lists the instruments, largest first, that have such a gain,
// then the portfolio if it has.
func gainSubjects(has func(*gain) bool) func(*model) []string {
	return func(m *model) []string {
		t := m.gainTable()
		refs := make([]string, 0, len(t.rows)+1)
		for i := range t.rows {
			if has(&t.rows[i]) {
				refs = append(refs, m.holdings().parts[i].key)
			}
		}
		if has(&t.sum) {
			refs = append(refs, SubjectPortfolio)
		}
		return refs
	}
}

// gainTable is the gains of each instrument and their sum.
func (m *model) gainTable() *gainTable {
	return m.gains.get(func() *gainTable {
		t := &gainTable{rows: make([]gain, len(m.holdings().parts))}
		holdings := m.folded()
		for i := range holdings {
			h := &holdings[i]
			row, _ := m.holdings().find(h.Instrument.Ref())
			m.addGain(&t.rows[row], h)
		}
		for i := range t.rows {
			m.wash(&t.rows[i])
		}
		t.sum = sumOf(t.rows)
		return t
	})
}

// addGain adds one position to the gain of its instrument.
func (m *model) addGain(g *gain, h *portfolio.Holding) {
	taxable := h.TaxTreatment == portfolio.Taxable
	if h.Cost != nil {
		g.costed = true
		g.total = plus(g.total, minus(h.Value, *h.Cost))
		g.cost = plus(g.cost, absolute(*h.Cost))
	}
	if len(h.TaxLots) == 0 {
		g.unknownTerm = g.unknownTerm || taxable && !h.Quantity.IsZero()
		if h.Cost != nil && taxable {
			m.addLoss(g, h, h.Value.Sub(*h.Cost), *h.Cost, h.Quantity, false)
		}
		return
	}
	g.lots, g.recent = true, plus(g.recent, m.recent(h))
	for i := range h.TaxLots {
		m.addLot(g, h, &h.TaxLots[i], taxable)
	}
}

// addLot adds one lot to the gains of its term. A short position's are short
// term however long it has been open: what will close it is not held yet.
func (m *model) addLot(g *gain, h *portfolio.Holding, lot *portfolio.TaxLot, taxable bool) {
	amount := lotGain(h, lot)
	long := lot.Quantity.IsPositive() && longTerm(lot.AcquiredOn, m.val.Portfolio.AsOf)
	if long {
		g.long = plus(g.long, amount)
	} else {
		g.short = plus(g.short, amount)
	}
	switch {
	case !taxable:
		return
	case long:
		g.taxableLong = plus(g.taxableLong, amount)
	default:
		g.taxableShort = plus(g.taxableShort, amount)
	}
	if amount.IsNegative() {
		cost := lot.Quantity.Mul(lot.UnitCost).Mul(h.Rate)
		m.addLoss(g, h, amount, cost, lot.Quantity, !lot.AcquiredOn.Before(m.washSince()))
	}
}

// sumOf adds up the gains of all instruments.
func sumOf(rows []gain) gain {
	var s struct{ total, cost, short, long, harvestable, taxableShort, taxableLong sum }
	var g gain
	for i := range rows {
		r := &rows[i]
		g.costed, g.lots = g.costed || r.costed, g.lots || r.lots
		g.unknownTerm = g.unknownTerm || r.unknownTerm
		s.total.add(r.total)
		s.cost.add(r.cost)
		s.short.add(r.short)
		s.long.add(r.long)
		s.harvestable.add(r.harvestable)
		s.taxableShort.add(r.taxableShort)
		s.taxableLong.add(r.taxableLong)
	}
	g.total, g.cost = s.total.decimal(), s.cost.decimal()
	g.short, g.long, g.harvestable = s.short.decimal(), s.long.decimal(), s.harvestable.decimal()
	g.taxableShort, g.taxableLong = s.taxableShort.decimal(), s.taxableLong.decimal()
	return g
}

// plus is a+b without the work where a is zero, as in most instruments, which
// have one position with one lot.
func plus(a, b decimal.Decimal) decimal.Decimal {
	if a.IsZero() {
		return b
	}
	return a.Add(b)
}

// lotGain is quantity times price less cost: money in the base currency at
// today's exchange rate, negative for a loss.
func lotGain(h *portfolio.Holding, lot *portfolio.TaxLot) decimal.Decimal {
	return product(product(lot.Quantity, minus(h.Price, lot.UnitCost)), h.Rate)
}

// longTerm reports whether what was bought on one day and sold on another was
// held for more than one year. The period starts on the day after the purchase
// and counts months by the calendar (Revenue Ruling 66-7): bought on
// 2025-11-23 it is long from 2026-11-24 on, and bought on the last of February
// from the first of March on.
func longTerm(acquired, sold portfolio.Date) bool {
	return !sold.Before(acquired.AddDays(1).AddYears(1))
}

// taxIfSold is taxOn of all gains in taxable accounts; false where a rate or the
// lots of a taxable holding are not told.
func (m *model) taxIfSold(string) (decimal.Decimal, bool) {
	g, rates := &m.gainTable().sum, m.in.Profile.Tax
	if rates.ShortTermRate == nil || rates.LongTermRate == nil || g.unknownTerm || !g.lots {
		return decimal.Decimal{}, false
	}
	return taxOn(g.taxableShort, g.taxableLong, *rates.ShortTermRate, *rates.LongTermRate), true
}

// taxOn is the tax on net short- and long-term gains, each times its rate, of
// which a loss in one reduces the gain in the other (the order of Schedule D):
// money, never below zero. Deductions from other income are left out.
func taxOn(short, long, shortRate, longRate decimal.Decimal) decimal.Decimal {
	switch {
	case short.IsNegative():
		short, long = decimal.Decimal{}, long.Add(short)
	case long.IsNegative():
		short, long = short.Add(long), decimal.Decimal{}
	}
	zero := decimal.Decimal{}
	return decimal.Max(zero, short).Mul(shortRate).Add(decimal.Max(zero, long).Mul(longRate))
}
