package portfolio

import "github.com/shopspring/decimal"

// ratioPlaces is the precision of quotients that do not end.
const ratioPlaces = 28

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
	base   Currency
	toBase map[Currency]decimal.Decimal
}

// NewRates reads p's rates into its base currency. A rate told from the base
// currency is inverted, and gives way to one told directly. Nothing is derived
// through a third currency. Rates that are not positive are left out.
func NewRates(p *Portfolio) Rates {
	r := Rates{base: p.BaseCurrency, toBase: map[Currency]decimal.Decimal{}}
	for _, x := range p.FXRates {
		if x.From == r.base && x.Rate.IsPositive() {
			r.toBase[x.To] = one.DivRound(x.Rate, ratioPlaces)
		}
	}
	for _, x := range p.FXRates {
		if x.To == r.base && x.Rate.IsPositive() {
			r.toBase[x.From] = x.Rate
		}
	}
	r.toBase[r.base] = one
	return r
}

// Base is the currency that is converted into.
func (r Rates) Base() Currency { return r.base }

// ToBase gives the units of the base currency that one unit of c costs; "" is
// the base currency itself. Without a rate it fails with *MissingRateError.
func (r Rates) ToBase(c Currency) (decimal.Decimal, error) {
	if c == "" {
		c = r.base
	}
	rate, ok := r.toBase[c]
	if !ok {
		return decimal.Decimal{}, &MissingRateError{From: c, To: r.base}
	}
	return rate, nil
}
