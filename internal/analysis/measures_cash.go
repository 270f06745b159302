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
		// The cash balances of an account that has borrowed: money, below zero.
		code: FactMarginBalance, unit: Money, subjects: (*model).debtors,
		value: func(m *model, account string) (decimal.Decimal, bool) { return m.accountCash(account), true },
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
		// max(0, liquid cash - target share of cash times total): money.
		code: FactExcessCash, unit: Money,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			return decimal.Max(decimal.Decimal{}, m.liquidCash().Sub(m.cashTarget())), m.target != nil
		},
	},
	{
		// Idle cash over the total, 0..1 without shorts: what exceeds both the target
		// and what must stay at hand; see heldCash.
		code: FactCashDrag, unit: Ratio,
		value: func(m *model, _ string) (decimal.Decimal, bool) { return m.weight(m.idleCash()), m.target != nil },
		limit: limitOf(lineCashDrag),
	},
	{
		// Liquid cash over monthly expenses: months, 0 or more. The threshold is the
		// profile's wish or, without one, the policy's.
		code: FactEmergencyFund, unit: Months,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			if m.val.Portfolio.MonthlyExpenses == nil {
				return decimal.Decimal{}, false
			}
			return ratio(m.liquidCash(), *m.val.Portfolio.MonthlyExpenses)
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
	return m.near.get(func() decimal.Decimal {
		sum := m.val.CashTotal
		for i := range m.val.Holdings {
			if h := &m.val.Holdings[i]; h.Instrument.Class() == portfolio.ClassCash {
				sum = sum.Add(h.Value)
			}
		}
		return sum
	})
}

// cashTarget is the amount of cash that the target allocation calls for.
func (m *model) cashTarget() decimal.Decimal {
	return m.target[portfolio.ClassCash].Mul(m.val.Total)
}

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

// idleCash is the liquid cash beyond both the target and what must stay at
// hand, never below zero.
func (m *model) idleCash() decimal.Decimal {
	kept := decimal.Max(m.cashTarget(), m.heldCash())
	return decimal.Max(decimal.Decimal{}, m.liquidCash().Sub(kept))
}

// liquidityLine is the minimum of cash that belongs to the investor's needs.
func (m *model) liquidityLine() (string, bool) {
	line, ok := map[string]string{
		"low": lineLiquidityLow, "medium": lineLiquidityMid, "high": lineLiquidityHigh,
	}[m.in.Profile.LiquidityNeeds]
	return line, ok
}
