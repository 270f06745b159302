package imports

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// readSnapTrade reads the positions of SnapTrade as its OpenAPI file has them
// (github.com/passiv/snaptrade-sdks, api.yaml): the answer of
// GET /accounts/{id}/positions/all (AllAccountPositionsResponse), and of the
// older GET /accounts/{id}/holdings (AccountHoldingsAccount), which has cash
// too, or a list of these; and lists of the older Position and OptionsPosition.
//
// Traps: cost_basis is per unit there; the older average_purchase_price of an
// option is per contract, while its price is per share; options are counted in
// contracts of 100 shares, or 10; money market funds are in the cash balance
// and among the positions; futures and contracts for difference are not worth
// quantity times price.
func readSnapTrade(d *draft, root node) error {
	switch {
	case root.member("results").isList():
		d.Portfolio.AsOf = d.day(root.path("data_freshness", "as_of"))
		for _, n := range root.member("results").list() {
			d.snapPosition(n)
		}
		d.askCash("")
		return nil
	case root.member("positions").isList():
		d.snapHoldings(root)
		return nil
	case root.isList():
		return d.snapList(root.list())
	}
	return wrongFormat("", "The document has neither results nor positions, as SnapTrade answers with.")
}

// snapList reads accounts with their holdings, or older positions alone.
func (d *draft) snapList(list []node) error {
	alone := false
	for _, n := range list {
		switch {
		case n.member("positions").isList():
			d.snapHoldings(n)
		case n.path("symbol", "option_symbol").isObject():
			d.add(d.snapOldOption(n, ""))
			alone = true
		case n.path("symbol", "symbol").isObject():
			d.add(d.snapOldPosition(n, ""))
			alone = true
		default:
			return wrongFormat(n.at, "The element is neither an account with positions nor a position, as SnapTrade answers with.")
		}
	}
	if alone {
		d.askCash("")
	}
	return nil
}

var snapKinds = map[string]portfolio.InstrumentType{
	"stock": portfolio.Equity, "adr": portfolio.Equity, "etf": portfolio.ETF, "mutualfund": portfolio.MutualFund,
	"cef": portfolio.MutualFund, "crypto": portfolio.Cryptocurrency, "option": portfolio.Derivative, "other": portfolio.OtherType,
}

func (d *draft) snapPosition(n node) {
	i := n.member("instrument")
	kind := i.member("kind").text()
	if kind == "future" || kind == "cfd" {
		d.skip(n.at, "not_valued_by_price", "The holding is left out: a future or contract for difference is not worth its quantity times its price.")
		return
	}
	h := holding{
		at: n.at, currency: portfolio.Currency(n.member("currency").text()), asksCost: true,
		instrument: portfolio.Instrument{
			ID: symbolID(i.member("symbol").text()), Name: i.member("description").text(), Type: snapKinds[kind],
		},
		quantity: d.number(n.member("units")), price: d.number(n.member("price")), average: d.number(n.member("cost_basis")),
		lots: d.snapLots(n),
	}
	h.instrument.ID.FIGI = i.path("figi_instrument", "figi_code").text()
	if n.member("cash_equivalent").isTrue() {
		h.instrument.Type = portfolio.CashEquivalent
	}
	if kind == "option" {
		h.scales, h.lots = []scale{inContracts}, nil
		if m := d.number(i.member("multiplier")); m != nil {
			h.scales = []scale{contracts(*m)}
		}
		if n.member("tax_lots").isList() && len(n.member("tax_lots").list()) > 0 {
			d.skip(n.member("tax_lots").at, "option_lots", "The tax lots are left out: whether they are in contracts is not told.")
		}
	}
	d.add(h)
}

func (d *draft) snapLots(n node) []portfolio.TaxLot {
	return d.lots(n, "lot_id", "original_purchase_date", "purchased_price")
}

// snapTypes are the codes of the older SecurityType.
var snapTypes = map[string]portfolio.InstrumentType{
	"ad": portfolio.Equity, "cs": portfolio.Equity, "ps": portfolio.Equity, "wi": portfolio.Equity, "et": portfolio.ETF,
	"oef": portfolio.MutualFund, "cef": portfolio.MutualFund, "bnd": portfolio.FixedIncome, "crypto": portfolio.Cryptocurrency,
	"pm": portfolio.Commodity, "rt": portfolio.Derivative, "wt": portfolio.Derivative, "struct": portfolio.OtherType,
}

// snapHoldings reads one account with its cash.
func (d *draft) snapHoldings(root node) {
	account := d.account(root.path("account", "id").text(), root.member("account").at, "")
	balances := root.member("balances").list()
	for _, b := range balances {
		d.cash(account, portfolio.Currency(b.path("currency", "code").text()), d.number(b.member("cash")))
	}
	for _, n := range root.member("positions").list() {
		if n.member("cash_equivalent").isTrue() && len(balances) > 0 {
			d.skip(n.at, "counted_in_cash", "The holding is left out: the cash balance of the account already has it.")
			continue
		}
		d.add(d.snapOldPosition(n, account))
	}
	for _, n := range root.member("option_positions").list() {
		d.add(d.snapOldOption(n, account))
	}
	d.snapOutside(root)
}

func (d *draft) snapOldPosition(n node, account string) holding {
	s := n.path("symbol", "symbol")
	h := holding{
		at: n.at, account: account, currency: snapCurrency(n, s), asksCost: true,
		instrument: portfolio.Instrument{
			ID: symbolID(s.member("symbol").text()), Name: s.member("description").text(), Type: snapTypes[s.path("type", "code").text()],
		},
		quantity: d.number(n.member("units")), price: d.number(n.member("price")),
		average: d.number(n.member("average_purchase_price")), lots: d.snapLots(n),
	}
	h.instrument.ID.FIGI = s.member("figi_code").text()
	if n.member("cash_equivalent").isTrue() {
		h.instrument.Type = portfolio.CashEquivalent
	}
	return h
}

// snapCurrency is the currency of the position or, without one, of the listing.
func snapCurrency(n, symbol node) portfolio.Currency {
	if code := n.path("currency", "code").text(); code != "" {
		return portfolio.Currency(code)
	}
	return portfolio.Currency(symbol.path("currency", "code").text())
}

func (d *draft) snapOldOption(n node, account string) holding {
	s := n.path("symbol", "option_symbol")
	shares := decimal.NewFromInt(100)
	if s.member("is_mini_option").isTrue() {
		shares = decimal.NewFromInt(10)
	}
	perShare := product(d.number(n.member("average_purchase_price")), one.Div(shares))
	return holding{
		at: n.at, account: account, currency: snapCurrency(n, s.member("underlying_symbol")), asksCost: true,
		instrument: portfolio.Instrument{ID: symbolID(s.member("ticker").text()), Type: portfolio.Derivative},
		quantity:   d.number(n.member("units")), price: d.number(n.member("price")), average: perShare,
		scales: []scale{contracts(shares)},
	}
}
