package imports

import "ballast.internal/ballast/internal/portfolio"

// readAlpaca reads the answer of Alpaca's GET /v2/positions
// (docs.alpaca.markets/reference/getallopenpositions; the fields of
// alpaca-trade-api-go v3, type Position).
//
// Traps: numbers are strings; cost_basis is the total and avg_entry_price per
// unit; options are counted in contracts, with their value multiplied; a short
// position has its sign in side, its quantity may have one too; us_equity is
// whatever is listed, bond funds included.
func readAlpaca(d *draft, root node) error {
	if !root.isList() {
		return wrongFormat("", "The document is not a list of positions, as Alpaca's /v2/positions answers with.")
	}
	for _, n := range root.list() {
		if !n.isObject() || n.member("symbol").text() == "" {
			return wrongFormat(n.at, "The element is not a position of Alpaca.")
		}
		d.alpacaPosition(n)
	}
	d.askCash("")
	return nil
}

func (d *draft) alpacaPosition(n node) {
	h := holding{
		at: n.at, currency: "USD", instrument: portfolio.Instrument{ID: symbolID(n.member("symbol").text())},
		quantity: d.number(n.member("qty")), price: d.number(n.member("current_price")), value: d.number(n.member("market_value")),
		cost: d.number(n.member("cost_basis")), asksCost: true,
	}
	switch n.member("asset_class").text() {
	case "us_option":
		h.instrument.Type, h.scales = portfolio.Derivative, []scale{inContracts}
	case "crypto":
		h.instrument.Type = portfolio.Cryptocurrency
	}
	if n.member("side").text() == "short" {
		h.quantity = short(h.quantity)
	}
	d.add(h)
}
