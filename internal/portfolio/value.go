package portfolio

import "github.com/shopspring/decimal"

// Holding is a valued position. Positions of the same instrument in several
// accounts are several Holdings.
type Holding struct {
	*Position
	Index        int // of the position in Portfolio.Positions
	TaxTreatment TaxTreatment
	Rate         decimal.Decimal // base currency per unit of the position's currency
	UnitPrice    decimal.Decimal // in the base currency, unrounded
	Value        decimal.Decimal // in the base currency, unrounded; negative when short
	// Cost is the total cost in the base currency at today's rate, unrounded;
	// nil when the caller told neither a cost nor lots.
	Cost *decimal.Decimal
}

// CashBalance is a valued cash balance.
type CashBalance struct {
	*Cash
	TaxTreatment TaxTreatment
	Rate         decimal.Decimal
	Value        decimal.Decimal // in the base currency, unrounded
}

// Valuation is the whole portfolio in its base currency, all values unrounded.
type Valuation struct {
	Portfolio *Portfolio
	Holdings  []Holding
	Cash      []CashBalance
	CashTotal decimal.Decimal
	Invested  decimal.Decimal // sum of Holdings' values
	Total     decimal.Decimal // Invested + CashTotal
	Excluded  []Exclusion     // what no rate converts; in no figure
}

// Exclusion is a holding that is left out of every figure, rather than counted
// as zero, because nothing says what it is worth in the base currency.
type Exclusion struct {
	Pointer  string // of the position or cash balance, from the root of the request
	Ref      string // of the instrument; "" for cash
	Currency Currency
}

// Value converts everything that p holds into its base currency, exactly: a
// product of quantity, price and rate is not rounded. The quantity of a
// derivative is taken as given, contract multiplier included. Where a currency
// cannot be converted the holding is excluded if p says so; if not, Value fails
// with *MissingRateError.
func Value(p *Portfolio) (*Valuation, error) {
	v := &Valuation{
		Portfolio: p,
		Holdings:  make([]Holding, 0, len(p.Positions)),
		Cash:      make([]CashBalance, 0, len(p.Cash)),
	}
	rates, taxes := NewRates(p), taxTreatments(p.Accounts)
	if err := v.addPositions(rates, taxes); err != nil {
		return nil, err
	}
	if err := v.addCash(rates, taxes); err != nil {
		return nil, err
	}
	v.Total = v.Invested.Add(v.CashTotal)
	return v, nil
}

func (v *Valuation) addPositions(rates Rates, taxes treatments) error {
	for i := range v.Portfolio.Positions {
		x := &v.Portfolio.Positions[i]
		h := Holding{Position: x, Index: i, TaxTreatment: taxes.of(x.AccountID)}
		if err := h.value(rates); err != nil {
			if !v.exclude(item("/portfolio/positions", i), x.Instrument.Ref(), x.Currency) {
				return err
			}
			continue
		}
		v.Holdings = append(v.Holdings, h)
		v.Invested = v.Invested.Add(h.Value)
	}
	return nil
}

func (v *Valuation) addCash(rates Rates, taxes treatments) error {
	for i := range v.Portfolio.Cash {
		x := &v.Portfolio.Cash[i]
		b := CashBalance{Cash: x, TaxTreatment: taxes.of(x.AccountID)}
		if err := b.value(rates); err != nil {
			if !v.exclude(item("/portfolio/cash", i), "", x.Currency) {
				return err
			}
			continue
		}
		v.Cash = append(v.Cash, b)
		v.CashTotal = v.CashTotal.Add(b.Value)
	}
	return nil
}

// exclude leaves a holding out, if the caller wants that.
func (v *Valuation) exclude(pointer, ref string, c Currency) bool {
	if v.Portfolio.ExcludeUnconvertible {
		v.Excluded = append(v.Excluded, Exclusion{Pointer: pointer, Ref: ref, Currency: c})
	}
	return v.Portfolio.ExcludeUnconvertible
}

func (h *Holding) value(rates Rates) (err error) {
	if h.Rate, err = rates.ToBase(h.Currency); err != nil {
		return err
	}
	h.UnitPrice = h.Price.Mul(h.Rate)
	h.Value = h.Quantity.Mul(h.UnitPrice)
	if cost, ok := h.totalCost(); ok {
		cost = cost.Mul(h.Rate)
		h.Cost = &cost
	}
	return nil
}

func (b *CashBalance) value(rates Rates) (err error) {
	if b.Rate, err = rates.ToBase(b.Currency); err != nil {
		return err
	}
	b.Value = b.Amount.Mul(b.Rate)
	return nil
}

// totalCost is the cost of the whole position in its own currency: the basis
// told, or that of the average or of the lots. That of a short position is
// negative, being what its sale brought, so that the gain of any position is
// its value less its cost.
func (p *Position) totalCost() (decimal.Decimal, bool) {
	switch {
	case p.CostBasis != nil && p.Quantity.IsNegative():
		return p.CostBasis.Abs().Neg(), true
	case p.CostBasis != nil:
		return *p.CostBasis, true
	case p.AverageCost != nil:
		return p.AverageCost.Mul(p.Quantity), true
	case len(p.TaxLots) > 0:
		return p.LotsCost(), true
	default:
		return decimal.Decimal{}, false
	}
}

// LotsCost is the cost of all lots in the position's own currency.
func (p *Position) LotsCost() (sum decimal.Decimal) {
	for i := range p.TaxLots {
		sum = sum.Add(p.TaxLots[i].Quantity.Mul(p.TaxLots[i].UnitCost))
	}
	return sum
}

// treatments maps account ids to their tax treatment.
type treatments map[string]TaxTreatment

func taxTreatments(accounts []Account) treatments {
	t := make(treatments, len(accounts))
	for _, a := range accounts {
		t[a.ID] = a.TaxTreatment
	}
	return t
}

// of is the treatment of an account; what stands in none is taxable.
func (t treatments) of(accountID string) TaxTreatment {
	if tax, ok := t[accountID]; ok && tax != "" {
		return tax
	}
	return Taxable
}
