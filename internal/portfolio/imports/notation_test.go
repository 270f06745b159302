package imports

import (
	"errors"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/portfolio"
)

// The same number is another one elsewhere: 1,234 is more than a thousand in a
// broker's file, and less than two after a spreadsheet in Europe has saved it.
func TestNotations(t *testing.T) {
	const head = "Account Number;Investment Name;Symbol;Shares;Share Price;Total Value\n"
	for name, c := range map[string]struct{ file, want string }{
		"decimal commas":                   {head + "1;FUND;VTSAX;1.234,5;135,20;166.904,40\n", "VTSAX 1234.5 at 135.2"},
		"a fraction of three digits":       {head + "1;FUND;VTSAX;2,345;135,20;317,04\n", "VTSAX 2.345 at 135.2"},
		"thousands with a point":           {head + "1;FUND;VTSAX;2.345;135,2;317.044\n", "VTSAX 2345 at 135.2"},
		"with the sign of the currency":    {head + "1;FUND;VTSAX;2.345;135,20 $;317.044,00 $\n", "VTSAX 2345 at 135.2"},
		"blanks of three kinds":            {head + "1;FUND;VTSAX;1 234,5;135,20;166\u202f904,40\n1;FUND;VOO;1\u00a0000;2,50;2500,00\n", "VTSAX 1234.5 at 135.2, VOO 1000 at 2.5"},
		"apostrophes":                      {head + "1;FUND;VTSAX;1'234.5;135.20;166’904.40\n", "VTSAX 1234.5 at 135.2"},
		"commas between commas":            {strings.ReplaceAll(head, ";", ",") + "1,FUND,VTSAX,\"1.234,5\",\"135,20\",\"166.904,40\"\n", "VTSAX 1234.5 at 135.2"},
		"a broker's":                       {strings.ReplaceAll(head, ";", ",") + "1,FUND,VTSAX,\"2,345\",2,\"4,690\"\n", "VTSAX 2345 at 2"},
		"nothing that tells":               {head + "1;FUND;VTSAX;2,345;2;4,690\n", "left out: bad_number, left out: bad_number, left out: no_quantity"},
		"both":                             {head + "1;FUND;VTSAX;10;135.20;1352.00\n1;FUND;VOO;1,5;2;3\n", "VTSAX 10 at 135.2, left out: bad_number, left out: no_quantity"},
		"another currency than it is said": {head + "1;FUND;VTSAX;10;135,20 €;1352,00\n", "VTSAX 10 without a price, left out: bad_number"},
		"lines that end as on old Macs":    {strings.ReplaceAll(head, "\n", "\r") + "1;FUND;VTSAX;10;135.20;1352.00\r", "VTSAX 10 at 135.2"},
		"a value that is not the product":  {head + "1;FUND;VTSAX;10;135.20;13.52\n", "VTSAX 10 at 135.2, left out: value_differs"},
		"a value of rounded prices":        {head + "1;FUND;VTSAX;10000;0.01;140.00\n1;FUND;VOO;0.001;2.00;0.00\n", "VTSAX 10000 at 0.01, VOO 0.001 at 2"},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			res, err := Read(Auto, []byte(c.file), Known{})
			if err != nil {
				t.Fatal(err)
			}
			if got := mapped(&res); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// A quotation mark without its other half takes rows with it, which are then
// missing from a portfolio that looks whole.
func TestQuotationMarks(t *testing.T) {
	const head = "Account Number,Investment Name,Symbol,Shares,Share Price,Total Value\n"
	for name, c := range map[string]struct{ rows, want, at string }{
		"never closed":            {"1,FUND,VTSAX,2,3\n1,\"FUND,VOO,4,5\n1,FUND,VTI,6,7\n", "", "line 3, cell 2"},
		"closed by the next one":  {"1,\"FUND,VTSAX,2,3\n1,\"FUND\",VOO,4,5\n1,FUND,VTI,6,7\n", "", "line 2, cell 2"},
		"around a line break":     {"1,\"BIG\nFUND\",VTSAX,2,3\n1,FUND,VOO,4,5\n", "VTSAX 2 at 3, VOO 4 at 5", ""},
		"of an inch, in one line": {"1,3\" PIPE FUND,VTSAX,2,3\n1,FUND,VOO,4,5\n", "VTSAX 2 at 3, VOO 4 at 5", ""},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			res, err := Read(Auto, []byte(head+c.rows), Known{})
			if got := mapped(&res); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			faults, _ := errors.AsType[portfolio.Faults](err)
			if (len(faults) > 0) != (c.at != "") || len(faults) > 0 && !strings.Contains(faults[0].Detail, c.at) {
				t.Errorf("refused with %v, want %q", err, c.at)
			}
		})
	}
}
