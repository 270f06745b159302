package analysis

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

// stockFund is a stock fund of one region at 100, of which only the cost is told.
func stockFund(ticker, region, quantity, cost string) portfolio.Position {
	p := position(ticker, portfolio.ETF, portfolio.ClassEquity, quantity, "100", cost, "")
	p.Instrument.Region = region
	return p
}

// What a cost without lots tells decides among what is exposed to the same: all of the
// larger fund was sold with its gain, and the loss of the other kept.
func TestKnownLossesAndSmallGainsGoFirst(t *testing.T) {
	single := position("SAP", portfolio.Equity, portfolio.ClassEquity, "1", "100", "120", "")
	untold := stockFund("UNTOLD", "north_america", "3", "0")
	untold.CostBasis = nil
	old := withLots(stockFund("OLD", "north_america", "3", "0"), lot("1", "2019-01-02", "3", "90"))
	for name, tt := range map[string]struct {
		positions []portfolio.Position
		rate      string // of both terms; "": the short one is higher
		want      string
	}{
		"a loss before a gain": {[]portfolio.Position{stockFund("GAIN", "north_america", "9", "300"), stockFund("LOSS", "north_america", "3", "400")}, "", "LOSS GAIN"},
		"the larger loss":      {[]portfolio.Position{stockFund("A", "europe", "9", "910"), stockFund("B", "europe", "3", "600")}, "", "B A"},
		"the smaller gain, the unknown last": {
			[]portfolio.Position{untold, stockFund("LARGE", "north_america", "9", "300"), stockFund("SMALL", "north_america", "1", "90")}, "", "SMALL LARGE UNTOLD"},
		"before a lot at a gain":                  {[]portfolio.Position{old, stockFund("LOSS", "north_america", "1", "400")}, "", "LOSS OLD/1"},
		"a gain of unknown term after a long one": {[]portfolio.Position{old, stockFund("SMALL", "north_america", "9", "890")}, "", "OLD/1 SMALL"},
		"no term that matters":                    {[]portfolio.Position{old, stockFund("SMALL", "north_america", "1", "99")}, "0.25", "SMALL OLD/1"},
		"another region is kept":                  {[]portfolio.Position{stockFund("GAIN", "north_america", "9", "300"), stockFund("LOSS", "europe", "3", "400")}, "", "GAIN LOSS"},
		"nobody told that they are alike":         {[]portfolio.Position{stockFund("GAIN", "", "9", "300"), stockFund("LOSS", "", "3", "400")}, "", "GAIN LOSS"},
		"in its place": {[]portfolio.Position{
			stockFund("FAR", "asia_pacific", "9", "800"), stockFund("GAIN", "europe", "5", "300"), stockFund("LOSS", "europe", "1", "400")}, "", "FAR LOSS GAIN"},
		"a single name": {[]portfolio.Position{stockFund("GAIN", "north_america", "9", "300"), single}, "", "SAP GAIN"},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(t, &portfolio.Portfolio{AsOf: asOf, BaseCurrency: "USD", Positions: tt.positions})
			in.Profile.Tax = portfolio.TaxRates{ShortTermRate: decPtr("0.32"), LongTermRate: decPtr("0.15")}
			if tt.rate != "" {
				in.Profile.Tax = portfolio.TaxRates{ShortTermRate: decPtr(tt.rate), LongTermRate: decPtr(tt.rate)}
			}
			if got := strings.Join(orderOfSales(in), " "); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// A loss told as a cost is sold as it is where it is told as a lot.
func TestLossIsSoldHoweverItIsTold(t *testing.T) {
	for name, tell := range map[string]func(p portfolio.Position, cost string) portfolio.Position{
		"cost": func(p portfolio.Position, cost string) portfolio.Position { p.CostBasis = decPtr(cost); return p },
		"lot": func(p portfolio.Position, cost string) portfolio.Position {
			return withLots(p, lot("1", "2022-01-05", p.Quantity.String(), dec(cost).Div(p.Quantity).String()))
		},
	} {
		bonds := func(ticker, quantity, price, cost string) portfolio.Position {
			p := position(ticker, portfolio.ETF, portfolio.ClassFixedIncome, quantity, price, "0", "0.0003")
			p.Instrument.Region, p.Instrument.Sector = "north_america", "government"
			return tell(p, cost)
		}
		p := p0()
		p.Positions = []portfolio.Position{bonds("AGG", "400", "100", "50000"), bonds("BND", "600", "75", "18000"), p.Positions[0]}
		p.Positions[2].Quantity = dec("40")
		in := input(t, p)
		in.Constraints = whole()
		r := analyze(t, in)
		if got := proposals(r)[0]; !strings.HasPrefix(got, "rebalance: sell AGG 400 40000.00, sell BND 133 9975.00, buy VTI 199") {
			t.Errorf("%s: %s", name, got)
		}
		if r.Plan.RealisedGain != "-4015.00" {
			t.Errorf("%s: a gain of %s", name, r.Plan.RealisedGain)
		}
	}
}

// Of what is taxed and stands for each other, no gain goes before a known loss.
func TestNoGainGoesBeforeTheLossOfItsLike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		for i := range in.Valuation.Portfolio.Positions {
			if rapid.Bool().Draw(t, fmt.Sprint("alike", i)) {
				x := &in.Valuation.Portfolio.Positions[i].Instrument
				*x = portfolio.Instrument{ID: x.ID, Type: portfolio.ETF, AssetClass: portfolio.ClassEquity, Region: "europe"}
			}
		}
		in.Valuation = aboveZero(t, in.Valuation.Portfolio)
		m := newModel(in)
		m.buildFacts()
		p := newPlan(in, m)
		d := p.draft()
		stakes, _ := d.sellable(func(*portfolio.Holding) bool { return true })
		gained := make(map[int]string)
		for _, s := range stakes {
			h := &d.book.val.Holdings[s.holding]
			if s.rank == rankSheltered {
				continue
			}
			kind := p.kindOf(s.holding, &h.Instrument)
			switch before, met := gained[kind]; {
			case s.gain.IsPositive():
				gained[kind] = h.Instrument.Ref()
			case met && s.gain.IsNegative():
				t.Fatalf("%s has gained and goes before the loss of %s", before, h.Instrument.Ref())
			}
		}
	})
}
