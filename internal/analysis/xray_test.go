package analysis

import (
	"testing"

	"ballast.internal/ballast/internal/portfolio"
)

// Every rule of Ghostfolio's X-ray (apps/api/src/models/rules, 2026-11) has a
// finding: a portfolio that breaks the rule has it, and the sound one has not.
// See docs/decisions/0052-ghostfolios-rules.md.
func TestGhostfolioRulesHaveCounterparts(t *testing.T) {
	for rule, tt := range map[string]struct {
		finding, subject string
		spoil            change
	}{
		"account-cluster-risk/current-investment": {FindingAccountConcentration, "a", func(_ *Input, p *portfolio.Portfolio) {
			inAccount(p, "a", portfolio.Account{ID: "a"}, portfolio.Account{ID: "b"})
			p.Cash[0].AccountID = "b"
		}},
		"account-cluster-risk/single-account": {FindingSingleAccount, "a", func(_ *Input, p *portfolio.Portfolio) {
			inAccount(p, "a", portfolio.Account{ID: "a"})
		}},
		"asset-class-cluster-risk/equity (maximum)":       {FindingClassDrift, "equity", scaledBy(0, "20")},
		"asset-class-cluster-risk/equity (minimum)":       {FindingClassDrift, "equity", scaledBy(0, "1")},
		"asset-class-cluster-risk/fixed-income (maximum)": {FindingClassDrift, "fixed_income", scaledBy(2, "20")},
		"asset-class-cluster-risk/fixed-income (minimum)": {FindingClassDrift, "fixed_income", scaledBy(2, "1")},
		"currency-cluster-risk/current-investment": {FindingForeignCurrency, "EUR", func(_ *Input, p *portfolio.Portfolio) {
			p.FXRates = []portfolio.FXRate{{From: "EUR", To: "USD", Rate: dec("1")}}
			p.Positions[0].Currency = "EUR"
		}},
		"currency-cluster-risk/base-currency-current-investment": {FindingBaseCurrency, "USD", func(_ *Input, p *portfolio.Portfolio) {
			p.FXRates = []portfolio.FXRate{{From: "EUR", To: "USD", Rate: dec("1")}}
			p.Positions[0].Currency, p.Positions[2].Currency = "EUR", "EUR"
		}},
		"economic-market-cluster-risk/developed-markets": {FindingDevelopedMarkets, marketDeveloped, inRegion("emerging_markets")},
		"economic-market-cluster-risk/emerging-markets":  {FindingEmergingMarkets, marketEmerging, inRegion("emerging_markets")},
		"emergency-fund/emergency-fund-setup": {FindingEmergencyFund, "", func(_ *Input, p *portfolio.Portfolio) {
			p.Cash, p.MonthlyExpenses = nil, decPtr("100")
		}},
		"emergency-fund/emergency-fund-coverage": {FindingEmergencyFund, "", func(in *Input, p *portfolio.Portfolio) {
			in.Profile.EmergencyFundMonths, p.MonthlyExpenses = decPtr("6"), decPtr("100")
		}},
		"fees/fee-ratio-total-investment-volume": {FindingPortfolioFees, "", func(_ *Input, p *portfolio.Portfolio) {
			for i := range p.Positions {
				p.Positions[i].Instrument.ExpenseRatio = decPtr("0.01")
			}
		}},
		"liquidity/buying-power (minimum)":              {FindingLowLiquidity, "", func(in *Input, _ *portfolio.Portfolio) { in.Profile.LiquidityNeeds = "high" }},
		"liquidity/buying-power (below zero)":           {FindingMarginDebt, "", func(_ *Input, p *portfolio.Portfolio) { p.Cash[0].Amount = dec("-1") }},
		"regional-market-cluster-risk/asia-pacific":     {FindingRegionConcentration, "asia_pacific", inRegion("asia_pacific")},
		"regional-market-cluster-risk/emerging-markets": {FindingRegionConcentration, "emerging_markets", inRegion("emerging_markets")},
		"regional-market-cluster-risk/europe":           {FindingRegionConcentration, "europe", inRegion("europe")},
		"regional-market-cluster-risk/japan":            {FindingRegionConcentration, "japan", inRegion("japan")},
		"regional-market-cluster-risk/north-america":    {FindingRegionConcentration, "north_america", inRegion("north_america")},
	} {
		t.Run(rule, func(t *testing.T) {
			in, p := sound()
			in.Valuation = input(t, p).Valuation
			if f := findingOf(analyze(t, in), tt.finding, tt.subject); f != nil {
				t.Errorf("a sound portfolio has %+v", *f)
			}
			in, p = sound()
			tt.spoil(&in, p)
			in.Valuation = input(t, p).Valuation
			f := findingOf(analyze(t, in), tt.finding, tt.subject)
			if f == nil || f.Observed == "" || f.Policy == "" || len(f.Evidence) == 0 {
				t.Errorf("%s %s = %+v, want it with what was observed, the policy's line and evidence", tt.finding, tt.subject, f)
			}
		})
	}
}

// inAccount puts everything into one account.
func inAccount(p *portfolio.Portfolio, id string, accounts ...portfolio.Account) {
	p.Accounts, p.Cash[0].AccountID = accounts, id
	for i := range p.Positions {
		p.Positions[i].AccountID = id
	}
}

// scaledBy changes the quantity of one position.
func scaledBy(i int, quantity string) change {
	return func(_ *Input, p *portfolio.Portfolio) { p.Positions[i].Quantity = dec(quantity) }
}

// inRegion puts every position into one region.
func inRegion(region string) change {
	return func(_ *Input, p *portfolio.Portfolio) {
		for i := range p.Positions {
			p.Positions[i].Instrument.Region = region
		}
	}
}

// Frontier and unknown markets might be developed: nobody is told otherwise.
func TestDevelopedMarketsAreNotGuessed(t *testing.T) {
	in, p := sound()
	inRegion("asia_pacific")(&in, p)
	in.Valuation = input(t, p).Valuation
	if f := findingOf(analyze(t, in), FindingDevelopedMarkets, marketDeveloped); f != nil {
		t.Errorf("of a region that tells no market: %+v", *f)
	}
	in, p = sound()
	p.Positions[1].Instrument.Region = "emerging_markets" // a third of the equities
	in.Valuation = input(t, p).Valuation
	if f := findingOf(analyze(t, in), FindingDevelopedMarkets, marketDeveloped); f == nil || f.Threshold != "0.8" {
		t.Errorf("two thirds developed: %+v, want below 0.8", f)
	}
}
