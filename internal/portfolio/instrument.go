package portfolio

import "strings"

// Ref names the instrument to a reader: its ticker or, without one, the best
// identifier that the caller gave (ISIN, CUSIP, FIGI, SEDOL).
func (i *Instrument) Ref() string {
	for _, id := range [...]string{i.ID.Ticker, i.ID.ISIN, i.ID.CUSIP, i.ID.FIGI, i.ID.SEDOL} {
		if id != "" {
			return id
		}
	}
	return ""
}

// IssuerKey is equal for instruments of one issuer: the issuer told, without
// regard to case and outer space, or else the instrument itself.
func (i *Instrument) IssuerKey() string {
	if issuer := strings.TrimSpace(i.Issuer); issuer != "" {
		return strings.ToLower(issuer)
	}
	return i.Ref()
}

// Diversified reports whether the instrument is no single name: a fund, a cash
// equivalent, or a government bond. Concentration limits pass over it.
func (i *Instrument) Diversified() bool {
	switch i.Type {
	case ETF, MutualFund, CashEquivalent:
		return true
	case FixedIncome:
		return strings.EqualFold(strings.TrimSpace(i.Sector), "government")
	default:
		return false
	}
}

// Class is the asset class told or, without one, that of the type. A fund or a
// derivative does not tell what it is exposed to: it is unclassified.
func (i *Instrument) Class() AssetClass {
	if i.AssetClass != "" {
		return i.AssetClass
	}
	if class, ok := classOfType[i.Type]; ok {
		return class
	}
	return ClassUnclassified
}

var classOfType = map[InstrumentType]AssetClass{
	Equity:         ClassEquity,
	FixedIncome:    ClassFixedIncome,
	CashEquivalent: ClassCash,
	Cryptocurrency: ClassCryptocurrency,
	Commodity:      ClassCommodity,
	RealEstate:     ClassRealEstate,
}

// RegionOrDerived is the region told or, without one, that of the country; ""
// when neither tells.
func (i *Instrument) RegionOrDerived() string {
	if i.Region != "" {
		return i.Region
	}
	return RegionOf(i.Country)
}
