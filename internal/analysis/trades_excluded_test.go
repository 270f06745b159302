package analysis

import (
	"testing"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// A fund is of an excluded sector by its greater part, however that is spelt, and one
// that holds less of it says so.
func TestExcludedSectorsInFunds(t *testing.T) {
	bought, held := "deploy_cash: buy FUND 52 5200.00, buy BND 6 450.00 [] ", "deploy_cash: buy BND 6 450.00 [no_instrument] {}"
	for name, tt := range map[string]struct {
		sector    string
		exposures map[string]string
		want      string
	}{
		"its own":          {"energy", nil, held},
		"nothing told":     {"", nil, bought + "{}"},
		"nearly all of it": {"", map[string]string{"Energy": "0.99"}, held},
		"half of it":       {"", map[string]string{"energy": "0.5", "financials": "0.5"}, held},
		"two together":     {"", map[string]string{"energy": "0.3", "tobacco": "0.2", "financials": "0.5"}, held},
		"less of it":       {"", map[string]string{"energy": "0.3", "financials": "0.3"}, bought + "{excluded_sector}"},
		"none of it":       {"", map[string]string{"energy": "0", "financials": "0.3", "materials": "0.3"}, bought + "{}"},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.Positions = p.Positions[3:]
			p.Positions[0].Quantity, p.Cash[0].Amount = dec("35"), dec("6200")
			in := input(t, p)
			in.Constraints = whole()
			in.Constraints.ExcludeSectors = []string{" ENERGY ", "Tobacco"}
			fund := portfolio.Instrument{ID: portfolio.InstrumentID{Ticker: "FUND"}, Type: portfolio.ETF, AssetClass: portfolio.ClassEquity}
			fund.Sector, fund.Exposures = tt.sector, sectorsOf(tt.exposures)
			in.Constraints.BuyList = []portfolio.Candidate{{Instrument: fund, Price: decPtr("100")}}
			wantProposals(t, analyze(t, in), tt.want)
		})
	}
}

func sectorsOf(shares map[string]string) *portfolio.Exposures {
	if shares == nil {
		return nil
	}
	e := &portfolio.Exposures{Sectors: make(map[string]decimal.Decimal, len(shares))}
	for sector, share := range shares {
		e.Sectors[sector] = dec(share)
	}
	return e
}
