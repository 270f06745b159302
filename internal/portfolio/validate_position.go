package portfolio

import (
	"cmp"
	"maps"
	"slices"

	"github.com/shopspring/decimal"
)

// assetClasses are those that a caller may name.
var assetClasses = []AssetClass{ClassEquity, ClassFixedIncome, ClassCash, ClassRealEstate, ClassCommodity,
	ClassCryptocurrency, ClassAlternative, ClassOther}

func (c *checker) checkPositions(at string) {
	if !c.count(at, "", len(c.portfolio.Positions), MaxPositions) {
		return
	}
	ids := make(map[string]bool, len(c.portfolio.Positions))
	for i := range c.portfolio.Positions {
		p, at := &c.portfolio.Positions[i], item(at, i)
		c.text(at, "/position_id", p.PositionID, maxIDLength)
		c.unique(ids, at, "/position_id", p.PositionID)
		c.account(at, "/account_id", p.AccountID)
		c.checkInstrument(at+"/instrument", &p.Instrument)
		c.checkHolding(at, p)
	}
}

func (c *checker) checkHolding(at string, p *Position) {
	quantity := c.bounded(at, "/quantity", p.Quantity)
	if quantity && p.Quantity.IsZero() {
		c.fault(at, "/quantity", "out_of_range", "The quantity must not be zero.")
	}
	c.notNegative(at, "/price", p.Price)
	c.notAfter(at, "/price_as_of", p.PriceAsOf)
	c.holdable(at, "/currency", p.Currency)
	if p.MarketValue != nil {
		c.bounded(at, "/market_value", *p.MarketValue)
	}
	c.checkCost(at, p)
	if quantity {
		c.checkLots(at, p)
	}
}

func (c *checker) checkCost(at string, p *Position) {
	if p.CostBasis != nil && p.AverageCost != nil {
		c.fault(at, "/average_cost", "conflicting_cost", "Either cost_basis, the total, or average_cost, per unit, may be given.")
	}
	if p.CostBasis != nil && c.bounded(at, "/cost_basis", *p.CostBasis) &&
		p.CostBasis.IsNegative() && !p.Quantity.IsNegative() {
		c.fault(at, "/cost_basis", "out_of_range", "Only a short position may have a negative cost basis.")
	}
	if p.AverageCost != nil {
		c.notNegative(at, "/average_cost", *p.AverageCost)
	}
}

func (c *checker) checkLots(at string, p *Position) {
	if len(p.TaxLots) == 0 || !c.count(at, "/tax_lots", len(p.TaxLots), maxOthers) {
		return
	}
	var sum decimal.Decimal
	ids := make(map[string]bool, len(p.TaxLots))
	for i := range p.TaxLots {
		lot, at := &p.TaxLots[i], item(at+"/tax_lots", i)
		c.text(at, "/lot_id", lot.LotID, maxIDLength)
		c.unique(ids, at, "/lot_id", lot.LotID)
		if lot.AcquiredOn.IsZero() {
			c.fault(at, "/acquired_on", "required", "A tax lot needs the date of its purchase.")
		}
		c.notAfter(at, "/acquired_on", lot.AcquiredOn)
		c.notNegative(at, "/unit_cost", lot.UnitCost)
		if !c.bounded(at, "/quantity", lot.Quantity) {
			return
		}
		if lot.Quantity.Sign()*p.Quantity.Sign() <= 0 {
			c.fault(at, "/quantity", "out_of_range", "A lot's quantity must have the sign of the position's, and not be zero.")
		}
		sum = sum.Add(lot.Quantity)
	}
	if sum.Sub(p.Quantity).Abs().GreaterThan(p.Quantity.Abs().Mul(sumTolerance)) {
		c.fault(at, "/tax_lots", "bad_sum", "The lots' quantities must add up to the position's quantity.")
	}
}

