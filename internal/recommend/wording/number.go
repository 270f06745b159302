package wording

import (
	"strings"

	"github.com/shopspring/decimal"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// numberStyle is how a language writes figures, after CLDR.
type numberStyle struct {
	Decimal string   `yaml:"decimal"`
	Group   string   `yaml:"group"`
	Percent template `yaml:"percent"` // with {n}
	Money   template `yaml:"money"`   // with {n} and {currency}, an ISO 4217 code
}

// significant is how many digits of a small figure are told at the least: a fee
// of 0.0267 % is not 0.0 %.
const significant = 3

var hundred = decimal.NewFromInt(100)

// rounded has at least places decimals and, where that shows fewer, three
// significant digits; more zeros than places are not told.
func rounded(d decimal.Decimal, places int32) string {
	// NumDigits counts 0.0267 as 267, so that 3 digits lie above 10^-4.
	magnitude := int32(d.NumDigits()) + d.Exponent()
	round := max(places, significant-magnitude)
	s := d.Round(round).String()
	whole, fraction, _ := strings.Cut(s, ".")
	if missing := int(places) - len(fraction); missing > 0 {
		fraction += strings.Repeat("0", missing)
	}
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// number writes a canonical decimal such as "-1234.50" in the style.
func (s *numberStyle) number(canonical string) string {
	sign := ""
	if strings.HasPrefix(canonical, "-") {
		sign, canonical = "-", canonical[1:]
	}
	whole, fraction, ok := strings.Cut(canonical, ".")
	var out strings.Builder
	out.WriteString(sign)
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out.WriteString(s.Group)
		}
		out.WriteRune(digit)
	}
	if ok {
		out.WriteString(s.Decimal + fraction)
	}
	return out.String()
}

// percent writes a ratio as a percentage with at least so many decimals.
func (s *numberStyle) percent(ratio decimal.Decimal, places int32) string {
	return s.Percent.render(slots{"n": s.number(rounded(ratio.Mul(hundred), places))})
}

// money writes an amount with the digits that it has; see portfolio.Currency.
func (s *numberStyle) money(amount decimal.Decimal, places int32, currency string) string {
	return s.Money.render(slots{"n": s.number(amount.StringFixed(places)), "currency": currency})
}

// categories are the CLDR plural categories that x/text names.
var categories = map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}

// category is the CLDR plural category of a canonical decimal: "1" is one in
// English, and so is "1.5" in French.
func category(tag language.Tag, canonical string) string {
	canonical = strings.TrimPrefix(canonical, "-")
	whole, fraction, _ := strings.Cut(canonical, ".")
	trimmed := strings.TrimRight(fraction, "0")
	form := plural.Cardinal.MatchPlural(tag, lastDigits(whole), len(fraction), len(trimmed), lastDigits(fraction), lastDigits(trimmed))
	if c, ok := categories[form]; ok {
		return c
	}
	return "other"
}

// lastDigits is a number modulo ten million, which is all that plural rules
// look at.
func lastDigits(s string) (n int) {
	for _, c := range s[max(0, len(s)-7):] {
		n = n*10 + int(c-'0')
	}
	if n == 0 && strings.Trim(s, "0") != "" {
		return 10_000_000
	}
	return n
}
