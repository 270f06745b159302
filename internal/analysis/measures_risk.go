package analysis

import (
	"github.com/shopspring/decimal"
)

// The methods of value at risk; they are the subjects of its facts.
const (
	varHistorical = "historical"
	varParametric = "parametric"
)

var riskMeasures = []measure{
	{
		// Sample deviation of the portfolio's daily returns times the square root of
		// 252: a ratio a year, 0 or more; see portfolioReturns. None of these
		// estimates exists below 60 returns.
		code: FactVolatility, unit: Ratio,
		value: riskValue(func(r *riskFigures) float64 { return r.volatility }),
	},
	{
		// (Peak - trough) / peak of the deepest fall in the history, 0..1. The
		// threshold is the worst year of the level's model (Schwab, 1970 to 2024).
		code: FactMaxDrawdown, unit: Ratio,
		value: riskValue(func(r *riskFigures) float64 { return r.drawdown }),
		limit: limitOf(lineDrawdown),
	},
	{
		// (Mean daily return times 252 - risk-free rate) / volatility, a year each,
		// of either sign; none without volatility, see noVolatility.
		code: FactSharpe, unit: Ratio,
		value: func(m *model, subject string) (decimal.Decimal, bool) {
			if m.riskFigures().volatility < noVolatility {
				return decimal.Decimal{}, false
			}
			return riskValue(func(r *riskFigures) float64 { return r.sharpe })(m, subject)
		},
	},
	{
		// The loss of one day not exceeded with 95 % probability, by two methods:
		// money, 0 or more; see parametricVaR and historicalVaR.
		code: FactVaR95, unit: Money,
		subjects: func(*model) []string { return []string{varHistorical, varParametric} },
		value: func(m *model, method string) (decimal.Decimal, bool) {
			r := m.riskFigures()
			share := decimal.NewFromFloat(r.valueAtRisk[method]).Round(sharePlaces)
			return share.Mul(m.val.Total), r.enough
		},
	},
	{
		// The daily returns between the dates that all told histories have, without
		// short ones of little weight (see covered): a count, zero where those are
		// not told daily.
		code: FactHistoryObservations, unit: Count,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			return decimal.NewFromInt(int64(m.riskFigures().observations)), len(m.val.Portfolio.PriceHistory) > 0
		},
		limit: limitOf(lineObservations),
	},
	{
		// The share of the holdings' and cash's gross value whose history is told and,
		// if enough of it is, long enough, 0..1. Cash counts as told: it does not move.
		code: FactHistoryCoverage, unit: Ratio,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			return m.riskFigures().coverage, len(m.val.Portfolio.PriceHistory) > 0
		},
		limit: limitOf(lineRiskCoverage),
	},
	{
		// The equity share of a published glide path at the investor's age, 0..1; see
		// glidePath.
		code: FactGlidePath, unit: Ratio,
		value: (*model).glidePath,
	},
}

// statPlaces is how many places of an estimate are told; more would be noise
// of the floating point.
const statPlaces = 10

// sharePlaces is that of an estimate that is multiplied by the total: ten places
// would move the cents of a hundred million.
const sharePlaces = 14

// riskValue reads one estimate, which exists when the history is long enough
// and covers enough of the portfolio.
func riskValue(of func(*riskFigures) float64) func(*model, string) (decimal.Decimal, bool) {
	return func(m *model, _ string) (decimal.Decimal, bool) {
		r := m.riskFigures()
		if !r.enough {
			return decimal.Decimal{}, false
		}
		return decimal.NewFromFloat(of(r)).Round(statPlaces), true
	}
}

// glidePath is start - (start - end) * (age - from) / (to - from), a share of
// equities in 0..1: 90 % until 40, 61.875 % at 55, 30 % from 72 on. The ends are
// those of Vanguard's institutional path, the line between them is ours. It is
// an observation, not advice.
func (m *model) glidePath(string) (decimal.Decimal, bool) {
	if m.in.Profile.Age == nil {
		return decimal.Decimal{}, false
	}
	age := decimal.NewFromInt(int64(*m.in.Profile.Age))
	from, to := m.limit(lineGlideStartAge), m.limit(lineGlideEndAge)
	age = decimal.Min(decimal.Max(age, from), to)
	start, end := m.limit(lineGlideStart), m.limit(lineGlideEnd)
	fall := over(start.Sub(end).Mul(age.Sub(from)), to.Sub(from))
	return start.Sub(fall), true
}
