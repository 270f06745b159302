package imports

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// readOFX reads the investment statements of an OFX or QFX file (Open Financial
// Exchange 1.6 and 2.2, chapter 13, <INVSTMTRS> and <SECLIST>; the comments of
// github.com/aclindsa/ofxgo quote it).
//
// Traps: a position has its security in another list; the price of a bond is in
// percent of its face value; options are in contracts of SHPERCTRCT shares;
// AVAILCASH includes sweep funds that are positions as well; SHORTBALANCE is the
// value of positions; POSTYPE has the sign; 19900101 is no date; a currency may
// be overridden for the price alone; AVGCOSTBASIS is per unit with some and the
// total with others.
func readOFX(d *draft, data []byte) error {
	root := parseOFX(d.text(data))
	if root == nil {
		return wrongFormat("", "The file is not an OFX document.")
	}
	statements := root.find("INVSTMTMSGSRSV1").all("INVSTMTTRNRS")
	if len(statements) == 0 {
		return wrongFormat("", "The OFX document has no investment statement.")
	}
	for _, set := range []string{"BANKMSGSRSV1", "CREDITCARDMSGSRSV1", "LOANMSGSRSV1"} {
		if root.has(set) {
			d.skip("/"+set, "not_an_investment", "The message set is left out: only investment statements are read.")
		}
	}
	for _, set := range []string{"OFX", "INVSTMTMSGSRSV1"} {
		if all := root.all(set); len(all) > 1 || set == "OFX" && len(all) > 0 {
			d.skip("/"+set, "second_document", "What follows is left out: the first document of a file is read.")
		}
	}
	r := ofxReader{draft: d, securities: map[string]*element{}}
	for _, s := range root.find("SECLISTMSGSRSV1", "SECLIST").children {
		r.securities[ofxKey(s.find("SECINFO", "SECID"))] = s
	}
	for i, s := range statements {
		r.statement(fmt.Sprintf("/INVSTMTMSGSRSV1/INVSTMTTRNRS/%d/INVSTMTRS", i), s.find("INVSTMTRS"))
	}
	return nil
}

type ofxReader struct {
	*draft
	securities map[string]*element
	mixed      bool // the statements are in several currencies
}

func ofxKey(secid *element) string {
	return secid.find("UNIQUEIDTYPE").text + " " + secid.find("UNIQUEID").text
}

// ofxDate reads the day of an OFX date and time; 1 January 1990 stands for an
// unknown one.
func ofxDate(e *element) portfolio.Date {
	if len(e.text) < 8 || strings.HasPrefix(e.text, "19900101") {
		return portfolio.Date{}
	}
	return dateIn(e.text[:8], "20060102")
}

// decimal reads an amount, whose point may be a comma.
func (d *draft) decimal(at string, e *element) *decimal.Decimal {
	if e.text == "" {
		return nil
	}
	v, ok := parseNumber(strings.Replace(e.text, ",", ".", 1))
	if !ok {
		d.badNumber(at + "/" + e.name)
	}
	return v
}

func (r *ofxReader) statement(at string, s *element) {
	if s.name == "" {
		r.skip(at, "no_statement", "The account is left out: the institution sent no statement of it.")
		return
	}
	if on := ofxDate(s.find("DTASOF")); on.After(r.Portfolio.AsOf) { // of several statements the latest
		r.Portfolio.AsOf = on
	}
	currency := portfolio.Currency(s.find("CURDEF").text)
	r.base(currency)
	account := r.account(s.find("INVACCTFROM", "BROKERID").text+" "+s.find("INVACCTFROM", "ACCTID").text, at+"/INVACCTFROM", "")
	var held []holding
	for i, p := range s.find("INVPOSLIST").children {
		held = append(held, r.position(fmt.Sprintf("%s/INVPOSLIST/%d", at, i), p, account, currency))
	}
	m := r.money(at, s)
	debt := r.debt(at, m)
	r.cash(account, currency, m.cash)
	r.cash(account, currency, debt)
	r.outside(at, s)
	sweep := r.reconcile(at, s, m, debt, held)
	for i, h := range held {
		if sweep && h.instrument.Type == portfolio.CashEquivalent {
			r.skip(h.at, "counted_in_cash", "The holding is left out: the available cash, which includes sweep funds, is enough to be this money.")
			continue
		}
		r.add(held[i])
	}
}

