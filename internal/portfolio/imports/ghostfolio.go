package imports

import (
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// readGhostfolio reads an export of Ghostfolio (github.com/ghostfolio/ghostfolio,
// libs/common/src/lib/interfaces/responses/export-response.interface.ts, and the
// samples under test/import/ok).
//
// Traps: the export has activities, not holdings, and no prices but those that
// the user entered; activities in the future are drafts; dividends, fees and
// interest hold nothing; an account's balances are a history; prices may be in
// pence; the symbol of an own asset is a UUID; coins are LIQUIDITY.
func readGhostfolio(d *draft, root node) error {
	if !root.member("activities").isList() {
		return wrongFormat("", "The document has no activities, as an export of Ghostfolio has.")
	}
	d.Portfolio.AsOf = d.day(root.path("meta", "date"))
	d.Portfolio.BaseCurrency, _ = currencyOf(root.path("user", "settings", "currency").text())
	r := ghostfolioReader{draft: d, profiles: map[string]node{}}
	for _, p := range root.member("assetProfiles").list() {
		r.profiles[ghostfolioKey(p)] = p
	}
	r.readAccounts(root.member("accounts"))
	for _, n := range root.member("activities").list() {
		r.activity(n)
	}
	for _, h := range r.holdings {
		r.close(h)
	}
	return nil
}

type ghostfolioReader struct {
	*draft
	profiles map[string]node
	holdings []*ghostfolioHolding
}

// ghostfolioHolding adds up the activities of one asset in one account.
type ghostfolioHolding struct {
	key, account string
	first        node
	currency     portfolio.Currency
	quantity     decimal.Decimal
	lots         []portfolio.TaxLot
	sold, mixed  bool // something was sold; in several currencies
}

func ghostfolioKey(n node) string {
	return n.member("dataSource").text() + " " + n.member("symbol").text()
}

// readAccounts takes the latest balance of each, or the one that stands for it
// where there is no history.
func (r *ghostfolioReader) readAccounts(accounts node) {
	told := false
	for _, a := range accounts.list() {
		currency, factor := currencyOf(a.member("currency").text())
		var latest node
		var day portfolio.Date
		for _, b := range a.member("balances").list() {
			if on := r.day(b.member("date")); !r.later(on) && (latest.v == nil || !on.Before(day)) {
				latest, day = b, on
			}
		}
		amount := r.number(latest.member("value"))
		if latest.v == nil {
			amount = r.number(a.member("balance"))
		}
		told = told || amount != nil
		if amount != nil && !amount.IsZero() {
			r.cash(r.account(a.member("id").text(), a.at, ""), currency, product(amount, factor))
		}
	}
	if !told {
		r.askCash("")
	}
}

// later reports whether a day is after the export's.
func (r *ghostfolioReader) later(day portfolio.Date) bool {
	return !r.Portfolio.AsOf.IsZero() && day.After(r.Portfolio.AsOf)
}

func (r *ghostfolioReader) activity(n node) {
	sign := int64(1)
	switch n.member("type").text() {
	case "BUY":
	case "SELL":
		sign = -1
	case "DIVIDEND", "FEE", "INTEREST":
		return // what they bring or cost is in the balances
	default:
		r.skip(n.at, "unknown_activity", "The activity is left out: it is neither a purchase nor a sale.")
		return
	}
	day := r.day(n.member("date"))
	quantity, price := r.number(n.member("quantity")), r.number(n.member("unitPrice"))
	switch {
	case r.later(day):
		r.skip(n.at, "draft", "The activity is left out: it lies after the date of the export, and is a draft.")
		return
	case quantity == nil || price == nil:
		r.skip(n.at, "no_quantity", "The activity is left out: its quantity or price is not told, or not readable.")
		return
	}
	h := r.holdingOf(n)
	currency, factor := currencyOf(n.member("currency").text())
	h.mixed = h.mixed || currency != h.currency
	h.sold = h.sold || sign < 0
	signed := quantity.Mul(decimal.NewFromInt(sign))
	h.quantity = h.quantity.Add(signed)
	h.lots = append(h.lots, portfolio.TaxLot{AcquiredOn: day, Quantity: signed, UnitCost: price.Mul(factor)})
}

func (r *ghostfolioReader) holdingOf(n node) *ghostfolioHolding {
	key, account := ghostfolioKey(n), r.account(n.member("accountId").text(), n.at, "")
	i := slices.IndexFunc(r.holdings, func(h *ghostfolioHolding) bool { return h.key == key && h.account == account })
	if i >= 0 {
		return r.holdings[i]
	}
	currency, _ := currencyOf(n.member("currency").text())
	h := &ghostfolioHolding{key: key, account: account, first: n, currency: currency}
	r.holdings = append(r.holdings, h)
	return h
}

// close turns what was bought and sold into a holding. After a sale the cost of
// the rest depends on which lots were sold, which the export does not tell.
func (r *ghostfolioReader) close(g *ghostfolioHolding) {
	if g.quantity.IsZero() {
		return
	}
	profile := r.profiles[g.key]
	h := holding{at: g.first.at, account: g.account, quantity: &g.quantity, currency: g.currency, asksCost: true, lots: g.lots}
	if g.sold || g.mixed {
		h.lots = nil
	}
	if g.mixed {
		h.currency = ""
	}
	h.instrument = r.instrument(g.first, profile)
	r.lastPrice(&h, profile)
	r.add(h)
}

// lastPrice takes the latest price that the user entered for an own asset.
func (r *ghostfolioReader) lastPrice(h *holding, profile node) {
	currency, factor := currencyOf(profile.member("currency").text())
	for _, m := range profile.member("marketData").list() {
		day := r.day(m.member("date"))
		if price := r.number(m.member("marketPrice")); price != nil && !r.later(day) && !day.Before(h.priceAsOf) {
			h.price, h.priceAsOf = product(price, factor), day
		}
	}
	if h.price != nil {
		if currency != h.currency {
			h.lots = nil // their costs are in another currency
		}
		h.currency = currency
	}
}

var ghostfolioTypes = map[string]portfolio.InstrumentType{
	"STOCK": portfolio.Equity, "ETF": portfolio.ETF, "MUTUALFUND": portfolio.MutualFund, "BOND": portfolio.FixedIncome,
	"CRYPTOCURRENCY": portfolio.Cryptocurrency, "COMMODITY": portfolio.Commodity, "PRECIOUS_METAL": portfolio.Commodity,
	"CASH": portfolio.CashEquivalent, "PRIVATE_EQUITY": portfolio.OtherType, "COLLECTIBLE": portfolio.OtherType, "LOAN": portfolio.OtherType,
}

var ghostfolioClasses = map[string]portfolio.AssetClass{
	"EQUITY": portfolio.ClassEquity, "FIXED_INCOME": portfolio.ClassFixedIncome, "COMMODITY": portfolio.ClassCommodity,
	"LIQUIDITY": portfolio.ClassCash, "REAL_ESTATE": portfolio.ClassRealEstate, "ALTERNATIVE_INVESTMENT": portfolio.ClassAlternative,
}

func (r *ghostfolioReader) instrument(activity, profile node) portfolio.Instrument {
	x := portfolio.Instrument{
		Name: profile.member("name").text(), Type: ghostfolioTypes[profile.member("assetSubClass").text()],
		AssetClass: ghostfolioClasses[profile.member("assetClass").text()],
	}
	if x.Type == portfolio.Cryptocurrency {
		x.AssetClass = "" // Ghostfolio files coins under LIQUIDITY
	}
	x.ID = portfolio.InstrumentID{
		ISIN: profile.member("isin").text(), CUSIP: profile.member("cusip").text(), FIGI: profile.member("figi").text(),
	}
	// The symbols of own assets and of coins are keys of Ghostfolio, not tickers.
	if symbol := activity.member("symbol").text(); portfolio.ValidTicker(symbol) && activity.member("dataSource").text() != "MANUAL" {
		x.ID.Ticker = symbol
	}
	return x
}
