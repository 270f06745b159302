package analysis

import (
	"encoding/binary"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// The arithmetic of an analysis where it is hot: exact like package decimal,
// which it falls back on, but in machine words where the numbers fit.

// ratioPlaces is the precision of quotients that do not end.
const ratioPlaces = 28

// wordDigits is how many decimal digits always fit an int64.
const wordDigits = 18

// powers are the powers of ten that an int64 holds.
var powers = func() (p [wordDigits + 1]int64) {
	for i := range p {
		p[i] = int64(math.Pow10(i))
	}
	return p
}()

// word is d's coefficient, and false if it may not fit.
func word(d decimal.Decimal) (int64, bool) {
	if d.NumDigits() > wordDigits {
		return 0, false
	}
	return d.CoefficientInt64(), true
}

// ratio is over(a, b), and false where b is not above zero.
func ratio(a, b decimal.Decimal) (decimal.Decimal, bool) {
	if !b.IsPositive() {
		return decimal.Decimal{}, false
	}
	return over(a, b), true
}

// over is a/b, rounded half away from zero to ratioPlaces; b is not zero.
func over(a, b decimal.Decimal) decimal.Decimal {
	if q, ok := quotient(a, b); ok {
		return q
	}
	return a.DivRound(b, ratioPlaces)
}

// quotient is over for words, b above zero; false where they are none.
func quotient(a, b decimal.Decimal) (q decimal.Decimal, ok bool) {
	dividend, fits := word(a)
	divisor, fit := word(b)
	shift := ratioPlaces + a.Exponent() - b.Exponent()
	if !fits || !fit || divisor <= 0 || shift < 0 || shift > 2*wordDigits {
		return q, false
	}
	digits := times(magnitude(dividend), shift)
	rest := digits.divide(uint64(divisor))
	if rest >= uint64(divisor)-rest {
		digits.increment()
	}
	return digits.decimal(dividend < 0, -ratioPlaces), true
}

// magnitude is |n|.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// wide is a number of 192 bits, the most significant word first.
type wide [3]uint64

// times is n times ten to the shift, which is at most twice wordDigits.
func times(n uint64, shift int32) (w wide) {
	w[2] = n
	for _, power := range [...]int64{powers[min(shift, wordDigits)], powers[max(0, shift-wordDigits)]} {
		var carry, c uint64
		for i := len(w) - 1; i >= 0; i-- {
			high, low := bits.Mul64(w[i], uint64(power))
			w[i], c = bits.Add64(low, carry, 0)
			carry = high + c
		}
	}
	return w
}

// divide makes w its quotient by d and returns the rest.
func (w *wide) divide(d uint64) (rest uint64) {
	for i := range w {
		w[i], rest = bits.Div64(rest, w[i], d)
	}
	return rest
}

func (w *wide) increment() {
	carry := uint64(1)
	for i := len(w) - 1; i >= 0; i-- {
		w[i], carry = bits.Add64(w[i], 0, carry)
	}
}

func (w *wide) decimal(negative bool, exponent int32) decimal.Decimal {
	var bytes [24]byte
	for i, x := range w {
		binary.BigEndian.PutUint64(bytes[8*i:], x)
	}
	var n big.Int
	if n.SetBytes(bytes[:]); negative {
		n.Neg(&n)
	}
	return decimal.NewFromBigInt(&n, exponent)
}

// minus is a-b.
func minus(a, b decimal.Decimal) decimal.Decimal {
	if b.IsZero() {
		return a
	}
	x, fits := word(a)
	y, fit := word(b)
	exponent := min(a.Exponent(), b.Exponent())
	x, whole := shifted(x, a.Exponent()-exponent)
	y, entire := shifted(y, b.Exponent()-exponent)
	if !fits || !fit || !whole || !entire {
		return a.Sub(b)
	}
	return decimal.New(x-y, exponent) // two of at most 18 digits and a sign
}

// product is a times b, of which b is often one.
func product(a, b decimal.Decimal) decimal.Decimal {
	if b.Exponent() == 0 && b.Equal(one) {
		return a
	}
	return a.Mul(b)
}

// shifted is n times ten to the places, and false where it has more than
// wordDigits.
func shifted(n int64, places int32) (int64, bool) {
	if places > wordDigits {
		return 0, n == 0
	}
	high, low := bits.Mul64(magnitude(n), uint64(powers[places]))
	return n * powers[places], high == 0 && low < uint64(powers[wordDigits])
}

// absolute is |d|.
func absolute(d decimal.Decimal) decimal.Decimal {
	if d.IsNegative() {
		return d.Neg()
	}
	return d
}

// approximately is d as a float64 within a few units of its last place.
func approximately(d decimal.Decimal) float64 {
	n, ok := word(d)
	if e := d.Exponent(); ok && -maxPow10 <= e && e <= maxPow10 {
		return float64(n) * math.Pow10(int(e))
	}
	return d.InexactFloat64()
}

const maxPow10 = 300

// compare orders a and b, of which x and y are the approximations: exactly
// only where these are too close to tell.
func compare(a, b decimal.Decimal, x, y float64) int {
	const doubt = 1e-12
	if gap := math.Abs(x - y); gap > doubt*(math.Abs(x)+math.Abs(y)) && !math.IsInf(gap, 0) {
		if x < y {
			return -1
		}
		return 1
	}
	return a.Cmp(b)
}

// plain is d without an exponent and without zeros at its end.
func plain(d decimal.Decimal) string {
	places := int(-d.Exponent())
	if places < 0 || places > maxPlaces {
		return d.String()
	}
	var room [3 * wordDigits]byte
	text := room[:0]
	if n, ok := word(d); ok {
		text = strconv.AppendUint(text, magnitude(n), 10)
	} else if text, ok = appendWide(text, d.Coefficient()); !ok {
		return d.String()
	}
	return point(text, places, d.Sign() < 0)
}

// maxPlaces bounds the zeros that point may have to put in front.
const maxPlaces = 2 * wordDigits

// appendWide appends the digits of |n|, which are more than wordDigits, and is
// false for a number of more than two words of them.
func appendWide(text []byte, n *big.Int) ([]byte, bool) {
	var w wide
	if n.BitLen() > 192 {
		return text, false
	}
	var bytes [24]byte
	n.FillBytes(bytes[:])
	for i := range w {
		w[i] = binary.BigEndian.Uint64(bytes[8*i:])
	}
	low := w.divide(uint64(powers[wordDigits]))
	if w[0] != 0 || w[1] != 0 {
		return text, false
	}
	text = strconv.AppendUint(text, w[2], 10)
	for digits := int64(wordDigits - 1); digits > 0 && low < uint64(powers[digits]); digits-- {
		text = append(text, '0')
	}
	return strconv.AppendUint(text, low, 10), true
}

// point sets the point before the last places of digits.
func point(digits []byte, places int, negative bool) string {
	var b strings.Builder
	b.Grow(len(digits) + places + len("-0."))
	if negative {
		b.WriteByte('-')
	}
	whole := len(digits) - places
	if whole <= 0 {
		b.WriteByte('0')
	} else {
		b.Write(digits[:whole])
	}
	end := len(digits)
	for end > max(whole, 0) && digits[end-1] == '0' {
		end--
	}
	if end <= max(whole, 0) {
		return b.String()
	}
	b.WriteByte('.')
	for range -whole {
		b.WriteByte('0')
	}
	b.Write(digits[max(whole, 0):end])
	return b.String()
}
