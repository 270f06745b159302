package imports

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// holding is one position as a file tells it; nil and "" stand for what it does
// not tell.
type holding struct {
	at         string
	account    string // the id given by draft.account
	instrument portfolio.Instrument
	quantity   *decimal.Decimal
	price      *decimal.Decimal
	priceAsOf  portfolio.Date
	currency   portfolio.Currency
	value      *decimal.Decimal // of the whole position
	cost       *decimal.Decimal // of the whole position
	average    *decimal.Decimal // per unit, in the units of price
	lots       []portfolio.TaxLot
	// scales are the ways in which the format may count this kind of holding,
	// the usual one first; nil: in units at a price per unit.
	scales []scale
	// asksCost: the format tells costs, so that one left out is worth asking for.
	asksCost bool
}

// add maps a holding, or lists why it cannot be.
func (d *draft) add(h holding) {
	switch {
	case h.quantity == nil:
		d.skip(h.at, "no_quantity", "The holding is left out: its quantity is not told, or not readable.")
		return
	case h.quantity.IsZero():
		d.skip(h.at, "zero_quantity", "The holding is left out: nothing of it is held.")
		return
	case !h.rescale():
		d.skip(h.at, "unclear_multiplier",
			"The holding is left out: its value is not its quantity times its price under any multiplier that is usual for it.")
		return
	}
	d.checkInstrument(&h)
	d.checkLots(&h)
	d.checkValue(&h)
	i := len(d.Portfolio.Positions)
	d.Portfolio.Positions = append(d.Portfolio.Positions, h.position())
	d.priceAt = append(d.priceAt, h.price != nil)
	d.at = append(d.at, h.at)
	d.askInstrument(i, &h)
	if h.asksCost && h.cost == nil && h.average == nil && len(h.lots) == 0 {
		d.ask(positionPointer(i)+"/cost_basis", h.at, "cost_basis", "What did the whole position cost? Without an answer it has no gain and no loss.")
	}
}

func (h *holding) position() portfolio.Position {
	p := portfolio.Position{
		AccountID: h.account, Instrument: h.instrument, Quantity: *h.quantity, PriceAsOf: h.priceAsOf, Currency: h.currency,
		MarketValue: h.value, CostBasis: h.cost, TaxLots: h.lots,
	}
	if h.price != nil {
		p.Price = *h.price
	}
	if h.cost == nil {
		p.AverageCost = h.average
	}
	return p
}

// checkValue tells of a value that quantity and price do not explain: one of the
// three may have been written, or read, wrongly. Nobody can tell which.
func (d *draft) checkValue(h *holding) {
	if h.scales != nil || h.value == nil || h.price == nil {
		return
	}
	rounding := h.quantity.Abs().Mul(decimal.New(1, h.price.Exponent())).Add(cent)
	off := h.quantity.Mul(*h.price).Abs().Sub(h.value.Abs()).Abs()
	if !h.fits(inUnits) && off.GreaterThan(rounding) {
		d.skip(h.at, "value_differs", "The value told is not the quantity times the price: check the three, which are taken as they stand.")
	}
}

var cent = decimal.New(1, -2)

// checkInstrument drops what the domain would refuse of an instrument, as long
// as the rest can stand without it.
func (d *draft) checkInstrument(h *holding) {
	id := &h.instrument.ID
	for _, x := range []struct {
		value *string
		valid func(string) bool
	}{
		{&id.Ticker, portfolio.ValidTicker}, {&id.ISIN, portfolio.ValidISIN}, {&id.CUSIP, portfolio.ValidCUSIP},
		{&id.FIGI, portfolio.ValidFIGI}, {&id.SEDOL, portfolio.ValidSEDOL},
	} {
		if *x.value != "" && !x.valid(*x.value) {
			*x.value = ""
			d.skip(h.at, "bad_identifier", "An identifier is left out: it is mistyped, or not of the kind that its name says.")
		}
	}
	d.checkText(h.at, &h.instrument.Name, portfolio.ValidName)
	d.checkText(h.at, &h.instrument.Sector, portfolio.ValidSector)
}

// checkText tidies a text, and drops one that the domain would refuse.
func (d *draft) checkText(at string, s *string, valid func(string) bool) {
	if *s = clean(*s); !valid(*s) {
		*s = ""
		d.skip(at, "bad_text", "A name is left out: it is too long, or has characters that cannot be shown.")
	}
}

// askInstrument asks what the holding is exposed to where that is not told.
func (d *draft) askInstrument(i int, h *holding) {
	at := positionPointer(i) + "/instrument/"
	switch x := &h.instrument; {
	case x.Type == "" && x.AssetClass == "":
		d.ask(at+"type", h.at, "instrument_type", "What is it: a share, a fund, a bond? The file does not tell, and it counts as not classified.")
	case x.Exposures == nil && x.Class() == portfolio.ClassUnclassified:
		d.ask(at+"asset_class", h.at, "asset_class", "What does it invest in? The file does not tell, and it counts as not classified.")
	}
}

// checkLots drops lots that do not make up the position.
func (d *draft) checkLots(h *holding) {
	if len(h.lots) == 0 {
		return
	}
	var sum decimal.Decimal
	whole := true
	for _, l := range h.lots {
		sum = sum.Add(l.Quantity)
		whole = whole && !l.AcquiredOn.IsZero() && l.Quantity.Sign() == h.quantity.Sign() && !l.UnitCost.IsNegative()
	}
	if !whole || !sum.Equal(*h.quantity) {
		h.lots = nil
		d.skip(h.at, "incomplete_lots", "The tax lots are left out: a date, quantity or cost is missing, or they do not add up to the position.")
	}
}
