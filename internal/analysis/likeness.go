package analysis

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// standsFor reports whether w is exposed to what i is, so that the investor who
// exchanges one for the other has not changed what he is invested in: for the
// most part the same regions and markets, and of a fund the same sector. A single
// name may give way to a broad fund. What nobody told is not known to be alike.
func (m *model) standsFor(w, i *portfolio.Instrument) bool {
	alike := m.limit(lineAlikeShare)
	if overlap(regionsOf(w), regionsOf(i)).LessThan(alike) || overlap(m.marketsOf(w), m.marketsOf(i)).LessThan(alike) {
		return false
	}
	if x, y := w.Exposures, i.Exposures; x != nil && y != nil && len(x.Sectors) > 0 && len(y.Sectors) > 0 &&
		overlap(x.Sectors, y.Sectors).LessThan(alike) {
		return false
	}
	return sameName(w.Sector, i.Sector) || !i.Diversified() && w.Diversified() && w.Sector == ""
}

// overlap is the share that two instruments have in the same keys.
func overlap(x, y map[string]decimal.Decimal) (share decimal.Decimal) {
	for key := range x {
		share = share.Add(decimal.Min(x[key], y[key]))
	}
	return share
}

// regionsOf is the shares of an instrument in the regions that are told. The
// country of a fund is its domicile, which tells nothing.
func regionsOf(i *portfolio.Instrument) map[string]decimal.Decimal {
	if i.Exposures != nil && len(i.Exposures.Regions) > 0 {
		return i.Exposures.Regions
	}
	region := i.RegionOrDerived()
	if i.Type == portfolio.ETF || i.Type == portfolio.MutualFund {
		region = i.Region
	}
	if region == "" {
		return nil
	}
	return map[string]decimal.Decimal{region: one}
}

// marketsOf is the shares of an instrument in developed and emerging markets, and
// in what is neither or not known.
func (m *model) marketsOf(i *portfolio.Instrument) map[string]decimal.Decimal {
	shares := make(map[string]decimal.Decimal)
	m.spreadMarkets(&portfolio.Position{Instrument: *i}, one, func(market string, share decimal.Decimal) {
		shares[market] = shares[market].Add(share)
	})
	return shares
}
