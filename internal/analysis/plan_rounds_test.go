package analysis

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

// rounds is how often a plan is carried out and the portfolio shown again.
const rounds = 5

// somePlaces are told of instruments, so that some stand for others.
var somePlaces = []string{"", "north_america", "north_america", "europe"}

// someFees are told of funds, so that some are to be replaced by others.
var someFees = []*decimal.Decimal{nil, decPtr("0.0003"), decPtr("0.002"), decPtr("0.009"), decPtr("0.015")}

// placed is a usual request with funds of few regions, so that exchanges find
// their like.
func placed(t *rapid.T) Input {
	in := usualRequest(t)
	p := in.Valuation.Portfolio
	for i := range p.Positions {
		x := &p.Positions[i].Instrument
		x.Region = rapid.SampledFrom(somePlaces).Draw(t, fmt.Sprint("region", i))
		x.Exposures, x.Sector = nil, ""
		if rapid.Bool().Draw(t, fmt.Sprint("fund", i)) {
			x.Type, x.AssetClass = portfolio.ETF, rapid.SampledFrom(someClasses[1:]).Draw(t, fmt.Sprint("fund's class", i))
			x.ExpenseRatio = rapid.SampledFrom(someFees).Draw(t, fmt.Sprint("fee", i))
		}
	}
	for i := range in.Constraints.BuyList {
		c := &in.Constraints.BuyList[i]
		c.Region = rapid.SampledFrom(somePlaces).Draw(t, fmt.Sprint("listed region", i))
		c.ExpenseRatio = rapid.SampledFrom(someFees).Draw(t, fmt.Sprint("listed fee", i))
	}
	in.Constraints.MaxTurnover = nil // what a cap leaves is due in the next round
	oneInstrument(p)
	in.Valuation = aboveZero(t, p)
	return in
}

// oneInstrument describes and prices what is held twice in one way.
func oneInstrument(p *portfolio.Portfolio) {
	first := map[string]*portfolio.Position{}
	for i := range p.Positions {
		x := &p.Positions[i]
		if f := first[x.Instrument.Ref()]; f != nil {
			x.Instrument, x.Price, x.Currency = f.Instrument, f.Price, f.Currency
		} else {
			first[x.Instrument.Ref()] = x
		}
	}
}

// A plan that is carried out and asked for again comes to rest, and what one round
// bought no later one sells for its loss or its fee.
func TestPlansComeToRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := placed(t)
		bought := map[string]int{}
		for round := range rounds {
			r := mustAnalyzeInput(t, in)
			traded := map[string]Side{}
			for _, a := range r.Actions {
				for _, x := range a.Trades {
					if at, met := bought[x.Ticker]; met && x.Side == Sell && (a.Kind == ActionHarvestLosses || a.Kind == ActionReplaceCostlyFund) {
						t.Fatalf("round %d: %s sells %s, bought in round %d: %q", round, a.Kind, x.Ticker, at, proposals(r))
					}
					traded[x.Ticker] = x.Side
				}
			}
			for ref, side := range traded {
				if side == Buy {
					bought[ref] = round
				}
			}
			if len(traded) == 0 {
				return
			}
			if round == rounds-1 {
				t.Fatalf("still trading in round %d: %q", round, proposals(r))
			}
			in.Valuation = carriedOut(t, in)
		}
	})
}

// carriedOut is the portfolio that a plan leaves, with the costs and lots of what
// is left; replay holds the trades themselves to account.
func carriedOut(t fataler, in Input) *portfolio.Valuation {
	m := newModel(in)
	m.buildFacts()
	after := candidateActions(in, m, nil).now.val
	p := *after.Portfolio
	p.Positions, p.Cash = nil, nil
	for i := range after.Holdings {
		h := &after.Holdings[i]
		if h.Quantity.IsZero() {
			continue
		}
		x := *h.Position
		x.AverageCost, x.CostBasis = nil, nil
		if h.Cost != nil && len(x.TaxLots) == 0 {
			x.CostBasis = ptr(over(*h.Cost, h.Rate))
		}
		p.Positions = append(p.Positions, x)
	}
	for i := range after.Cash {
		p.Cash = append(p.Cash, *after.Cash[i].Cash)
	}
	return aboveZero(t, &p)
}

// What is sold for its loss is not exchanged for a dear fund, which the next round
// would exchange for it again.
func TestLossIsNotExchangedForACostlyFund(t *testing.T) {
	for fee, want := range map[string][]string{
		"0.009": nil,
		"0.002": {"harvest_losses: sell CHEAP 30 3000.00, buy OTHER 30 3000.00 [] {wash_sale_visibility}"},
	} {
		cheap := withLots(position("CHEAP", portfolio.ETF, portfolio.ClassEquity, "35", "100", "0", "0.0003"),
			lot("lost", "2024-01-15", "30", "140"), lot("kept", "2024-01-15", "5", "99"))
		other := position("OTHER", portfolio.ETF, portfolio.ClassEquity, "5", "100", "500", fee)
		europe := position("EUROPE", portfolio.ETF, portfolio.ClassEquity, "20", "100", "2000", "0.0003")
		europe.Instrument.Region = "europe"
		cheap.Instrument.Region, other.Instrument.Region = "north_america", "north_america"
		bonds := position("BONDS", portfolio.ETF, portfolio.ClassFixedIncome, "35", "100", "3500", "0.0003")
		p := &portfolio.Portfolio{
			AsOf: asOf, BaseCurrency: "USD", Cash: []portfolio.Cash{{Currency: "USD", Amount: dec("500")}},
			Positions: []portfolio.Position{cheap, other, europe, bonds},
		}
		in := input(t, p)
		in.Constraints = whole()
		wantProposals(t, analyze(t, in), want...)
	}
}
