package analysis

import (
	"testing"

	"ballast.internal/ballast/internal/portfolio"
)

// What an account holds is bought at its price there: 21 shares of 250 at the broker
// were told as 5,271.00, at the 251 of the larger position in the pension.
func TestPurchaseHasThePriceOfItsAccount(t *testing.T) {
	in := func(account, quantity, price string) portfolio.Position {
		p := position("VTI", portfolio.ETF, portfolio.ClassEquity, quantity, price, "1", "0.0003")
		p.AccountID = account
		return p
	}
	bonds := position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "300", "75", "1", "0.0003")
	bonds.AccountID = "ira"
	for name, tt := range map[string]struct {
		there   portfolio.Position
		trade   string
		holding int
	}{
		"held":                 {in("broker", "100", "250"), "buy VTI 21 5250.00 in broker", 0},
		"described otherwise":  {func() portfolio.Position { p := in("broker", "100", "250"); p.Instrument.ExpenseRatio = nil; return p }(), "buy VTI 21 5250.00 in broker", 1},
		"held elsewhere alone": {in("other", "100", "250"), "buy VTI 21 5271.00 in broker", 1},
	} {
		t.Run(name, func(t *testing.T) {
			p := &portfolio.Portfolio{
				AsOf: asOf, BaseCurrency: "USD",
				Accounts:  []portfolio.Account{{ID: "broker"}, {ID: "other"}, {ID: "ira", TaxTreatment: portfolio.TaxDeferred}},
				Cash:      []portfolio.Cash{{AccountID: "broker", Currency: "USD", Amount: dec("20000")}},
				Positions: []portfolio.Position{tt.there, in("ira", "100", "251"), bonds},
			}
			request := input(t, p)
			request.Constraints = whole()
			met := false
			for _, a := range analyze(t, request).Actions {
				for _, x := range a.Trades {
					got := string(x.Side) + " " + x.Ticker + " " + x.Quantity + " " + x.Amount + " in " + x.AccountID
					met = met || got == tt.trade
					if x.Ticker == "VTI" && (got != tt.trade || x.Holding != tt.holding) {
						t.Errorf("%s to %d, want %s to %d", got, x.Holding, tt.trade, tt.holding)
					}
				}
			}
			if !met {
				t.Error("nothing bought")
			}
		})
	}
}
