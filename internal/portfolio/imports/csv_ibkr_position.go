package imports

import (
	"regexp"
	"strings"
	"time"

	"ballast.internal/ballast/internal/portfolio"
)

// ibkrCategories are the asset categories that are worth quantity times price.
var ibkrCategories = map[string]portfolio.InstrumentType{
	"Stocks": "", "Equity and Index Options": portfolio.Derivative, "Options On Futures": portfolio.Derivative,
	"Warrants": portfolio.Derivative, "Bonds": portfolio.FixedIncome, "Treasury Bills": portfolio.FixedIncome,
	"Corporate and Municipal Bonds": portfolio.FixedIncome, "Mutual Funds": portfolio.MutualFund, "Funds": portfolio.MutualFund,
	"Crypto": portfolio.Cryptocurrency, "Cryptocurrencies": portfolio.Cryptocurrency, "Structured Products": portfolio.OtherType,
}

// ibkrTypes tell stocks apart, by Type in Financial Instrument Information.
var ibkrTypes = map[string]portfolio.InstrumentType{
	"COMMON": portfolio.Equity, "PREFERRED": portfolio.Equity, "ADR": portfolio.Equity, "GDR": portfolio.Equity,
	"NY REG SHRS": portfolio.Equity, "REIT": portfolio.Equity, "MLP": portfolio.Equity, "ETF": portfolio.ETF,
	"CLOSED-END FUND": portfolio.MutualFund,
}

func (r *ibkrReader) position(l line, lots []line) {
	category := l.get("Asset Category")
	kind, known := ibkrCategories[category]
	switch {
	case category == "Forex":
		r.skip(l.at(), "counted_in_cash", "The row is left out: the Cash Report already has this money.")
		return
	case !known:
		r.skip(l.at(), "not_valued_by_price", "The row is left out: a holding of its category is not worth its quantity times its price.")
		return
	}
	h := holding{
		at: l.at(), account: r.accountOf(l), currency: portfolio.Currency(l.get("Currency")), asksCost: true,
		quantity: r.amountOf(l, "Quantity"), price: r.amountOf(l, "Close Price"), value: r.amountOf(l, "Value"),
		cost: r.amountOf(l, "Cost Basis"), instrument: r.instrument(category+" "+l.get("Symbol"), kind, l),
	}
	r.count(ibkrKind(category), h.currency, h.value)
	switch mult := r.amountOf(l, "Mult"); {
	case mult != nil && !mult.Equal(one):
		h.scales = []scale{contracts(*mult)}
	case h.instrument.Type == portfolio.Derivative && category != "Warrants":
		h.scales = []scale{inUnits, inContracts}
	case h.instrument.Type == portfolio.FixedIncome:
		h.scales = []scale{atPercent, inUnits}
	}
	for _, lot := range lots {
		h.lots = append(h.lots, r.lot(lot))
	}
	r.add(h)
}

func (r *ibkrReader) lot(l line) portfolio.TaxLot {
	quantity, cost := r.amountOf(l, "Quantity"), r.amountOf(l, "Cost Price")
	if quantity == nil || cost == nil {
		return portfolio.TaxLot{}
	}
	day, _, _ := strings.Cut(l.get("Open"), ",")
	return portfolio.TaxLot{AcquiredOn: dateIn(day, time.DateOnly), Quantity: *quantity, UnitCost: *cost}
}

func (r *ibkrReader) instrument(key string, kind portfolio.InstrumentType, l line) portfolio.Instrument {
	info := r.instruments[key]
	x := portfolio.Instrument{ID: ibkrID(l.get("Symbol")), Name: info.get("Description"), Type: kind}
	if kind == "" {
		x.Type = ibkrTypes[strings.ToUpper(info.get("Type"))]
	}
	switch id := info.get("Security ID"); {
	case portfolio.ValidISIN(id):
		x.ID.ISIN = id
	case portfolio.ValidCUSIP(id):
		x.ID.CUSIP = id
	}
	return x
}

var (
	// ibkrOption is an option as IBKR writes one: TQQQ 24AUG26 70 P.
	ibkrOption = optionForm{
		regexp.MustCompile(`^(?<root>[A-Z]{1,6}[0-9]?) (?<day>\d{2}[A-Z]{3}\d{2}) (?<strike>\d{1,6}(?:\.\d{1,3})?) (?<right>[CP])$`), "02Jan06",
	}
	// ibkrShareClass is a symbol whose blank stands for a dot: BRK B.
	ibkrShareClass = regexp.MustCompile(`^[A-Z]{1,5} [A-Z]$`)
)

func ibkrID(symbol string) portfolio.InstrumentID {
	if id, ok := ibkrOption.read(symbol); ok {
		return id
	}
	if ibkrShareClass.MatchString(symbol) {
		return portfolio.InstrumentID{Ticker: strings.Replace(symbol, " ", ".", 1)}
	}
	return symbolID(symbol)
}