// base takes the currency of the statements for that of the portfolio, when
// they have one in common.
func (r *ofxReader) base(currency portfolio.Currency) {
	switch r.Portfolio.BaseCurrency {
	case currency:
	case "":
		if !r.mixed {
			r.Portfolio.BaseCurrency = currency
		}
	default:
		r.Portfolio.BaseCurrency, r.mixed = "", true
	}
}

func (r *ofxReader) position(at string, p *element, account string, currency portfolio.Currency) holding {
	pos := p.find("INVPOS")
	security := r.securities[ofxKey(pos.find("SECID"))]
	if security == nil {
		security = &element{}
		r.skip(at, "unknown_security", "The security is not in the list of securities; of the holding only its identifier is known.")
	}
	h := holding{
		at: at, account: account, currency: currency, quantity: r.decimal(at, pos.find("UNITS")), price: r.decimal(at, pos.find("UNITPRICE")),
		value: r.decimal(at, pos.find("MKTVAL")), priceAsOf: ofxDate(pos.find("DTPRICEASOF")), asksCost: true,
		instrument: ofxInstrument(pos.find("SECID"), p.name, security),
	}
	if symbol := pos.find("CURRENCY", "CURSYM").text; symbol != "" && portfolio.Currency(symbol) != currency {
		h.currency, h.value = portfolio.Currency(symbol), nil // the value stays in the currency of the statement
	}
	if pos.has("AVGCOSTBASIS") {
		r.skip(at+"/INVPOS/AVGCOSTBASIS", "unclear_cost", "The cost is left out: institutions write the total there, and others the cost per unit.")
	}
	if pos.find("POSTYPE").text == "SHORT" {
		h.quantity = short(h.quantity)
	}
	switch p.name {
	case "POSDEBT":
		h.scales = []scale{atPercent, inUnits}
	case "POSOPT":
		h.scales = []scale{inContracts, inUnits}
		if shares := r.decimal(at, security.find("SHPERCTRCT")); shares != nil {
			h.scales = []scale{contracts(*shares), inUnits}
		}
	}
	return h
}

// ofxTypes are the kinds of positions. A POSSTOCK may be a fund that is traded
// on an exchange.
var ofxTypes = map[string]portfolio.InstrumentType{
	"POSMF": portfolio.MutualFund, "POSDEBT": portfolio.FixedIncome, "POSOPT": portfolio.Derivative, "POSOTHER": portfolio.OtherType,
}

var ofxClasses = map[string]portfolio.AssetClass{
	"DOMESTICBOND": portfolio.ClassFixedIncome, "INTLBOND": portfolio.ClassFixedIncome, "LARGESTOCK": portfolio.ClassEquity,
	"SMALLSTOCK": portfolio.ClassEquity, "INTLSTOCK": portfolio.ClassEquity, "MONEYMRKT": portfolio.ClassCash,
}

func ofxInstrument(secid *element, kind string, security *element) portfolio.Instrument {
	info := security.find("SECINFO")
	x := portfolio.Instrument{
		ID: symbolID(info.find("TICKER").text), Name: info.find("SECNAME").text, Type: ofxTypes[kind],
		AssetClass: ofxClasses[security.find("ASSETCLASS").text],
	}
	switch id := secid.find("UNIQUEID").text; strings.ToUpper(secid.find("UNIQUEIDTYPE").text) {
	case "CUSIP":
		x.ID.CUSIP = id
	case "ISIN":
		x.ID.ISIN = id
	case "SEDOL":
		x.ID.SEDOL = id
	}
	if x.AssetClass == portfolio.ClassCash || nasdaqFundType(x.ID.Ticker) == portfolio.CashEquivalent {
		x.Type = portfolio.CashEquivalent
	}
	x.Exposures = ofxExposures(security)
	return x
}

// ofxExposures reads what a fund holds; percentages become shares of one.
func ofxExposures(security *element) *portfolio.Exposures {
	classes := map[portfolio.AssetClass]decimal.Decimal{}
	var sum decimal.Decimal
	for _, p := range security.find("MFASSETCLASS").all("PORTION") {
		class, known := ofxClasses[p.find("ASSETCLASS").text]
		share, ok := parseNumber(p.find("PERCENT").text)
		if !known || !ok || share.IsNegative() {
			continue
		}
		classes[class] = classes[class].Add(share.Shift(-2))
		sum = sum.Add(share.Shift(-2))
	}
	if len(classes) == 0 || sum.GreaterThan(one) {
		return nil
	}
	return &portfolio.Exposures{AssetClasses: classes}
}
