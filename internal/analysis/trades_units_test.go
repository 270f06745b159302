package analysis

import (
	"testing"

	"ballast.internal/ballast/internal/portfolio"
)

// What cannot be divided is sold where nearly all of it has to go, and else left,
// also where something else can give instead.
func TestUnitsTooLargeAreLeft(t *testing.T) {
	for name, tt := range map[string]struct{ fund, quantity, stocks, target, want string }{
		"sole unit":        {"19000", "1", "810", "0", "rebalance: sell FUND 1 19000.00, buy VTI 190 19000.00 [] {taxable_gain}"},
		"sole, at target":  {"25000", "1", "750", "0.25", "reduce_concentration FUND [cannot_be_divided] {}"},
		"sole, off target": {"25000", "1", "750", "0", "reduce_concentration FUND: sell FUND 1 25000.00 [] {taxable_gain}"},
		"two units":        {"10000", "2", "800", "0.1", "reduce_concentration FUND: sell FUND 1 10000.00 [] {taxable_gain}"},
		"many units":       {"500", "40", "800", "0.1", "reduce_concentration FUND: sell FUND 20 10000.00 [] {taxable_gain}"},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.Positions = []portfolio.Position{
				position("FUND", portfolio.OtherType, portfolio.ClassAlternative, tt.quantity, tt.fund, "1000", ""),
				position("VTI", portfolio.ETF, portfolio.ClassEquity, tt.stocks, "100", "30000", "0.0003"),
			}
			p.Cash, p.MonthlyExpenses = nil, nil
			in := input(t, p)
			in.Target = portfolio.Allocation{portfolio.ClassAlternative: dec(tt.target), portfolio.ClassEquity: dec("1").Sub(dec(tt.target))}
			in.Profile.RiskTolerance, in.Profile.RiskCapacity = portfolio.Aggressive, portfolio.Aggressive
			in.Constraints = whole()
			if got := proposals(analyze(t, in))[0]; got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
