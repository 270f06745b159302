package imports

import (
	"strings"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// ibkrKinds group the asset classes of Net Asset Value and the categories of
// Open Positions, which go by other names there and are not cut alike.
var ibkrKinds = map[string]string{
	"Cash": ibkrCash, "Stock": "stock", "Stocks": "stock", "Options": "option", "Equity and Index Options": "option",
	"Futures Options": "option", "Options On Futures": "option", "Warrants": "option", "Structured Products": "option",
	"Bonds": "bond", "Notes": "bond", "Bills": "bond", "Treasury Bills": "bond", "Corporate and Municipal Bonds": "bond",
	"Funds": "fund", "Mutual Funds": "fund", "Crypto": "coin", "Cryptocurrencies": "coin",
}

const (
	ibkrCash    = "cash"
	ibkrAccrual = "accrual" // of interest, dividends and fees: owed, and not paid yet
)

// ibkrKind is the group of an asset class; one that is not known is its own.
func ibkrKind(class string) string {
	if kind, known := ibkrKinds[class]; known {
		return kind
	}
	if strings.Contains(class, "Accrual") {
		return ibkrAccrual
	}
	return class
}

// ibkrSum adds up what was read of a group, in the base currency.
type ibkrSum struct {
	value   decimal.Decimal
	slack   decimal.Decimal // how far rounding may take it: a cent a row, and the rates of foreign ones
	unclear bool            // a value or its rate is not told
}

func (s ibkrSum) plus(o ibkrSum) ibkrSum {
	return ibkrSum{s.value.Add(o.value), s.slack.Add(o.slack), s.unclear || o.unclear}
}

// is reports whether an amount of the statement is that sum; it may be when the
// sum is not known.
func (s ibkrSum) is(amount decimal.Decimal) bool {
	return s.unclear || amount.Sub(s.value).Abs().LessThanOrEqual(s.slack.Add(cent))
}

// count adds an amount to what was read of a group. Nothing needs no rate.
func (r *ibkrReader) count(kind string, currency portfolio.Currency, amount *decimal.Decimal) {
	rate := r.toBase(currency)
	if amount != nil && amount.IsZero() {
		rate = &one
	}
	if amount == nil || rate == nil {
		r.sums[kind] = r.sums[kind].plus(ibkrSum{unclear: true})
		return
	}
	part := ibkrSum{value: amount.Mul(*rate), slack: cent}
	if currency != r.Portfolio.BaseCurrency {
		part.slack = cent.Add(part.value.Abs().Mul(valueTolerance))
	}
	r.sums[kind] = r.sums[kind].plus(part)
}

// toBase is the rate of a currency; nil when the statement does not tell it.
func (r *ibkrReader) toBase(currency portfolio.Currency) *decimal.Decimal {
	if currency == r.Portfolio.BaseCurrency {
		return &one
	}
	for _, x := range r.Portfolio.FXRates {
		if x.From == currency {
			return &x.Rate
		}
	}
	return nil
}

// ibkrPart is what Net Asset Value says of a group, or of all.
type ibkrPart struct {
	kind  string
	value decimal.Decimal
	line  line // the first that says so
}

const ibkrTotal = "Total"

// valuation reads Net Asset Value; parts of nothing are none.
func (r *ibkrReader) valuation(lines []line) []ibkrPart {
	var parts []ibkrPart
	for _, l := range lines {
		value := r.amountOf(l, "Current Total")
		if l.head || l.get("Asset Class") == "" || value == nil || value.IsZero() {
			continue
		}
		kind := ibkrKind(l.get("Asset Class"))
		if i := partOf(parts, kind); i >= 0 && kind != ibkrAccrual { // each accrual is named
			parts[i].value = parts[i].value.Add(*value)
			continue
		}
		parts = append(parts, ibkrPart{kind, *value, l})
	}
	return parts
}

func partOf(parts []ibkrPart, kind string) int {
	for i := range parts {
		if parts[i].kind == kind {
			return i
		}
	}
	return -1
}

// compareValue names what the statement counts in its net asset value and what
// was read does not make up: by group where that can be told.
func (r *ibkrReader) compareValue(parts []ibkrPart) {
	var all ibkrSum
	for _, s := range r.sums {
		all = all.plus(s)
	}
	for _, p := range parts {
		if p.kind == ibkrAccrual {
			r.skip(p.line.at(), "accrual", "The accrual is left out: it is not paid yet.")
			all.value = all.value.Add(p.value)
		}
	}
	total := partOf(parts, ibkrTotal)
	if total >= 0 && !all.unclear && all.is(parts[total].value) {
		return
	}
	for _, p := range parts {
		r.comparePart(p, all)
	}
}

func (r *ibkrReader) comparePart(p ibkrPart, all ibkrSum) {
	sum, read := r.sums[p.kind]
	switch {
	case p.kind == ibkrAccrual:
	case p.kind == ibkrTotal:
		if !all.is(p.value) {
			r.skip(p.line.at(), "total_differs", "What was read of the statement does not add up to this total.")
		}
	case !read:
		r.skip(p.line.at(), "value_without_holdings", "The value is left out: the statement counts it, but lists no holding that would make it.")
	case !sum.is(p.value):
		r.skip(p.line.at(), "total_differs", "What was read of this class does not add up to its value.")
	}
}
