package analysis

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// wish is how much of a holding an action would sell, and the order of its
// lots.
type wish struct {
	holding  int
	quantity decimal.Decimal
	lots     []int
}

// wishes turns stakes into one wish a holding, in the order of the first stake
// of each, until amount is covered; what comes after is wished for at zero.
func wishes(s []stake, holdings []portfolio.Holding, amount decimal.Decimal) []wish {
	var w []wish
	at := make(map[int]int)
	for i := range s {
		k, met := at[s[i].holding]
		if !met {
			k, at[s[i].holding] = len(w), len(w)
			w = append(w, wish{holding: s[i].holding})
		}
		price := holdings[s[i].holding].UnitPrice
		if amount.IsPositive() {
			taken := decimal.Min(s[i].quantity, over(amount, price))
			w[k].quantity = w[k].quantity.Add(taken)
			amount = amount.Sub(taken.Mul(price))
		}
		if s[i].lot >= 0 {
			w[k].lots = append(w[k].lots, s[i].lot)
		}
	}
	return w
}

// tradable reports whether an instrument is sold by the share: property and
// derivatives, whose contracts have a size that is not told, are not.
func tradable(i *portfolio.Instrument) bool {
	return i.Type != portfolio.RealEstate && i.Type != portfolio.Derivative
}

// barred is the limit that keeps a holding from being sold, or "".
func (p *plan) barred(h *portfolio.Holding) string {
	switch {
	case names(p.omit, &h.Instrument):
		return LimitExcludeTickers
	case names(p.noSell, &h.Instrument):
		return LimitNoSell
	case !tradable(&h.Instrument):
		return LimitNotTradable
	case p.doubtful[h.Instrument.Ref()]:
		return LimitContradicted
	case len(p.written) > 0 && p.written[h.Instrument.IssuerKey()]:
		return LimitCoversShort
	default:
		return ""
	}
}

// sellable lists, cheapest in tax first, the stakes in the long holdings that
// pick chooses, and the limits that keep others of them from being sold. What
// the plan or this draft has bought is not sold again.
func (d *draft) sellable(pick func(*portfolio.Holding) bool) (s []stake, barred codes) {
	holdings := d.book.val.Holdings
	for i := range holdings {
		h := &holdings[i]
		if !h.Value.IsPositive() || !pick(h) || d.plan.bought[h.Instrument.Ref()] || d.trades(Buy, h.Instrument.Ref()) {
			continue
		}
		if limit := d.plan.barred(h); limit != "" {
			barred.add(limit)
			continue
		}
		s = append(s, d.plan.stakes(i, h)...)
	}
	average(s, holdings)
	sortStakes(s, holdings)
	d.plan.amongLikes(s, holdings)
	d.debtorsFirst(s)
	return s, barred
}

// A rounding says what becomes of a fraction of a share.
type rounding int

const (
	roundDown rounding = iota // the amount is not exceeded
	roundUp                   // the amount is reached
)

// sell sells holdings that pick chooses for about amount, and returns what was
// sold for. Where the holdings do not suffice, the limits say why.
func (d *draft) sell(amount decimal.Decimal, r rounding, pick func(*portfolio.Holding) bool) decimal.Decimal {
	if !amount.IsPositive() {
		return decimal.Decimal{}
	}
	s, barred := d.sellable(pick)
	w := wishes(s, d.book.val.Holdings, amount)
	tolerance := decimal.Decimal{}
	if r == roundDown {
		tolerance = d.share(w)
	}
	if missing := d.round(w, amount, r); missing.GreaterThan(tolerance) || missing.Equal(amount) {
		if why := d.exhausted(w, r); len(barred) == 0 || why == LimitIndivisible {
			barred.add(why)
		}
		for _, limit := range barred {
			d.limits.add(limit)
		}
	}
	return d.carryOut(w)
}

// exhausted is why all holdings together fall short: of one a unit is left that is
// too much, or a fraction of a share that cannot be sold, or there are no more.
func (d *draft) exhausted(w []wish, r rounding) string {
	for i := range w {
		h := &d.book.val.Holdings[w[i].holding]
		places, left := d.plan.places(&h.Instrument), h.Quantity.Sub(w[i].quantity)
		switch {
		case r == roundUp && left.RoundFloor(places).IsPositive():
			return LimitIndivisible
		case left.IsPositive() && places == 0:
			return LimitWholeShares
		}
	}
	return LimitNothingToSell
}

// share is the dearest unit among the wishes that matter: a sale that is
// rounded down is as close as that.
func (d *draft) share(w []wish) (dearest decimal.Decimal) {
	for i := range w {
		if w[i].quantity.IsPositive() {
			dearest = decimal.Max(dearest, d.book.val.Holdings[w[i].holding].UnitPrice)
		}
	}
	return dearest
}

