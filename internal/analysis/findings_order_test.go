package analysis

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/portfolio"
)

// Of one severity the finding furthest beyond its limit is the most important: a name
// to be watched is none before half of everything in one sector, nor a fund above its
// fee before no savings at all. What tells no measure comes last.
func TestFindingsAreInTheOrderOfTheirExcess(t *testing.T) {
	in, p := sound()
	tech := position("TECH", portfolio.ETF, portfolio.ClassEquity, "10", "1000", "10000", "0.0080")
	tech.Instrument.Region, tech.Instrument.Sector = "europe", "information_technology"
	name := position("NAME", portfolio.Equity, portfolio.ClassEquity, "10", "170", "1700", "")
	p.Positions = append(p.Positions, tech, name)
	p.Positions[0].PriceAsOf = asOf.AddDays(-30)
	p.Income, p.MonthlyExpenses = []portfolio.Income{{Type: "salary", MonthlyAmount: dec("1000")}}, decPtr("1100")
	in.Valuation = input(t, p).Valuation
	var low []string
	for _, f := range analyze(t, in).Findings {
		if f.Severity == Low {
			low = append(low, f.Code+" "+f.Subject)
		}
	}
	want := []string{
		"savings_rate ", "sector_concentration information_technology", "fund_fees TECH", "issuer_concentration NAME", "stale_prices ",
	}
	if diff := cmp.Diff(want, low); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
