package analysis

import (
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// excludes reports whether the caller wants nothing of a sector.
func (p *plan) excludes(sector string) bool {
	return slices.ContainsFunc(p.limits.ExcludeSectors, func(excluded string) bool { return sameName(excluded, sector) })
}

// ofExcluded reports whether an instrument is of a sector that the caller excludes:
// by its own, or by the greater part of what a fund tells of its holdings.
func (p *plan) ofExcluded(i *portfolio.Instrument) bool {
	var share decimal.Decimal
	for _, sector := range p.excludedIn(i) {
		share = share.Add(i.Exposures.Sectors[sector])
	}
	return p.excludes(i.Sector) || share.IsPositive() && share.GreaterThanOrEqual(p.facts.limit(lineExcludedShare))
}

// excludedIn lists the excluded sectors that a fund tells it holds some of, sorted.
func (p *plan) excludedIn(i *portfolio.Instrument) (sectors []string) {
	if i.Exposures == nil || len(p.limits.ExcludeSectors) == 0 {
		return nil
	}
	for _, sector := range slices.Sorted(maps.Keys(i.Exposures.Sectors)) {
		if i.Exposures.Sectors[sector].IsPositive() && p.excludes(sector) {
			sectors = append(sectors, sector)
		}
	}
	return sectors
}

// warnOfSectors says that some of what a fund holds is of excluded sectors.
func (d *draft) warnOfSectors(w *ware) {
	for _, sector := range d.plan.excludedIn(w.instrument) {
		d.caveats.add(CaveatExcludedSector)
		d.sectors.add(sector)
	}
}
