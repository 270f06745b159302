package analysis

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// A ware is an instrument that may be bought: held already or on the caller's
// buy list. Nothing else ever is.
type ware struct {
	ref        string
	instrument *portfolio.Instrument
	quote      decimal.Decimal // price of a unit in currency
	currency   portfolio.Currency
	rate       decimal.Decimal // base currency per unit of currency
	price      decimal.Decimal // of a unit in the base currency
	holding    int             // the largest holding of it, or -1
	held       decimal.Decimal // value of that holding
	about      float64         // held
	broad      bool            // no single name
	narrow     bool            // a fund of one sector; government is the breadth of its class
}

// judged adds to a ware what it is compared by.
func (w ware) judged() ware {
	sector := portfolio.NameKey(w.instrument.Sector)
	w.about, w.broad = approximately(w.held), w.instrument.Diversified()
	w.narrow = sector != "" && sector != "government"
	return w
}

func sameName(x, y string) bool { return x == y || portfolio.NameKey(x) == portfolio.NameKey(y) }

// stock lists what may be bought, most suitable first. Of what is held, only
// diversified instruments are bought more of; a single name must be on the buy
// list. What is on it and held has the holding's price.
func (p *plan) stock() []*ware {
	held := p.heldWares()
	shelf := make(map[string]*ware, len(held))
	for ref, w := range held {
		if w.broad && p.mayBuy(w.instrument) {
			shelf[ref] = w
		}
	}
	rates := portfolio.NewRates(p.facts.val.Portfolio)
	for i := range p.limits.BuyList {
		c := &p.limits.BuyList[i]
		w := wareOf(c, held[c.Ref()], rates)
		if w != nil && shelf[w.ref] == nil && p.mayBuy(w.instrument) {
			shelf[w.ref] = w
		}
	}
	return slices.SortedFunc(maps.Values(shelf), compareWares)
}

// leaveLosers takes off the shelf what has a loss to be harvested and a like to buy
// in its stead: what is bought of it now disallows the loss, and is sold again once
// the portfolio is asked about anew.
func (p *plan) leaveLosers() {
	p.losers = make(map[string]bool)
	for i := range p.facts.factsOf(FactHarvestableLoss) {
		p.losers[p.facts.factsOf(FactHarvestableLoss)[i].Subject] = true
	}
	p.shelf = slices.DeleteFunc(slices.Clone(p.shelf), func(w *ware) bool {
		return p.losers[w.ref] && !names(p.noSell, w.instrument) && len(p.substitutes(w.instrument)) > 0
	})
}

// leaveCostly takes off the shelf each fund above the policy's expense ratio that is
// replaced by a cheap one of its kind, now or when the portfolio is asked about anew:
// also by what is sold for its loss today.
func (p *plan) leaveCostly() {
	all := p.shelf
	p.shelf = slices.DeleteFunc(slices.Clone(all), func(w *ware) bool {
		return p.costly(w.instrument.ExpenseRatio) && !names(p.noSell, w.instrument) &&
			slices.ContainsFunc(all, func(x *ware) bool {
				return p.lowCost(x) && p.classOf(x.instrument) == p.classOf(w.instrument) && p.facts.standsFor(x.instrument, w.instrument)
			})
	})
}

// heldWares is the largest holding above zero of each instrument.
func (p *plan) heldWares() map[string]*ware {
	holdings := p.facts.folded()
	held, wares := make(map[string]*ware, len(holdings)), make([]ware, len(holdings))
	for i := range holdings {
		h := &holdings[i]
		if !h.Value.IsPositive() {
			continue
		}
		ref := h.Instrument.Ref()
		if x := held[ref]; x == nil || larger(h, x) {
			wares[i] = ware{
				ref: ref, instrument: &h.Instrument, quote: h.Price, currency: h.Currency, rate: h.Rate, price: h.UnitPrice,
				holding: i, held: h.Value,
			}.judged()
			held[ref] = &wares[i]
		}
	}
	return held
}

