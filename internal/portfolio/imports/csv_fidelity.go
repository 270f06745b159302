package imports

import (
	"cmp"
	"regexp"
	"strings"

	"ballast.internal/ballast/internal/portfolio"
)

// readFidelity reads the Portfolio_Positions CSV of Fidelity. Fidelity
// publishes no layout: this one is as open-source importers and their tests
// have met it.
//
// Traps: several accounts in one table; the core money market fund is marked
// with ** and has a value alone; Pending activity is no holding; a row of a plan
// whose BrokerageLink account stands elsewhere in the file has its value once
// more; Cost Basis Total and Average Cost Basis stand side by side; Type is cash
// or margin, not what is held; options begin with a dash and are in contracts;
// prose and the date below the table; the amounts are in US dollars.
func readFidelity(d *draft, records []record) error {
	r := fidelityReader{draft: d}
	for _, rec := range records {
		if cols, ok := fidelityLayout.header(rec, "symbol", "quantity", "value"); ok {
			r.cols = cols
			continue
		}
		if r.cols != nil {
			r.record(rec)
		}
	}
	if r.cols == nil {
		return wrongFormat("", "No line has the headings Symbol, Quantity and Current Value, as a positions export of Fidelity has.")
	}
	for _, rec := range r.linked {
		r.elsewhere(rec)
	}
	if !r.core && !d.holdsMoney() {
		d.askCash("")
	}
	return nil
}

type fidelityReader struct {
	*draft
	cols   columns
	linked []record // of plans, each the value of an account that may stand elsewhere in the file
	core   bool     // some account has its money market fund, be it with nothing in it
}

var fidelityLayout = layout{
	"account": {"account number", "account name/number"}, "symbol": {"symbol"}, "name": {"description"}, "quantity": {"quantity"},
	"price": {"last price"}, "value": {"current value"}, "cost": {"cost basis total", "cost basis"}, "average": {"average cost basis", "cost basis per share"},
}

func (r *fidelityReader) record(rec record) {
	symbol := cmp.Or(r.cols.of(rec, "symbol"), rec.cell(0)) // a row for all accounts begins with what it is
	switch value := r.cols.of(rec, "value"); {
	case strings.HasPrefix(rec.cell(0), "Date downloaded"):
		r.date(rec)
	case rec.filled() <= 1: // prose
	case strings.EqualFold(symbol, "Pending activity"):
		if value != "" {
			r.skip(rec.at(), "pending_activity", "The row is left out: what is under way is not held yet.")
		}
	case strings.EqualFold(r.cols.of(rec, "name"), "BROKERAGELINK"):
		r.linked = append(r.linked, rec)
	default:
		r.position(rec)
	}
}

// elsewhere lists the value of another account, which is lost unless that one
// was exported too.
func (r *fidelityReader) elsewhere(rec record) {
	others := len(r.accounts)
	if _, read := r.accounts[r.cols.of(rec, "account")]; read {
		others--
	}
	if others > 0 {
		r.skip(rec.at(), "counted_elsewhere", "The row is left out: it is the value of another account of this file.")
		return
	}
	r.skip(rec.at(), "value_without_holdings", "The value is left out: it is that of an account that is not in this file.")
}

var fidelityDate = regexp.MustCompile(`[A-Z][a-z]{2}-\d{2}-\d{4}|\d{2}/\d{2}/\d{4}`)

func (r *fidelityReader) date(rec record) {
	r.Portfolio.AsOf = dateIn(fidelityDate.FindString(rec.cell(0)), "Jan-02-2006", "01/02/2006")
}

func (r *fidelityReader) position(rec record) {
	account := r.account(r.cols.of(rec, "account"), rec.at(), "")
	symbol, value := r.cols.of(rec, "symbol"), r.amount(r.cols, rec, "value")
	if strings.HasSuffix(symbol, "**") {
		r.core = true
		if value == nil { // a share of such a fund is worth a dollar
			value = r.amount(r.cols, rec, "quantity")
		}
		r.balance(rec.at(), account, value)
		return
	}
	h := holding{
		at: rec.at(), account: account, currency: "USD", quantity: r.amount(r.cols, rec, "quantity"),
		price: r.amount(r.cols, rec, "price"), value: value, cost: r.amount(r.cols, rec, "cost"), asksCost: true,
		instrument: portfolio.Instrument{
			ID: fidelityID(symbol), Name: r.cols.of(rec, "name"), Type: nasdaqFundType(symbol),
		},
	}
	if h.instrument.ID.CUSIP != "" {
		h.scales = []scale{inUnits, atPercent}
	}
	if h.cost == nil {
		h.average = r.amount(r.cols, rec, "average")
	}
	h.spreadsheetScales()
	r.add(h)
}

// fidelityOption is an option as Fidelity writes one: -AAPL241220C150, and
// short ones no other way.
var fidelityOption = optionForm{regexp.MustCompile(`^-\s*(?<root>[A-Z]{1,6}[0-9]?)(?<day>\d{6})(?<right>[CP])(?<strike>\d{1,6}(?:\.\d{1,3})?)$`), "060102"}

func fidelityID(symbol string) portfolio.InstrumentID {
	if id, ok := fidelityOption.read(symbol); ok {
		return id
	}
	return symbolID(strings.TrimPrefix(symbol, "-"))
}
