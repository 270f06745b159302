package analysis

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// freeCash is the cash in taxable accounts, holdings that are cash themselves
// included: what is free to be spent. It may be negative.
func (m *model) freeCash() decimal.Decimal { return freeCash(m.val) }

func freeCash(v *portfolio.Valuation) (sum decimal.Decimal) {
	for i := range v.Cash {
		if b := &v.Cash[i]; b.TaxTreatment == portfolio.Taxable {
			sum = sum.Add(b.Value)
		}
	}
	for i := range v.Holdings {
		if h := &v.Holdings[i]; h.Instrument.Class() == portfolio.ClassCash && taxable(h) {
			sum = sum.Add(h.Value)
		}
	}
	return sum
}

// reserve is what of the emergency fund stands where it can be spent: it is to stay
// there, whatever a pension holds.
func (p *plan) reserve() decimal.Decimal {
	return decimal.Max(decimal.Decimal{}, decimal.Min(p.now.emergencyReserve(), p.now.freeCash()))
}

// spendable is what the draft leaves in taxable accounts beyond the reserve in them.
func (d *draft) spendable() decimal.Decimal {
	return decimal.Max(decimal.Decimal{}, freeCash(d.book.val).Sub(d.plan.reserve()))
}

// locked is what of the balances of taxable accounts, net of what one of them has
// borrowed, the reserve claims.
func (d *draft) locked() decimal.Decimal {
	return decimal.Max(decimal.Decimal{}, taxableCash(d.book.val).Sub(d.spendable()))
}

// beyondReserve is how much of an amount an account may spend, so that the reserve
// stays where it is.
func (d *draft) beyondReserve(f fund, amount decimal.Decimal) decimal.Decimal {
	most := decimal.Min(amount, d.spendable())
	if !f.taxable {
		return amount
	}
	if amount.Sub(most).GreaterThanOrEqual(d.plan.leastPayment()) {
		d.limits.add(LimitCashReserve)
	}
	return most
}
