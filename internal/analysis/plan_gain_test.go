package analysis

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

// The gain of a sale is that of its lots, whatever cost is told beside them.
func TestGainOfASaleIsThatOfItsLots(t *testing.T) {
	lots := []portfolio.TaxLot{lot("old", "2015-06-01", "80", "30"), lot("dear", "2026-02-02", "20", "200")}
	for name, tell := range map[string]func(*portfolio.Position){
		"the lots alone":          func(*portfolio.Position) {},
		"their cost too":          func(p *portfolio.Position) { p.CostBasis = decPtr("6400") },
		"their average":           func(p *portfolio.Position) { p.AverageCost = decPtr("64") },
		"a cost that contradicts": func(p *portfolio.Position) { p.CostBasis = decPtr("6405") },
	} {
		p := p0()
		p.Positions[2] = withLots(p.Positions[2], lots...)
		tell(&p.Positions[2])
		in := input(t, p)
		in.Constraints = whole()
		r := analyze(t, in)
		// Of AAPL at 180, 20 lose 20 each and 80 gain 150; 32 VTI gain 50.
		if r.Plan.RealisedGain != "13200.00" {
			t.Errorf("%s: the plan realises %s", name, r.Plan.RealisedGain)
		}
	}
}

// What a reader adds up from the lots is what the plan says.
func TestGainOfThePlanIsThatOfItsLots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := usualRequest(t)
		p := in.Valuation.Portfolio
		for i := range p.Positions {
			x := &p.Positions[i]
			x.TaxLots = anyLots(t, i, x.Quantity)
			x.CostBasis = rapid.SampledFrom([]*decimal.Decimal{nil, ptr(x.LotsCost()), x.CostBasis}).Draw(t, fmt.Sprint("basis", i))
		}
		in.Valuation = aboveZero(t, p)
		r := mustAnalyzeInput(t, in)
		if r.Plan == nil {
			return
		}
		var want decimal.Decimal
		for _, a := range r.Actions {
			for _, x := range a.Trades {
				for _, l := range x.Lots {
					want = want.Add(dec(l.Gain))
				}
			}
		}
		if got := dec(r.Plan.RealisedGain); !got.Equal(want) {
			t.Fatalf("the lots gain %s, and the plan %s", want, got)
		}
	})
}

// Nothing is left of a cost when all is sold, and what is told beyond the lots'
// goes in proportion.
func TestCostGoesWithWhatIsSold(t *testing.T) {
	for _, tt := range []struct {
		cost, quantity string
		order          []int
		want           string
	}{
		{"7000", "20", []int{0, 1}, "6750"}, {"7000", "20", []int{1, 0}, "1000"}, {"7000", "100", []int{0, 1}, "0"},
		{"8000", "20", []int{1, 0}, "1800"}, {"8000", "100", []int{1, 0}, "0"},
	} {
		p := equal(1)
		p.Positions[0] = withLots(position("S", portfolio.Equity, portfolio.ClassEquity, "100", "100", "0", ""),
			lot("cheap", "2020-01-02", "80", "12.50"), lot("dear", "2024-01-02", "20", "300"))
		p.Positions[0].CostBasis = decPtr(tt.cost)
		b := newBook(input(t, p).Valuation)
		b.sell(0, dec(tt.quantity), tt.order)
		if got := b.val.Holdings[0].Cost; !got.Equal(dec(tt.want)) {
			t.Errorf("of %s is left %s after %s in the order %v, want %s", tt.cost, got, tt.quantity, tt.order, tt.want)
		}
	}
}
