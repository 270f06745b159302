package budget

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Nano is an amount of money in nano-USD: 1 USD is 1e9. Its range, ±9.2e9 USD,
// leaves room for every budget while sums stay exact.
type Nano int64

// nanoDigits is the number of decimal places of a Nano in USD.
const nanoDigits = 9

const nanoPerUSD = 1_000_000_000

// MaxNano is the largest amount.
const MaxNano = Nano(math.MaxInt64)

var (
	// ErrOverflow says that a sum leaves the range of Nano.
	ErrOverflow = errors.New("budget: amount out of range")
	// ErrSyntax says that a text is not an amount in USD.
	ErrSyntax = errors.New("budget: not an amount in USD")
)

// Add returns n + m, or ErrOverflow.
func (n Nano) Add(m Nano) (Nano, error) {
	sum := n + m
	if (m > 0 && sum < n) || (m < 0 && sum > n) {
		return 0, ErrOverflow
	}
	return sum, nil
}

// USD returns n in USD, rounded to the nearest float64: for gauges, never for
// arithmetic.
func (n Nano) USD() float64 { return float64(n) / nanoPerUSD }

// String writes n in USD exactly, without trailing zeros: "0.0004705".
func (n Nano) String() string {
	sign, abs := "", uint64(n) // in two's complement negating it gives the magnitude, MinInt64 included
	if n < 0 {
		sign, abs = "-", -abs
	}
	whole := sign + strconv.FormatUint(abs/nanoPerUSD, 10)
	fraction := strings.TrimRight(fmt.Sprintf("%0*d", nanoDigits, abs%nanoPerUSD), "0")
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// ParseUSD reads what String writes: an optional minus, digits, and up to nine
// decimal places (more only if they are zeros). It returns ErrSyntax, or
// ErrOverflow beyond the range of Nano.
func ParseUSD(s string) (Nano, error) {
	sign, digits := "", s
	if strings.HasPrefix(s, "-") {
		sign, digits = "-", s[1:]
	}
	whole, fraction, point := strings.Cut(digits, ".")
	if !isDigits(whole) || point && !isDigits(fraction) {
		return 0, ErrSyntax
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > nanoDigits {
		return 0, fmt.Errorf("%w: more than %d decimal places", ErrSyntax, nanoDigits)
	}
	nanos := whole + fraction + strings.Repeat("0", nanoDigits-len(fraction))
	n, err := strconv.ParseInt(sign+nanos, 10, 64)
	if err != nil {
		return 0, ErrOverflow
	}
	return Nano(n), nil
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// MarshalText writes n like String, so that JSON and YAML hold exact amounts.
func (n Nano) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText reads what ParseUSD reads.
func (n *Nano) UnmarshalText(text []byte) error {
	v, err := ParseUSD(string(text))
	if err == nil {
		*n = v
	}
	return err
}
