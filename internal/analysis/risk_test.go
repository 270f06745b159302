package analysis

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"ballast.internal/ballast/internal/portfolio"
)

// closes is a history of n+1 days whose returns come from next; the last day
// is the portfolio's.
func closes(n int, next func() float64) []portfolio.Close {
	price, out := 100.0, make([]portfolio.Close, n+1)
	for i := range out {
		out[i] = portfolio.Close{Date: asOf.AddDays(i - n), Price: decimal.NewFromFloat(price).Round(6)}
		price *= 1 + next()
	}
	return out
}

func randomReturns(seed uint64) func() float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	return func() float64 { return r.NormFloat64() * 0.01 }
}

func withHistory(n int) *portfolio.Portfolio {
	p := p0()
	for i, ticker := range []string{"VTI", "VXUS", "AAPL", "BND"} {
		p.PriceHistory = append(p.PriceHistory, portfolio.PriceHistory{PositionID: ticker, Closes: closes(n, randomReturns(uint64(i)))})
	}
	return p
}

// The volatility of the portfolio is that of its covariance matrix.
func TestVolatilityIsThatOfTheCovariance(t *testing.T) {
	const n = 120
	p := withHistory(n)
	returns := mat.NewDense(n, 4, nil)
	for j, h := range p.PriceHistory {
		for i := range n {
			before, after := h.Closes[i].Price.InexactFloat64(), h.Closes[i+1].Price.InexactFloat64()
			returns.Set(i, j, after/before-1)
		}
	}
	var cov mat.SymDense
	stat.CovarianceMatrix(&cov, returns, nil)
	w := mat.NewVecDense(4, []float64{0.50, 0.18, 0.18, 0.09})
	want := math.Sqrt(mat.Inner(w, &cov, w) * 252)

	f := factOf(analyze(t, input(t, p)), FactVolatility, "")
	if f == nil {
		t.Fatal("no volatility")
	}
	if got := dec(f.Value).InexactFloat64(); math.Abs(got-want) > 1e-9 {
		t.Errorf("volatility = %v, want %v", got, want)
	}
}

// everySeventh is what a history told weekly has of closes, the last included.
func everySeventh(closes []portfolio.Close) (weekly []portfolio.Close) {
	for i := len(closes) - 1; i >= 0; i -= 7 {
		weekly = append(weekly, closes[i])
	}
	slices.Reverse(weekly)
	return weekly
}

func TestRiskNeedsEnoughHistory(t *testing.T) {
	for _, tt := range []struct {
		name    string
		change  func(p *portfolio.Portfolio)
		finding string // its observed value, "" for none
	}{
		{"60 returns", func(*portfolio.Portfolio) {}, ""},
		{"59 returns in common", func(p *portfolio.Portfolio) {
			p.PriceHistory[2].Closes = p.PriceHistory[2].Closes[1:]
		}, "59"},
		{"the largest holding missing", func(p *portfolio.Portfolio) { p.PriceHistory = p.PriceHistory[1:] }, "0.5"},
		{"9 % with a short history", func(p *portfolio.Portfolio) { p.PriceHistory[3].Closes = p.PriceHistory[3].Closes[50:] }, ""},
		{"9 % with a week's closes", func(p *portfolio.Portfolio) {
			p.PriceHistory[3].Closes = everySeventh(closes(7*60, randomReturns(3)))
		}, ""},
		{"18 % with a short history", func(p *portfolio.Portfolio) { p.PriceHistory[1].Closes = p.PriceHistory[1].Closes[50:] }, "10"},
		{"two short histories of 27 %", func(p *portfolio.Portfolio) {
			p.PriceHistory[2].Closes, p.PriceHistory[3].Closes = p.PriceHistory[2].Closes[40:], p.PriceHistory[3].Closes[50:]
		}, "10"},
		{"9 % missing", func(p *portfolio.Portfolio) { p.PriceHistory = p.PriceHistory[:3] }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := withHistory(60)
			tt.change(p)
			r := analyze(t, input(t, p))
			for _, code := range []string{FactVolatility, FactMaxDrawdown, FactSharpe} {
				if got, want := factOf(r, code, "") != nil, tt.finding == ""; got != want {
					t.Errorf("%s exists: %v, want %v", code, got, want)
				}
			}
			f := findingOf(r, FindingShortHistory, "")
			switch {
			case tt.finding == "" && f != nil:
				t.Errorf("finding %+v, want none", f)
			case tt.finding != "" && (f == nil || f.Observed != tt.finding):
				t.Errorf("finding %+v, want one that observed %s", f, tt.finding)
			}
		})
	}
}

func TestValueAtRiskNamesItsMethod(t *testing.T) {
	r := analyze(t, input(t, withHistory(250)))
	for _, method := range []string{varHistorical, varParametric} {
		f := factOf(r, FactVaR95, method)
		if f == nil || f.Unit != Money || f.Currency != "USD" || !dec(f.Value).IsPositive() {
			t.Errorf("var_95 %s = %+v, want an amount of USD above zero", method, f)
		}
	}
}

