package analysis

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

var debtMeasures = []measure{
	{
		// Total value less debts: money, negative when more is owed than owned.
		code: FactNetWorth, unit: Money,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			return m.val.Total.Sub(m.books().debts), m.books().converted
		},
	},
	{
		// Debts over the total value, 0 or more: a stock over a stock.
		code: FactDebtRatio, unit: Ratio,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			b := m.books()
			return m.weight(b.debts), b.converted && len(m.val.Portfolio.Liabilities) > 0
		},
		limit: limitOf(lineDebtRatio),
	},
	{
		// Monthly payments on debts over monthly income, 0 or more: a flow over a
		// flow, held against the back end of the 28/36 lending rule.
		code: FactDebtService, unit: Ratio,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			b := m.books()
			r, ok := ratio(b.payments, b.income)
			return r, ok && b.converted && b.paymentsTold
		},
		limit: limitOf(lineDebtService),
	},
	{
		// The sum of the debts above the policy's rate: money, 0 or more.
		code: FactHighInterestDebt, unit: Money,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			return m.books().dear, m.books().converted && len(m.val.Portfolio.Liabilities) > 0
		},
	},
	{
		// The highest rate a year among the debts of one type as the caller tells it,
		// for the dear ones.
		code: FactDebtInterestRate, unit: Ratio,
		subjects: func(m *model) []string { return m.books().dearTypes },
		value: func(m *model, kind string) (decimal.Decimal, bool) {
			r, ok := m.books().rates[kind]
			return r, ok
		},
		limit: limitOf(lineHighInterest),
	},
	{
		// (Income - expenses) / income, a month each: at most 1, negative when more
		// is spent than earned. Debt payments are part of the expenses as the caller
		// tells them.
		code: FactSavingsRate, unit: Ratio,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			b, expenses := m.books(), m.val.Portfolio.MonthlyExpenses
			if expenses == nil {
				return decimal.Decimal{}, false
			}
			r, ok := ratio(b.income.Sub(*expenses), b.income)
			return r, ok && b.converted
		},
		limit: limitOf(lineSavings),
	},
}

// household is what an investor owes, earns and pays, in the base currency.
type household struct {
	debts, dear      decimal.Decimal // stocks
	payments, income decimal.Decimal // flows a month
	paymentsTold     bool
	converted        bool // every amount had an exchange rate
	rates            map[string]decimal.Decimal
	dearTypes        []string // of rates, dearest first
}

// dearLine is the rate from which on a debt is dear, with this investor's value.
func (m *model) dearLine() Line {
	line := m.policy.Line(lineHighInterest)
	line.Value = line.At(m.level)
	return line
}

// petty reports whether the dear debts together come to less than a unit of the
// base currency or than dust: nobody is advised for it.
func (m *model) petty() bool {
	return m.books().dear.LessThan(decimal.Max(one, m.val.Total.Shift(-dustPlaces)))
}

// books adds up the debts, payments and income; stocks and flows stay apart.
func (m *model) books() *household {
	return m.household.get(func() *household {
		b := &household{converted: true, rates: make(map[string]decimal.Decimal)}
		rates, line := portfolio.NewRates(m.val.Portfolio), m.dearLine()
		for i := range m.val.Portfolio.Liabilities {
			b.owe(&m.val.Portfolio.Liabilities[i], rates, line)
		}
		for _, income := range m.val.Portfolio.Income {
			b.income = b.income.Add(b.convert(rates, income.Currency, income.MonthlyAmount))
		}
		slices.SortFunc(b.dearTypes, func(x, y string) int {
			return cmp.Or(b.rates[y].Cmp(b.rates[x]), cmp.Compare(x, y))
		})
		return b
	})
}

// convert is an amount in the base currency. Without a rate there is none, and
// no figure of the household then becomes a fact.
func (b *household) convert(rates portfolio.Rates, c portfolio.Currency, amount decimal.Decimal) decimal.Decimal {
	rate, err := rates.ToBase(c)
	if err != nil {
		b.converted = false
		return decimal.Decimal{}
	}
	return amount.Mul(rate)
}

// owe adds one debt. It is dear if its rate a year crosses the line.
func (b *household) owe(l *portfolio.Liability, rates portfolio.Rates, line Line) {
	balance := b.convert(rates, l.Currency, l.Balance)
	b.debts = b.debts.Add(balance)
	if l.MonthlyPayment != nil {
		b.paymentsTold = true
		b.payments = b.payments.Add(b.convert(rates, l.Currency, *l.MonthlyPayment))
	}
	if l.InterestRate == nil || !balance.IsPositive() || !crosses(line, *l.InterestRate, line.Value, above) {
		return
	}
	b.dear = b.dear.Add(balance)
	kind := string(l.Kind())
	if _, met := b.rates[kind]; !met {
		b.dearTypes = append(b.dearTypes, kind)
	}
	b.rates[kind] = decimal.Max(b.rates[kind], *l.InterestRate)
}
