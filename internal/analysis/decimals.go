package analysis

import (
	"encoding/binary"
	"math"
	"math/big"
	"math/bits"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// The arithmetic of an analysis where it is hot: exact like package decimal,
// which it falls back on, but in machine words where the numbers fit.

// ratioPlaces is the precision of quotients that do not end.
const ratioPlaces = 28

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
	dividend, fits := portfolio.Word(a)
	divisor, fit := portfolio.Word(b)
	shift := ratioPlaces + a.Exponent() - b.Exponent()
	if !fits || !fit || divisor <= 0 || shift < 0 || shift > 2*portfolio.WordDigits {
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

// times is n times ten to the shift, which is at most twice
// portfolio.WordDigits.
func times(n uint64, shift int32) (w wide) {
	w[2] = n
	for _, power := range [...]int64{
		portfolio.PowerOfTen(min(shift, portfolio.WordDigits)), portfolio.PowerOfTen(max(0, shift-portfolio.WordDigits)),
	} {
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
	var (
		n    big.Int
		room [len(bytes) / 4]big.Word // on the stack; the decimal has a copy
	)
	if n.SetBits(room[:0]).SetBytes(bytes[:]); negative {
		n.Neg(&n)
	}
	return decimal.NewFromBigInt(&n, exponent)
}

// minus is a-b.
func minus(a, b decimal.Decimal) decimal.Decimal {
	if b.IsZero() {
		return a
	}
	x, fits := portfolio.Word(a)
	y, fit := portfolio.Word(b)
	exponent := min(a.Exponent(), b.Exponent())
	x, whole := portfolio.Shifted(x, a.Exponent()-exponent)
	y, entire := portfolio.Shifted(y, b.Exponent()-exponent)
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

// absolute is |d|.
func absolute(d decimal.Decimal) decimal.Decimal {
	if d.IsNegative() {
		return d.Neg()
	}
	return d
}

// approximately is d as a float64 within a few units of its last place.
func approximately(d decimal.Decimal) float64 {
	n, ok := portfolio.Word(d)
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
