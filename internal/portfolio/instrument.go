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
// regard to case, space and legal form (Alphabet is Alphabet Inc.), or else the
// instrument itself.
func (i *Instrument) IssuerKey() string {
	words := strings.Fields(strings.ToLower(i.Issuer))
	for n := len(words); n > 1; n-- {
		if form := legalDots.Replace(words[n-1]); form != "" && !strings.Contains(legalForms, " "+form+" ") {
			break
		}
		words = words[:n-1]
	}
	if len(words) == 0 {
		return i.Ref()
	}
	words[len(words)-1] = strings.TrimRight(words[len(words)-1], ".,")
	return strings.Join(words, " ")
}

var legalDots = strings.NewReplacer(".", "", ",", "")

// legalForms are how company names end beside the name.
const legalForms = " & co company corp corporation inc incorporated ltd limited llc plc ag se sa nv kgaa ab asa oyj spa "

// Diversified reports whether the instrument is no single name: a fund, a cash
// equivalent, a government bond, or property or a commodity of which no issuer
// is told: none stands behind a home or a bar of gold. Concentration limits pass
// over it.
func (i *Instrument) Diversified() bool {
	switch i.Type {
	case ETF, MutualFund, CashEquivalent, RealEstate:
		return true
	case Commodity:
		return strings.TrimSpace(i.Issuer) == ""
	case FixedIncome:
		return NameKey(i.Sector) == "government"
	default:
		return false
	}
}

// IssuerUntold reports a bond of which nothing tells whether a government or a
// company owes it.
func (i *Instrument) IssuerUntold() bool {
	return i.Type == FixedIncome && NameKey(i.Sector) == ""
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
