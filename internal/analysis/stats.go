package analysis

import (
	"math"
	"slices"
)

// Statistics of daily returns, in float64: they estimate, so that exact
// decimals would promise what they cannot keep. All of them describe the past
// and forecast nothing.

// z95 is the 95 % quantile of the standard normal distribution.
const z95 = 1.6448536269514722

// mean is the arithmetic mean; NaN for none.
func mean(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// sampleDeviation is the standard deviation with n-1 in the denominator; NaN
// for fewer than two.
func sampleDeviation(x []float64) float64 {
	mu, sum := mean(x), 0.0
	for _, v := range x {
		sum += (v - mu) * (v - mu)
	}
	return math.Sqrt(sum / float64(len(x)-1))
}

// annualVolatility scales the deviation of daily returns to a year of so many
// trading days by their square root, as if the days were independent; 0 or more.
func annualVolatility(returns []float64, days float64) float64 {
	return sampleDeviation(returns) * math.Sqrt(days)
}

// sharpeRatio is the mean daily return of a year (arithmetic) less the
// risk-free rate a year, over the annual volatility: a number of either sign,
// not finite without volatility.
func sharpeRatio(returns []float64, days, riskFree float64) float64 {
	return (mean(returns)*days - riskFree) / annualVolatility(returns, days)
}

// maxDrawdown is the deepest fall from a peak of the compounded returns, as a
// fraction of the peak, 0..1. Borrowed money can lose more than all there was:
// from then on nothing is left to rise or to fall.
func maxDrawdown(returns []float64) float64 {
	level, peak, worst := 1.0, 1.0, 0.0
	for _, r := range returns {
		if level *= 1 + r; level <= 0 {
			return 1
		}
		peak = max(peak, level)
		worst = max(worst, (peak-level)/peak)
	}
	return worst
}

// parametricVaR is z95 times the sample deviation: the loss of one day that is
// not exceeded with 95 % probability if returns are normal with mean zero, as a
// fraction of the value, 0 or more (the method of Investopedia's 57,575).
func parametricVaR(returns []float64) float64 { return z95 * sampleDeviation(returns) }

// historicalVaR is the empirical 5 % quantile of the daily returns (type 1 of
// Hyndman and Fan: the inverse of the distribution function, no interpolation)
// as a loss, never below zero.
func historicalVaR(returns []float64) float64 {
	sorted := slices.Sorted(slices.Values(returns))
	i := int(math.Ceil(0.05*float64(len(sorted)))) - 1
	return max(0, -sorted[max(0, i)])
}
