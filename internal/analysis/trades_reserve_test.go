package analysis

import (
	"testing"

	"ballast.internal/ballast/internal/portfolio"
)

// What a pension holds in cash counts for the months of expenses, and is what is
// invested: the reserve stays where it can be spent.
func TestReserveIsNotLeftInThePension(t *testing.T) {
	fund := func(account, ticker string, class portfolio.AssetClass, quantity, price string) portfolio.Position {
		x := position(ticker, portfolio.ETF, class, quantity, price, "1", "0.0003")
		if class == portfolio.ClassCash {
			x.Instrument.Type = portfolio.CashEquivalent
		}
		x.AccountID = account
		return x
	}
	for name, tt := range map[string]struct {
		expenses, debt string
		want           []string
	}{
		"all can be invested": {"1", "", []string{
			"deploy_cash: sell SGOV 82 8200.00 in ira, buy VTI 32 8000.00 in ira, buy VTI 92 23000.00 in broker, buy BND 2 150.00 in ira, buy BND 226 16950.00 in broker [] {}"}},
		"the reserve stays": {"5000", "", []string{
			"deploy_cash: sell SGOV 150 15000.00 in ira, buy VTI 60 15000.00 in ira, buy VTI 43 10750.00 in broker, buy BND 189 14175.00 in broker [cash_reserve] {}"}},
		"and what it leaves repays": {"5000", "60000", []string{
			"pay_down_debt credit_card [account_cash cash_reserve] {debt_terms}",
			"deploy_cash: sell SGOV 150 15000.00 in ira, buy VTI 40 10000.00 in ira, buy BND 66 4950.00 in ira [cash_reserve] {}"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := &portfolio.Portfolio{
				AsOf: asOf, BaseCurrency: "USD", MonthlyExpenses: decPtr(tt.expenses),
				Accounts: []portfolio.Account{{ID: "broker"}, {ID: "ira", TaxTreatment: portfolio.TaxDeferred}},
				Cash:     []portfolio.Cash{{AccountID: "broker", Currency: "USD", Amount: dec("40000")}},
				Positions: []portfolio.Position{
					fund("broker", "VTI", portfolio.ClassEquity, "200", "250"), fund("ira", "BND", portfolio.ClassFixedIncome, "400", "75"),
					fund("ira", "SGOV", portfolio.ClassCash, "150", "100"),
				},
			}
			if tt.debt != "" {
				p.Liabilities = []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec(tt.debt), InterestRate: decPtr("0.2")}}
			}
			in := input(t, p)
			in.Target = portfolio.Allocation{portfolio.ClassEquity: dec("0.60"), portfolio.ClassFixedIncome: dec("0.35"), portfolio.ClassCash: dec("0.05")}
			in.Constraints = whole()
			wantProposals(t, analyze(t, in), tt.want...)
		})
	}
}
