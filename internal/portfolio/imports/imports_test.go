package imports

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

func TestAmountsAsPeopleWriteThem(t *testing.T) {
	for in, want := range map[string]string{
		"1": "1", "1,234.56": "1234.56", "$1,234,567.8": "1234567.8", "-$5": "-5", "$-5": "-5", "(1,234.56)": "-1234.56", "($5.00)": "-5",
		"+$1.24": "1.24", " 7 ": "7", "5.": "5", ".5": "0.5", "--": "none", "-": "none", "n/a": "none", "N/A": "none", "": "none",
		"1.234,56": "bad", "1,23": "bad", "12,34,567": "bad", "1 000": "bad", "1e9": "bad", "--5": "bad", "(-5)": "bad", "(5": "bad", "$": "bad",
		".": "bad", "€5": "bad", "1234567890123456789": "bad", "NaN": "bad", "0x10": "bad", "1,000,00": "bad",
	} {
		got := "bad"
		if d, ok := parseAmount(in); ok && d == nil {
			got = "none"
		} else if ok {
			got = d.String()
		}
		if got != want {
			t.Errorf("parseAmount(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestNumbersAsProgramsWriteThem(t *testing.T) {
	for in, want := range map[string]string{
		"1": "1", "-0.5": "-0.5", "1e3": "1000", "2.5E-3": "0.0025", "14.000000000000002": "14.000000000000002",
		"1e99": "bad", "1e-19": "bad", "1234567890123456789": "bad", "": "bad", "1,5": "bad", "Infinity": "bad", "1e2000000000": "bad",
	} {
		got := "bad"
		if d, ok := parseNumber(in); ok {
			got = d.String()
		}
		if got != want {
			t.Errorf("parseNumber(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestRescaleFollowsTheValue(t *testing.T) {
	dec := func(s string) *decimal.Decimal {
		if s == "" {
			return nil
		}
		d := decimal.RequireFromString(s)
		return &d
	}
	for _, c := range []struct {
		name, quantity, price, value string
		scales                       []scale
		want                         string // quantity at price, or "unclear"
	}{
		{"contracts", "2", "3.15", "630", []scale{inUnits, inContracts}, "200 at 3.15"},
		{"units already", "200", "3.15", "630", []scale{inUnits, inContracts}, "200 at 3.15"},
		{"no value: the usual one", "2", "3.15", "", []scale{inContracts, inUnits}, "200 at 3.15"},
		{"a bond in percent", "5000", "98.75", "4937.5", []scale{atPercent, inUnits}, "5000 at 0.9875"},
		{"a bond in units", "50", "98.75", "4937.5", []scale{atPercent, inUnits}, "50 at 98.75"},
		{"a short option", "-2", "3.15", "-630", []scale{inUnits, inContracts}, "-200 at 3.15"},
		{"a rounded price", "3", "0.333", "1", []scale{inUnits}, "3 at 0.333"},
		{"neither", "2", "3.15", "100", []scale{inUnits, inContracts}, "unclear"},
		{"units need no proof", "2", "3.15", "100", nil, "2 at 3.15"},
	} {
		h := holding{quantity: dec(c.quantity), price: dec(c.price), value: dec(c.value), scales: c.scales}
		got := "unclear"
		if h.rescale() {
			got = h.quantity.String() + " at " + h.price.String()
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestOptionSymbols(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{schwabID("AAPL 12/17/2027 150.00 C").Ticker, "AAPL271217C00150000"},
		{schwabID("BRKB 01/15/2027 412.50 P").Ticker, "BRKB270115P00412500"},
		{fidelityID("-AAPL271217C150").Ticker, "AAPL271217C00150000"},
		{fidelityID("-SPY270115P412.5").Ticker, "SPY270115P00412500"},
		{fidelityID("-AAPL271217C00150000").Ticker, "AAPL271217C00150000"},
		{ibkrID("TQQQ 20AUG27 70 P").Ticker, "TQQQ270820P00070000"},
		{ibkrID("BRK B").Ticker, "BRK.B"},
		{symbolID("AAPL  271217C00240000").Ticker, "AAPL271217C00240000"},
		{symbolID("91282CJZ5").CUSIP, "91282CJZ5"},
		{symbolID("91282CJZ4").Ticker, "91282CJZ4"}, // its check digit is wrong
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestFilesOfAnotherFormatAreRefused(t *testing.T) {
	for _, f := range Formats() {
		for _, doc := range []string{"", "{}", "[1]", "null", "a,b\n1,2\n", "<OFX></OFX>", "\xff\xfe", `{"type":"fdc3.instrument"}`, "{}{}"} {
			_, err := Read(f, []byte(doc), Known{})
			faults, ok := errors.AsType[portfolio.Faults](err)
			if !ok || len(faults) != 1 || faults[0].Code != "wrong_format" {
				t.Errorf("%s of %q: %v, want wrong_format", f, doc, err)
			}
		}
	}
}

// TestNothingOfTheFileIsRepeated puts a word into every place of every sample
// and looks for it in what is listed and asked.
func TestNothingOfTheFileIsRepeated(t *testing.T) {
	const word = "Zq9secret"
	for _, path := range samples(t) {
		doc := strings.NewReplacer("AAPL", word, "Apple", word, "USD", word, "2026", word, "100", word).Replace(string(readFile(t, path)))
		res, err := Read(formatOf(path), []byte(doc), Known{})
		if err != nil && strings.Contains(err.Error(), word) {
			t.Errorf("%s: the error repeats the file: %v", path, err)
		}
		if said := fmt.Sprint(res.Unmapped, res.Missing); strings.Contains(said, word) {
			t.Errorf("%s: the lists repeat the file", path)
		}
	}
}

func TestTooManyPositions(t *testing.T) {
	many := "Symbol,Shares,Share Price\n" + strings.Repeat("VOO,1,1\n", portfolio.MaxPositions)
	if res, err := Read(Vanguard, []byte(many), Known{}); err != nil || len(res.Portfolio.Positions) != portfolio.MaxPositions {
		t.Fatalf("%d positions, %v", len(res.Portfolio.Positions), err)
	}
	_, err := Read(Vanguard, []byte(many+"VOO,1,1\n"), Known{})
	if faults, ok := errors.AsType[portfolio.Faults](err); !ok || faults[0].Code != "too_many" {
		t.Errorf("%v, want too_many", err)
	}
}

func TestTheListOfWhatIsLeftOutIsBounded(t *testing.T) {
	res, err := Read(Vanguard, []byte("Symbol,Shares,Share Price\n"+strings.Repeat("VOO,x,1\n", 3000)), Known{})
	if err != nil || len(res.Unmapped) != maxListed+1 || res.Unmapped[maxListed].Code != "more" {
		t.Errorf("%d entries, %v", len(res.Unmapped), err)
	}
}

func TestTheCallerFillsInWhatTheFileDoesNotTell(t *testing.T) {
	asOf, _ := portfolio.ParseDate("2026-11-20")
	file := readFile(t, "testdata/vanguard.csv")
	res, err := Read(Vanguard, file, Known{AsOf: asOf, BaseCurrency: "USD"})
	if err != nil || res.Required()["/portfolio/as_of"] || res.Portfolio.AsOf != asOf {
		t.Errorf("as_of %s, %v", res.Portfolio.AsOf, err)
	}
	told, _ := portfolio.ParseDate("2020-01-01")
	if res, _ := Read(Schwab, readFile(t, "testdata/schwab.csv"), Known{AsOf: told, BaseCurrency: "EUR"}); res.Portfolio.AsOf != asOf {
		t.Errorf("the file's own date %s was replaced by %s", asOf, res.Portfolio.AsOf)
	}
}

// TestAnAnsweredImportIsAPortfolio answers what is required, and nothing else.
func TestAnAnsweredImportIsAPortfolio(t *testing.T) {
	for _, path := range samples(t) {
		res, err := Read(formatOf(path), readFile(t, path), Known{})
		if err != nil {
			t.Fatal(err)
		}
		answer(&res)
		if faults := portfolio.Validate(&res.Portfolio, nil, nil, nil); len(faults) > 0 {
			t.Errorf("%s: %v", path, faults)
		}
	}
}

func answer(res *Result) {
	p, required := &res.Portfolio, res.Required()
	if required["/portfolio/as_of"] {
		p.AsOf, _ = portfolio.ParseDate("2026-11-23")
	}
	if required["/portfolio/base_currency"] {
		p.BaseCurrency = "USD"
	}
	for i := range p.Positions {
		at, x := positionPointer(i), &p.Positions[i]
		if required[at+"/instrument/id"] {
			x.Instrument.ID.Ticker = "ANSWER"
		}
		if required[at+"/price"] {
			x.Price = decimal.NewFromInt(10)
		}
		if required[at+"/currency"] && x.Currency == "" {
			x.Currency = p.BaseCurrency
		}
	}
	for _, c := range []portfolio.Currency{"EUR", "CAD", "CHF", "ZAR"} {
		if _, err := portfolio.NewRates(p).ToBase(c); err != nil {
			p.FXRates = append(p.FXRates, portfolio.FXRate{From: c, To: p.BaseCurrency, Rate: one})
		}
	}
}

// Files that went through Windows read the same.
func TestWindowsFiles(t *testing.T) {
	for _, path := range samples(t) {
		data := readFile(t, path)
		want, err := Read(formatOf(path), data, Known{})
		if err != nil {
			t.Fatal(err)
		}
		plain := strings.TrimPrefix(string(data), string(bom))
		got, err := Read(formatOf(path), []byte(string(bom)+strings.ReplaceAll(plain, "\n", "\r\n")), Known{})
		if diff := cmp.Diff(string(dump(t, &want)), string(dump(t, &got))); diff != "" || err != nil {
			t.Errorf("%s: %v (-as it is +from Windows)\n%s", path, err, diff)
		}
	}
}

func TestOFXElementsWithoutAnEnd(t *testing.T) {
	root := parseOFX("<OFX><A><EMPTY><B>1<C><D>2</C><E></E><F>a &amp; b</A><G>3</OFX>")
	got := map[string]string{
		"B": root.find("A", "B").text, "D": root.find("A", "C", "D").text, "F": root.find("A", "F").text, "G": root.find("G").text,
	}
	if diff := cmp.Diff(map[string]string{"B": "1", "D": "2", "F": "a & b", "G": "3"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestOFXInTheCharsetOfItsHeader(t *testing.T) {
	doc := strings.Replace(string(readFile(t, "testdata/ofx.ofx")), "TESLA INC", "Soci\xe9t\xe9", 1)
	for header, told := range map[string]bool{"CHARSET:1252": true, "CHARSET:ISO-8859-1": true, "CHARSET:NONE": false} {
		res, err := Read(OFX, []byte(strings.Replace(doc, "CHARSET:1252", header, 1)), Known{})
		if err != nil || res.Portfolio.Positions[1].Instrument.Name != "Société" {
			t.Errorf("%s: %v", header, err)
		}
		if said := slices.ContainsFunc(res.Unmapped, func(u Unmapped) bool { return u.Code == "charset" }); said == told {
			t.Errorf("%s: that the charset was taken for granted is said: %v", header, said)
		}
	}
}

// TestDeepOFXIsReadAtOnce: a reader that recursed, or searched the open
// elements each time, would take seconds or the stack.
func TestDeepOFXIsReadAtOnce(t *testing.T) {
	deep := "<OFX>" + strings.Repeat("<A>", 150_000) + strings.Repeat("</A>", 150_000) + "</OFX>"
	if root := parseOFX(deep); root == nil || len(root.children) != 1 {
		t.Error("the document was not read")
	}
}
