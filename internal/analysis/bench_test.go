package analysis

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// large is a portfolio of n different positions in two currencies, with costs,
// lots, fees and, for each tenth, look-through exposures.
func large(n int) *portfolio.Portfolio {
	p := &portfolio.Portfolio{
		AsOf: asOf, BaseCurrency: "USD", FXRates: []portfolio.FXRate{{From: "EUR", To: "USD", Rate: dec("1.0850")}},
		Cash: []portfolio.Cash{{Currency: "USD", Amount: dec("12345.67")}},
	}
	for i := range n {
		x := position(fmt.Sprintf("T%04d", i), someTypes[i%len(someTypes)], "", "1", "1", "1", "")
		x.Quantity, x.Price = decimal.New(int64(1000+i*7), -2), decimal.New(int64(9000+i*13), -2)
		x.CostBasis = ptr(decimal.New(int64(50_000+i*11), -2))
		x.Currency = []portfolio.Currency{"USD", "EUR"}[i%2]
		x.Instrument.Country, x.Instrument.Sector = someCountries[i%5], someSectors[i%3]
		x.Instrument.ExpenseRatio = decPtr("0.0007")
		x.PriceAsOf = asOf.AddDays(-i % 12)
		x.TaxLots = []portfolio.TaxLot{{LotID: "1", AcquiredOn: asOf.AddDays(-i), Quantity: x.Quantity, UnitCost: dec("71.23")}}
		if i%10 == 0 {
			x.Instrument.Exposures = &portfolio.Exposures{Regions: map[string]decimal.Decimal{
				"north_america": dec("0.61"), "europe": dec("0.22"), "asia_pacific": dec("0.12"),
			}}
		}
		p.Positions = append(p.Positions, x)
	}
	return p
}

func BenchmarkAnalyze(b *testing.B) {
	b.Run("p0", func(b *testing.B) {
		in := input(b, p0())
		in.Constraints = whole()
		b.ReportAllocs()
		for b.Loop() {
			analyze(b, in)
		}
	})
	for _, n := range []int{10, 100, 1000, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			in := input(b, large(n))
			in.Constraints = whole()
			b.ReportAllocs()
			for b.Loop() {
				analyze(b, in)
			}
		})
	}
}

// BenchmarkImpact is one figure of a traded portfolio, as each action needs a
// few of.
func BenchmarkImpact(b *testing.B) {
	in := input(b, large(1000))
	m := newModel(in)
	b.ReportAllocs()
	for b.Loop() {
		m.on(in.Valuation).value(FactIssuerWeight, "T0007")
	}
}
