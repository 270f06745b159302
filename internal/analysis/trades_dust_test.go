package analysis

import (
	"testing"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// A fraction of a share for less than a ten-thousandth of the total is no trade
// that anybody wants, unless the caller says so. A whole share is one.
func TestFractionsAreNoDust(t *testing.T) {
	for name, tt := range map[string]struct {
		aapl, smallest string
		whole          bool
		want           string
	}{
		"five of a hundred thousand":          {aapl: "10005", want: "reduce_concentration AAPL [min_trade_amount] {}"},
		"a cent less than a ten-thousandth":   {aapl: "10009.99", want: "reduce_concentration AAPL [min_trade_amount] {}"},
		"a ten-thousandth":                    {aapl: "10010", want: "reduce_concentration AAPL: sell AAPL 1 10.00 [] {taxable_gain}"},
		"a minimum of one":                    {aapl: "10005", smallest: "1", want: "reduce_concentration AAPL: sell AAPL 0.5 5.00 [] {taxable_gain}"},
		"a whole share for five, and so more": {aapl: "10005", whole: true, want: "reduce_concentration AAPL: sell AAPL 1 10.00 [] {taxable_gain}"},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.Positions = []portfolio.Position{
				position("AAPL", portfolio.Equity, portfolio.ClassEquity, dec(tt.aapl).Shift(-1).String(), "10", "5000", ""),
				position("VTI", portfolio.ETF, portfolio.ClassEquity, dec("60000").Sub(dec(tt.aapl)).String(), "1", "40000", ""),
				position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "35000", "1", "35000", ""),
			}
			in := input(t, p)
			in.Constraints.WholeSharesOnly = tt.whole
			if tt.smallest != "" {
				in.Constraints.MinTradeAmount = dec(tt.smallest)
			}
			if got := proposals(analyze(t, in))[0]; got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// The totals of the plan are those of the trades as told: three sales of 33.335
// are told as 33.34 each, which is 100.02 and not 100.01.
func TestTotalsAreOfTheTradesAsTold(t *testing.T) {
	p := p0()
	p.Positions, p.Cash[0].Amount = nil, dec("33.335")
	for _, ticker := range []string{"A", "B", "C"} {
		p.Positions = append(p.Positions, position(ticker, portfolio.Equity, portfolio.ClassEquity, "1", "33.335", "10", ""))
	}
	in := input(t, p)
	in.Constraints = whole()
	in.Constraints.MinTradeAmount = decimal.Decimal{}
	in.Target = portfolio.Allocation{portfolio.ClassCash: dec("1")}
	r := analyze(t, in)
	if len(r.Actions) < 3 || r.Actions[2].Trades[0].Amount != "33.34" || r.Plan.Sold != "100.02" {
		t.Errorf("%q come to %s, want three of 33.34 and 100.02", proposals(r), r.Plan.Sold)
	}
}
