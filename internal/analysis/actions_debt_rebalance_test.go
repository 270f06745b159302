package analysis

import (
	"slices"
	"testing"

	"ballast.internal/ballast/internal/portfolio"
)

// withReserve keeps 9,000 in cash at hand and 1,000 in a pension, beside an emergency
// fund of 10,000 that the pension cannot pay: 1,000 of what is sold are claimed.
func withReserve(t *testing.T) func(*Input) {
	return func(in *Input) {
		p := *in.Valuation.Portfolio
		p.MonthlyExpenses = decPtr("2000")
		p.Cash = []portfolio.Cash{{AccountID: "ira", Currency: "USD", Amount: dec("1000")}, {Currency: "USD", Amount: dec("9000")}}
		in.Profile.EmergencyFundMonths = decPtr("5")
		in.Valuation = input(t, &p).Valuation
	}
}

// What a rebalancing sells repays a dear debt before it buys anything. No more is
// sold for it than the class has too much, and only where money is free.
func TestRebalancingRepaysDebts(t *testing.T) {
	for name, tt := range map[string]struct {
		balance, account string
		change           func(*Input)
		want             []string
	}{
		"all": {balance: "10000", want: []string{
			"pay_down_debt credit_card: sell VTI 20 5000.00 [] {debt_terms taxable_gain}",
			"rebalance: sell VTI 144 36000.00, buy BND 420 31500.00 [] {taxable_gain}"}},
		"cash suffices": {balance: "5000", want: []string{
			"pay_down_debt credit_card [] {debt_terms}",
			"rebalance: sell VTI 152 38000.00, buy BND 443 33225.00 [] {taxable_gain}"}},
		"what there is too much": {balance: "90000", want: []string{
			"pay_down_debt credit_card: sell VTI 140 35000.00 [no_cash] {debt_terms taxable_gain}",
			"rebalance: sell VTI 96 24000.00, buy BND 280 21000.00 [] {taxable_gain}"}},
		"not beyond the turnover": {balance: "10000", change: func(in *Input) { in.Constraints.MaxTurnover = decPtr("0.02") }, want: []string{
			"pay_down_debt credit_card: sell VTI 8 2000.00 [max_turnover no_cash] {debt_terms off_target taxable_gain}",
			"rebalance [max_turnover] {}"}},
		"not what is kept": {balance: "10000", change: func(in *Input) { in.Constraints.NoSell = []string{"VTI"} }, want: []string{
			"pay_down_debt credit_card [no_cash] {debt_terms off_target}",
			"rebalance [no_sell] {}"}},
		"not from a pension": {balance: "10000", account: "ira", want: []string{
			"pay_down_debt credit_card [no_cash] {debt_terms}",
			"rebalance: sell VTI 152 38000.00 in ira, buy BND 443 33225.00 in ira [] {}"}},
		"not within the band": {balance: "10000", change: func(in *Input) {
			in.Target = portfolio.Allocation{portfolio.ClassEquity: dec("0.60"), portfolio.ClassCash: dec("0.40")}
			in.Valuation = input(t, &portfolio.Portfolio{AsOf: asOf, BaseCurrency: "USD",
				Liabilities: in.Valuation.Portfolio.Liabilities,
				Positions: []portfolio.Position{
					position("VTI", portfolio.ETF, portfolio.ClassEquity, "256", "250", "40000", "0.0003"),
					position("SGOV", portfolio.CashEquivalent, portfolio.ClassCash, "360", "100", "36000", "0.0003"),
				}}).Valuation
		}, want: []string{"pay_down_debt credit_card [no_cash] {}"}},
		"the reserve claims its share": {balance: "3200", change: withReserve(t), want: []string{
			"pay_down_debt credit_card: sell VTI 17 4250.00 [] {debt_terms taxable_gain}",
			"rebalance: sell VTI 131 32750.00, buy BND 13 975.00 in ira, buy BND 437 32775.00 [cash_reserve] {taxable_gain}"}},
		"the reserve and a larger debt": {balance: "90000", change: withReserve(t), want: []string{
			"pay_down_debt credit_card: sell VTI 140 35000.00 [account_cash cash_reserve] {debt_terms taxable_gain}",
			"rebalance: sell VTI 85 21250.00, buy BND 13 975.00 in ira, buy BND 283 21225.00 [cash_reserve] {taxable_gain}"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.Accounts = []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}}
			p.Positions = []portfolio.Position{position("VTI", portfolio.ETF, portfolio.ClassEquity, "380", "250", "40000", "0.0003")}
			p.Positions[0].AccountID = tt.account
			p.Liabilities = []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec(tt.balance), InterestRate: decPtr("0.22")}}
			in := input(t, p)
			in.Constraints.WholeSharesOnly = true
			in.Constraints.BuyList = []portfolio.Candidate{{Price: decPtr("75"), Instrument: portfolio.Instrument{
				ID: portfolio.InstrumentID{Ticker: "BND"}, Type: portfolio.ETF, AssetClass: portfolio.ClassFixedIncome}}}
			if tt.change != nil {
				tt.change(&in)
			}
			if got := proposals(analyze(t, in)); !slices.Equal(got, tt.want) {
				t.Errorf("actions %q, want %q", got, tt.want)
			}
		})
	}
}