// compareSizes compares holdings of one instrument by value, and equal ones by price.
func compareSizes(x, y *portfolio.Holding) int {
	return cmp.Or(x.Value.Cmp(y.Value), x.UnitPrice.Cmp(y.UnitPrice))
}

// larger reports whether a holding stands for its instrument rather than x. Of
// equal ones, whose descriptions may differ, the description decides, and not
// the order in which they were told.
func larger(h *portfolio.Holding, x *ware) bool {
	if c := cmp.Or(h.Value.Cmp(x.held), h.UnitPrice.Cmp(x.price)); c != 0 {
		return c > 0
	}
	return description(&h.Instrument) > description(x.instrument)
}

func description(i *portfolio.Instrument) string {
	return fmt.Sprint(i.Diversified(), i.Class(), i.Type, i.Sector, i.ExpenseRatio, i.Exposures)
}

// wareOf is a candidate of the buy list with a price, that of its holding or
// the one told; nil without any.
func wareOf(c *portfolio.Candidate, held *ware, rates portfolio.Rates) *ware {
	if held != nil {
		return held
	}
	rate, err := rates.ToBase(c.Currency)
	if err != nil || c.Price == nil || !c.Price.IsPositive() {
		return nil
	}
	w := ware{
		ref: c.Ref(), instrument: &c.Instrument, quote: *c.Price, currency: cmp.Or(c.Currency, rates.Base()), rate: rate,
		price: c.Price.Mul(rate), holding: -1,
	}.judged()
	return &w
}

// mayBuy applies the caller's exclusions, and leaves out what is not traded.
func (p *plan) mayBuy(i *portfolio.Instrument) bool {
	return tradable(i) && !p.doubtful[i.Ref()] && !names(p.omit, i) && !p.ofExcluded(i)
}

// compareWares puts broad funds before those of one sector, cheap before dear,
// what is held before what is not, and large before small.
func compareWares(a, b *ware) int {
	if c := cmp.Or(compareBools(!a.broad, !b.broad), compareBools(a.narrow, b.narrow)); c != 0 {
		return c
	}
	if c := compareRatios(a.instrument.ExpenseRatio, b.instrument.ExpenseRatio); c != 0 {
		return c
	}
	if c := cmp.Or(compareBools(a.holding < 0, b.holding < 0), compare(b.held, a.held, b.about, a.about)); c != 0 {
		return c
	}
	return cmp.Compare(a.ref, b.ref)
}

// compareRatios orders expense ratios; one that is not told comes last.
func compareRatios(a, b *decimal.Decimal) int {
	if a == nil || b == nil {
		return compareBools(a == nil, b == nil)
	}
	return a.Cmp(*b)
}

// serves reports whether an instrument is exposed to a class, and to nearly
// nothing else.
func (m *model) serves(i *portfolio.Instrument, class portfolio.AssetClass) bool {
	if e := i.Exposures; e != nil && len(e.AssetClasses) > 0 {
		return e.AssetClasses[class].GreaterThanOrEqual(m.limit(linePureShare))
	}
	return i.Class() == class
}

// wares lists what may be bought for a class, most suitable first. What the
// plan sells is not bought back.
func (p *plan) wares(class portfolio.AssetClass) (wares []*ware) {
	for _, w := range p.shelf {
		if !p.sold[w.ref] && p.facts.serves(w.instrument, class) {
			wares = append(wares, w)
		}
	}
	return wares
}

// buy buys instruments of a class for at most amount, paid from the accounts'
// own cash, and returns what was spent.
func (d *draft) buy(class portfolio.AssetClass, amount decimal.Decimal) (spent decimal.Decimal) {
	wares := d.plan.wares(class)
	if len(wares) == 0 {
		d.limits.add(LimitNoInstrument)
		return spent
	}
	var hindrance string
	for _, f := range d.book.purse() {
		if left := decimal.Min(amount.Sub(spent), d.book.unclaimed(f)); left.IsPositive() {
			part, why := d.buyIn(f.account, wares, d.beyondReserve(f, left))
			spent, hindrance = spent.Add(part), cmp.Or(hindrance, why)
		}
	}
	if spent.IsZero() && len(d.limits) == 0 {
		d.limits.add(hindrance)
	}
	return spent
}

