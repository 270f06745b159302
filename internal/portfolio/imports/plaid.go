package imports

import (
	"strings"

	"ballast.internal/ballast/internal/portfolio"
)

// readPlaid reads the answer of Plaid's POST /investments/holdings/get, as its
// OpenAPI file has it (github.com/plaid/plaid-openapi, 2020-09-14.yml, schemas
// Holding, Security, HoldingTaxLot, AccountBase).
//
// Traps: cost_basis is the total; the quantity of an option is already
// multiplied by its contract size, but not by every institution; currencies are
// holdings of securities like CUR:USD, and the balances of accounts hold all of
// that once more, but not what was borrowed; a holding has its security in another list.
func readPlaid(d *draft, root node) error {
	if !root.member("holdings").isList() || !root.member("securities").isList() {
		return wrongFormat("", "The document has no holdings and securities, as Plaid's /investments/holdings/get answers with.")
	}
	r := plaidReader{draft: d, securities: map[string]node{}, accounts: map[string]node{}, worth: map[string]*plaidWorth{}}
	for _, s := range root.member("securities").list() {
		r.securities[s.member("security_id").text()] = s
	}
	for _, a := range root.member("accounts").list() {
		r.accounts[a.member("account_id").text()] = a
	}
	for _, h := range root.member("holdings").list() {
		r.count(h)
		r.holding(h)
	}
	whole := len(r.accounts) > 0
	for _, a := range root.member("accounts").list() {
		whole = r.reconcile(a) && whole
	}
	if !whole && !d.holdsMoney() {
		d.askCash("")
	}
	return nil
}

type plaidReader struct {
	*draft
	securities, accounts map[string]node
	worth                map[string]*plaidWorth // of the holdings, by account
}

// plaidTreatments are the account subtypes whose taxation their name settles.
var plaidTreatments = map[string]portfolio.TaxTreatment{
	"brokerage": portfolio.Taxable, "ira": portfolio.TaxDeferred, "401k": portfolio.TaxDeferred, "401a": portfolio.TaxDeferred,
	"403B": portfolio.TaxDeferred, "457b": portfolio.TaxDeferred, "sep ira": portfolio.TaxDeferred, "simple ira": portfolio.TaxDeferred,
	"roth": portfolio.TaxExempt, "roth 401k": portfolio.TaxExempt, "529": portfolio.TaxAdvantaged, "hsa": portfolio.TaxAdvantaged,
}

var plaidTypes = map[string]portfolio.InstrumentType{
	"cash": portfolio.CashEquivalent, "cryptocurrency": portfolio.Cryptocurrency, "derivative": portfolio.Derivative,
	"equity": portfolio.Equity, "etf": portfolio.ETF, "fixed income": portfolio.FixedIncome, "loan": portfolio.OtherType,
	"mutual fund": portfolio.MutualFund, "other": portfolio.OtherType,
}

func (r plaidReader) holding(n node) {
	s, known := r.securities[n.member("security_id").text()]
	if !known {
		r.skip(n.at, "unknown_security", "The holding is left out: its security is not among the securities.")
		return
	}
	id := n.member("account_id").text()
	a := r.accounts[id]
	account := r.account(id, a.at, plaidTreatments[a.member("subtype").text()])
	currency, factor := currencyOf(n.member("iso_currency_code").text())
	if code, money := strings.CutPrefix(s.member("ticker_symbol").text(), plaidMoney); money && plaidType(s) == portfolio.CashEquivalent {
		r.money(n, account, portfolio.Currency(code), currency)
		return
	}
	h := holding{
		at: n.at, account: account, instrument: plaidInstrument(s), currency: currency,
		quantity: r.number(n.member("quantity")), price: r.number(n.member("institution_price")),
		priceAsOf: r.day(n.member("institution_price_as_of")), value: r.number(n.member("institution_value")),
		cost: r.number(n.member("cost_basis")), asksCost: true, scales: plaidScales(s), lots: r.lots(n, "institution_lot_id", "original_purchase_datetime", "purchase_price"),
	}
	h.price, h.value, h.cost = product(h.price, factor), product(h.value, factor), product(h.cost, factor)
	if vested := r.number(n.member("vested_quantity")); vested != nil && h.quantity != nil && vested.LessThan(*h.quantity) {
		r.skip(n.member("vested_quantity").at, "unvested", "A part of the quantity has not vested yet; all of it is counted.")
	}
	r.add(h)
}

// plaidMoney stands before the code of a currency or coin in a ticker.
const plaidMoney = "CUR:"

// plaidType is what a security is. Coins may come as cash of that subtype.
func plaidType(s node) portfolio.InstrumentType {
	switch {
	case s.member("subtype").text() == "cryptocurrency":
		return portfolio.Cryptocurrency
	case s.member("is_cash_equivalent").isTrue():
		return portfolio.CashEquivalent
	default:
		return plaidTypes[s.member("type").text()]
	}
}

// money reads a holding of money. Foreign money is a quantity at a price in
// another currency, so that only the quantity says how much of it there is.
func (r plaidReader) money(n node, account string, code, priced portfolio.Currency) {
	amount := r.number(n.member("quantity"))
	if code == priced {
		amount = r.number(n.member("institution_value"))
	}
	if !code.Valid() {
		r.skip(n.at, "unknown_currency", "The holding is left out: it is money of no ISO 4217 currency.")
		return
	}
	r.cash(account, code, amount)
}

func plaidInstrument(s node) portfolio.Instrument {
	x := portfolio.Instrument{
		ID: symbolID(strings.TrimPrefix(s.member("ticker_symbol").text(), plaidMoney)), Name: s.member("name").text(),
		Type: plaidType(s), Sector: s.member("sector").text(),
	}
	x.ID.ISIN, x.ID.SEDOL = s.member("isin").text(), s.member("sedol").text()
	if cusip := s.member("cusip").text(); cusip != "" {
		x.ID.CUSIP = cusip
	}
	return x
}

func plaidScales(s node) []scale {
	switch {
	case s.member("option_contract").isObject():
		return []scale{inUnits, inContracts}
	case s.member("type").text() == "fixed income":
		return []scale{inUnits, atPercent}
	default:
		return nil
	}
}

// lots reads the tax lots of Plaid or SnapTrade, of which some members have
// other names.
func (d *draft) lots(n node, id, acquired, unitCost string) []portfolio.TaxLot {
	var lots []portfolio.TaxLot
	for _, l := range n.member("tax_lots").list() {
		lots = append(lots, d.lot(l.member(id), l.member(acquired), l.member("quantity"), l.member(unitCost), l.member("position_type")))
	}
	return lots
}

// lot reads one of them. What is missing makes it one that checkLots refuses.
func (d *draft) lot(id, acquired, quantity, unitCost, side node) portfolio.TaxLot {
	q, cost := d.number(quantity), d.number(unitCost)
	if q == nil || cost == nil {
		return portfolio.TaxLot{}
	}
	if side.text() == "SHORT" {
		q = short(q)
	}
	return portfolio.TaxLot{LotID: id.text(), AcquiredOn: d.day(acquired), Quantity: *q, UnitCost: *cost}
}
