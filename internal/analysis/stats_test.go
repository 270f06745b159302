package analysis

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"
)

// toyCloses is the worked series of the reference.
var toyCloses = []float64{100, 102, 101, 105, 99, 103, 104, 98, 100, 106, 107}

func toyReturns() []float64 {
	returns := make([]float64, len(toyCloses)-1)
	for i := range returns {
		returns[i] = toyCloses[i+1]/toyCloses[i] - 1
	}
	return returns
}

func TestStatisticsOfTheWorkedSeries(t *testing.T) {
	r := toyReturns()
	for _, tt := range []struct {
		name      string
		got, want float64
	}{
		{"mean", mean(r), 0.0074919778},
		{"sample deviation", sampleDeviation(r), 0.0393407346},
		{"annual volatility", annualVolatility(r, 252), 0.6245148007},
		{"max drawdown", maxDrawdown(r), 0.0666666667},
		{"sharpe", sharpeRatio(r, 252, 0.04), 2.9590626169},
		{"historical VaR", historicalVaR(r), 0.0576923077},
	} {
		if math.Abs(tt.got-tt.want) > 5e-11 {
			t.Errorf("%s = %.10f, want %.10f", tt.name, tt.got, tt.want)
		}
	}
	if got := parametricVaR(r) * 100_000; math.Abs(got-6470.97) > 0.005 {
		t.Errorf("parametric VaR of 100,000 = %.2f, want 6470.97", got)
	}
	// 500,000 at a daily deviation of 7 %, with z rounded to 1.645: 57,575.
	if got := z95 * 0.07 * 500_000; math.Abs(got-57_575) > 10 {
		t.Errorf("parametric VaR of 500,000 = %.0f, want about 57,575", got)
	}
}

func TestStatisticsAgainstGonum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SliceOfN(rapid.Float64Range(-0.2, 0.2), 2, 400).Draw(t, "returns")
		near(t, "mean", mean(r), stat.Mean(r, nil))
		near(t, "deviation", sampleDeviation(r), stat.StdDev(r, nil))
		sorted := slices.Sorted(slices.Values(r))
		near(t, "quantile", historicalVaR(r), max(0, -stat.Quantile(0.05, stat.Empirical, sorted, nil)))
		if d := maxDrawdown(r); d < 0 || d > 1 {
			t.Fatalf("drawdown %v is not within 0 and 1", d)
		}
	})
}

type fataler interface{ Fatalf(string, ...any) }

func near(t fataler, name string, got, want float64) {
	if math.Abs(got-want) > 1e-12*(1+math.Abs(want)) {
		t.Fatalf("%s = %v, want %v", name, got, want)
	}
}

func TestMaxDrawdownOfASteadyRise(t *testing.T) {
	if got := maxDrawdown([]float64{0.01, 0, 0.02}); got != 0 {
		t.Errorf("maxDrawdown = %v, want 0", got)
	}
	if got := maxDrawdown([]float64{-0.5, 1, -0.25}); got != 0.5 {
		t.Errorf("maxDrawdown = %v, want 0.5: the start is a peak", got)
	}
}

// On borrowed money more than everything is lost, and 100 % is the deepest fall.
func TestMaxDrawdownOfATotalLoss(t *testing.T) {
	for _, returns := range [][]float64{{0.1, -1.5, 0.3}, {-1, 5}, {-3, -0.5, -2}} {
		if got := maxDrawdown(returns); got != 1 {
			t.Errorf("maxDrawdown(%v) = %v, want 1", returns, got)
		}
	}
}
