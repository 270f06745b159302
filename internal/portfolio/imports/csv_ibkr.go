package imports

import (
	"strings"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// readIBKR reads an Activity Statement of Interactive Brokers in CSV and in
// English. Its sections are described in "Reporting Reference Guide: Activity
// Statements" (ibkrguides.com); the columns are as open-source importers and
// their tests have met them.
//
// Traps: sections in one table, each line naming its own and whether it is a
// heading, data or a total; a summary line and a line per lot for the same
// position; Ending Cash once per currency and once for all; money again as
// positions of the category Forex; Mult beside quantity; Cost Price per unit
// and Cost Basis for all; a blank for the dot of a share class; futures and
// contracts for difference with their notional as value.
func readIBKR(d *draft, records []record) error {
	s := sections{}
	for _, rec := range records {
		s.add(rec)
	}
	if len(s["Open Positions"]) == 0 && len(s["Long Open Positions"]) == 0 && len(s["Cash Report"]) == 0 {
		return wrongFormat("", "No section Open Positions or Cash Report is there, as an Activity Statement of Interactive Brokers in English has.")
	}
	r := ibkrReader{draft: d, instruments: map[string]line{}, sums: map[string]ibkrSum{}}
	r.facts(s)
	value := r.valuation(s["Net Asset Value"])
	r.readCash(s["Cash Report"], value)
	for _, l := range s["Financial Instrument Information"] {
		for symbol := range strings.SplitSeq(l.get("Symbol"), ",") {
			r.instruments[l.get("Asset Category")+" "+strings.TrimSpace(symbol)] = l
		}
	}
	for _, section := range []string{"Open Positions", "Long Open Positions", "Short Open Positions"} {
		r.positions(s[section])
	}
	r.compareValue(value)
	r.outside(s, len(value) > 0)
	return nil
}

// sections are the lines of data of a statement, by the name of their section.
type sections map[string][]line

// line is a line of data under the headings of its own.
type line struct {
	record
	cols columns
	head bool
}

func (l line) get(heading string) string { return l.cols.of(l.record, heading) }

// add files a line. A heading stands in the section too, until data follow.
func (s sections) add(rec record) {
	name := rec.cell(0)
	switch lines := s[name]; rec.cell(1) {
	case "Header":
		cols := columns{}
		for i := len(rec.cells) - 1; i >= 2; i-- {
			cols[rec.cells[i]] = i
		}
		s[name] = append(dropHead(lines), line{rec, cols, true})
	case "Data":
		if len(lines) > 0 {
			s[name] = append(dropHead(lines), line{rec, lines[len(lines)-1].cols, false})
		}
	}
}

func dropHead(lines []line) []line {
	if n := len(lines); n > 0 && lines[n-1].head {
		return lines[:n-1]
	}
	return lines
}

type ibkrReader struct {
	*draft
	instruments map[string]line
	number      string // of the one account of the statement
	numberAt    string
	sums        map[string]ibkrSum // of what was read, by ibkrKind
}

// facts reads the date, the account, the base currency and the rates into it.
func (r *ibkrReader) facts(s sections) {
	for _, l := range s["Statement"] {
		if l.get("Field Name") == "Period" {
			period := l.get("Field Value")
			if _, last, ranged := strings.Cut(period, " - "); ranged {
				period = last
			}
			r.Portfolio.AsOf = dateIn(period, "January 2, 2006", "2006-01-02")
		}
	}
	for _, l := range s["Account Information"] {
		switch l.get("Field Name") {
		case "Base Currency":
			r.Portfolio.BaseCurrency = portfolio.Currency(l.get("Field Value"))
		case "Account":
			r.number, r.numberAt = l.get("Field Value"), l.at()
		}
	}
	for _, l := range s["Base Currency Exchange Rate"] {
		from, base := portfolio.Currency(l.get("Currency")), r.Portfolio.BaseCurrency
		if rate := r.amountOf(l, "Rate"); rate != nil && from != base && base != "" {
			r.Portfolio.FXRates = append(r.Portfolio.FXRates, portfolio.FXRate{From: from, To: base, Rate: *rate})
		}
	}
}

func (r *ibkrReader) amountOf(l line, heading string) *decimal.Decimal {
	return r.amount(l.cols, l.record, heading)
}

// accountOf is the account of a line; consolidated statements name it there.
func (r *ibkrReader) accountOf(l line) string {
	if number := l.get("Account"); number != "" {
		return r.account(number, l.at(), "")
	}
	return r.account(r.number, r.numberAt, "")
}

const ibkrAllCurrencies = "Base Currency Summary"

// readCash takes what is there at the end, in each currency. The sum of all in the
// base currency stands for it only when it stands alone, and that of Net Asset
// Value when there is no report.
func (r *ibkrReader) readCash(lines []line, value []ibkrPart) {
	var each, all []line
	for _, l := range lines {
		switch {
		case l.get("Currency Summary") != "Ending Cash":
		case l.get("Currency") == ibkrAllCurrencies:
			all = append(all, l)
		default:
			each = append(each, l)
		}
	}
	for _, l := range each {
		r.ending(r.accountOf(l), portfolio.Currency(l.get("Currency")), r.amountOf(l, "Total"))
	}
	if len(each) > 0 {
		return
	}
	for _, l := range all {
		r.ending(r.accountOf(l), r.Portfolio.BaseCurrency, r.amountOf(l, "Total"))
	}
	if len(all) == 0 {
		r.valuedCash(value)
	}
}

// ending takes a balance, and counts it for the comparison.
func (r *ibkrReader) ending(account string, currency portfolio.Currency, amount *decimal.Decimal) {
	r.cash(account, currency, amount)
	r.count(ibkrCash, currency, amount)
}

// valuedCash takes the cash of Net Asset Value, or asks for it.
func (r *ibkrReader) valuedCash(value []ibkrPart) {
	cash, base := partOf(value, ibkrCash), r.Portfolio.BaseCurrency
	switch {
	case len(value) == 0 || base == "":
		r.askCash("")
	case cash >= 0:
		r.ending(r.account(r.number, r.numberAt, ""), base, &value[cash].value)
	}
}

// positions reads summaries, each with the lots below it.
func (r *ibkrReader) positions(lines []line) {
	for i := 0; i < len(lines); {
		l, end := lines[i], i+1
		switch {
		case l.head:
		case l.get("DataDiscriminator") != "Summary":
			r.skip(l.at(), "unknown_row", "The row is left out: it is neither the summary of a holding nor a lot below one.")
		default:
			for end < len(lines) && lines[end].get("DataDiscriminator") == "Lot" {
				end++
			}
			r.position(l, lines[i+1:end])
		}
		i = end
	}
}
