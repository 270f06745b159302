package analysis

import (
	"testing"

	"ballast.internal/ballast/internal/portfolio"
)

// What is reported a hundredfold, in pence or per cent, is neither sold nor bought.
func TestNothingContradictedIsTraded(t *testing.T) {
	for name, tt := range map[string]struct{ stocks, bonds, want string }{
		"agreed":       {"80000", "20000", "rebalance: sell VTI 200 20000.00, buy BND 200 20000.00 [] {}"},
		"small":        {"80500", "20000", "rebalance: sell VTI 200 20000.00, buy BND 200 20000.00 [] {}"},
		"sold":         {"8000000", "20000", "rebalance [value_contradicted] {}"},
		"bought":       {"80000", "200", "rebalance [no_instrument] {}"},
		"of a quarter": {"60000", "20000", "rebalance: sell VTI 200 20000.00, buy BND 200 20000.00 [] {}"},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.Positions = []portfolio.Position{
				position("VTI", portfolio.ETF, portfolio.ClassEquity, "800", "100", "80000", "0.0003"),
				position("BND", portfolio.ETF, portfolio.ClassFixedIncome, "200", "100", "20000", "0.0003"),
			}
			p.Positions[0].MarketValue, p.Positions[1].MarketValue = decPtr(tt.stocks), decPtr(tt.bonds)
			p.Cash = nil
			in := input(t, p)
			in.Target = portfolio.Allocation{portfolio.ClassEquity: dec("0.6"), portfolio.ClassFixedIncome: dec("0.4")}
			in.Constraints = whole()
			wantProposals(t, analyze(t, in), tt.want)
		})
	}
}

// The reported value of a bond holds the interest accrued since its last coupon,
// which its price does not; that of a fund of bonds does not, and none is below.
func TestAccruedInterestIsNoMismatch(t *testing.T) {
	for name, tt := range map[string]struct {
		kind  portfolio.InstrumentType
		value string
		want  bool
	}{
		"clean":              {portfolio.FixedIncome, "9850", false},
		"half a year's":      {portfolio.FixedIncome, "10096.25", false},
		"a year's":           {portfolio.FixedIncome, "10441", false},
		"more than a year's": {portfolio.FixedIncome, "10442", true},
		"below":              {portfolio.FixedIncome, "9750", true},
		"a fund":             {portfolio.ETF, "10096.25", true},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.Positions[0] = position("BOND", tt.kind, portfolio.ClassFixedIncome, "10000", "0.985", "9850", "")
			p.Positions[0].MarketValue = decPtr(tt.value)
			if got := factOf(analyze(t, input(t, p)), FactValueMismatch, "BOND") != nil; got != tt.want {
				t.Errorf("a mismatch is told: %t, want %t", got, tt.want)
			}
		})
	}
}

// Three rates of which one contradicts the others are told of, also where none of
// them leads elsewhere than another.
func TestRatesThatDisagree(t *testing.T) {
	for name, tt := range map[string]struct{ rate, want string }{
		"agree":     {"162.75", ""},
		"just":      {"166.005", ""},
		"beyond":    {"166.01", "0.02003072196"},
		"below":     {"81.375", "0.5"},
		"no longer": {"159.5", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.FXRates = []portfolio.FXRate{
				{From: "EUR", To: "USD", Rate: dec("1.0850")}, {From: "USD", To: "JPY", Rate: dec("150")},
				{From: "EUR", To: "JPY", Rate: dec(tt.rate)},
			}
			got := ""
			r := analyze(t, input(t, p))
			if f := factOf(r, FactRateMismatch, "EUR/JPY"); f != nil {
				got = f.Value
			}
			if len(got) > len(tt.want) && tt.want != "" {
				got = got[:len(tt.want)]
			}
			if found := findingOf(r, FindingRateMismatch, "EUR/JPY") != nil; got != tt.want || found != (tt.want != "") {
				t.Errorf("off by %q (found: %t), want %q", got, found, tt.want)
			}
		})
	}
}