func (c *checker) checkInstrument(at string, i *Instrument) {
	c.checkIdentifiers(at+"/id", &i.ID)
	c.text(at, "/name", i.Name, maxNameLength)
	c.text(at, "/issuer", i.Issuer, maxNameLength)
	c.text(at, "/sector", i.Sector, maxSectorLength)
	c.text(at, "/region", i.Region, maxSectorLength)
	optional(c, at, "/type", i.Type, Equity, ETF, MutualFund, FixedIncome, CashEquivalent, Cryptocurrency, Derivative,
		Commodity, RealEstate, OtherType)
	optional(c, at, "/asset_class", i.AssetClass, assetClasses...)
	if i.Country != "" && RegionOf(i.Country) == "" {
		c.fault(at, "/country", "unknown_country", "The code is not an ISO 3166-1 alpha-2 country in upper case.")
	}
	c.checkExpenseRatio(at, i.ExpenseRatio)
	if i.Exposures != nil {
		c.checkExposures(at+"/exposures", i.Exposures)
	}
}

// maxExpenseRatio is far above what any fund charges: what exceeds it is a
// percentage given for a fraction.
var maxExpenseRatio = decimal.New(2, -1)

func (c *checker) checkExpenseRatio(at string, ratio *decimal.Decimal) {
	if ratio != nil && c.notNegative(at, "/expense_ratio", *ratio) && ratio.GreaterThan(maxExpenseRatio) {
		c.fault(at, "/expense_ratio", "out_of_range", "An expense ratio is a fraction of one a year and at most 0.2.")
	}
}

func (c *checker) checkIdentifiers(at string, id *InstrumentID) {
	if *id == (InstrumentID{}) {
		c.fault(at, "", "missing_identifier", "An instrument needs at least one of ticker, isin, cusip, figi and sedol.")
	}
	c.ticker(at, "/ticker", id.Ticker)
	c.checkDigit(at, "/isin", id.ISIN, ValidISIN)
	c.checkDigit(at, "/cusip", id.CUSIP, ValidCUSIP)
	c.checkDigit(at, "/figi", id.FIGI, ValidFIGI)
	c.checkDigit(at, "/sedol", id.SEDOL, ValidSEDOL)
	c.oneInstrument(at, id)
}

// oneInstrument refuses a ticker that stands for several instruments, as SAN
// does in Madrid and Paris: they would be counted, and traded, as one.
func (c *checker) oneInstrument(at string, id *InstrumentID) {
	if id.Ticker == "" || id.ISIN == "" {
		return
	}
	first, met := c.isins[id.Ticker]
	if !met {
		c.isins[id.Ticker] = id.ISIN
		return
	}
	if first != id.ISIN {
		c.fault(at, "/ticker", "ambiguous_ticker", "Another instrument, of another ISIN, has the same ticker; tell them apart, as by the exchange in SAN.MC and SAN.PA.")
	}
}

func (c *checker) ticker(at, member, s string) {
	if s != "" && !ValidTicker(s) {
		c.fault(at, member, "bad_ticker", "A ticker is 1 to 20 of A to Z, 0 to 9 and .-^=/ in upper case, starting with a letter or digit.")
	}
}

func (c *checker) checkDigit(at, member, id string, valid func(string) bool) {
	if id != "" && !valid(id) {
		c.fault(at, member, "bad_check_digit", "The identifier is mistyped: its form or its check digit is wrong.")
	}
}

func (c *checker) checkExposures(at string, e *Exposures) {
	checkShares(c, at+"/asset_classes", e.AssetClasses, func(at, member string, k AssetClass) {
		oneOf(c, at, member, k, assetClasses...)
	})
	label := func(at, member string, k string) { c.text(at, member, k, maxSectorLength) }
	checkShares(c, at+"/sectors", e.Sectors, label)
	checkShares(c, at+"/regions", e.Regions, label)
	checkShares(c, at+"/currencies", e.Currencies, func(at, member string, k Currency) { c.currency(at, member, k) })
}

// checkShares wants shares of at most one together, under keys that pass.
func checkShares[K interface {
	~string
	cmp.Ordered
}](c *checker, at string, shares map[K]decimal.Decimal, key func(at, member string, k K)) {
	if !c.count(at, "", len(shares), maxOthers) {
		return
	}
	var sum decimal.Decimal
	for _, k := range slices.Sorted(maps.Keys(shares)) {
		member := "/" + escape(string(k))
		key(at, member, k)
		if !c.between(at, member, shares[k], 1) {
			return
		}
		sum = sum.Add(shares[k])
	}
	if sum.Sub(one).GreaterThan(sumTolerance) {
		c.fault(at, "", "bad_sum", "The shares must not add up to more than one.")
	}
}
