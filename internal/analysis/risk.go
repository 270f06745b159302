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
	sharpe       float64            // NaN-free; zero without volatility, see noVolatility
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
		days := toFloat(m.limit(lineTradingDays))
		returns := portfolioReturns(series, days)
		r := &riskFigures{observations: len(returns), coverage: coverage}
		r.enough = decimal.NewFromInt(int64(r.observations)).GreaterThanOrEqual(m.limit(lineObservations)) &&
			coverage.GreaterThanOrEqual(m.limit(lineRiskCoverage))
		if !r.enough {
			return r
		}
		r.volatility = annualVolatility(returns, days)
		r.drawdown = maxDrawdown(returns)
		if r.volatility >= noVolatility {
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

// noVolatility is the volatility below which a fact tells none. What is left of
// returns that are all alike is the noise of the floating point, and a Sharpe
// ratio divided by it would be in the trillions.
var noVolatility = 0.5 * math.Pow10(-statPlaces)

// covered is coverage by the histories that are long enough by themselves, so that
// a small holding with a short one does not end the estimates for all; where what
// they leave out is too much by the policy, it is that by all of them.
func (m *model) covered() ([]weightedSeries, decimal.Decimal) {
	if series, share := m.coverage(m.longEnough); share.GreaterThanOrEqual(m.limit(lineRiskCoverage)) {
		return series, share
	}
	return m.coverage(func([]portfolio.Close) bool { return true })
}

// longEnough reports whether a history alone has as many daily returns as the
// policy wants.
func (m *model) longEnough(closes []portfolio.Close) bool {
	returns := len(closes) - 1
	return decimal.NewFromInt(int64(returns)).GreaterThanOrEqual(m.limit(lineObservations)) &&
		daily(returns, closes[0].Date, closes[returns].Date, toFloat(m.limit(lineTradingDays)))
}

// coverage lists the histories that counts, with the weights of their holdings, in
// the order of their ids, and the share of the gross value that they and cash,
// which does not move, make up. The weights are of the covered value: it is taken
// for the whole. What is worth nothing weighs nothing, so that its dates do not count.
func (m *model) coverage(counts func([]portfolio.Close) bool) ([]weightedSeries, decimal.Decimal) {
	values, known, gross := make(map[string]decimal.Decimal), m.val.CashTotal, m.val.CashTotal.Abs()
	reach := gross
	histories := m.histories()
	for i := range m.val.Holdings {
		h := &m.val.Holdings[i]
		gross = gross.Add(h.Value.Abs())
		if id, ok := histories.of(h.Position); ok && counts(histories.closes[id]) {
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
		if !v.IsZero() {
			series = append(series, weightedSeries{id, histories.closes[id], toFloat(over(v, known))})
		}
	}
	slices.SortFunc(series, func(a, b weightedSeries) int { return cmp.Compare(a.id, b.id) })
	return series, coverage
}

// priceHistories are the price histories by the id that the caller gave them, and
// those ids by the instrument.
type priceHistories struct {
	closes map[string][]portfolio.Close
	byRef  map[string]string
}

// histories indexes the price histories. Of several of one instrument the first
// in the alphabet of ids is the instrument's.
func (m *model) histories() priceHistories {
	h := priceHistories{make(map[string][]portfolio.Close, len(m.val.Portfolio.PriceHistory)), make(map[string]string)}
	for _, x := range m.val.Portfolio.PriceHistory {
		h.closes[x.PositionID] = x.Closes
	}
	for i := range m.val.Portfolio.Positions {
		p := &m.val.Portfolio.Positions[i]
		if _, told := h.closes[p.PositionID]; !told || p.PositionID == "" {
			continue
		}
		if first, met := h.byRef[p.Instrument.Ref()]; !met || p.PositionID < first {
			h.byRef[p.Instrument.Ref()] = p.PositionID
		}
	}
	return h
}

// of is the id of a position's history: its own, that of its ticker, or that of
// another position in the same instrument, whose closes are the same.
func (h priceHistories) of(p *portfolio.Position) (string, bool) {
	for _, id := range [...]string{p.PositionID, p.Instrument.ID.Ticker, h.byRef[p.Instrument.Ref()]} {
		if _, told := h.closes[id]; told && id != "" {
			return id, true
		}
	}
	return "", false
}

// portfolioReturns are the daily returns of a portfolio that is kept at its
// present weights, over the dates that all series have. Their variance is that
// of the weights in the sample covariance of the series: no weighted average of
// volatilities. Prices are in their own currencies, so that exchange rates do
// not move the result. Closes that are not told daily have no daily returns.
func portfolioReturns(series []weightedSeries, tradingDays float64) []float64 {
	dates := commonDates(series)
	if len(dates) < 2 || !daily(len(dates)-1, dates[0], dates[len(dates)-1], tradingDays) {
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

// daily reports whether there are at least half as many returns as trading days
// between the first date and the last: holidays and gaps leave more, a week's or a month's
// closes fewer, and their returns scaled up as those of days would make the
// volatility twice as high or more.
func daily(returns int, first, last portfolio.Date, tradingDays float64) bool {
	const daysOfYear = 365.25
	return float64(returns) >= float64(last.DaysSince(first))/daysOfYear*tradingDays/2
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
