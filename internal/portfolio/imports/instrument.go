package imports

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// symbolID puts a symbol where it belongs: bonds often go by their CUSIP. The
// blanks of an OCC option symbol go.
func symbolID(symbol string) portfolio.InstrumentID {
	symbol = strings.TrimSpace(symbol)
	if occ := strings.ReplaceAll(symbol, " ", ""); occForm.MatchString(occ) {
		return portfolio.InstrumentID{Ticker: occ}
	}
	if len(symbol) == 9 && portfolio.ValidCUSIP(symbol) {
		return portfolio.InstrumentID{CUSIP: symbol}
	}
	return portfolio.InstrumentID{Ticker: symbol}
}

// nasdaqFundType tells US mutual funds by their symbol: five letters that end
// in X, and for money market funds in XX (Nasdaq, "Fifth Character Symbol
// Suffixes", and its Fund Network). "" for any other symbol.
func nasdaqFundType(ticker string) portfolio.InstrumentType {
	switch {
	case !nasdaqFund.MatchString(ticker):
		return ""
	case strings.HasSuffix(ticker, "XX"):
		return portfolio.CashEquivalent
	default:
		return portfolio.MutualFund
	}
}

var nasdaqFund = regexp.MustCompile(`^[A-Z]{4}X$`)

// occForm is an option symbol of the Options Clearing Corporation without its
// blanks: root, expiry, call or put, strike in thousandths.
var occForm = regexp.MustCompile(`^[A-Z]{1,6}[0-9]?[0-9]{6}[CP][0-9]{8}$`)

// optionForm is how a broker writes an option: in the groups root, day, right
// and strike, and how the day of its expiry is written. Months may be in
// capitals.
type optionForm struct {
	form *regexp.Regexp
	day  string
}

// read is false for a symbol of another form.
func (f optionForm) read(symbol string) (portfolio.InstrumentID, bool) {
	m := f.form.FindStringSubmatch(symbol)
	if m == nil {
		return portfolio.InstrumentID{}, false
	}
	part := func(name string) string { return m[f.form.SubexpIndex(name)] }
	expiry, err := time.Parse(f.day, part("day"))
	strike, ok := parseNumber(part("strike"))
	if err != nil || !ok {
		return portfolio.InstrumentID{}, false
	}
	return portfolio.InstrumentID{Ticker: occSymbol(part("root"), expiry, part("right"), strike)}, true
}

// occSymbol writes one from its parts; "" when they do not make one.
func occSymbol(root string, expiry time.Time, right string, strike *decimal.Decimal) string {
	if strike == nil || right == "" {
		return ""
	}
	thousandths := strike.Shift(3)
	if !thousandths.IsInteger() || thousandths.IsNegative() {
		return ""
	}
	s := fmt.Sprintf("%s%s%c%08s", strings.ToUpper(root), expiry.Format("060102"), right[0], thousandths.String())
	if !occForm.MatchString(s) {
		return ""
	}
	return s
}

// minorUnits are the codes under which prices in a hundredth of a currency go.
var minorUnits = map[string]portfolio.Currency{
	"GBp": "GBP", "GBX": "GBP", "ILA": "ILS", "ZAc": "ZAR", "ZAC": "ZAR",
}

// currencyOf reads a currency code, and the factor that turns an amount into
// one of the major unit.
func currencyOf(code string) (portfolio.Currency, decimal.Decimal) {
	code = strings.TrimSpace(code)
	if major, ok := minorUnits[code]; ok {
		return major, decimal.New(1, -2)
	}
	return portfolio.Currency(code), one
}

// dateOf reads the day of a date or time in ISO 8601; the zero Date for none.
func dateOf(s string) portfolio.Date {
	if len(s) > len(time.DateOnly) {
		s = s[:len(time.DateOnly)]
	}
	return dateIn(s, time.DateOnly)
}

// dateIn reads a date in the first layout that fits; the zero Date for none.
func dateIn(s string, layouts ...string) portfolio.Date {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			d, err := portfolio.ParseDate(t.Format(time.DateOnly))
			if err == nil {
				return d
			}
		}
	}
	return portfolio.Date{}
}
