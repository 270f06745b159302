package analysis

import (
	"cmp"
	"testing"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// suits is a target of moderate risk without cash.
func suits() portfolio.Allocation {
	return portfolio.Allocation{portfolio.ClassEquity: dec("0.6"), portfolio.ClassFixedIncome: dec("0.4")}
}

// Cash is idle beyond the target's share and beyond the emergency fund, what the
// liquidity needs call for and what is owed for shorts; in money and as a share.
func TestIdleCash(t *testing.T) {
	funded := portfolio.Instrument{Type: portfolio.ETF, Exposures: &portfolio.Exposures{
		AssetClasses: map[portfolio.AssetClass]decimal.Decimal{portfolio.ClassCash: dec("0.05"), portfolio.ClassEquity: dec("0.95")},
	}}
	for name, tt := range map[string]struct {
		cash, needs, expenses, short string
		target                       portfolio.Allocation
		kind                         portfolio.Instrument
		excess, drag                 string
	}{
		"nothing claims it":       {cash: "8000", target: suits(), excess: "8000.00", drag: "0.08"},
		"a part of the fund":      {cash: "8000", expenses: "2500", target: suits(), excess: "500.00", drag: "0.005"},
		"less than the fund":      {cash: "8000", expenses: "4000", target: suits(), excess: "0.00", drag: "0"},
		"the target is more":      {cash: "8000", expenses: "1000", excess: "3000.00", drag: "0.03"},
		"the fund is more":        {cash: "8000", expenses: "2000", excess: "2000.00", drag: "0.02"},
		"the needs are more":      {cash: "8000", needs: "high", target: suits(), excess: "0.00", drag: "0"},
		"as much as the needs":    {cash: "10000", needs: "high", target: suits(), excess: "0.00", drag: "0"},
		"more than the needs":     {cash: "13000", needs: "high", target: suits(), excess: "3000.00", drag: "0.03"},
		"owed for a short":        {cash: "20000", short: "10000", target: suits(), excess: "10000.00", drag: "0.1"},
		"the target is too risky": {cash: "8000", target: portfolio.Allocation{portfolio.ClassEquity: one}, excess: "3000.00", drag: "0.03"},
		"a fund has the target's": {cash: "6000", kind: funded, excess: "5700.00", drag: "0.057"},
		"a fund's is not at hand": {cash: "6000", kind: funded, target: suits(), excess: "6000.00", drag: "0.06"},
		"a fund's is no reserve":  {cash: "6000", kind: funded, expenses: "2000", target: suits(), excess: "0.00", drag: "0"},
	} {
		p := equal(1)
		p.Positions[0].Quantity, p.Positions[0].Price = one, dec("100000").Sub(dec(tt.cash))
		if tt.kind.Type != "" {
			tt.kind.ID, p.Positions[0].Instrument = p.Positions[0].Instrument.ID, tt.kind
		}
		if tt.short != "" {
			short := p.Positions[0]
			short.Instrument.ID.Ticker, short.Quantity, short.Price = "SHORT", one.Neg(), dec(tt.short)
			p.Positions[0].Price = p.Positions[0].Price.Add(dec(tt.short))
			p.Positions = append(p.Positions, short)
		}
		if tt.expenses != "" {
			p.MonthlyExpenses = decPtr(tt.expenses)
		}
		p.Cash = []portfolio.Cash{{Currency: "USD", Amount: dec(tt.cash)}}
		in := input(t, p)
		in.Target, in.Profile.LiquidityNeeds = tt.target, cmp.Or(tt.needs, "low")
		t.Run(name, func(t *testing.T) {
			r := analyze(t, in)
			checkFacts(t, r, []want{{FactTotalValue, "", "100000.00"}, {FactExcessCash, "", tt.excess}, {FactCashDrag, "", tt.drag}})
			if findingOf(r, FindingExcessCash, "") != nil && findingOf(r, FindingLowLiquidity, "") != nil {
				t.Errorf("cash is idle and too little: %+v", r.Findings)
			}
		})
	}
}

func TestHouseholdFacts(t *testing.T) {
	p := p0()
	p.FXRates = []portfolio.FXRate{{From: "EUR", To: "USD", Rate: dec("1.10")}}
	p.Liabilities = []portfolio.Liability{
		{Type: portfolio.CreditCard, Balance: dec("3200"), InterestRate: decPtr("0.22"), MonthlyPayment: decPtr("150")},
		{Type: portfolio.CreditCard, Balance: dec("1000"), Currency: "EUR", InterestRate: decPtr("0.19"), MonthlyPayment: decPtr("100")},
		{Type: portfolio.StudentLoan, Balance: dec("5700"), InterestRate: decPtr("0.08"), MonthlyPayment: decPtr("240")},
	}
	p.Income = []portfolio.Income{{MonthlyAmount: dec("3900")}, {MonthlyAmount: dec("1000"), Currency: "EUR"}}
	p.MonthlyExpenses = decPtr("4000")
	checkFacts(t, analyze(t, input(t, p)), []want{
		{FactNetWorth, "", "90000.00"},
		{FactDebtRatio, "", "0.1"},
		{FactDebtService, "", "0.1"},
		{FactHighInterestDebt, "", "4300.00"}, // 8 % exactly is not high
		{FactDebtInterestRate, "credit_card", "0.22"},
		{FactDebtInterestRate, "student_loan", "-"},
		{FactSavingsRate, "", "0.2"},
		{FactEmergencyFund, "", "1.25"},
	})
}

// What no rate converts is not zero: of a household with such an amount there is
// no figure at all. portfolio.Validate refuses it.
func TestHouseholdWithoutARateHasNoFacts(t *testing.T) {
	for name, spoil := range map[string]func(*portfolio.Portfolio){
		"debt":   func(p *portfolio.Portfolio) { p.Liabilities[0].Currency = "CHF" },
		"income": func(p *portfolio.Portfolio) { p.Income[0].Currency = "CHF" },
	} {
		p := p0()
		p.Liabilities = []portfolio.Liability{{Balance: dec("1000"), MonthlyPayment: decPtr("100")}, {Balance: dec("1000"), MonthlyPayment: decPtr("100")}}
		p.Income = []portfolio.Income{{MonthlyAmount: dec("1000")}, {MonthlyAmount: dec("1000")}}
		p.MonthlyExpenses = decPtr("500")
		codes := []string{FactNetWorth, FactDebtRatio, FactDebtService, FactHighInterestDebt, FactSavingsRate}
		r := analyze(t, input(t, p))
		for _, code := range codes {
			if factOf(r, code, "") == nil {
				t.Errorf("%s: %s is missing although every amount has a rate", name, code)
			}
		}
		spoil(p)
		r = analyze(t, input(t, p))
		for _, code := range codes {
			if f := factOf(r, code, ""); f != nil {
				t.Errorf("%s without a rate: %s = %s", name, code, f.Value)
			}
		}
	}
}
