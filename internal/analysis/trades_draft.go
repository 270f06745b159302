package analysis

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// A draft is an action in the making: orders entered into a book of its own.
type draft struct {
	plan            *plan
	book            *book
	orders          []order
	payments        []Payment
	limits, caveats codes
	sectors         codes // excluded ones that what it buys holds some of
	moved           bool  // the book differs from the plan's present portfolio
	settles         bool  // it sells for what accounts have borrowed
	sold            decimal.Decimal
	seen            *model // see outcome
}

func (p *plan) draft() *draft {
	val := *p.now.val
	val.Holdings = p.now.folded()
	return &draft{plan: p, book: newBook(&val)}
}

// outcome is the portfolio that a finished draft leaves.
func (d *draft) outcome() *model {
	if !d.moved {
		return d.plan.now // whose figures may be known
	}
	if d.seen == nil {
		d.seen = d.plan.facts.on(d.book.val)
	}
	return d.seen
}

// try returns what takes back all that is done to d from now on.
func (d *draft) try() (undo func()) {
	was, reopen := *d, d.book.mark()
	was.orders, was.limits, was.caveats = slices.Clone(d.orders), slices.Clone(d.limits), slices.Clone(d.caveats)
	was.sectors = slices.Clone(d.sectors)
	return func() {
		reopen()
		*d = was
	}
}

// order is a trade with exact figures; see Trade.
type order struct {
	side             Side
	ref, account     string
	holding          int
	quantity, amount decimal.Decimal
	gain             decimal.Decimal // realised in a taxable account without lots; zero where the cost is not known
	lots             []lotSale
}

// atLoss reports whether a sale, or one of its lots, realises a loss in a taxable
// account.
func (o *order) atLoss() bool {
	return o.gain.IsNegative() || slices.ContainsFunc(o.lots, func(l lotSale) bool { return l.gain.IsNegative() })
}

// told is the gain as a reader of the lots adds it up: each is rounded by itself.
func (o *order) told(digits int32) decimal.Decimal {
	gain := o.gain
	for i := range o.lots {
		gain = gain.Add(o.lots[i].gain.Round(digits))
	}
	return gain
}

// enter records a trade, and adds it to one of the same kind.
func (d *draft) enter(o order) {
	d.moved, d.seen = true, nil
	for i := range d.orders {
		x := &d.orders[i]
		if x.side == o.side && x.ref == o.ref && x.account == o.account && x.holding == o.holding {
			x.quantity, x.amount, x.gain = x.quantity.Add(o.quantity), x.amount.Add(o.amount), x.gain.Add(o.gain)
			for k := range o.lots {
				x.addLot(&o.lots[k])
			}
			return
		}
	}
	d.orders = append(d.orders, o)
}

// addLot adds what is sold of a lot, once more or for the first time.
func (o *order) addLot(more *lotSale) {
	for k := range o.lots {
		if l := &o.lots[k]; l.id == more.id && l.acquired == more.acquired && l.unitCost.Equal(more.unitCost) {
			l.quantity, l.gain, l.cost = l.quantity.Add(more.quantity), l.gain.Add(more.gain), l.cost.Add(more.cost)
			return
		}
	}
	o.lots = append(o.lots, *more)
}

// count is the number of trades of one side.
func (d *draft) count(side Side) (n int) {
	for i := range d.orders {
		if d.orders[i].side == side {
			n++
		}
	}
	return n
}

// full reports whether the policy's cap on trades is reached.
func (d *draft) full(side Side) bool {
	return d.count(side) >= int(d.plan.facts.limit(lineMaxTrades).IntPart())
}

