package analysis

import (
	"testing"

	"ballast.internal/ballast/internal/portfolio"
)

// Where the caller does not say whether whole shares are traded, what is held in
// fractions is traded in as many decimals, and coins in theirs. Where he does, it
// holds for all.
func TestFractionsAsHeld(t *testing.T) {
	for name, tt := range map[string]struct {
		kind     portfolio.InstrumentType
		quantity string
		told     bool
		want     string
	}{
		"a coin":           {portfolio.Cryptocurrency, "0.9", false, "0.76666667"},
		"a coin, told":     {portfolio.Cryptocurrency, "0.9", true, ""},
		"coins":            {portfolio.Cryptocurrency, "2", false, "1.66333334"},
		"coins, told":      {portfolio.Cryptocurrency, "2", true, "2"},
		"a fraction":       {portfolio.Equity, "1.125", false, "0.964"},
		"whole shares":     {portfolio.Equity, "3", false, "3"},
		"zeros at the end": {portfolio.Equity, "3.000", false, "3"},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.Positions = []portfolio.Position{
				position("X", tt.kind, "", tt.quantity, "60000", "1000", ""),
				position("VT", portfolio.ETF, portfolio.ClassEquity, "210", "100", "20000", "0.0007"),
			}
			p.Cash[0].Amount = dec("80000").Sub(dec(tt.quantity).Mul(dec("60000"))).Sub(dec("21000")).Abs()
			in := input(t, p)
			in.Constraints.WholeSharesOnly, in.Constraints.FractionsAsHeld = true, !tt.told
			sold := ""
			for _, a := range analyze(t, in).Actions {
				for _, x := range a.Trades {
					if x.Side == Sell && x.Ticker == "X" && a.Kind == ActionReduceConcentration {
						sold = x.Quantity
					}
				}
			}
			if sold != tt.want {
				t.Errorf("sold %q, want %q", sold, tt.want)
			}
		})
	}
}
