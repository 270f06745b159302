package analysis

import (
	"testing"

	"ballast.internal/ballast/internal/portfolio"
)

func day(t *testing.T, s string) portfolio.Date {
	t.Helper()
	d, err := portfolio.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestLongTermIsMoreThanOneYear(t *testing.T) {
	for _, tt := range []struct {
		acquired, sold string
		long           bool
	}{
		{"2025-11-23", "2026-11-23", false},
		{"2025-11-23", "2026-11-24", true},
		{"2024-02-29", "2025-02-28", false},
		{"2024-02-29", "2025-03-01", true},
		{"2023-02-28", "2024-02-28", false},
		{"2023-02-28", "2024-02-29", false}, // bought on the last day of a month
		{"2023-02-28", "2024-03-01", true},
		{"2024-12-31", "2025-12-31", false},
		{"2024-12-31", "2026-01-01", true},
		{"2026-11-23", "2026-11-23", false},
	} {
		if got := longTerm(day(t, tt.acquired), day(t, tt.sold)); got != tt.long {
			t.Errorf("bought %s, sold %s: long %v, want %v", tt.acquired, tt.sold, got, tt.long)
		}
	}
}

// lotted is the reference's VXUS: 200 at 66 for long, 100 at 63 lately, now 60.
func lotted(t *testing.T, tax portfolio.TaxTreatment) *portfolio.Portfolio {
	p := &portfolio.Portfolio{
		AsOf: asOf, BaseCurrency: "USD",
		Accounts:  []portfolio.Account{{ID: "a", TaxTreatment: tax}},
		Positions: []portfolio.Position{position("VXUS", portfolio.ETF, portfolio.ClassEquity, "300", "60", "19500", "")},
	}
	p.Positions[0].AccountID = "a"
	p.Positions[0].TaxLots = []portfolio.TaxLot{
		{LotID: "1", AcquiredOn: day(t, "2024-01-15"), Quantity: dec("200"), UnitCost: dec("66")},
		{LotID: "2", AcquiredOn: day(t, "2026-11-10"), Quantity: dec("100"), UnitCost: dec("63")},
	}
	return p
}

func TestGainsByTerm(t *testing.T) {
	r := analyze(t, input(t, lotted(t, portfolio.Taxable)))
	checkFacts(t, r, []want{
		{FactUnrealisedGain, "VXUS", "-1500.00"},
		{FactUnrealisedLong, "VXUS", "-1200.00"}, {FactUnrealisedShort, "VXUS", "-300.00"},
		{FactUnrealisedLong, SubjectPortfolio, "-1200.00"}, {FactUnrealisedShort, SubjectPortfolio, "-300.00"},
		// The second lot lost 300, less than the floor of 500.
		{FactHarvestableLoss, "VXUS", "600.00"}, {FactDisallowedLoss, "VXUS", "600.00"},
	})
	f := findingOf(r, FindingHarvestableLoss, "VXUS")
	if f == nil || f.Severity != Info || f.Policy != lineHarvestLoss || len(f.Evidence) != 4 {
		t.Errorf("finding %+v, want one with the loss, both terms and what is disallowed as evidence", f)
	}
	if findingOf(r, FindingHarvestableLoss, SubjectPortfolio) != nil {
		t.Error("the sum of losses is a finding of its own")
	}
}

func TestLossesInShelteredAccountsAreNotHarvested(t *testing.T) {
	for _, tax := range []portfolio.TaxTreatment{portfolio.TaxDeferred, portfolio.TaxExempt, portfolio.TaxAdvantaged} {
		checkFacts(t, analyze(t, input(t, lotted(t, tax))), []want{
			{FactUnrealisedGain, "VXUS", "-1500.00"}, {FactHarvestableLoss, "VXUS", "-"},
		})
	}
}

func TestHarvestFloors(t *testing.T) {
	for _, tt := range []struct{ value, cost, want string }{
		{"9500", "10000", "500.00"}, // both floors exactly
		{"9500.01", "10000", "-"},   // 499.99
		{"10000", "10500", "-"},     // 4.8 % of the cost
		{"10000", "100000", "90000.00"},
	} {
		p := equal(1)
		p.Positions[0].Price, p.Positions[0].CostBasis = dec(tt.value), decPtr(tt.cost)
		checkFacts(t, analyze(t, input(t, p)), []want{{FactHarvestableLoss, "S0", tt.want}})
	}
}

func TestTaxOnNetsGainsAndLosses(t *testing.T) {
	for _, tt := range []struct{ short, long, want string }{
		{"1000", "1000", "470"}, {"-400", "1000", "90"}, {"1000", "-400", "192"},
		{"-400", "-400", "0"}, {"-1000", "400", "0"}, {"0", "0", "0"},
	} {
		if got := taxOn(dec(tt.short), dec(tt.long), dec("0.32"), dec("0.15")); !got.Equal(dec(tt.want)) {
			t.Errorf("taxOn(%s, %s) = %s, want %s", tt.short, tt.long, got, tt.want)
		}
	}
}

func TestTaxIfSoldNeedsRatesAndLots(t *testing.T) {
	p := lotted(t, portfolio.Taxable)
	p.Positions[0].Price = dec("70") // +800 long, +700 short
	in := input(t, p)
	checkFacts(t, analyze(t, in), []want{{FactTaxIfSold, "", "-"}})
	in.Profile.Tax = portfolio.TaxRates{ShortTermRate: decPtr("0.32"), LongTermRate: decPtr("0.15")}
	checkFacts(t, analyze(t, in), []want{{FactTaxIfSold, "", "344.00"}})
	p.Positions = append(p.Positions, position("X", portfolio.Equity, portfolio.ClassEquity, "1", "1", "1", ""))
	in.Valuation = input(t, p).Valuation
	checkFacts(t, analyze(t, in), []want{{FactTaxIfSold, "", "-"}})
}

func TestShortSaleGainsAreShortTerm(t *testing.T) {
	p := equal(2)
	p.Positions[0].Quantity = dec("10")
	s := &p.Positions[1]
	s.Quantity, s.CostBasis = dec("-1"), nil
	s.TaxLots = []portfolio.TaxLot{{LotID: "1", AcquiredOn: day(t, "2020-01-02"), Quantity: dec("-1"), UnitCost: dec("12")}}
	checkFacts(t, analyze(t, input(t, p)), []want{
		{FactUnrealisedGain, "S1", "2.00"}, {FactUnrealisedShort, "S1", "2.00"}, {FactUnrealisedLong, "S1", "0.00"},
		{FactShortExposure, "", "0.1111111111…"},
	})
}
