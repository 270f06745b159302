package analysis

import (
	"math/big"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// A sum adds decimals exactly and in place: totals over thousands of holdings
// would else allocate at every step. The zero sum is zero.
type sum struct {
	word int64 // in units of ten to the exp, of at most portfolio.WordDigits
	exp  int32
	wide *wideSum // instead of word, once that does not suffice
}

// wideSum is a sum of any size.
type wideSum struct {
	value big.Int // in units of ten to the sum's exp
	term  big.Int // scratch
	scale big.Int // scratch
}

// add adds d.
func (s *sum) add(d decimal.Decimal) {
	if d.IsZero() || s.wide == nil && s.addWord(d) {
		return
	}
	if s.wide == nil {
		s.wide = new(wideSum)
		s.wide.value.SetInt64(s.word)
	}
	s.addWide(d)
}

// addWord adds d if it and the sum fit a word.
func (s *sum) addWord(d decimal.Decimal) bool {
	n, ok := portfolio.Word(d)
	if !ok {
		return false
	}
	if s.word == 0 {
		s.exp = d.Exponent()
	}
	exp := min(s.exp, d.Exponent())
	term, fits := portfolio.Shifted(n, d.Exponent()-exp)
	total, fit := portfolio.Shifted(s.word, s.exp-exp)
	if total += term; !fits || !fit || magnitude(total) >= uint64(portfolio.PowerOfTen(portfolio.WordDigits)) {
		return false
	}
	s.word, s.exp = total, exp
	return true
}

func (s *sum) addWide(d decimal.Decimal) {
	w := s.wide
	if n, ok := portfolio.Word(d); ok {
		w.term.SetInt64(n)
	} else {
		w.term.Set(d.Coefficient())
	}
	switch e := d.Exponent(); {
	case w.value.Sign() == 0:
		s.exp = e
	case e > s.exp:
		w.term.Mul(&w.term, w.tenTo(e-s.exp))
	case e < s.exp:
		w.value.Mul(&w.value, w.tenTo(s.exp-e))
		s.exp = e
	}
	w.value.Add(&w.value, &w.term)
}

func (w *wideSum) tenTo(n int32) *big.Int {
	if n > portfolio.WordDigits {
		return w.scale.Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	}
	return w.scale.SetInt64(portfolio.PowerOfTen(n))
}

// decimal is the sum so far.
func (s *sum) decimal() decimal.Decimal {
	if s.wide == nil {
		return decimal.New(s.word, s.exp)
	}
	return decimal.NewFromBigInt(&s.wide.value, s.exp)
}
