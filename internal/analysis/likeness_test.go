package analysis

import (
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

func regions(shares map[string]string) func(*portfolio.Instrument) {
	return func(i *portfolio.Instrument) {
		i.Exposures = &portfolio.Exposures{Regions: make(map[string]decimal.Decimal)}
		for region, share := range shares {
			i.Exposures.Regions[region] = dec(share)
		}
	}
}

func region(name string) func(*portfolio.Instrument) {
	return func(i *portfolio.Instrument) { i.Region = name }
}

func sectors(shares map[string]string) func(*portfolio.Instrument) {
	return func(i *portfolio.Instrument) {
		regions(map[string]string{"global": "1"})(i)
		i.Exposures.Sectors = make(map[string]decimal.Decimal)
		for sector, share := range shares {
			i.Exposures.Sectors[sector] = dec(share)
		}
	}
}

// What is sold at a loss, or for its fee, gives way to its like alone: with a fund
// at a loss of 1,500 and at 1.15 % a year there is one other, cheap and large.
func TestOnlyItsLikeTakesTheFundsPlace(t *testing.T) {
	world := map[string]string{"north_america": "0.70", "europe": "0.20", "asia_pacific": "0.10"}
	for name, tt := range map[string]struct {
		sold, other func(*portfolio.Instrument)
		want        bool
	}{
		"of one region":              {region("international"), region("international"), true},
		"of two":                     {region("international"), region("north_america"), false},
		"emerging markets":           {region("emerging_markets"), region("global"), false},
		"nothing told":               {region(""), region(""), false},
		"one told":                   {region("global"), region(""), false},
		"mostly the same":            {regions(world), regions(map[string]string{"north_america": "0.65", "europe": "0.18", "asia_pacific": "0.17"}), true},
		"a part of the same":         {regions(world), region("north_america"), false},
		"domiciled together":         {func(i *portfolio.Instrument) { i.Country = "IE" }, func(i *portfolio.Instrument) { i.Country = "IE" }, false},
		"of alike sectors":           {sectors(map[string]string{"energy": "0.5", "technology": "0.5"}), sectors(map[string]string{"energy": "0.45", "technology": "0.45"}), true},
		"of other sectors":           {sectors(map[string]string{"energy": "0.5", "technology": "0.5"}), sectors(map[string]string{"energy": "0.3", "health_care": "0.3"}), false},
		"of one sector for the rest": {func(i *portfolio.Instrument) { i.Region, i.Sector = "global", "energy" }, region("global"), false},
	} {
		t.Run(name, func(t *testing.T) {
			p := inBands(position("OLD", portfolio.ETF, portfolio.ClassEquity, "300", "60", "19500", "0.0115"), "168")
			tt.sold(untold(&p.Positions[0].Instrument))
			tt.other(untold(&p.Positions[1].Instrument))
			for kind, got := range exchanges(t, p) {
				if want := "sell OLD 300 18000.00, buy VTI 72 18000.00"; strings.Contains(got, want) != tt.want || tt.want && !strings.HasPrefix(got, kind) {
					t.Errorf("%s: actions %q, want the exchange: %t", kind, got, tt.want)
				}
			}
		})
	}
}

// exchanges are what is proposed of a portfolio whose first fund is at a loss, by the
// kind of action that may exchange it: for its fee or, where no fee is too high, its loss.
func exchanges(t *testing.T, p *portfolio.Portfolio) map[string]string {
	t.Helper()
	proposed := map[string]string{}
	for _, kind := range []string{ActionReplaceCostlyFund, ActionHarvestLosses} {
		in := input(t, p)
		in.Constraints = whole()
		if kind == ActionHarvestLosses {
			in.Policy = withLine(t, lineFundFees, "1")
		}
		proposed[kind] = strings.Join(proposals(analyze(t, in)), "\n")
	}
	return proposed
}

func untold(i *portfolio.Instrument) *portfolio.Instrument {
	i.Region, i.Country, i.Sector, i.Exposures = "", "", "", nil
	return i
}

// A single name gives way to a broad fund of where it is, not of elsewhere, and
// never to a fund of another sector.
func TestSingleNameGivesWayToABroadFund(t *testing.T) {
	for name, tt := range map[string]struct {
		region, sector string
		want           bool
	}{
		"broad": {"europe", "", true}, "of its sector": {"europe", "consumer_staples", true},
		"of another": {"europe", "energy", false}, "elsewhere": {"global", "", false},
	} {
		p := inBands(position("NESN", portfolio.Equity, portfolio.ClassEquity, "90", "100", "10000", ""), "204")
		nestle, fund := untold(&p.Positions[0].Instrument), untold(&p.Positions[1].Instrument)
		nestle.Country, nestle.Sector = "CH", "consumer_staples"
		fund.Region, fund.Sector = tt.region, tt.sector
		in := input(t, p)
		in.Constraints = whole()
		got := slices.ContainsFunc(proposals(analyze(t, in)), func(a string) bool {
			return strings.HasPrefix(a, "harvest_losses: sell NESN 90 9000.00, buy VTI 36 9000.00")
		})
		if got != tt.want {
			t.Errorf("%s: harvested %t, want %t", name, got, tt.want)
		}
	}
}

// An exchange that would take a figure out of its limit is not proposed: here the
// currency, of which the other fund is quoted in euros.
func TestNoExchangeLeavesALimit(t *testing.T) {
	for currency, want := range map[portfolio.Currency]bool{"USD": true, "EUR": false} {
		p := inBands(position("OLD", portfolio.ETF, portfolio.ClassEquity, "300", "60", "19500", "0.0115"), "168")
		p.FXRates = []portfolio.FXRate{{From: "EUR", To: "USD", Rate: one}}
		p.Positions[1].Instrument.Exposures = &portfolio.Exposures{
			Currencies: map[portfolio.Currency]decimal.Decimal{currency: dec("0.6"), "USD": dec("0.4")}}
		if currency == "USD" {
			p.Positions[1].Instrument.Exposures = nil
		}
		for kind, got := range exchanges(t, p) {
			if strings.HasPrefix(got, kind) != want {
				t.Errorf("%s for a fund in %s: actions %q", kind, currency, got)
			}
		}
	}
}
