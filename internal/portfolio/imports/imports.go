// Package imports reads portfolios as brokers and aggregators write them: one
// file per format, each with its source named.
//
// A reader maps what a file tells and nothing else. What it cannot map it
// lists, with the place in the file and the reason. What the file does not tell
// and the service needs, or answers better with, it asks for. It never guesses:
// a price that is not there stays absent, a fund whose class is not told has
// none. No value of a file stands in what is listed or asked.
package imports

import (
	"strings"

	"ballast.internal/ballast/internal/portfolio"
)

// Format is how a file is written.
type Format string

// The formats.
const (
	Plaid      Format = "plaid"
	SnapTrade  Format = "snaptrade"
	Alpaca     Format = "alpaca"
	FDC3       Format = "fdc3"
	Ghostfolio Format = "ghostfolio"
	OFX        Format = "ofx"
	QFX        Format = "qfx" // OFX with members of Intuit's
	Schwab     Format = "schwab"
	Fidelity   Format = "fidelity"
	Vanguard   Format = "vanguard"
	IBKR       Format = "ibkr"
)

// reader fills a draft from a file. It fails when the file as a whole is not
// of the format.
type reader func(d *draft, data []byte) error

var readers = map[Format]reader{
	Plaid: jsonReader(readPlaid), SnapTrade: jsonReader(readSnapTrade), Alpaca: jsonReader(readAlpaca),
	FDC3: jsonReader(readFDC3), Ghostfolio: jsonReader(readGhostfolio),
	OFX: readOFX, QFX: readOFX,
	Schwab: csvReader(readSchwab), Fidelity: csvReader(readFidelity), Vanguard: csvReader(readVanguard), IBKR: csvReader(readIBKR),
}

// Formats lists them in the order in which a user would look for one.
func Formats() []Format {
	return []Format{Plaid, SnapTrade, Alpaca, FDC3, Ghostfolio, OFX, QFX, Schwab, Fidelity, Vanguard, IBKR}
}

// Valid reports whether f is a known format or Auto.
func (f Format) Valid() bool { return f == Auto || readers[f] != nil }

// JSON reports whether files of the format are JSON.
func (f Format) JSON() bool {
	switch f {
	case Plaid, SnapTrade, Alpaca, FDC3, Ghostfolio:
		return true
	default:
		return false
	}
}

// Known is what the caller knows where a file does not tell; the zero value is
// nothing. What the file tells wins.
type Known struct {
	AsOf         portfolio.Date
	BaseCurrency portfolio.Currency
}

// Unmapped is a part of the file that is not in the portfolio.
type Unmapped struct {
	// At is where in the file: a JSON pointer, row=N with the line of a CSV file
	// (RFC 7111), or a path of elements in an OFX file.
	At     string
	Code   string // stable, snake_case
	Detail string // one English sentence without the value
}

// Question is something that the file does not tell.
type Question struct {
	Pointer  string // of the member that is asked for, from the root of a request
	At       string // where in the file the holding stands; "" for none
	Code     string
	Detail   string
	Required bool // without an answer the portfolio is refused
}

// Result is a portfolio as far as a file tells it, and the format it was read in. A price that is asked for is
// zero in Portfolio; see Required.
type Result struct {
	Format    Format
	Portfolio portfolio.Portfolio
	Unmapped  []Unmapped
	Missing   []Question
}

// Required are the pointers of what was not told and has to be: their values in
// the portfolio stand for nothing.
func (r *Result) Required() map[string]bool {
	pointers := map[string]bool{}
	for i := range r.Missing {
		if r.Missing[i].Required {
			pointers[r.Missing[i].Pointer] = true
		}
	}
	return pointers
}

// Read reads a file. It fails with portfolio.Faults when data is not of the
// format, or holds more than a portfolio may. The format must be valid.
func Read(format Format, data []byte, known Known) (Result, error) {
	format, err := Resolve(format, data)
	if err != nil {
		return Result{}, err
	}
	d := newDraft(known)
	d.Format = format
	if err := readers[format](d, data); err != nil {
		return Result{}, err
	}
	return d.finish()
}

// wrongFormat says that a file is not what its reader was made for.
func wrongFormat(pointer, detail string) error {
	return portfolio.Faults{{Pointer: pointer, Code: "wrong_format", Detail: detail}}
}

// clean prepares a text of the file for a portfolio: blanks around and doubled
// ones go.
func clean(s string) string { return strings.Join(strings.Fields(s), " ") }