// tooMuch reports whether units for what is missing of an amount, as the only one of
// a private fund, bring so much beyond it that none would be nearer to it, or to the
// target of a class of which nothing can be bought instead.
func (d *draft) tooMuch(i *portfolio.Instrument, brought, missing, amount decimal.Decimal) bool {
	beyond := brought.Sub(missing)
	if beyond.LessThanOrEqual(point.Mul(d.book.val.Total)) {
		return false
	}
	class := d.plan.classOf(i)
	if d.plan.target == nil || class == "" || len(d.plan.wares(class)) > 0 {
		return beyond.GreaterThanOrEqual(amount)
	}
	gap := d.plan.aims().gap[class]
	return beyond.GreaterThanOrEqual(amount) || gap.Sub(brought).Abs().GreaterThan(gap.Abs())
}

// round makes quantities tradable: down, and then up again, in the same order,
// for as long as the amount has to be reached; a unit that is too much is left. It returns what is missing.
func (d *draft) round(w []wish, amount decimal.Decimal, r rounding) (missing decimal.Decimal) {
	missing = amount
	for i := range w {
		h := &d.book.val.Holdings[w[i].holding]
		w[i].quantity = w[i].quantity.RoundFloor(d.plan.places(&h.Instrument))
		missing = portfolio.Settled(missing.Sub(w[i].quantity.Mul(h.UnitPrice)))
	}
	for i := range w {
		if r == roundDown || !missing.IsPositive() {
			break
		}
		h := &d.book.val.Holdings[w[i].holding]
		places := d.plan.places(&h.Instrument)
		room := h.Quantity.RoundFloor(places).Sub(w[i].quantity)
		more := decimal.Min(room, ceilDiv(missing, h.UnitPrice, places))
		if d.tooMuch(&h.Instrument, more.Mul(h.UnitPrice), missing, amount) {
			continue
		}
		w[i].quantity = w[i].quantity.Add(more)
		missing = missing.Sub(more.Mul(h.UnitPrice))
	}
	d.sweep(w)
	return missing
}

// What a sale leaves of a holding is a stray, which nobody keeps, if it is at most
// such a part of the holding and of the total.
const straysOfHolding, straysOfTotal = 20, 200

// sweep sells the strays as well.
func (d *draft) sweep(w []wish) {
	for i := range w {
		h := &d.book.val.Holdings[w[i].holding]
		left := h.Quantity.Sub(w[i].quantity)
		if left.Mul(decimal.NewFromInt(straysOfHolding)).LessThanOrEqual(h.Quantity) &&
			left.Mul(h.UnitPrice).Mul(decimal.NewFromInt(straysOfTotal)).LessThanOrEqual(d.book.val.Total) {
			w[i].quantity = h.Quantity.RoundFloor(d.plan.places(&h.Instrument))
		}
	}
}

// The decimals of quantities: of a coin, which is traded by its hundred millionth,
// and of other fractions.
const (
	coinPlaces     = 8
	fractionPlaces = 4
)

// places is how many decimals a quantity may have.
func (p *plan) places(i *portfolio.Instrument) int32 {
	switch whole := p.limits.WholeSharesOnly; {
	case whole && !p.limits.FractionsAsHeld:
		return 0
	case i.Type == portfolio.Cryptocurrency:
		return coinPlaces
	case whole:
		return p.heldPlaces[i.Ref()]
	default:
		return fractionPlaces
	}
}

// heldPlaces is how many decimals the quantities of each instrument have that is
// held in fractions, by account: a custodian may list a whole one in two parts.
func heldPlaces(holdings []portfolio.Holding) map[string]int32 {
	places := make(map[string]int32)
	for i := range holdings {
		if h := &holdings[i]; !h.Quantity.IsInteger() {
			places[h.Instrument.Ref()] = max(places[h.Instrument.Ref()], decimalsHeld(h.Quantity))
		}
	}
	return places
}

// decimalsHeld is the decimals of a quantity without zeros at the end, at most
// those of a coin.
func decimalsHeld(quantity decimal.Decimal) int32 {
	for places := range int32(coinPlaces) {
		if quantity.Truncate(places).Equal(quantity) {
			return places
		}
	}
	return coinPlaces
}

// floorDiv and ceilDiv divide positive decimals exactly and round the quotient.
func floorDiv(a, b decimal.Decimal, places int32) decimal.Decimal {
	q, _ := a.QuoRem(b, places)
	return q
}

func ceilDiv(a, b decimal.Decimal, places int32) decimal.Decimal {
	q, rest := a.QuoRem(b, places)
	if rest.IsPositive() {
		q = q.Add(decimal.New(1, -places))
	}
	return q
}
