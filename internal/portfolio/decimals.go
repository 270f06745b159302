package portfolio

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// Decimals in machine words. Nearly all numbers of a portfolio fit, and are
// then written and computed with several times as fast as big numbers are; the
// rest is left to package decimal, and the outcome is the same to the digit.

// WordDigits is how many decimal digits always fit an int64.
const WordDigits = 18

// powers are the powers of ten that an int64 holds.
var powers = func() (p [WordDigits + 1]int64) {
	for i := range p {
		p[i] = int64(math.Pow10(i))
	}
	return p
}()

// PowerOfTen is ten to the n, 0 to WordDigits.
func PowerOfTen(n int32) int64 { return powers[n] }

// Word is d's coefficient, and false if it has more than WordDigits.
func Word(d decimal.Decimal) (int64, bool) {
	if d.NumDigits() > WordDigits {
		return 0, false
	}
	return d.CoefficientInt64(), true
}

// Shifted is n times ten to the places, 0 or more, and false where that has
// more than WordDigits.
func Shifted(n int64, places int32) (int64, bool) {
	if places > WordDigits {
		return 0, n == 0
	}
	end := powers[WordDigits-places]
	return n * powers[places], -end < n && n < end
}

// Fixed writes d with exactly so many decimals, 0 or more, rounded half away
// from zero; what rounds to nothing has no sign. It is d.StringFixed.
func Fixed(d decimal.Decimal, places int32) string {
	units, ok := minorUnits(d, places)
	if !ok {
		return d.StringFixed(places)
	}
	var room [WordDigits + 1]byte
	return point(strconv.AppendInt(room[:0], max(units, -units), 10), int(places), units < 0)
}

// settledPlaces is up to where amounts are told apart.
const settledPlaces = 40

// Settled is d without what inverted rates that do not end leave behind the
// places that matter, so that amounts meet where they are equal.
func Settled(d decimal.Decimal) decimal.Decimal { return Within(d, settledPlaces) }

// Within is d with at most so many decimals, rounded half away from zero. It is
// d.Round without the work where there are no more.
func Within(d decimal.Decimal, places int32) decimal.Decimal {
	if d.Exponent() >= -places {
		return d
	}
	if units, ok := minorUnits(d, places); ok {
		return decimal.New(units, -places)
	}
	return d.Round(places)
}

// minorUnits is amount in units of ten to the -places, rounded half away from
// zero, and false where that has more than WordDigits.
func minorUnits(amount decimal.Decimal, places int32) (int64, bool) {
	units, ok := Word(amount)
	dropped := -amount.Exponent() - places
	switch {
	case dropped > WordDigits:
		return 0, false
	case !ok:
		return roundedWords(amount, dropped)
	case dropped <= 0:
		return Shifted(units, -dropped)
	}
	power := powers[dropped]
	whole, rest := units/power, units%power
	switch {
	case rest >= power-rest:
		whole++
	case -rest >= power+rest:
		whole--
	}
	return whole, true
}

// roundedWords is minorUnits of what has more digits than a word, as quotients
// that do not end have.
func roundedWords(amount decimal.Decimal, dropped int32) (int64, bool) {
	high, low, ok := words(amount)
	if !ok || dropped <= 0 || high >= uint64(powers[dropped]) {
		return 0, false
	}
	power := uint64(powers[dropped])
	whole, rest := bits.Div64(high, low, power)
	if rest >= power-rest {
		whole++
	}
	if whole >= uint64(powers[WordDigits]) {
		return 0, false
	}
	if amount.IsNegative() {
		return -int64(whole), true
	}
	return int64(whole), true
}

// words are the two words of d's coefficient without its sign, and false where
// it has more.
func words(d decimal.Decimal) (high, low uint64, ok bool) {
	n := d.Coefficient()
	if n.BitLen() > 128 {
		return 0, 0, false
	}
	var bytes [16]byte
	n.FillBytes(bytes[:])
	return binary.BigEndian.Uint64(bytes[:]), binary.BigEndian.Uint64(bytes[8:]), true
}

// CompareWithin is the order of a and b with at most so many decimals each,
// rounded as Within does.
func CompareWithin(a, b decimal.Decimal, places int32) int {
	x, ok := minorUnits(a, places)
	y, fits := minorUnits(b, places)
	if ok && fits {
		return cmp.Compare(x, y)
	}
	return Within(a, places).Cmp(Within(b, places))
}

// Plain writes d to its last digit, without an exponent and without zeros at
// its end. It is d.String.
func Plain(d decimal.Decimal) string {
	places := int(-d.Exponent())
	if places < 0 {
		return Fixed(d, 0)
	}
	if places > maxPlaces {
		return d.String()
	}
	digits, ok := appendDigits(make([]byte, 0, 2*WordDigits+2), d)
	if !ok {
		return d.String()
	}
	for places > 0 && digits[len(digits)-1] == '0' && len(digits) > 1 {
		digits, places = digits[:len(digits)-1], places-1
	}
	if digits[0] == '0' {
		places = 0
	}
	return point(digits, places, d.Sign() < 0)
}

// maxPlaces bounds the zeros that point may have to put in front.
const maxPlaces = 2 * WordDigits

// appendDigits appends the digits of d's coefficient, and is false where they
// are more than two words of them.
func appendDigits(text []byte, d decimal.Decimal) ([]byte, bool) {
	if n, ok := Word(d); ok {
		return strconv.AppendInt(text, max(n, -n), 10), true
	}
	high, low, ok := words(d)
	if !ok || high >= uint64(powers[WordDigits]) {
		return text, false
	}
	high, low = bits.Div64(high, low, uint64(powers[WordDigits]))
	text = strconv.AppendUint(text, high, 10)
	for digits := WordDigits - 1; digits > 0 && low < uint64(powers[digits]); digits-- {
		text = append(text, '0')
	}
	return strconv.AppendUint(text, low, 10), true
}

// point writes digits with the point before the last places of them.
func point(digits []byte, places int, negative bool) string {
	var b strings.Builder
	b.Grow(len("-0.") + max(len(digits), places))
	if negative {
		b.WriteByte('-')
	}
	whole := max(len(digits)-places, 0)
	if b.Write(digits[:whole]); whole == 0 {
		b.WriteByte('0')
	}
	if places > 0 {
		b.WriteByte('.')
	}
	for range places - len(digits) {
		b.WriteByte('0')
	}
	b.Write(digits[whole:])
	return b.String()
}
