package analysis

import (
	"cmp"
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// riskFigures are the estimates from the price histories.
type riskFigures struct {
	observations int
	coverage     decimal.Decimal // 0..1
	enough       bool            // both suffice by the policy; else the rest is zero
	volatility   float64         // a year
	drawdown     float64
	sharpe       float64            // NaN-free; zero without volatility
	valueAtRisk  map[string]float64 // of one day, by method, as a fraction of the value
}

// riskFigures estimates from the daily returns of portfolioReturns if there are
// at least as many as the policy wants (60), of enough of the portfolio; if not
// there are no estimates.
func (m *model) riskFigures() *riskFigures {
	return m.risk.get(func() *riskFigures {
		if len(m.val.Portfolio.PriceHistory) == 0 {
			return &riskFigures{}
		}
		series, coverage := m.covered()
		returns := portfolioReturns(series)
		r := &riskFigures{observations: len(returns), coverage: coverage}
		r.enough = decimal.NewFromInt(int64(r.observations)).GreaterThanOrEqual(m.limit(lineObservations)) &&
			coverage.GreaterThanOrEqual(m.limit(lineRiskCoverage))
		if !r.enough {
			return r
		}
		days := toFloat(m.limit(lineTradingDays))
		r.volatility = annualVolatility(returns, days)
		r.drawdown = maxDrawdown(returns)
		if r.volatility > 0 {
			r.sharpe = sharpeRatio(returns, days, toFloat(m.limit(lineFreeRate)))
		}
		r.valueAtRisk = map[string]float64{
			varHistorical: historicalVaR(returns),
			varParametric: parametricVaR(returns),
		}
		return r
	})
}

// weightedSeries is one price history and the weight of what it stands for.
type weightedSeries struct {
	id     string
	closes []portfolio.Close
	weight float64
}

// covered lists the histories with the weights of their holdings, in the order
// of their ids, and the share of the gross value that they and cash, which does
// not move, make up. The weights are of the covered value: it is taken for the
// whole.
func (m *model) covered() ([]weightedSeries, decimal.Decimal) {
	values, known, gross := make(map[string]decimal.Decimal), m.val.CashTotal, m.val.CashTotal.Abs()
	reach := gross
	histories := make(map[string][]portfolio.Close, len(m.val.Portfolio.PriceHistory))
	for _, h := range m.val.Portfolio.PriceHistory {
		histories[h.PositionID] = h.Closes
	}
	for i := range m.val.Holdings {
		h := &m.val.Holdings[i]
		gross = gross.Add(h.Value.Abs())
		id := h.PositionID
		if _, ok := histories[id]; !ok || id == "" {
			id = h.Instrument.ID.Ticker
		}
		if _, ok := histories[id]; ok && id != "" {
			values[id] = values[id].Add(h.Value)
			known, reach = known.Add(h.Value), reach.Add(h.Value.Abs())
		}
	}
	coverage, ok := ratio(reach, gross)
	if !ok || !known.IsPositive() {
		return nil, coverage
	}
	series := make([]weightedSeries, 0, len(values))
	for id, v := range values {
		series = append(series, weightedSeries{id, histories[id], toFloat(over(v, known))})
	}
	slices.SortFunc(series, func(a, b weightedSeries) int { return cmp.Compare(a.id, b.id) })
	return series, coverage
}

// portfolioReturns are the daily returns of a portfolio that is kept at its
// present weights, over the dates that all series have. Their variance is that
// of the weights in the sample covariance of the series: no weighted average of
// volatilities. Prices are in their own currencies, so that exchange rates do
// not move the result.
func portfolioReturns(series []weightedSeries) []float64 {
	dates := commonDates(series)
	if len(dates) < 2 {
		return nil
	}
	returns := make([]float64, len(dates)-1)
	prices := make([]float64, len(dates))
	for _, s := range series {
		n := 0
		for _, x := range s.closes {
			if n < len(dates) && x.Date == dates[n] {
				prices[n] = toFloat(x.Price)
				n++
			}
		}
		for t := range returns {
			returns[t] += s.weight * (prices[t+1]/prices[t] - 1)
		}
	}
	return returns
}

// commonDates are the dates on which every series has a close, ascending.
func commonDates(series []weightedSeries) []portfolio.Date {
	if len(series) == 0 {
		return nil
	}
	seen := make(map[portfolio.Date]int)
	for _, s := range series {
		for _, x := range s.closes {
			seen[x.Date]++
		}
	}
	var dates []portfolio.Date
	for _, x := range series[0].closes {
		if seen[x.Date] == len(series) {
			dates = append(dates, x.Date)
		}
	}
	return dates
}

// toFloat is the nearest float64. A short decimal, which prices are, takes one
// exact division instead of a rational.
func toFloat(d decimal.Decimal) float64 {
	const digits, places = 15, 22 // both exact in a float64, as is ten to the 22nd
	if e := d.Exponent(); -places <= e && e <= 0 && d.NumDigits() <= digits {
		return float64(d.CoefficientInt64()) / math.Pow10(int(-e))
	}
	return d.InexactFloat64()
}
