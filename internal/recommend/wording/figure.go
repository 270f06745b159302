package wording

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
)

// figure writes a value by its unit. What is no number is a risk level.
func (r *Renderer) figure(f *analysis.Fact, d decimal.Decimal) string {
	switch {
	case coefficients[f.Code]:
		return r.Number.fixed(d, coefficientPlace)
	case rates[f.Code]:
		return r.Number.rate(d) + r.Number.Percent
	case f.Unit == analysis.Ratio:
		return r.Number.percent(d)
	default:
		return r.measured(f, d)
	}
}

// threshold writes a limit, without the decimals that a measured value shows.
func (r *Renderer) threshold(f *analysis.Fact, d decimal.Decimal) string {
	if f.Unit == analysis.Ratio {
		return r.Number.limit(d)
	}
	return r.measured(f, d)
}

// excess writes the distance of a value from a limit, with its unit: shares are
// apart by points, not by percent.
func (r *Renderer) excess(f *analysis.Fact, d decimal.Decimal) string {
	switch {
	case rates[f.Code]:
		return r.Number.counted(r.Number.rate(d), percentOf(d), r.Units["points"])
	case f.Unit == analysis.Ratio:
		return r.Number.counted(r.Number.distance(d), percentOf(d), r.Units["points"])
	}
	return r.measured(f, d)
}

// band writes a width in points.
func (r *Renderer) band(d decimal.Decimal) string {
	p := percentOf(d)
	return r.Number.counted(r.Number.trimmed(p, thresholdPlaces), p, r.Units["points"])
}

func (r *Renderer) measured(f *analysis.Fact, d decimal.Decimal) string {
	if f.Unit == analysis.Money {
		return r.Number.money(d, f.Currency)
	}
	written := r.Number.trimmed(d, countPlaces)
	if f.Unit == analysis.Count {
		if noun, ok := r.Units[f.Code]; ok {
			return r.Number.counted(written, d, noun)
		}
		return written
	}
	return r.Number.counted(written, d, r.Units[string(f.Unit)])
}
