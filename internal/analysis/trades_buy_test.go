package analysis

import (
	"slices"
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

// A fund that the analysis finds too dear is not bought without a word.
func TestCostlyPurchaseSaysSo(t *testing.T) {
	for fee, want := range map[string]bool{"0.0095": true, "0.0074": false} {
		p := p0()
		dear := position("ARKK", portfolio.ETF, portfolio.ClassEquity, "400", "50", "18000", fee)
		p.Positions = []portfolio.Position{dear, position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "400", "75", "30000", "0.0003")}
		p.Cash[0].Amount = dec("50000")
		in := input(t, p)
		in.Constraints = whole()
		a := analyze(t, in).Actions[0]
		if got := slices.Contains(a.Caveats, CaveatCostlyPurchase); got != want || a.Trades[0].Ticker != "ARKK" {
			t.Errorf("a fee of %s: %+v", fee, a)
		}
	}
}
