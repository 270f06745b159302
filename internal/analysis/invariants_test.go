package analysis

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

var (
	someTypes = []portfolio.InstrumentType{portfolio.Equity, portfolio.ETF, portfolio.MutualFund, portfolio.FixedIncome,
		portfolio.Cryptocurrency, portfolio.CashEquivalent, portfolio.OtherType}
	someCountries = []string{"", "US", "DE", "CN", "VN"}
	someSectors   = []string{"", "technology", "energy"}
	someClasses   = []portfolio.AssetClass{"", portfolio.ClassEquity, portfolio.ClassFixedIncome}
)

// anyPortfolio draws a long portfolio in two currencies.
func anyPortfolio(t *rapid.T) *portfolio.Portfolio {
	p := &portfolio.Portfolio{
		AsOf: asOf, BaseCurrency: "USD", FXRates: []portfolio.FXRate{{From: "EUR", To: "USD", Rate: dec("1.0850")}},
		Accounts: []portfolio.Account{{ID: "a"}, {ID: "b", TaxTreatment: portfolio.TaxDeferred}},
		Cash:     []portfolio.Cash{{Currency: "USD", Amount: decimal.New(rapid.Int64Range(1, 1e9).Draw(t, "cash"), -2)}},
	}
	for i := range rapid.IntRange(0, 12).Draw(t, "positions") {
		p.Positions = append(p.Positions, anyPosition(t, i))
	}
	return p
}

func anyPosition(t *rapid.T, i int) portfolio.Position {
	name := func(s string) string { return fmt.Sprintf("%s%d", s, i) }
	p := portfolio.Position{
		AccountID: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, name("account")),
		Instrument: portfolio.Instrument{
			// Few names, so that some instruments are held twice.
			ID:         portfolio.InstrumentID{Ticker: fmt.Sprintf("T%d", rapid.IntRange(0, 8).Draw(t, name("ticker")))},
			Type:       rapid.SampledFrom(someTypes).Draw(t, name("type")),
			AssetClass: rapid.SampledFrom(someClasses).Draw(t, name("class")),
			Country:    rapid.SampledFrom(someCountries).Draw(t, name("country")),
			Sector:     rapid.SampledFrom(someSectors).Draw(t, name("sector")),
		},
		Quantity: decimal.New(rapid.Int64Range(1, 1e6).Draw(t, name("quantity")), -3),
		Price:    decimal.New(rapid.Int64Range(1, 1e6).Draw(t, name("price")), -2),
		Currency: rapid.SampledFrom([]portfolio.Currency{"USD", "EUR"}).Draw(t, name("currency")),
	}
	if rapid.Bool().Draw(t, name("costed")) {
		p.CostBasis = ptr(decimal.New(rapid.Int64Range(0, 1e9).Draw(t, name("cost")), -2))
	}
	if rapid.Bool().Draw(t, name("charged")) {
		p.Instrument.ExpenseRatio = ptr(decimal.New(rapid.Int64Range(0, 200).Draw(t, name("fee")), -4))
	}
	if share := rapid.IntRange(0, 100).Draw(t, name("exposure")); share > 50 {
		p.Instrument.Exposures = &portfolio.Exposures{
			AssetClasses: map[portfolio.AssetClass]decimal.Decimal{portfolio.ClassEquity: decimal.New(int64(share), -2)},
			Sectors:      map[string]decimal.Decimal{"energy": decimal.New(int64(100-share)*2, -2)},
			Regions:      map[string]decimal.Decimal{"europe": dec("0.4"), "north_america": dec("0.35")},
			Currencies:   map[portfolio.Currency]decimal.Decimal{"EUR": decimal.New(int64(share), -2)},
		}
	}
	return p
}

func TestWeightsAddUpToOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPortfolio(t)
		v, err := portfolio.Value(p)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Analyze(Input{Valuation: v, Profile: moderate()})
		if err != nil {
			t.Fatal(err)
		}
		sums := map[string]decimal.Decimal{}
		for _, l := range r.Allocation {
			sums[l.By] = sums[l.By].Add(dec(l.Weight))
		}
		for by, sum := range sums {
			if sum.Sub(one).Abs().GreaterThan(decimal.New(1, -24)) {
				t.Fatalf("the weights by %s add up to %s", by, sum)
			}
		}
		if hhi, n := dec(factOf(r, FactHHI, "").Value), len(v.Holdings)+1; hhi.GreaterThan(one) ||
			hhi.LessThan(one.DivRound(decimal.NewFromInt(int64(n)), ratioPlaces)) {
			t.Fatalf("hhi = %s of %d holdings", hhi, n)
		}
	})
}

// The order of what the caller lists does not matter.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPortfolio(t)
		q := *p
		q.Positions = slices.Clone(p.Positions)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		random.Shuffle(len(q.Positions), func(i, j int) { q.Positions[i], q.Positions[j] = q.Positions[j], q.Positions[i] })
		// The index of a holding is not part of the answer.
		opts := cmp.Options{cmpopts.IgnoreFields(Fact{}, "Holding"), cmpopts.IgnoreFields(Result{}, "Actions")}
		if diff := cmp.Diff(mustAnalyze(t, p), mustAnalyze(t, &q), opts); diff != "" {
			t.Fatalf("another order, another analysis:\n%s", diff)
		}
	})
}

// Ten times as much of everything has the same ratios.
func TestRatiosDoNotScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPortfolio(t)
		q := *p
		q.Positions, q.Cash = slices.Clone(p.Positions), slices.Clone(p.Cash)
		q.Cash[0].Amount = q.Cash[0].Amount.Shift(1)
		for i := range q.Positions {
			x := &q.Positions[i]
			x.Quantity = x.Quantity.Shift(1)
			if x.CostBasis != nil {
				x.CostBasis = ptr(x.CostBasis.Shift(1))
			}
		}
		small, large := mustAnalyze(t, p), mustAnalyze(t, &q)
		for _, f := range small.Facts {
			if f.Unit != Ratio && f.Unit != Count {
				continue
			}
			if g := factOf(large, f.Code, f.Subject); g == nil || g.Value != f.Value {
				t.Fatalf("%s %s = %s, and of ten times as much %+v", f.Code, f.Subject, f.Value, g)
			}
		}
	})
}

// Splitting a position into two accounts changes nothing about the whole.
func TestSplittingDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPortfolio(t)
		if len(p.Positions) == 0 {
			return
		}
		q := *p
		q.Positions = slices.Clone(p.Positions)
		half := &q.Positions[0]
		half.Quantity = half.Quantity.Mul(dec("0.5"))
		if half.CostBasis != nil {
			half.CostBasis = ptr(half.CostBasis.Mul(dec("0.5")))
		}
		q.Positions = append(q.Positions, *half)
		whole, split := mustAnalyze(t, p), mustAnalyze(t, &q)
		for _, code := range []string{FactTotalValue, FactHHI, FactAnnualFee, FactPortfolioDrift, FactHomeBias} {
			a, b := factOf(whole, code, ""), factOf(split, code, "")
			if (a == nil) != (b == nil) || a != nil && a.Value != b.Value {
				t.Fatalf("%s = %+v, and split %+v", code, a, b)
			}
		}
	})
}

func mustAnalyze(t *rapid.T, p *portfolio.Portfolio) *Result {
	v, err := portfolio.Value(p)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Analyze(Input{Valuation: v, Profile: moderate()})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
