package analysis

import (
	"testing"

	"ballast.internal/ballast/internal/portfolio"
)

// The emergency fund is not idle: it takes away from the drag, not from what
// the target alone calls excess.
func TestEmergencyFundIsNotIdle(t *testing.T) {
	p := p0()
	p.MonthlyExpenses = decPtr("1000")
	in := input(t, p)
	in.Target = portfolio.Allocation{portfolio.ClassEquity: dec("1")}
	in.Profile.EmergencyFundMonths = decPtr("4")
	checkFacts(t, analyze(t, in), []want{
		{FactExcessCash, "", "5000.00"}, {FactCashDrag, "", "0.01"}, {FactEmergencyFund, "", "5"},
	})
}

// Neither is what the liquidity needs call for, or what short sales brought and
// is owed: cash is never idle and too little.
func TestCashThatMustStayIsNotIdle(t *testing.T) {
	for _, tt := range []struct{ needs, cash, drag string }{
		{"high", "8000", "0"}, {"high", "10000", "0"}, {"high", "13000", "0.03"}, {"low", "8000", "0.08"},
	} {
		p := equal(1)
		p.Positions[0].Quantity, p.Positions[0].Price = dec("1"), dec("100000").Sub(dec(tt.cash))
		p.Cash = []portfolio.Cash{{Currency: "USD", Amount: dec(tt.cash)}}
		in := input(t, p)
		in.Target, in.Profile.LiquidityNeeds = portfolio.Allocation{portfolio.ClassEquity: one}, tt.needs
		r := analyze(t, in)
		checkFacts(t, r, []want{{FactCashDrag, "", tt.drag}})
		if findingOf(r, FindingExcessCash, "") != nil && findingOf(r, FindingLowLiquidity, "") != nil {
			t.Errorf("%s of cash is idle and too little: %+v", tt.cash, r.Findings)
		}
	}
	p := equal(2)
	p.Positions[0].Quantity, p.Positions[0].Price = dec("1"), dec("90")
	p.Positions[1].Quantity, p.Positions[1].Price = dec("-1"), dec("10")
	p.Cash = []portfolio.Cash{{Currency: "USD", Amount: dec("20")}}
	in := input(t, p)
	in.Target = portfolio.Allocation{portfolio.ClassEquity: one}
	checkFacts(t, analyze(t, in), []want{{FactCashDrag, "", "0.1"}})
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
