package imports

import "github.com/shopspring/decimal"

// scale is a way to count a holding: its quantity and price have to be
// multiplied by these to become units at a price per unit.
type scale struct{ quantity, price decimal.Decimal }

var one = decimal.NewFromInt(1)

var (
	inUnits = scale{one, one}
	// inContracts: options are counted in contracts on 100 shares and priced per
	// share.
	inContracts = contracts(decimal.NewFromInt(100))
	// atPercent: bonds are counted in face value and priced in percent of it.
	atPercent = scale{one, decimal.New(1, -2)}
)

func contracts(multiplier decimal.Decimal) scale { return scale{multiplier, one} }

// valueTolerance is how far a value may be from quantity times price, as a
// fraction of it: prices are often told with two decimals.
var valueTolerance = decimal.New(5, -3)

// rescale counts the holding in units. When its value is told, the first scale
// under which it is the product of quantity and price is taken; without one,
// the first of all. It reports false when none fits.
func (h *holding) rescale() bool {
	if len(h.scales) == 0 {
		return true
	}
	for _, s := range h.scales {
		if h.fits(s) {
			h.apply(s)
			return true
		}
	}
	return false
}

// fits reports whether a scale explains the value. Without a value or a price
// there is nothing to explain.
func (h *holding) fits(s scale) bool {
	if h.value == nil || h.price == nil {
		return true
	}
	product := h.quantity.Mul(*h.price).Mul(s.quantity).Mul(s.price).Abs()
	return product.Sub(h.value.Abs()).Abs().LessThanOrEqual(h.value.Abs().Mul(valueTolerance))
}

// apply changes quantity and price, and what is told per unit with them.
func (h *holding) apply(s scale) {
	h.quantity = product(h.quantity, s.quantity)
	h.price, h.average = product(h.price, s.price), product(h.average, s.price)
	for i := range h.lots {
		l := &h.lots[i]
		l.Quantity, l.UnitCost = l.Quantity.Mul(s.quantity), l.UnitCost.Mul(s.price)
	}
}

func product(d *decimal.Decimal, factor decimal.Decimal) *decimal.Decimal {
	if d == nil {
		return nil
	}
	out := d.Mul(factor)
	return &out
}
