package wording

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/portfolio"
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

// figureBeside is a figure that stands beside its limit: with the decimals that
// tell it from the limit, so that 94.97 % does not read as 95.0 % where at least
// 95 % are wanted.
func (r *Renderer) figureBeside(f *analysis.Fact, d, limit decimal.Decimal) string {
	return r.figureIn(f, d, tellingShare(f, d, limit))
}

// figureApart is a figure beside its limit and what lies between them, in the
// decimals of all three, so that the one plus the other is the limit.
func (r *Renderer) figureApart(f *analysis.Fact, d, limit decimal.Decimal) string {
	return r.figureIn(f, d, placesApart(f, d, limit))
}

// apart is what lies between the two of figureApart. Beside a share below one,
// which is written with three digits, the first of it that count are enough.
func (r *Renderer) apart(f *analysis.Fact, d, limit decimal.Decimal) string {
	by := d.Sub(limit).Abs()
	if !r.isShare(f) {
		return r.measured(f, by)
	}
	p, line, places := percentOf(by), percentOf(limit), placesApart(f, d, limit)
	if belowOne(percentOf(d)) {
		places = telling(p, line, max(placesOf(p, false), decimalsOf(line)))
	}
	return r.Number.counted(r.Number.upTo(p, places), p, r.Units["points"])
}

// figureIn is a figure that has at most so many decimals if it is a share.
func (r *Renderer) figureIn(f *analysis.Fact, d decimal.Decimal, places int32) string {
	if !r.isShare(f) {
		return r.figure(f, d)
	}
	return r.Number.upTo(percentOf(d), places) + r.Number.Percent
}

func placesApart(f *analysis.Fact, d, limit decimal.Decimal) int32 {
	return max(tellingShare(f, d, limit), decimalsOf(percentOf(limit)))
}

func tellingShare(f *analysis.Fact, d, limit decimal.Decimal) int32 {
	p := percentOf(d)
	return telling(p, percentOf(limit), placesOf(p, rates[f.Code]))
}

// decimalsOf is how many decimals a limit is written with.
func decimalsOf(limit decimal.Decimal) int32 { return int32(min(decimals(limit), thresholdPlaces)) }

// excessBeside is a distance beside another, in as many decimals as tell them apart.
func (r *Renderer) excessBeside(f *analysis.Fact, d, limit decimal.Decimal) string {
	p := percentOf(d)
	if places := telling(p, percentOf(limit), percentPlaces); r.isShare(f) && places > percentPlaces {
		return r.Number.counted(r.Number.fixed(p, places), p, r.Units["points"])
	}
	return r.excess(f, d)
}

func (r *Renderer) isShare(f *analysis.Fact) bool {
	return f.Unit == analysis.Ratio && !coefficients[f.Code]
}

// threshold writes a limit, without the decimals that a measured value shows.
func (r *Renderer) threshold(f *analysis.Fact, d decimal.Decimal) string {
	if f.Unit == analysis.Ratio {
		return r.Number.limit(d)
	}
	return r.numbered(f, d, thresholdPlaces)
}

// excess writes the distance of a value from a limit, with its unit: shares are
// apart by points, not by percent.
func (r *Renderer) excess(f *analysis.Fact, d decimal.Decimal) string {
	if f.Unit == analysis.Ratio {
		return r.Number.counted(r.Number.distance(d), percentOf(d), r.Units["points"])
	}
	return r.measured(f, d)
}

// band writes a width in points.
func (r *Renderer) band(d decimal.Decimal) string {
	p := percentOf(d)
	return r.Number.counted(r.Number.trimmed(p, thresholdPlaces), p, r.Units["points"])
}

// measured writes an amount or a number of things, of which there are as many
// decimals as tell the fact from its threshold.
func (r *Renderer) measured(f *analysis.Fact, d decimal.Decimal) string {
	return r.numbered(f, d, countPlacesOf(f))
}

func (r *Renderer) numbered(f *analysis.Fact, d decimal.Decimal, places int32) string {
	if f.Unit == analysis.Money {
		return r.Number.money(d, f.Currency)
	}
	written := r.Number.trimmed(d, places)
	if f.Unit == analysis.Count {
		if noun, ok := r.Units[f.Code]; ok {
			return r.Number.counted(written, d, noun)
		}
		return written
	}
	return r.Number.counted(written, d, r.Units[string(f.Unit)])
}

func countPlacesOf(f *analysis.Fact) int32 {
	if f.Unit == analysis.Money || f.Threshold == "" {
		return countPlaces
	}
	value, err1 := decimal.NewFromString(f.Value)
	limit, err2 := decimal.NewFromString(f.Threshold)
	if err1 != nil || err2 != nil {
		return countPlaces
	}
	return telling(value, limit, max(countPlaces, decimalsOf(limit)))
}

// telling is how many decimals tell a number from a limit that it is not equal
// to, and at least so many: 2.96 and 3 differ in the second. Where two do not, no
// more are written; see barely.
func telling(d, limit decimal.Decimal, least int32) int32 {
	for places := least; places <= tellingPlaces; places++ {
		if toldApart(d, limit, places) {
			return places
		}
	}
	return least
}

// toldApart reports whether so many decimals tell two numbers apart.
func toldApart(d, limit decimal.Decimal, places int32) bool {
	return portfolio.CompareWithin(d.Sub(limit), decimal.Zero, places) != 0 && portfolio.CompareWithin(d, limit, places) != 0
}

// barely reports whether a figure is written like the limit that it is not equal to.
func (r *Renderer) barely(f *analysis.Fact, d, limit decimal.Decimal) bool {
	places := countPlacesOf(f)
	switch {
	case f.Unit == analysis.Money || analysis.Compare(d, limit) == 0:
		return false
	case r.isShare(f):
		places, d, limit = placesApart(f, d, limit), percentOf(d), percentOf(limit)
	}
	return !toldApart(d, limit, places)
}

// rounded says of a figure that is written like its limit on which side of it it is.
func (r *Renderer) rounded(f *analysis.Fact, d, limit decimal.Decimal, written string) string {
	if !r.barely(f, d, limit) {
		return written
	}
	return fill(r.Patterns["rounded"+sides[analysis.Compare(d, limit)+1]], slots{"value": written})
}
