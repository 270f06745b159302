package imports

import (
	"regexp"
	"strings"

	"github.com/shopspring/decimal"
)

// maxDigits is what the domain takes on either side of the point.
const maxDigits = 18

var (
	plainNumber = regexp.MustCompile(`^[+-]?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?$`)
	// amountForm is a number as people write it: US separators in the right
	// places, or none. A comma elsewhere may be a European decimal point, and is
	// refused.
	amountForm = regexp.MustCompile(`^([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,18})?(\.[0-9]{0,18})?$`)
)

// parseNumber reads a number of a program: JSON or a plain decimal. It reports
// false for what is none, or has more digits than can be meant.
func parseNumber(s string) (*decimal.Decimal, bool) {
	if !plainNumber.MatchString(s) {
		return nil, false
	}
	d, err := decimal.NewFromString(s)
	if err != nil || d.NumDigits()+int(d.Exponent()) > maxDigits || d.Exponent() < -maxDigits {
		return nil, false
	}
	return &d, true
}

// parseAmount reads a number of a spreadsheet: $1,234.56, -$1,234.56,
// (1,234.56), +3. A dash, n/a and nothing at all are no number, and no fault.
func parseAmount(s string) (d *decimal.Decimal, ok bool) {
	s = strings.ReplaceAll(strings.TrimSpace(s), "\u2212", "-") // the minus of typesetters
	switch strings.ToLower(s) {
	case "", "-", "--", "\u2013", "\u2014", "n/a", "na", "null":
		return nil, true
	}
	negative := false
	if inner, found := strings.CutPrefix(s, "("); found {
		if inner, found = strings.CutSuffix(inner, ")"); !found {
			return nil, false
		}
		s, negative = inner, true
	}
	for _, sign := range []string{"-", "$", "-"} { // -$5, $-5
		if rest, found := strings.CutPrefix(s, sign); found {
			if sign == "-" && negative {
				return nil, false
			}
			negative, s = negative || sign == "-", rest
		} else {
			s = strings.TrimPrefix(s, "+")
		}
	}
	if !amountForm.MatchString(s) || strings.Trim(s, ".") == "" {
		return nil, false
	}
	v, err := decimal.NewFromString(strings.TrimSuffix(strings.ReplaceAll(s, ",", ""), "."))
	if err != nil || v.NumDigits()+int(v.Exponent()) > maxDigits {
		return nil, false
	}
	if negative {
		v = v.Neg()
	}
	return &v, true
}

// negated is d with the other sign; nil stays nil.
func negated(d *decimal.Decimal) *decimal.Decimal { return product(d, decimal.NewFromInt(-1)) }

// short is the quantity of a short position, whichever sign it was told with.
func short(d *decimal.Decimal) *decimal.Decimal {
	if d != nil && d.IsPositive() {
		return negated(d)
	}
	return d
}
