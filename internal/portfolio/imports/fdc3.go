package imports

import "ballast.internal/ballast/internal/portfolio"

// readFDC3 reads a context of type fdc3.portfolio, as its schemas have it
// (github.com/finos/FDC3, packages/fdc3-context/schemas/context: portfolio,
// position, instrument and valuation).
//
// Traps: a position has a quantity but no price, unless whoever sent it put an
// fdc3.valuation into it; market.COUNTRY_ISOALPHA2 is the country of the
// exchange, not of the issuer; identifiers are in upper case, but for ticker.
func readFDC3(d *draft, root node) error {
	if root.member("type").text() != fdc3Type || !root.member("positions").isList() {
		return wrongFormat("/type", "The document is not a context of the type fdc3.portfolio with positions.")
	}
	for _, n := range root.member("positions").list() {
		d.fdc3Position(n)
	}
	d.askCash("")
	return nil
}

const fdc3Type = "fdc3.portfolio"

// fdc3Types are the FactSet types of instruments that can be held.
var fdc3Types = map[string]portfolio.InstrumentType{
	"publicCompany": portfolio.Equity, "etf": portfolio.ETF, "mutualFund": portfolio.MutualFund, "commodity": portfolio.Commodity,
	"corporateDebt": portfolio.FixedIncome, "debt": portfolio.FixedIncome, "fixedIncome": portfolio.FixedIncome,
	"governmentBenchmarkDebt": portfolio.FixedIncome, "mortgageBackedSecurity": portfolio.FixedIncome,
	"municipalDebt": portfolio.FixedIncome, "otherDebt": portfolio.FixedIncome, "sovereignDebt": portfolio.FixedIncome,
	"option": portfolio.Derivative, "privateCompany": portfolio.OtherType, "ownershipPrivateCompany": portfolio.OtherType,
	"pevcFund": portfolio.OtherType, "structuredProduct": portfolio.OtherType, "loan": portfolio.OtherType,
}

func (d *draft) fdc3Position(n node) {
	i := n.member("instrument")
	id := func(name string) string { return i.path("id", name).text() }
	h := holding{
		at: n.at, quantity: d.number(n.member("holding")),
		instrument: portfolio.Instrument{
			ID:   portfolio.InstrumentID{Ticker: id("ticker"), ISIN: id("ISIN"), CUSIP: id("CUSIP"), FIGI: id("FIGI"), SEDOL: id("SEDOL")},
			Name: i.member("name").text(), Type: fdc3Types[i.path("classification", "FDS_TYPE").text()],
		},
	}
	if h.instrument.Type == portfolio.FixedIncome {
		h.scales = []scale{inUnits, atPercent}
	}
	if h.instrument.Type == portfolio.Derivative {
		h.scales = []scale{inUnits, inContracts}
	}
	if v := n.member("valuation"); v.member("type").text() == "fdc3.valuation" {
		h.price, h.value = d.number(v.member("price")), d.number(v.member("value"))
		h.currency, h.priceAsOf = portfolio.Currency(v.member("CURRENCY_ISOCODE").text()), d.day(v.member("valuationTime"))
	}
	d.add(h)
}
