package wording

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// places is how many decimals a value of a format shows at the least.
var places = map[format]int32{asPercent: 1, asPoints: 1, asMonths: 1}

// unitOf names the nouns of formats that count something.
var unitOf = map[format]string{
	asPoints: "points", asMonths: "months", asDays: "days", asPositions: "positions", asReturns: "returns",
}

// figure writes a value in its format: with the usual decimals, or as an exact
// threshold with as few as it has.
func (r *Renderer) figure(f format, d decimal.Decimal, threshold bool) string {
	least := places[f]
	if threshold {
		least = 0
	}
	switch f {
	case asPercent:
		return r.cat.Numbers.percent(d, least)
	case asPoints:
		return r.unit(unitOf[f], d.Mul(hundred), least)
	case asMoney:
		currency := r.res.BaseCurrency
		return r.cat.Numbers.money(d, currency.MinorDigits(), string(currency))
	case asNumber:
		return r.cat.Numbers.number(rounded(d, least))
	default:
		return r.unit(unitOf[f], d, least)
	}
}

// gapFormat is the format of the difference of two values.
func gapFormat(f format) format {
	if f == asPercent {
		return asPoints
	}
	return f
}

// written is a value as its text has it, a decimal or a risk level.
func (r *Renderer) written(f format, value string, magnitude bool) string {
	if f == asLevel {
		return r.term(termLevel, value)
	}
	d, err := decimal.NewFromString(value)
	if err != nil {
		return value
	}
	if magnitude {
		d = d.Abs()
	}
	return r.figure(f, d, false)
}

// side is the variant for a figure against a threshold.
func side(figure, threshold decimal.Decimal) string {
	return [...]string{variantBelow, variantEqual, variantAbove}[figure.Cmp(threshold)+1]
}

// sign is the variant for a figure against zero.
func sign(figure decimal.Decimal) string {
	if figure.IsZero() {
		return variantZero
	}
	return side(figure, decimal.Decimal{})
}

// decimals reads two values; false if either is none.
func decimals(a, b string) (x, y decimal.Decimal, ok bool) {
	x, err := decimal.NewFromString(a)
	if err != nil {
		return x, y, false
	}
	y, err = decimal.NewFromString(b)
	return x, y, err == nil
}

// levelSide compares two risk levels like side; "" where either is none.
func levelSide(a, b string) string {
	x, y := levelRank(a), levelRank(b)
	if x < 0 || y < 0 {
		return ""
	}
	return side(decimal.NewFromInt(int64(x)), decimal.NewFromInt(int64(y)))
}

func levelRank(level string) int {
	for i, l := range portfolio.RiskLevels {
		if string(l) == level {
			return i
		}
	}
	return -1
}
