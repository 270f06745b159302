package portfolio

import "github.com/shopspring/decimal"

// inversePlaces is the precision of an inverted rate that does not end: so many
// that no figure shows it, whatever the amount that is converted.
const inversePlaces = 64

var one = decimal.NewFromInt(1)

// MissingRateError says that an amount cannot be converted. It is never
// replaced by zero or by one.
type MissingRateError struct{ From, To Currency }

// Error names the pair.
func (e *MissingRateError) Error() string {
	return "no exchange rate from " + string(e.From) + " to " + string(e.To)
}

// Rates converts into one base currency.
type Rates struct {
	base    Currency
	toBase  map[Currency]decimal.Decimal // as told, or inverted
	derived map[Currency]decimal.Decimal // through one other currency, of those without
}

// NewRates reads p's rates into its base currency. A rate told from the base
// currency is inverted, and gives way to one told directly. A currency without
// either goes through one other that has: data vendors quote everything against
// one currency, which need not be the base. Rates that are not positive are left
// out.
func NewRates(p *Portfolio) Rates {
	r := Rates{base: p.BaseCurrency, toBase: map[Currency]decimal.Decimal{}}
	for _, x := range p.FXRates {
		if x.From == r.base && x.Rate.IsPositive() {
			r.toBase[x.To] = inverted(one, x.Rate)
		}
	}
	for _, x := range p.FXRates {
		if x.To == r.base && x.Rate.IsPositive() {
			r.toBase[x.From] = x.Rate
		}
	}
	r.toBase[r.base] = one
	r.derived = r.crosses(p.FXRates)
	return r
}

// crosses derives the rates that lead through one other currency. Of several
// ways the first in the alphabet counts, and a rate before its inverse, whatever
// the order of the rates.
func (r Rates) crosses(rates []FXRate) map[Currency]decimal.Decimal {
	derived, through := map[Currency]decimal.Decimal{}, map[Currency]Currency{}
	for _, x := range rates {
		for _, c := range [...]Currency{x.From, x.To} {
			rate, other, ok := r.cross(x, c)
			if first, met := through[c]; ok && (!met || other < first || other == first && c == x.From) {
				derived[c], through[c] = rate, other
			}
		}
	}
	return derived
}

// cross is the rate to the base currency that x gives c, one of its two
// currencies, by the known rate of the other; false if c has one already.
func (r Rates) cross(x FXRate, c Currency) (rate decimal.Decimal, other Currency, ok bool) {
	if _, direct := r.toBase[c]; direct || !x.Rate.IsPositive() {
		return rate, other, false
	}
	if c == x.From {
		known, ok := r.toBase[x.To]
		return x.Rate.Mul(known), x.To, ok
	}
	known, ok := r.toBase[x.From]
	return inverted(known, x.Rate), x.From, ok
}

// inverted is known/rate, in words where it ends early.
func inverted(known, rate decimal.Decimal) decimal.Decimal {
	q := known.DivRound(rate, inversePlaces)
	if short := q.Round(WordDigits); short.Equal(q) {
		return short
	}
	return q
}

// Disagreement is how far a rate is, as a share, from what the rates into the base
// currency make of its two currencies; false where these do not tell.
func (r Rates) Disagreement(x FXRate) (off decimal.Decimal, ok bool) {
	from, noFrom := r.ToBase(x.From)
	to, noTo := r.ToBase(x.To)
	if noFrom != nil || noTo != nil || !from.IsPositive() {
		return off, false
	}
	return x.Rate.Mul(to).DivRound(from, inversePlaces).Sub(one).Abs().Round(WordDigits), true // of inverses that do not end
}

// Base is the currency that is converted into.
func (r Rates) Base() Currency { return r.base }

// ToBase gives the units of the base currency that one unit of c costs; "" is
// the base currency itself. Without a rate it fails with *MissingRateError.
func (r Rates) ToBase(c Currency) (decimal.Decimal, error) {
	if c == "" {
		c = r.base
	}
	if rate, ok := r.toBase[c]; ok {
		return rate, nil
	}
	if rate, ok := r.derived[c]; ok {
		return rate, nil
	}
	return decimal.Decimal{}, &MissingRateError{From: c, To: r.base}
}
