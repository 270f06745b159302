package analysis

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

var feeMeasures = []measure{
	{
		// Annual fees over the total: the sum of weight times expense ratio (modviz),
		// a year, 0..1 without shorts and margin. What tells no ratio counts as free
		// of charge; see FactExpenseCoverage.
		code: FactExpenseRatio, unit: Ratio,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			return m.weight(m.feeTotals().annual.decimal()), m.feeTotals().told
		},
		limit: limitOf(linePortfolioFees),
	},
	{
		// The same over the invested value, without cash, 0..1.
		code: FactExpenseInvested, unit: Ratio,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			r, ok := ratio(m.feeTotals().annual.decimal(), m.val.Invested)
			return r, ok && m.feeTotals().told
		},
	},
	{
		// The sum of value times expense ratio over the long positions: money a year
		// at today's values, 0 or more.
		code: FactAnnualFee, unit: Money,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			return m.feeTotals().annual.decimal(), m.feeTotals().told
		},
	},
	{
		// A fund's own expense ratio a year as the caller tells it, 0..1, for the
		// dear ones and the dearest.
		code: FactFundExpenseRatio, unit: Ratio,
		subjects: (*model).dearFunds,
		value: func(m *model, ref string) (decimal.Decimal, bool) {
			r, ok := m.feeTotals().ratios[ref]
			return r, ok
		},
		limit:   limitOf(lineFundFees),
		holding: leadHolding,
	},
}

// feeTotals is what the holdings cost a year: value times expense ratio.
type feeTotals struct {
	annual           sum  // in the base currency
	told             bool // any ratio at all
	funds, fundsTold sum  // value of funds, and of those with a ratio
	ratios           map[string]decimal.Decimal
	byRatio          []string // the keys of ratios, dearest first
}

// feeTotals adds up the fees of long positions; a short one pays none.
func (m *model) feeTotals() *feeTotals {
	return m.fees.get(func() *feeTotals {
		t := &feeTotals{ratios: make(map[string]decimal.Decimal)}
		for i := range m.val.Holdings {
			if h := &m.val.Holdings[i]; h.Value.IsPositive() {
				t.add(h)
			}
		}
		for ref := range t.ratios {
			t.byRatio = append(t.byRatio, ref)
		}
		slices.SortFunc(t.byRatio, func(a, b string) int {
			return cmp.Or(t.ratios[b].Cmp(t.ratios[a]), cmp.Compare(a, b))
		})
		return t
	})
}

// add counts one long holding: its fee a year is value times expense ratio, and
// of a fund told with several ratios the highest is the fund's.
func (t *feeTotals) add(h *portfolio.Holding) {
	in := &h.Instrument
	fund := in.Type == portfolio.ETF || in.Type == portfolio.MutualFund
	if fund {
		t.funds.add(h.Value)
	}
	if in.ExpenseRatio == nil {
		return
	}
	t.told = true
	t.annual.add(h.Value.Mul(*in.ExpenseRatio))
	if fund {
		t.fundsTold.add(h.Value)
		ref := in.Ref()
		t.ratios[ref] = decimal.Max(t.ratios[ref], *in.ExpenseRatio)
	}
}

// dearFunds are the funds from the policy's limit on, and the dearest in any
// case.
func (m *model) dearFunds() []string {
	t, limit := m.feeTotals(), m.limit(lineFundFees)
	n := 0
	for n < len(t.byRatio) && n < m.maxSubjects() && (n == 0 || t.ratios[t.byRatio[n]].GreaterThanOrEqual(limit)) {
		n++
	}
	return t.byRatio[:n]
}