// One position with an id and one without share a ticker, and each has its own
// history: the id goes before the ticker.
func TestHistoryByPositionID(t *testing.T) {
	p := p0()
	p.Positions = p.Positions[:1]
	p.Cash = nil
	p.Positions[0].PositionID = "p1"
	flat := closes(60, func() float64 { return 0 })
	p.PriceHistory = []portfolio.PriceHistory{
		{PositionID: "p1", Closes: closes(60, randomReturns(7))}, {PositionID: "VTI", Closes: flat},
	}
	r := analyze(t, input(t, p))
	if f := factOf(r, FactVolatility, ""); f == nil || dec(f.Value).IsZero() {
		t.Errorf("volatility = %+v, want that of the position's own history", f)
	}
}

func TestFlatHistoryHasNoSharpe(t *testing.T) {
	p := p0()
	p.Positions, p.Cash = p.Positions[:1], nil
	p.PriceHistory = []portfolio.PriceHistory{{PositionID: "VTI", Closes: closes(60, func() float64 { return 0 })}}
	r := analyze(t, input(t, p))
	if f := factOf(r, FactSharpe, ""); f != nil {
		t.Errorf("sharpe = %+v, want none: there is nothing to divide by", f)
	}
	if f := factOf(r, FactVolatility, ""); f == nil || f.Value != "0" {
		t.Errorf("volatility = %+v, want 0", f)
	}
}

func TestToFloatIsTheNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := decimal.New(rapid.Int64().Draw(t, "coefficient"), int32(rapid.IntRange(-30, 10).Draw(t, "exponent")))
		if got, want := toFloat(d), d.InexactFloat64(); got != want {
			t.Fatalf("toFloat(%s) = %v, want %v", d, got, want)
		}
	})
}

// Returns that are all alike leave only the noise of the floating point, by
// which nothing is divided: the Sharpe ratio was in the trillions.
func TestSteadyGrowthHasNoSharpe(t *testing.T) {
	p := p0()
	p.Positions, p.Cash = p.Positions[:1], nil
	price, growth := decimal.NewFromInt(1), dec("1.0002")
	history := closes(60, func() float64 { return 0 })
	for i := range history {
		history[i].Price = price.Round(16)
		price = price.Mul(growth)
	}
	p.PriceHistory = []portfolio.PriceHistory{{PositionID: "VTI", Closes: history}}
	r := analyze(t, input(t, p))
	if f := factOf(r, FactVolatility, ""); f == nil || f.Value != "0" {
		t.Errorf("volatility = %+v, want 0", f)
	}
	if f := factOf(r, FactSharpe, ""); f != nil {
		t.Errorf("sharpe = %+v, want none", f)
	}
}

// What is worth nothing, as a share that is no longer traded, does not limit
// the dates of the rest.
func TestHistoryOfWhatIsWorthNothing(t *testing.T) {
	p := withHistory(60)
	delisted := p.Positions[2]
	delisted.Instrument.ID = portfolio.InstrumentID{Ticker: "GONE"}
	delisted.Price = decimal.Decimal{}
	p.Positions = append(p.Positions, delisted)
	want := factOf(analyze(t, input(t, p)), FactVolatility, "")
	p.PriceHistory = append(p.PriceHistory, portfolio.PriceHistory{PositionID: "GONE", Closes: closes(60, randomReturns(9))[:3]})
	if got := factOf(analyze(t, input(t, p)), FactVolatility, ""); got == nil || got.Value != want.Value {
		t.Errorf("volatility = %+v, want %+v", got, want)
	}
}

// The closes are the instrument's: a position in another account, with an id of
// its own, has the same.
func TestHistoryOfTheSameInstrument(t *testing.T) {
	p := withHistory(60)
	want := factOf(analyze(t, input(t, p)), FactVolatility, "")
	p.Positions[0].PositionID, p.PriceHistory[0].PositionID = "p1", "p1"
	half := p.Positions[0].Quantity.Div(decimal.NewFromInt(2))
	second := p.Positions[0]
	second.PositionID, second.Quantity, p.Positions[0].Quantity = "p2", half, half
	p.Positions = append(p.Positions, second)
	r := analyze(t, input(t, p))
	if f := factOf(r, FactHistoryCoverage, ""); f == nil || f.Value != "1" {
		t.Errorf("history_coverage = %+v, want 1", f)
	}
	if got := factOf(r, FactVolatility, ""); got == nil || got.Value != want.Value {
		t.Errorf("volatility = %+v, want %+v", got, want)
	}
}

// Closes of every week are no daily returns; those of every other day still are.
func TestHistoryThatIsNotDaily(t *testing.T) {
	for _, tt := range []struct {
		days int
		want string
	}{{7, "0"}, {30, "0"}, {3, "0"}, {2, "60"}, {1, "60"}} {
		p := withHistory(60)
		for i := range p.PriceHistory {
			for j := range p.PriceHistory[i].Closes {
				p.PriceHistory[i].Closes[j].Date = asOf.AddDays((j - 60) * tt.days)
			}
		}
		r := analyze(t, input(t, p))
		if f := factOf(r, FactHistoryObservations, ""); f == nil || f.Value != tt.want {
			t.Errorf("every %d days: history_observations = %+v, want %s", tt.days, f, tt.want)
		}
		if f := findingOf(r, FindingShortHistory, ""); (f != nil) != (tt.want == "0") {
			t.Errorf("every %d days: finding %+v", tt.days, f)
		}
		if f := factOf(r, FactVolatility, ""); (f != nil) != (tt.want != "0") {
			t.Errorf("every %d days: volatility %+v", tt.days, f)
		}
	}
}
