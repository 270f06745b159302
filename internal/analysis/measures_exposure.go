package analysis

import (
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

var exposureMeasures = []measure{
	{
		// A sector's value over the total, with look-through; 0..1 without shorts
		// and margin.
		code: FactSectorWeight, unit: Ratio,
		subjects: func(m *model) []string { return m.sectors().keys(m.maxSubjects()) },
		value:    func(m *model, k string) (decimal.Decimal, bool) { return m.weight(m.sectors().value(k)), true },
		limit: func(m *model, k string) (decimal.Decimal, bool) {
			return m.limit(lineSector), k != unclassified && k != cashKey
		},
	},
	{
		// A region's value over the total, with look-through; 0..1 without shorts
		// and margin.
		code: FactRegionWeight, unit: Ratio,
		subjects: func(m *model) []string { return m.regions().keys(m.maxSubjects()) },
		value:    func(m *model, k string) (decimal.Decimal, bool) { return m.weight(m.regions().value(k)), true },
		limit: func(m *model, k string) (decimal.Decimal, bool) {
			return m.limit(lineRegion), k != unclassified && k != cashKey
		},
	},
	{
		// A currency's value over the total, with look-through; 0..1 without shorts
		// and margin. The base currency's threshold is a minimum, the others' a
		// maximum.
		code: FactCurrencyWeight, unit: Ratio,
		subjects: func(m *model) []string { return m.currencies().keys(m.maxSubjects()) },
		value:    func(m *model, k string) (decimal.Decimal, bool) { return m.weight(m.currencies().value(k)), true },
		limit: func(m *model, k string) (decimal.Decimal, bool) {
			switch k {
			case unclassified:
				return decimal.Decimal{}, false
			case string(m.base()):
				return m.limit(lineBase), true
			default:
				return m.limit(lineForeign), true
			}
		},
	},
	{
		// The equities of developed or emerging markets (MSCI's classification of
		// countries) over all equities, 0..1 without shorts.
		code: FactMarketWeight, unit: Ratio,
		subjects: (*model).marketKeys,
		value: func(m *model, k string) (decimal.Decimal, bool) {
			return ratio(m.markets().value(k), m.equity())
		},
		limit: func(m *model, k string) (decimal.Decimal, bool) { return m.limit(lineEmerging), k == marketEmerging },
	},
	{
		// Equities of the base currency's home country over all equities, 0..1
		// without shorts; see homeBias.
		code: FactHomeBias, unit: Ratio,
		value: (*model).homeBias,
		limit: limitOf(lineHomeBias),
	},
	{
		// An account's value over the total, where there are several; 0..1 without
		// shorts and margin.
		code: FactAccountWeight, unit: Ratio,
		subjects: (*model).accountKeys,
		value:    func(m *model, k string) (decimal.Decimal, bool) { return m.weight(m.accounts().value(k)), true },
		limit:    limitOf(lineAccount),
	},
}

// marketKeys lists the markets held, and the developed ones beside emerging ones
// in any case: none of them is worth a fact.
func (m *model) marketKeys() []string {
	keys := m.markets().keys(-1)
	if slices.Contains(keys, marketEmerging) && !slices.Contains(keys, marketDeveloped) {
		keys = append(keys, marketDeveloped)
	}
	return keys
}

// equity is the value of all exposure to equities, in the base currency.
func (m *model) equity() decimal.Decimal { return m.classes().value(string(portfolio.ClassEquity)) }

// euroArea are the countries whose currency is the euro since 2026.
var euroArea = []string{"AT", "BE", "BG", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU",
	"LV", "MT", "NL", "PT", "SI", "SK"}

// isHome reports whether a country's own money is c: the euro area for the
// euro, else the country that the first two letters of the code name, as
// ISO 4217 builds its codes (USD of US, CHF of CH).
func isHome(country string, c portfolio.Currency) bool {
	if c == "EUR" {
		return slices.Contains(euroArea, country)
	}
	return country != "" && country == homeCountry(c)
}

// homeCountry is the country that a currency's code names; none for the euro.
func homeCountry(c portfolio.Currency) string {
	if c == "EUR" || len(c) < 2 {
		return ""
	}
	return string(c[:2])
}

// homeRegion is the region in which a currency's home country lies.
func homeRegion(c portfolio.Currency) string {
	if c == "EUR" {
		return "europe"
	}
	return portfolio.RegionOf(homeCountry(c))
}

// abroad reports whether no region of that name holds the home country: it is
// another one of countries, or emerging markets beside a developed home.
// "global", "eurozone" and the like may hold it.
func (m *model) abroad(region string) bool {
	home := homeRegion(m.base())
	if portfolio.IsRegion(region) {
		return region != home
	}
	return m.policy.marketOf("", region) == marketEmerging && m.policy.marketOf(homeCountry(m.base()), home) == marketDeveloped
}

// homeBias is the equities of the base currency's home country over all
// equities, a ratio in 0..1 without shorts. It needs to know of enough of them
// whether they are at home: by their country, or by a region that is abroad.
// Money whose code names no country, such as the CFA francs, has no home.
func (m *model) homeBias(string) (decimal.Decimal, bool) {
	if homeRegion(m.base()) == "" {
		return decimal.Decimal{}, false
	}
	var home, known sum
	for i := range m.val.Holdings {
		h := &m.val.Holdings[i]
		locate(h.Position, m.equityParts()[i], func(country, region string, amount decimal.Decimal) {
			if country != "" || m.abroad(region) {
				known.add(amount)
			}
			if isHome(country, m.base()) {
				home.add(amount)
			}
		})
	}
	coverage, ok := ratio(known.decimal(), m.equity())
	if !ok || coverage.LessThan(m.limit(lineCountryCoverage)) {
		return decimal.Decimal{}, false
	}
	return ratio(home.decimal(), m.equity())
}

// accountKeys lists the named accounts if there is more than one place.
func (m *model) accountKeys() []string {
	if len(m.val.Portfolio.Accounts) == 0 || len(m.accounts().parts) < 2 {
		return nil
	}
	keys := slices.DeleteFunc(m.accounts().keys(-1), func(k string) bool { return k == "" })
	return keys[:min(len(keys), m.maxSubjects())]
}
