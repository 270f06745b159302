package analysis

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

// What holds of a dozen positions holds of two thousand.
func TestPlanOfManyPositions(t *testing.T) {
	p := large(2000)
	p.FXRates = someRates
	for i := range p.Positions {
		x := &p.Positions[i]
		switch i % 37 {
		case 0:
			x.Quantity, x.TaxLots = x.Quantity.Neg(), nil
		case 1:
			x.Price = decimal.Decimal{}
		case 2:
			x.Quantity, x.TaxLots = decimal.New(1, -12), nil
		case 3:
			x.Quantity, x.TaxLots = x.Quantity.Mul(decimal.New(int64(2*i), 0)), nil
		case 4, 5:
			x.Currency = []portfolio.Currency{"GBP", "JPY", "CHF", "SEK", "NOK", "KWD"}[i%6]
		}
	}
	in := input(t, p)
	in.Constraints = whole()
	in.Constraints.BuyList = []portfolio.Candidate{{Price: decPtr("75"), Instrument: portfolio.Instrument{
		ID: portfolio.InstrumentID{Ticker: "BND"}, Type: portfolio.ETF, AssetClass: portfolio.ClassFixedIncome}}}
	r := mustAnalyzeInput(t, in)
	conserves(t, in, r)
	if r.Plan == nil || r.Plan.Sold == "0.00" || r.Plan.Bought == "0.00" {
		t.Errorf("actions %q", proposals(r))
	}
	q := *p
	q.Positions = slices.Clone(p.Positions)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(q.Positions), func(i, j int) { q.Positions[i], q.Positions[j] = q.Positions[j], q.Positions[i] })
	in.Valuation = input(t, &q).Valuation
	if diff := cmp.Diff(unordered(r), unordered(mustAnalyzeInput(t, in))); diff != "" {
		t.Errorf("another order, another plan:\n%s", diff)
	}
}

// unordered compares plans by what is traded, whatever the order of equals.
func unordered(r *Result) []string {
	lines := proposals(r)
	for _, a := range r.Actions {
		for _, x := range a.Trades {
			for _, l := range x.Lots {
				lines = append(lines, fmt.Sprint(a.Kind, x.Ticker, x.AccountID, l))
			}
		}
	}
	slices.Sort(lines)
	return lines
}

func TestOrderOfPositionsDoesNotChangeThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		q := *in.Valuation.Portfolio
		q.Positions = slices.Clone(q.Positions)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		random.Shuffle(len(q.Positions), func(i, j int) { q.Positions[i], q.Positions[j] = q.Positions[j], q.Positions[i] })
		other := in
		v, err := portfolio.Value(&q)
		if err != nil {
			t.Fatal(err)
		}
		other.Valuation = v
		if diff := cmp.Diff(unordered(mustAnalyzeInput(t, in)), unordered(mustAnalyzeInput(t, other))); diff != "" {
			t.Fatalf("another order, another plan:\n%s", diff)
		}
	})
}

// insteadOf is a request for another portfolio.
func insteadOf(t fataler, in Input, q *portfolio.Portfolio) Input {
	v, err := portfolio.Value(q)
	if err != nil {
		t.Fatalf("%v", err)
	}
	in.Valuation = v
	return in
}

// Two lots of one day and one price are as good as one.
func TestSplittingALotDoesNotChangeThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		q := *in.Valuation.Portfolio
		q.Positions = slices.Clone(q.Positions)
		for i := range q.Positions {
			x := &q.Positions[i]
			for _, l := range x.TaxLots[:min(1, len(x.TaxLots))] {
				l.Quantity = l.Quantity.Mul(half)
				rest := l
				rest.LotID = "1b"
				x.TaxLots = append([]portfolio.TaxLot{l, rest}, x.TaxLots[1:]...)
			}
		}
		a, b := mustAnalyzeInput(t, in), mustAnalyzeInput(t, insteadOf(t, in, &q))
		drop := func(a Action) bool { return a.Kind == ActionHarvestLosses } // whose floor is one of each lot
		a.Actions, b.Actions = slices.DeleteFunc(a.Actions, drop), slices.DeleteFunc(b.Actions, drop)
		if diff := cmp.Diff(proposals(a), proposals(b)); diff != "" {
			t.Fatalf("another lot, another plan:\n%s", diff)
		}
	})
}

