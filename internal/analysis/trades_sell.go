package analysis

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// taxRank orders what is sold first.
type taxRank int

const (
	rankSheltered taxRank = iota // in an account where gains are not taxed
	rankLoss                     // a taxable lot at a loss
	rankLong                     // a taxable lot with a gain, held for more than a year
	rankUnknown                  // a taxable holding without lots: its term is not known
	rankShort                    // a taxable lot with a gain, held for a year or less
)

// A stake is a holding, or one of its lots, that may be sold as a piece.
type stake struct {
	holding  int
	lot      int // of the holding's lots, or -1
	rank     taxRank
	quantity decimal.Decimal
	gain     decimal.Decimal // over cost, as a fraction
	size     decimal.Decimal // value of all that is held of the instrument
}

// stakes lists what of h may be sold. Lots matter where gains are taxed.
func stakes(i int, h *portfolio.Holding, size decimal.Decimal, today portfolio.Date) []stake {
	whole := stake{holding: i, lot: -1, rank: rankUnknown, quantity: h.Quantity, size: size}
	if h.TaxTreatment != portfolio.Taxable {
		whole.rank = rankSheltered
		return []stake{whole}
	}
	if len(h.TaxLots) == 0 {
		return []stake{whole}
	}
	pieces := make([]stake, len(h.TaxLots))
	for k := range h.TaxLots {
		lot := &h.TaxLots[k]
		pieces[k] = stake{
			holding: i, lot: k, rank: rankLot(h, lot, today), quantity: lot.Quantity, size: size, gain: lotReturn(h, lot),
		}
	}
	return pieces
}

// rankLot is the place of a lot in a taxable account: a loss is a price below
// the unit cost, and longTerm tells gains apart.
func rankLot(h *portfolio.Holding, lot *portfolio.TaxLot, today portfolio.Date) taxRank {
	switch {
	case h.Price.LessThan(lot.UnitCost):
		return rankLoss
	case longTerm(lot.AcquiredOn, today):
		return rankLong
	default:
		return rankShort
	}
}

// lotReturn is a lot's gain over its cost; what was free gained beyond measure.
func lotReturn(h *portfolio.Holding, lot *portfolio.TaxLot) decimal.Decimal {
	if r, ok := ratio(h.Price.Sub(lot.UnitCost), lot.UnitCost); ok {
		return r
	}
	return decimal.New(1, portfolio.WordDigits)
}

// sortStakes puts what costs least in tax first: within lots at a loss the
// largest, within gains the smallest, in relation to cost. Where no lot tells,
// the largest instrument goes first, which takes the fewest trades; a loss without
// lots is no reason to prefer it, for harvesting is an action of its own. Equal
// stakes are in an order that does not depend on that of the positions.
func sortStakes(s []stake, holdings []portfolio.Holding) {
	slices.SortStableFunc(s, func(a, b stake) int {
		x, y := &holdings[a.holding], &holdings[b.holding]
		return cmp.Or(
			cmp.Compare(a.rank, b.rank), a.gain.Cmp(b.gain), b.size.Cmp(a.size),
			cmp.Compare(x.Instrument.Ref(), y.Instrument.Ref()), cmp.Compare(x.AccountID, y.AccountID), y.Value.Cmp(x.Value),
			compareCosts(x.Cost, y.Cost), compareLots(a, b, x, y),
		)
	})
}

// compareCosts puts the dearer purchase first, and one of unknown cost last.
func compareCosts(x, y *decimal.Decimal) int {
	if x == nil || y == nil {
		return compareBools(x == nil, y == nil)
	}
	return y.Cmp(*x)
}

// compareLots puts the older lot first.
func compareLots(a, b stake, x, y *portfolio.Holding) int {
	if a.lot < 0 || b.lot < 0 {
		return cmp.Compare(a.lot, b.lot)
	}
	p, q := &x.TaxLots[a.lot], &y.TaxLots[b.lot]
	return cmp.Or(p.AcquiredOn.DaysSince(q.AcquiredOn), q.Quantity.Cmp(p.Quantity), cmp.Compare(p.LotID, q.LotID))
}

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
		size := d.plan.now.holdings().value(h.Instrument.Ref())
		s = append(s, stakes(i, h, size, d.book.val.Portfolio.AsOf)...)
	}
	sortStakes(s, holdings)
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
		if len(barred) == 0 {
			barred.add(d.exhausted(w))
		}
		for _, limit := range barred {
			d.limits.add(limit)
		}
	}
	return d.carryOut(w)
}

// exhausted is why all holdings together fall short: a fraction of a share of
// one cannot be sold, or there are no more.
func (d *draft) exhausted(w []wish) string {
	for i := range w {
		if h := &d.book.val.Holdings[w[i].holding]; h.Quantity.IsPositive() && d.plan.places(&h.Instrument) == 0 {
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

// round makes quantities tradable: down, and then up again, in the same order,
// for as long as the amount has to be reached. It returns what is missing.
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
		w[i].quantity = w[i].quantity.Add(more)
		missing = missing.Sub(more.Mul(h.UnitPrice))
	}
	return missing
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