// buyIn buys, in one account and for at most amount, the most suitable ware
// that can be bought at all, and returns what was spent or what hindered it.
func (d *draft) buyIn(account string, wares []*ware, amount decimal.Decimal) (spent decimal.Decimal, hindrance string) {
	for _, w := range wares {
		w = d.priced(account, w)
		quantity, limit := d.affordable(w, amount)
		if limit != "" {
			hindrance = cmp.Or(hindrance, limit)
			continue
		}
		if d.full(Buy) {
			return spent, LimitMaxTrades
		}
		if d.plan.costly(w.instrument.ExpenseRatio) {
			d.caveats.add(CaveatCostlyPurchase)
		}
		spent = d.book.buy(account, w, quantity)
		d.enter(order{side: Buy, ref: w.ref, account: account, holding: w.holding, quantity: quantity, amount: spent})
		d.warnOfSectors(w)
		return spent, ""
	}
	return spent, hindrance
}

// priced is a ware at the price that an account has it at, where it holds some: of
// another account's a position there would have two.
func (d *draft) priced(account string, w *ware) *ware {
	held, own := d.heldIn(account, w), *w
	if held < 0 {
		return w
	}
	h := &d.book.val.Holdings[held]
	own.quote, own.currency, own.rate, own.price = h.Price, h.Currency, h.Rate, h.UnitPrice
	if i := &h.Instrument; description(i) == description(w.instrument) && i.Region == w.instrument.Region && i.Country == w.instrument.Country {
		own.holding, own.instrument = held, i
	}
	return &own
}

// heldIn is the largest holding of a ware that an account has, or -1. What the ware
// was taken from is the largest of all.
func (d *draft) heldIn(account string, w *ware) int {
	largest := -1
	for i := range d.book.val.Holdings {
		h := &d.book.val.Holdings[i]
		if h.Index < 0 || h.AccountID != account || !h.Value.IsPositive() || h.Instrument.Ref() != w.ref {
			continue
		}
		if i == w.holding {
			return i
		}
		if largest < 0 || compareSizes(h, &d.book.val.Holdings[largest]) > 0 {
			largest = i
		}
	}
	return largest
}

// affordable is how much of a ware amount buys, or the limit that forbids it.
func (d *draft) affordable(w *ware, amount decimal.Decimal) (quantity decimal.Decimal, limit string) {
	if d.trades(Sell, w.ref) {
		return quantity, LimitNoInstrument
	}
	quantity = floorDiv(decimal.Min(amount, d.room(w)), w.price, d.plan.places(w.instrument))
	switch {
	case !quantity.IsPositive():
		return quantity, LimitWholeShares
	case quantity.Mul(w.price).LessThan(d.plan.smallest(d.plan.places(w.instrument))):
		return quantity, LimitMinTradeAmount
	default:
		return quantity, ""
	}
}

// room is how much more of an instrument may be held: a single name must not
// come near the line from which on it would have to be watched.
func (d *draft) room(w *ware) decimal.Decimal {
	total := d.book.val.Total
	if w.broad {
		return total
	}
	held := d.plan.facts.limit(lineWatch).Mul(total)
	for i := range d.book.val.Holdings {
		if h := &d.book.val.Holdings[i]; h.Instrument.IssuerKey() == w.instrument.IssuerKey() {
			held = held.Sub(h.Value)
		}
	}
	return decimal.Max(decimal.Decimal{}, held)
}

// trades reports whether this draft buys, or sells, an instrument.
func (d *draft) trades(side Side, ref string) bool {
	return slices.ContainsFunc(d.orders, func(o order) bool { return o.side == side && o.ref == ref })
}
