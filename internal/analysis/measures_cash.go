package analysis

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

var cashMeasures = []measure{
	{
		// The sum of the cash balances: money; negative is borrowed.
		code: FactCashBalance, unit: Money,
		value: func(m *model, _ string) (decimal.Decimal, bool) { return m.val.CashTotal, true },
	},
	{
		// Liquid cash over the total, 0..1 without shorts. The threshold is that of
		// the profile's liquidity needs, a factor of FINRA Rule 2111(a).
		code: FactLiquidityRatio, unit: Ratio,
		value: func(m *model, _ string) (decimal.Decimal, bool) { return m.weight(m.liquidCash()), true },
		limit: func(m *model, _ string) (decimal.Decimal, bool) {
			line, ok := m.liquidityLine()
			if !ok {
				return decimal.Decimal{}, false
			}
			return m.limit(line), true
		},
	},
	{
		// Idle cash, what actions would invest: money, 0 or more; see idle.
		code: FactExcessCash, unit: Money,
		value: func(m *model, _ string) (decimal.Decimal, bool) { return m.idleCash(), m.target != nil },
	},
	{
		// Idle cash over the total, 0..1 without shorts.
		code: FactCashDrag, unit: Ratio,
		value: func(m *model, _ string) (decimal.Decimal, bool) { return m.weight(m.idleCash()), m.target != nil },
		limit: limitOf(lineCashDrag),
	},
	{
		// Cash that can be drawn on over monthly expenses: months, 0 or more. The
		// threshold is the profile's wish or, without one, the policy's.
		code: FactEmergencyFund, unit: Months,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			if m.val.Portfolio.MonthlyExpenses == nil {
				return decimal.Decimal{}, false
			}
			return ratio(decimal.Max(decimal.Decimal{}, m.drawable()), *m.val.Portfolio.MonthlyExpenses)
		},
		limit: func(m *model, _ string) (decimal.Decimal, bool) { return m.emergencyWish(), true },
	},
}

// liquidCash is nearCash: money, never below zero.
func (m *model) liquidCash() decimal.Decimal {
	return decimal.Max(decimal.Decimal{}, m.nearCash())
}

// nearCash is the cash balances and the holdings that are cash themselves, such
// as money market funds. Cash inside other funds is not at hand.
func (m *model) nearCash() decimal.Decimal {
	return m.near.get(func() decimal.Decimal { return cashIn(m.val, anyAccount) })
}

// cashIn is nearCash of the accounts of some tax treatments.
func cashIn(v *portfolio.Valuation, in func(portfolio.TaxTreatment) bool) (sum decimal.Decimal) {
	for i := range v.Cash {
		if b := &v.Cash[i]; in(b.TaxTreatment) {
			sum = sum.Add(b.Value)
		}
	}
	for i := range v.Holdings {
		if h := &v.Holdings[i]; h.Instrument.Class() == portfolio.ClassCash && in(h.TaxTreatment) {
			sum = sum.Add(h.Value)
		}
	}
	return sum
}

func anyAccount(portfolio.TaxTreatment) bool { return true }

func ofTaxable(t portfolio.TaxTreatment) bool { return t == portfolio.Taxable }

// canDraw reports accounts whose money can be taken out at any time, which that of
// pensions and the like cannot.
func canDraw(t portfolio.TaxTreatment) bool {
	return t == portfolio.Taxable || t == portfolio.TaxExempt
}

// drawable is the cash that can be taken out at any time. It may be negative.
func (m *model) drawable() decimal.Decimal { return cashIn(m.val, canDraw) }

// emergencyWish is the months of expenses to keep in cash: the profile's wish
// or, without one, the policy's.
func (m *model) emergencyWish() decimal.Decimal {
	if wish := m.in.Profile.EmergencyFundMonths; wish != nil {
		return *wish
	}
	return m.limit(lineEmergency)
}

// emergencyReserve is the amount of cash that the emergency fund calls for;
// zero when the expenses are not told.
func (m *model) emergencyReserve() decimal.Decimal {
	expenses := m.val.Portfolio.MonthlyExpenses
	if expenses == nil {
		return decimal.Decimal{}
	}
	return m.emergencyWish().Mul(*expenses)
}

// idleCash is the cash that is idle by the target that actions aim at.
func (m *model) idleCash() decimal.Decimal {
	target, _ := m.suitableTarget()
	return m.idle(target)
}

// idle is the cash beyond the share that a target has of it and, of what is at hand,
// beyond what must stay: the emergency fund, what liquidity needs call for, what is
// owed for shorts. Never below zero.
func (m *model) idle(target portfolio.Allocation) decimal.Decimal {
	above := minus(m.classes().value(cashKey), target[portfolio.ClassCash].Mul(m.val.Total))
	return decimal.Max(decimal.Decimal{}, decimal.Min(above, m.nearCash().Sub(m.heldCash())))
}

// liquidityLine is the minimum of cash that belongs to the investor's needs.
func (m *model) liquidityLine() (string, bool) {
	line, ok := map[string]string{
		"low": lineLiquidityLow, "medium": lineLiquidityMid, "high": lineLiquidityHigh,
	}[m.in.Profile.LiquidityNeeds]
	return line, ok
}
