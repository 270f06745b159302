package analysis

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// inCurrency is p as its owner counts it in another currency, at so many units of
// it for one.
func inCurrency(p *portfolio.Portfolio, currency portfolio.Currency, rate decimal.Decimal) *portfolio.Portfolio {
	converted := *p
	converted.BaseCurrency = currency
	converted.Cash, converted.Positions = slices.Clone(p.Cash), slices.Clone(p.Positions)
	for i := range converted.Cash {
		c := &converted.Cash[i]
		c.Currency, c.Amount = currency, c.Amount.Mul(rate)
	}
	for i := range converted.Positions {
		x := &converted.Positions[i]
		x.Currency, x.Price = currency, x.Price.Mul(rate)
		if x.CostBasis != nil {
			x.CostBasis = new(x.CostBasis.Mul(rate))
		}
		x.TaxLots = slices.Clone(x.TaxLots)
		for k := range x.TaxLots {
			x.TaxLots[k].UnitCost = x.TaxLots[k].UnitCost.Mul(rate)
		}
	}
	return &converted
}

// losing is a sound portfolio whose bonds have lost so much in dollars.
func losing(loss string) *portfolio.Portfolio {
	_, p := sound()
	x := &p.Positions[len(p.Positions)-1]
	*x = withLots(*x, lot("a", "2024-01-15", x.Quantity.String(), x.Price.Add(dec(loss).Div(x.Quantity)).String()))
	return p
}

// What is worth an action does not depend on the currency in which it is counted:
// a floor of 500 was three dollars and thirty cents in yen.
func TestFindingsAreTheSameInEveryCurrency(t *testing.T) {
	judged := func(p *portfolio.Portfolio) (codes []string) {
		for _, f := range analyze(t, input(t, p)).Findings {
			codes = append(codes, f.Code+" "+f.Subject+" "+string(f.Severity))
		}
		return codes
	}
	for _, p := range []*portfolio.Portfolio{losing("499"), losing("501"), losing("2000")} {
		want := judged(p)
		for _, tt := range []struct {
			currency portfolio.Currency
			rate     string
		}{{"JPY", "150"}, {"EUR", "1"}, {"GBP", "1"}, {"CHF", "1"}, {"IDR", "16000"}, {"KWD", "0.3"}, {"XOF", "600"}} {
			if diff := cmp.Diff(want, judged(inCurrency(p, tt.currency, dec(tt.rate)))); diff != "" {
				t.Errorf("in %s: %s", tt.currency, diff)
			}
		}
	}
}
