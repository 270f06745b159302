package analysis

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// accrued reports whether a bond's reported value may be quantity times price and
// the interest accrued since its last coupon, which is told nowhere.
func (m *model) accrued(h *portfolio.Holding) bool {
	clean := h.Quantity.Mul(h.Price)
	interest, ok := ratio(minus(*h.MarketValue, clean), clean)
	return ok && h.Instrument.Type == portfolio.FixedIncome && !interest.IsNegative() &&
		interest.LessThanOrEqual(m.limit(lineBondAccrual))
}

// crossed lists the pairs whose rate disagrees with those into the base currency.
func (m *model) crossed() (pairs []scored) {
	rates, line := portfolio.NewRates(m.val.Portfolio), m.policy.Line(lineRateMismatch)
	for _, x := range m.val.Portfolio.FXRates {
		if off, ok := rates.Disagreement(x); ok && crosses(line, off, m.limit(lineRateMismatch), above) {
			pairs = append(pairs, scored{string(x.From + "/" + x.To), off})
		}
	}
	sortWorst(pairs)
	return pairs
}

// contradicts reports whether a reported value is so far off that either it or the
// price, or the quantity, is of something else.
func (m *model) contradicts(off decimal.Decimal) bool {
	return crosses(m.policy.Line(lineContradicted), off, m.limit(lineContradicted), above)
}

// contradicted are the instruments whose reported value contradicts their price.
func (m *model) contradicted() map[string]bool {
	refs := make(map[string]bool)
	for _, x := range m.data().mismatched {
		if m.contradicts(x.score) {
			refs[x.ref] = true
		}
	}
	return refs
}