// carryOut sells what is wished for, as far as the caps on turnover, on the
// size and on the number of trades allow, and returns the proceeds.
func (d *draft) carryOut(w []wish) (sold decimal.Decimal) {
	for i := range w {
		if !w[i].quantity.IsPositive() {
			continue
		}
		h := &d.book.val.Holdings[w[i].holding]
		quantity := d.withinTurnover(w[i].quantity, h)
		switch {
		case !quantity.IsPositive():
			continue
		case quantity.Mul(h.UnitPrice).LessThan(d.plan.smallest(d.plan.places(&h.Instrument))):
			d.limits.add(LimitMinTradeAmount)
			continue
		case d.full(Sell):
			d.limits.add(LimitMaxTrades)
			return sold
		}
		sold = sold.Add(d.sellHolding(w[i].holding, quantity, w[i].lots))
	}
	return sold
}

// dustPlaces makes a ten-thousandth of the total of it, below which nobody trades
// a fraction of a share.
const dustPlaces = 4

// smallest is the least amount of a trade with so many decimals: what the caller
// says, or else, of fractions, what is no dust; and never less than the currency's
// minor unit.
func (p *plan) smallest(places int32) decimal.Decimal {
	least := p.limits.MinTradeAmount
	if least.IsZero() && places > 0 {
		least = p.facts.val.Total.Shift(-dustPlaces)
	}
	return decimal.Max(least, decimal.New(1, -p.facts.base().MinorDigits()))
}

// withinTurnover reduces a sale to what the cap on turnover leaves.
func (d *draft) withinTurnover(quantity decimal.Decimal, h *portfolio.Holding) decimal.Decimal {
	most := d.plan.limits.MaxTurnover
	if most == nil {
		return quantity
	}
	left := most.Mul(d.plan.facts.val.Total).Sub(d.plan.turnover).Sub(d.sold)
	if quantity.Mul(h.UnitPrice).LessThanOrEqual(left) {
		return quantity
	}
	d.limits.add(LimitMaxTurnover)
	if !left.IsPositive() {
		return decimal.Decimal{}
	}
	return floorDiv(left, h.UnitPrice, d.plan.places(&h.Instrument))
}

// sellHolding sells a quantity of one holding and says what it means for tax.
func (d *draft) sellHolding(i int, quantity decimal.Decimal, lots []int) decimal.Decimal {
	h := d.book.val.Holdings[i]
	if len(lots) == 0 {
		lots = firstIn(h.TaxLots)
	}
	amount, sales := d.book.sell(i, quantity, lots)
	o := order{side: Sell, ref: h.Instrument.Ref(), account: h.AccountID, holding: i, quantity: quantity, amount: amount}
	if h.TaxTreatment == portfolio.Taxable {
		o.lots, o.gain = sales, d.realised(&h, i, amount)
		d.warn(&h, sales)
	}
	d.enter(o)
	d.sold = d.sold.Add(amount)
	return amount
}

// realised is what a sale without lots brought beyond the cost that went with it:
// before is the holding as it was.
func (d *draft) realised(before *portfolio.Holding, i int, amount decimal.Decimal) (gain decimal.Decimal) {
	if before.Cost != nil && len(before.TaxLots) == 0 {
		gain = amount.Sub(before.Cost.Sub(*d.book.val.Holdings[i].Cost))
	}
	return gain
}

// firstIn lists lots by age, the order in which custodians take them out unless
// they are told another.
func firstIn(lots []portfolio.TaxLot) []int {
	order := make([]int, len(lots))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		x, y := &lots[i], &lots[j]
		return cmp.Or(x.AcquiredOn.DaysSince(y.AcquiredOn), y.UnitCost.Cmp(x.UnitCost))
	})
	return order
}

// warn adds what has to be said of a taxable sale.
func (d *draft) warn(h *portfolio.Holding, sales []lotSale) {
	for i := range sales {
		d.warnOf(sales[i].gain)
	}
	switch {
	case len(sales) > 0:
	case h.Cost == nil:
		d.caveats.add(CaveatCostUnknown)
	default:
		d.warnOf(h.Value.Sub(*h.Cost))
	}
}

func (d *draft) warnOf(gain decimal.Decimal) {
	switch gain.Sign() {
	case 1:
		d.caveats.add(CaveatTaxableGain)
	case -1:
		d.caveats.add(CaveatWashSale)
	}
}
