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
	for _, rec := range records {
		if c, ok := vanguardLayout.header(rec, "symbol", "quantity", "price"); ok {
			if _, transactions := vanguardTransactions.header(rec, "date"); !transactions {
				cols = c
				continue
			}
			if cols != nil {
				return nil
			}
		}
		if cols != nil && rec.filled() > 1 {
			d.vanguardPosition(cols, rec)
		}
	}
	if cols == nil {
		return wrongFormat("", "No line has the headings Symbol, Shares and Share Price, as a download of Vanguard has.")
	}
	return nil
}

var vanguardLayout = layout{
	"account": {"account number"}, "name": {"investment name"}, "symbol": {"symbol"}, "quantity": {"shares"},
	"price": {"share price"}, "value": {"total value"},
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
