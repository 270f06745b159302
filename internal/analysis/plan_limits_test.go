package analysis

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

// A plan after which the analysis finds what it did not find before says so, and one
// after which it does not says nothing.
func TestPlanSaysWhichLimitsItBreaks(t *testing.T) {
	told := []string{
		FindingSectorConcentration, FindingRegionConcentration, FindingForeignCurrency, FindingBaseCurrency, FindingEmergingMarkets,
		FindingDevelopedMarkets, FindingHomeBias, FindingAccountConcentration, FindingIssuerConcentration, FindingShortConcentration,
		FindingPortfolioFees, FindingFundFees,
	}
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		in.MostActions = 0
		before := mustAnalyzeInput(t, in)
		then := in
		then.Valuation = carriedOut(t, in)
		if then.Valuation.Total.LessThan(one) {
			return // nothing is left to speak of
		}
		var broken []string
		for _, f := range mustAnalyzeInput(t, then).Findings {
			if slices.Contains(told, f.Code) && findingOf(before, f.Code, f.Subject) == nil {
				broken = append(broken, f.Code+" "+f.Subject)
			}
		}
		warned := slices.ContainsFunc(before.Actions, func(a Action) bool { return slices.Contains(a.Caveats, CaveatBeyondLimit) })
		if warned != (len(broken) > 0) {
			t.Fatalf("breaks %q and tells: %t, by %q", broken, warned, proposals(before))
		}
	})
}

// The action that breaks a limit says so with the figure, and no other.
func TestPurchaseBeyondALimit(t *testing.T) {
	bonds := portfolio.Candidate{Instrument: portfolio.Instrument{
		ID: portfolio.InstrumentID{Ticker: "BUND"}, Type: portfolio.ETF, AssetClass: portfolio.ClassFixedIncome, Region: "europe",
	}, Price: decPtr("100"), Currency: "EUR"}
	euros := position("EURO", portfolio.ETF, portfolio.ClassEquity, "20", "100", "2000", "")
	euros.Instrument.Region, euros.Currency = "europe", "EUR"
	world := position("WORLD", portfolio.ETF, portfolio.ClassEquity, "80", "100", "8000", "")
	world.Instrument.Region = "north_america"
	for currency, want := range map[portfolio.Currency]string{
		"EUR": "rebalance: sell WORLD 37 3700.00, buy BUND 36 3600.00 [] {beyond_limit}",
		"USD": "rebalance: sell WORLD 37 3700.00, buy BUND 36 3600.00 [] {}",
	} {
		p := &portfolio.Portfolio{
			AsOf: asOf, BaseCurrency: "USD", Cash: []portfolio.Cash{{Currency: "USD", Amount: dec("500")}},
			FXRates: []portfolio.FXRate{{From: "EUR", To: "USD", Rate: one}}, Positions: []portfolio.Position{euros, world},
		}
		in := input(t, p)
		bonds.Currency = currency
		in.Constraints = whole()
		in.Constraints.BuyList = []portfolio.Candidate{bonds}
		r := analyze(t, in)
		wantProposals(t, r, want)
		if currency == "EUR" {
			wantMove(t, r, 0, "currency_weight EUR: 0.1904761904761904761904761905 > 0.5333333333333333333333333333")
		}
	}
}
