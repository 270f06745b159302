package analysis

import (
	"testing"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// worldFund is 100 shares at 100 EUR of a fund that looks through.
func worldFund() portfolio.Position {
	p := position("WORLD", portfolio.ETF, "", "100", "100", "9000", "0.002")
	p.Currency = "EUR"
	p.Instrument.Country = "IE"
	p.Instrument.Exposures = &portfolio.Exposures{
		AssetClasses: map[portfolio.AssetClass]decimal.Decimal{portfolio.ClassEquity: dec("0.97"), portfolio.ClassCash: dec("0.01")},
		Sectors:      map[string]decimal.Decimal{"technology": dec("0.30"), "financials": dec("0.15")},
		Regions:      map[string]decimal.Decimal{"north_america": dec("0.70"), "europe": dec("0.20"), "emerging_markets": dec("0.10")},
		Currencies:   map[portfolio.Currency]decimal.Decimal{"USD": dec("0.70"), "EUR": dec("0.10")},
	}
	return p
}

func TestLookThrough(t *testing.T) {
	p := &portfolio.Portfolio{
		AsOf: asOf, BaseCurrency: "EUR",
		Positions: []portfolio.Position{worldFund()},
		Cash:      []portfolio.Cash{{Currency: "EUR", Amount: dec("10000")}},
	}
	r := analyze(t, input(t, p))
	checkFacts(t, r, []want{
		{FactClassWeight, "equity", "0.485"}, {FactClassWeight, "cash", "0.505"}, {FactClassWeight, "unclassified", "0.01"},
		{FactSectorWeight, "technology", "0.15"}, {FactSectorWeight, "unclassified", "0.275"}, {FactSectorWeight, "cash", "0.5"},
		{FactRegionWeight, "north_america", "0.35"}, {FactRegionWeight, "europe", "0.1"},
		{FactCurrencyWeight, "USD", "0.35"}, {FactCurrencyWeight, "EUR", "0.55"}, {FactCurrencyWeight, "unclassified", "0.1"},
		{FactMarketWeight, marketDeveloped, "0.9"}, {FactMarketWeight, marketEmerging, "0.1"},
		{FactClassCoverage, "", "0.99"},
		{FactSectorCoverage, "", "0.45"},
		// The fund's Irish domicile is no exposure to the euro area.
		{FactHomeBias, "", "0"},
		// Cash inside the fund is not at hand.
		{FactLiquidityRatio, "", "0.5"},
	})
}

func TestHomeBias(t *testing.T) {
	for _, tt := range []struct {
		name            string
		base            portfolio.Currency
		country, region string
		want            string
	}{
		{"country at home", "USD", "US", "", "1"},
		{"country at home, region told", "USD", "US", "north_america", "1"},
		{"country abroad", "USD", "JP", "", "0"},
		{"domicile outside the region", "EUR", "IE", "north_america", "0"},
		{"region abroad", "USD", "", "europe", "0"},
		{"region of home does not tell", "USD", "", "north_america", "-"},
		{"emerging markets", "JPY", "", "emerging_markets", "0"},
		{"emerging home", "INR", "", "emerging_markets", "-"},
		{"money of several countries", "XOF", "SN", "", "-"},
		{"region around home", "USD", "", "global", "-"},
		{"region of several continents", "EUR", "", "developed_markets", "-"},
		{"region of no list", "EUR", "", "eurozone", "-"},
		{"home under another name", "USD", "", "United States", "-"},
		{"nothing told", "USD", "", "", "-"},
		{"euro area", "EUR", "FR", "", "1"},
		{"not the euro area", "EUR", "SE", "", "0"},
		{"other currencies name their country", "CHF", "CH", "", "1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := equal(1)
			p.BaseCurrency = tt.base
			p.Positions[0].Currency = tt.base
			p.Positions[0].Instrument.Country, p.Positions[0].Instrument.Region = tt.country, tt.region
			checkFacts(t, analyze(t, input(t, p)), []want{{FactHomeBias, "", tt.want}})
		})
	}
}

func TestMarkets(t *testing.T) {
	for _, tt := range []struct{ country, region, want string }{
		{"US", "", marketDeveloped}, {"JP", "asia_pacific", marketDeveloped}, {"CN", "", marketEmerging},
		{"VN", "", unclassified}, {"", "latin_america", marketEmerging}, {"", "Emerging Markets", marketEmerging}, {"", "europe", marketDeveloped},
		{"", "asia_pacific", unclassified}, {"", "international", unclassified},
	} {
		p := equal(1)
		p.Positions[0].Instrument.Country, p.Positions[0].Instrument.Region = tt.country, tt.region
		checkFacts(t, analyze(t, input(t, p)), []want{{FactMarketWeight, tt.want, "1"}})
	}
}

func TestIssuersGroupShareClasses(t *testing.T) {
	p := equal(10)
	for i, issuer := range []string{"Alphabet Inc.", "alphabet inc. "} {
		p.Positions[i].Instrument.Issuer = issuer
	}
	p.Positions[2].Instrument.Issuer = "Alone AG"
	p.Positions[2].Quantity = dec("2") // 2 of 11
	r := analyze(t, input(t, p))
	checkFacts(t, r, []want{
		{FactIssuerWeight, "Alphabet Inc.", "0.1818181818…"},
		{FactIssuerWeight, "S2", "0.1818181818…"}, // one instrument goes by its own name
		{FactIssuerWeight, "S0", "-"},
	})
}

func TestPositionsOfOneInstrumentAreOneHolding(t *testing.T) {
	p := equal(2)
	p.Positions[1].Instrument = p.Positions[0].Instrument
	p.Accounts = []portfolio.Account{{ID: "a"}, {ID: "b"}}
	p.Positions[0].AccountID, p.Positions[1].AccountID = "a", "b"
	p.Positions[1].Quantity = dec("3")
	r := analyze(t, input(t, p))
	checkFacts(t, r, []want{
		{FactHHI, "", "1"}, {FactTopNWeight, "1", "1"}, {FactIssuerWeight, "S0", "1"},
		{FactUnrealisedGain, "S0", "24.00"}, // 10-8 and 30-8
		{FactAccountWeight, "b", "0.75"}, {FactAccountWeight, "a", "0.25"},
		{FactDuplicatePositions, "", "-"},
	})
	if f := factOf(r, FactIssuerWeight, "S0"); f.Holding != 1 {
		t.Errorf("holding = %d, want 1, the larger of the two", f.Holding)
	}
}

func TestAllocationLines(t *testing.T) {
	in := input(t, p0())
	in.Target = target603505()
	r := analyze(t, in)
	got := r.Allocation[0]
	if got != (AllocationLine{By: "asset_class", Key: "equity", Value: "86000.00", Weight: "0.86", Target: "0.60"}) {
		t.Errorf("the first line is %+v", got)
	}
	sums := map[string]decimal.Decimal{}
	for _, l := range r.Allocation {
		sums[l.By] = sums[l.By].Add(dec(l.Weight))
	}
	for _, by := range []string{"asset_class", "sector", "region", "currency"} {
		if !sums[by].Equal(one) {
			t.Errorf("the weights by %s add up to %s", by, sums[by])
		}
	}
}
