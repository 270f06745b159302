package analysis

import (
	"math/big"

	"github.com/shopspring/decimal"
)

// A sum adds decimals exactly and in place: totals over thousands of holdings
// would else allocate at every step. The zero sum is zero.
type sum struct {
	value big.Int // in units of ten to the exp
	exp   int32
	term  big.Int // scratch
	scale big.Int // scratch
}

// maxInt64Digits is how many decimal digits always fit an int64.
const maxInt64Digits = 18

// add adds d.
func (s *sum) add(d decimal.Decimal) {
	if d.IsZero() {
		return
	}
	if d.NumDigits() <= maxInt64Digits {
		s.term.SetInt64(d.CoefficientInt64())
	} else {
		s.term.Set(d.Coefficient())
	}
	switch e := d.Exponent(); {
	case s.value.Sign() == 0:
		s.exp = e
	case e > s.exp:
		s.term.Mul(&s.term, s.tenTo(e-s.exp))
	case e < s.exp:
		s.value.Mul(&s.value, s.tenTo(s.exp-e))
		s.exp = e
	}
	s.value.Add(&s.value, &s.term)
}

func (s *sum) tenTo(n int32) *big.Int {
	if n > maxInt64Digits {
		return s.scale.Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	}
	power := int64(1)
	for range n {
		power *= 10
	}
	return s.scale.SetInt64(power)
}

// decimal is the sum so far.
func (s *sum) decimal() decimal.Decimal { return decimal.NewFromBigInt(&s.value, s.exp) }
