package imports

import (
	"regexp"
	"strings"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// readSchwab reads the CSV that Schwab exports from Positions. Schwab publishes
// no layout: this one is as open-source importers have met it
// (redstreet/beancount_reds_importers, schwab_csv_positions.py, and the tests of
// others), with the headings of several years.
//
// Traps: a title with the date, in two orders; a section for each account, under
// a line with its name; a total under each; cash as a row with a value alone;
// options in contracts; bonds in percent; futures with their notional; "--" and "N/A" for nothing; every
// line ends in a comma; the amounts are in US dollars, which it does not say.
func readSchwab(d *draft, records []record) error {
	r := schwabReader{draft: d}
	for _, rec := range records {
		r.record(rec)
	}
	if !r.found {
		return wrongFormat("", "No line has the headings Symbol, Quantity and Market Value, as a Positions export of Schwab has.")
	}
	if !r.whole && !d.holdsMoney() {
		d.askCash("")
	}
	return nil
}

type schwabReader struct {
	*draft
	found bool
	whole bool // a section has its cash, be it nothing, or adds up without
	cols  columns
	name  string          // of the account of the section, as the file has it
	title string          // where it stands
	sum   decimal.Decimal // of the values of the section
	gross decimal.Decimal // of those of futures in it, whose values are what they move
}

var schwabLayout = layout{
	"symbol": {"symbol"}, "name": {"description"}, "quantity": {"qty (quantity)", "quantity", "qty"}, "price": {"price"},
	"value": {"mkt val (market value)", "market value"}, "cost": {"cost basis"}, "type": {"security type", "asset type"},
}

var schwabTypes = map[string]portfolio.InstrumentType{
	"equity": portfolio.Equity, "etfs & closed end funds": portfolio.ETF, "etf": portfolio.ETF, "mutual fund": portfolio.MutualFund,
	"fixed income": portfolio.FixedIncome, "option": portfolio.Derivative, "cash and money market": portfolio.CashEquivalent,
	"money market": portfolio.CashEquivalent, "cash": portfolio.CashEquivalent,
}

func (r *schwabReader) record(rec record) {
	if cols, ok := schwabLayout.header(rec, "symbol", "quantity", "value"); ok {
		r.cols, r.found, r.sum, r.gross = cols, true, decimal.Zero, decimal.Zero
		return
	}
	first := rec.cell(0)
	switch {
	case strings.HasPrefix(first, "Positions for "):
		r.readTitle(rec)
	case strings.EqualFold(first, "Account Total"), strings.EqualFold(first, "Positions Total"):
		r.total(rec)
	case rec.filled() > 0 && len(rec.cells) <= 3: // a name may have commas
		r.name, r.title, r.cols = strings.Join(rec.cells, ", "), rec.at(), nil
	case r.cols == nil || rec.filled() == 0:
	default:
		r.position(rec)
	}
}

var schwabDate = regexp.MustCompile(`\d{4}/\d{2}/\d{2}|\d{2}/\d{2}/\d{4}`)

// readTitle reads the first line, which names the account of a file with one.
func (r *schwabReader) readTitle(rec record) {
	text := strings.Join(rec.cells, ", ")
	r.Portfolio.AsOf = dateIn(schwabDate.FindString(text), "2006/01/02", "01/02/2006")
	name, _, _ := strings.Cut(strings.TrimPrefix(text, "Positions for "), " as of ")
	if account, single := strings.CutPrefix(name, "account "); single {
		r.name, r.title = account, rec.at()
	}
}

// total compares what was read with what the broker adds up.
func (r *schwabReader) total(rec record) {
	if r.cols == nil {
		return
	}
	switch total := r.amount(r.cols, rec, "value"); {
	case total == nil:
	case total.Equal(r.sum), total.Equal(r.sum.Sub(r.gross)):
		r.whole = true
	default:
		r.skip(rec.at(), "total_differs", "The rows above do not add up to this total.")
	}
}

func (r *schwabReader) position(rec record) {
	symbol, value := r.cols.of(rec, "symbol"), r.amount(r.cols, rec, "value")
	if value != nil {
		r.sum = r.sum.Add(*value)
	}
	account := r.account(r.name, r.title, "")
	if strings.EqualFold(symbol, "Cash & Cash Investments") || strings.EqualFold(symbol, "Cash & Money Market") {
		r.whole = true
		r.cash(account, "USD", value)
		return
	}
	kind := strings.ToLower(r.cols.of(rec, "type"))
	if kind == "future" || kind == "futures" {
		r.gross = r.gross.Add(amountOf(value))
		r.skip(rec.at(), "not_valued_by_price", "The row is left out: a future is not worth its quantity times its price.")
		return
	}
	h := holding{
		at: rec.at(), account: account, currency: "USD", quantity: r.amount(r.cols, rec, "quantity"),
		price: r.amount(r.cols, rec, "price"), value: value, cost: r.amount(r.cols, rec, "cost"), asksCost: true,
		instrument: portfolio.Instrument{
			ID: schwabID(symbol), Name: r.cols.of(rec, "name"), Type: schwabTypes[kind],
		},
	}
	h.spreadsheetScales()
	r.add(h)
}

// spreadsheetScales are how brokers count options and bonds in tables for
// people. An option is known by its symbol too.
func (h *holding) spreadsheetScales() {
	if occForm.MatchString(h.instrument.ID.Ticker) {
		h.instrument.Type = portfolio.Derivative
	}
	switch h.instrument.Type {
	case portfolio.Derivative:
		h.scales = []scale{inContracts, contracts(decimal.NewFromInt(10)), inUnits}
	case portfolio.FixedIncome:
		h.scales = []scale{atPercent, inUnits}
	}
}

// schwabOption is an option as Schwab writes one: AAPL 12/20/2024 150.00 C.
var schwabOption = optionForm{
	regexp.MustCompile(`^(?<root>[A-Z]{1,6}[0-9]?) (?<day>\d{2}/\d{2}/\d{4}) (?<strike>\d{1,6}(?:\.\d{1,3})?) (?<right>[CP])$`), "01/02/2006",
}

func schwabID(symbol string) portfolio.InstrumentID {
	if id, ok := schwabOption.read(symbol); ok {
		return id
	}
	return symbolID(symbol)
}