// Nor does it matter that a custodian lists one holding in two parts.
func TestSplittingAPositionDoesNotChangeThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRequest(t)
		q := *in.Valuation.Portfolio
		q.Positions = slices.Clone(q.Positions)
		for i := range q.Positions {
			if x := &q.Positions[i]; x.Quantity.IsPositive() && x.MarketValue == nil && len(x.TaxLots) != 1 {
				rest := *x
				x.Quantity, rest.Quantity = x.Quantity.Mul(dec("0.25")), x.Quantity.Mul(dec("0.75"))
				if x.CostBasis != nil {
					x.CostBasis, rest.CostBasis = ptr(x.CostBasis.Mul(dec("0.25"))), ptr(x.CostBasis.Mul(dec("0.75")))
				}
				if len(x.TaxLots) > 1 {
					x.TaxLots, rest.TaxLots = x.TaxLots[:1], x.TaxLots[1:]
					x.Quantity, rest.Quantity = x.TaxLots[0].Quantity, rest.Quantity.Add(x.Quantity).Sub(x.TaxLots[0].Quantity)
				}
				q.Positions = append(q.Positions, rest)
			}
		}
		a, b := mustAnalyzeInput(t, in), mustAnalyzeInput(t, insteadOf(t, in, &q))
		if diff := cmp.Diff(proposals(a), proposals(b)); diff != "" {
			t.Fatalf("another list, another plan:\n%s", diff)
		}
		for _, code := range []string{FactHarvestableLoss, FactUnrealisedGain, FactUnrealisedLong} {
			x, y := factOf(a, code, SubjectPortfolio), factOf(b, code, SubjectPortfolio)
			if (x == nil) != (y == nil) || x != nil && x.Value != y.Value {
				t.Fatalf("%s %+v, of parts %+v", code, x, y)
			}
		}
	})
}

// A thousand times as much of everything is traded in the same way; the
// policy's one floor in money, that of losses, is left out.
func TestPlanScales(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := usualRequest(t)
		in.Constraints.WholeSharesOnly, in.Constraints.FractionsAsHeld, in.Constraints.MinTradeAmount = true, false, decimal.Decimal{}
		large := in
		large.Valuation = scaled(t, in.Valuation.Portfolio)
		large.Constraints.BuyList = slices.Clone(in.Constraints.BuyList)
		for i := range large.Constraints.BuyList {
			large.Constraints.BuyList[i].Price = ptr(in.Constraints.BuyList[i].Price.Shift(3))
		}
		a, b := mustAnalyzeInput(t, in), mustAnalyzeInput(t, large)
		drop := func(a Action) bool { return a.Kind == ActionHarvestLosses }
		a.Actions, b.Actions = slices.DeleteFunc(a.Actions, drop), slices.DeleteFunc(b.Actions, drop)
		if len(a.Actions) != len(b.Actions) {
			t.Fatalf("%q, and of more %q", proposals(a), proposals(b))
		}
		for i := range a.Actions {
			x, y := a.Actions[i], b.Actions[i]
			for k := range min(len(x.Trades), len(y.Trades)) {
				if s, l := x.Trades[k], y.Trades[k]; s.Quantity != l.Quantity || s.Ticker != l.Ticker || s.Side != l.Side {
					t.Fatalf("%s: %+v, and of more %+v", x.Kind, s, l)
				}
			}
			if len(x.Trades) != len(y.Trades) {
				t.Fatalf("%q, and of more %q", proposals(a), proposals(b))
			}
		}
	})
}

// scaled makes every price, cost and amount of money a thousand times as large.
func scaled(t *rapid.T, p *portfolio.Portfolio) *portfolio.Valuation {
	q := *p
	q.Positions, q.Cash = slices.Clone(p.Positions), slices.Clone(p.Cash)
	for i := range q.Cash {
		q.Cash[i].Amount = q.Cash[i].Amount.Shift(3)
	}
	for i := range q.Positions {
		x := &q.Positions[i]
		x.Price = x.Price.Shift(3)
		if x.CostBasis != nil {
			x.CostBasis = ptr(x.CostBasis.Shift(3))
		}
		x.TaxLots = slices.Clone(x.TaxLots)
		for k := range x.TaxLots {
			x.TaxLots[k].UnitCost = x.TaxLots[k].UnitCost.Shift(3)
		}
	}
	if q.MonthlyExpenses != nil {
		q.MonthlyExpenses = ptr(q.MonthlyExpenses.Shift(3))
	}
	v, err := portfolio.Value(&q)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
