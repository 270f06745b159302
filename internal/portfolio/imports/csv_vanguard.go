package imports

import (
	"strings"

	"ballast.internal/ballast/internal/portfolio"
)

// readVanguard reads the CSV that Vanguard offers for download (OfxDownload.csv).
// Vanguard publishes no layout: this one is as open-source importers and their
// tests have met it.
//
// Traps: a second table, of transactions, below the first; several accounts in
// one table; null for the symbol of a bond; the settlement fund is a row like any
// other; neither date nor cost nor kind is told, and the amounts are in US
// dollars.
func readVanguard(d *draft, records []record) error {
	var cols columns
	found := false
	for _, rec := range records {
		switch c, holdings := vanguardHeader(rec); {
		case holdings:
			cols, found = c, true
		case isHeader(vanguardTransactions, "date")(rec):
			cols = nil // until the next table of holdings
		case cols != nil && rec.filled() > 1:
			d.vanguardPosition(cols, rec)
		}
	}
	if !found {
		return wrongFormat("", "No line has the headings Symbol, Shares and Share Price, as a download of Vanguard has.")
	}
	if !d.holdsMoney() {
		d.askCash("")
	}
	return nil
}

// vanguardHeader finds the columns of a table of holdings. Accounts that hold
// funds alone have one without symbols.
func vanguardHeader(rec record) (columns, bool) {
	if isHeader(vanguardTransactions, "date")(rec) {
		return nil, false
	}
	if cols, ok := vanguardLayout.header(rec, "symbol", "quantity", "price"); ok {
		return cols, true
	}
	return vanguardLayout.header(rec, "fund", "quantity", "price")
}

var vanguardLayout = layout{
	"account": {"account number", "fund account number"}, "name": {"investment name", "fund name"}, "fund": {"fund name"}, "symbol": {"symbol"},
	"quantity": {"shares"}, "price": {"share price", "price"}, "value": {"total value"},
}

var vanguardTransactions = layout{"date": {"trade date"}}

func (d *draft) vanguardPosition(cols columns, rec record) {
	symbol := cols.of(rec, "symbol")
	if strings.EqualFold(symbol, "null") {
		symbol = ""
	}
	h := holding{
		at: rec.at(), account: d.account(cols.of(rec, "account"), rec.at(), ""), currency: "USD",
		quantity: d.amount(cols, rec, "quantity"), price: d.amount(cols, rec, "price"), value: d.amount(cols, rec, "value"),
		instrument: portfolio.Instrument{ID: symbolID(symbol), Name: cols.of(rec, "name"), Type: nasdaqFundType(symbol)},
	}
	if symbol == "" {
		h.scales = []scale{inUnits, atPercent}
	}
	d.add(h)
}
