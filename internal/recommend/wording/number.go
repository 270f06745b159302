package wording

import (
	"strings"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// numberForm is how a language writes figures. It works on decimals, which
// amounts beyond the precision of a float64 need.
type numberForm struct {
	Decimal string `yaml:"decimal"`
	Group   string `yaml:"group"`
	// GroupFrom is the number of digits before the decimal sign from which on
	// they are grouped; Spanish and Italian leave four together.
	GroupFrom int    `yaml:"group_from"`
	Percent   string `yaml:"percent"` // the sign and the space before it
	Money     string `yaml:"money"`   // a template of unit and value
	// OneBelow is the number below which a noun is singular where that is not
	// only exactly one; French says 1,5 mois and 1,5 point.
	OneBelow int64 `yaml:"one_below,omitempty"`
}

const (
	percentPlaces    = 1 // of percentages from one on
	ratePlaces       = 2 // of costs and interest, where they have them
	significant      = 3 // digits of smaller ones
	smallestPlaces   = 4 // of these; what is less is next to nothing
	thresholdPlaces  = 4 // of a threshold in percent, where it has them
	tellingPlaces    = 2 // that may be added to tell a figure from its limit
	countPlaces      = 1
	coefficientPlace = 3 // of figures that are neither share nor number of things
)

// fixed writes d with exactly so many decimals.
func (n *numberForm) fixed(d decimal.Decimal, places int32) string {
	return n.localise(portfolio.Fixed(d, places))
}

// trimmed writes d with at most so many decimals.
func (n *numberForm) trimmed(d decimal.Decimal, places int32) string {
	return n.localise(portfolio.Plain(portfolio.Within(d, places)))
}

// localise gives a plain decimal string the language's signs.
func (n *numberForm) localise(plain string) string {
	sign := ""
	if rest, negative := strings.CutPrefix(plain, "-"); negative {
		sign, plain = "-", rest
	}
	whole, fraction, hasFraction := strings.Cut(plain, ".")
	if strings.Trim(whole+fraction, "0") == "" {
		sign = "" // what rounds to nothing has no sign
	}
	out := sign + n.grouped(whole)
	if hasFraction {
		out += n.Decimal + fraction
	}
	return out
}

func (n *numberForm) grouped(whole string) string {
	if len(whole) < n.GroupFrom {
		return whole
	}
	var w strings.Builder
	lead := len(whole) % 3
	w.WriteString(whole[:lead])
	for i := lead; i < len(whole); i += 3 {
		if i > 0 {
			w.WriteString(n.Group)
		}
		w.WriteString(whole[i : i+3])
	}
	return w.String()
}

// upTo writes d with at most so many decimals and at least those of a share.
func (n *numberForm) upTo(d decimal.Decimal, places int32) string {
	rounded := portfolio.Within(d, places)
	if decimals(rounded) <= percentPlaces {
		return n.fixed(rounded, percentPlaces)
	}
	return n.localise(portfolio.Plain(rounded))
}

// points writes a ratio times one hundred without a sign: one decimal, or three
// significant digits below one so that 0.0267 does not read as nothing.
func (n *numberForm) points(ratio decimal.Decimal) string {
	p := percentOf(ratio)
	return n.upTo(p, placesOf(p, false))
}

// placesOf is how many decimals a percentage has at most, of a rate or else of a
// share.
func placesOf(p decimal.Decimal, rate bool) int32 {
	switch {
	case !p.IsZero() && belowOne(p):
		return min(int32(significant)-int32(p.NumDigits())-p.Exponent(), smallestPlaces)
	case rate:
		return ratePlaces
	}
	return percentPlaces
}

// decimals is how many decimals d is written with.
func decimals(d decimal.Decimal) int {
	_, fraction, _ := strings.Cut(portfolio.Plain(d), ".")
	return len(fraction)
}

// belowOne reports whether |d| is below one.
func belowOne(d decimal.Decimal) bool { return d.IsZero() || int32(d.NumDigits())+d.Exponent() <= 0 }

// distance writes how far two shares are apart, to the tenth in which the
// shares themselves are written, so that 10.7 and 10 are 0.7 apart.
func (n *numberForm) distance(ratio decimal.Decimal) string {
	if p := percentOf(ratio); !portfolio.Within(p, percentPlaces).IsZero() {
		return n.fixed(p, percentPlaces)
	}
	return n.points(ratio)
}

// percentOf is a ratio times one hundred.
func percentOf(ratio decimal.Decimal) decimal.Decimal { return ratio.Shift(2) }

func (n *numberForm) percent(ratio decimal.Decimal) string { return n.points(ratio) + n.Percent }

// rate writes a cost or interest in percent with the two decimals in which such
// are quoted: 1.45 must not read as 1.5.
func (n *numberForm) rate(ratio decimal.Decimal) string {
	p := percentOf(ratio)
	return n.upTo(p, placesOf(p, true))
}

// limit writes a threshold that is a ratio, without decimals that it lacks.
func (n *numberForm) limit(ratio decimal.Decimal) string {
	return n.trimmed(percentOf(ratio), thresholdPlaces) + n.Percent
}

// money writes an amount with the minor digits of its currency.
func (n *numberForm) money(amount decimal.Decimal, c portfolio.Currency) string {
	return fill(n.Money, slots{"value": n.localise(c.Format(amount)), "unit": string(c)})
}

// counted puts a noun behind a written number.
func (n *numberForm) counted(written string, d decimal.Decimal, u unit) string {
	noun := u.Other
	if written == "1" || n.OneBelow > 0 && d.Abs().LessThan(decimal.New(n.OneBelow, 0)) {
		noun = u.One
	}
	return written + noun
}
