package imports

import (
	"slices"
	"strings"
	"testing"
)

// Each format has a fault that importers are known to make. One small file
// for each: what must come of it, and what it would be otherwise.
func TestTraps(t *testing.T) {
	for _, c := range []struct {
		trap   string
		format Format
		file   string
		want   string
	}{
		{"cost_basis is the total", Plaid,
			plaidHolding(`"quantity":200,"institution_price":250,"institution_value":50000,"cost_basis":40000`, `"ticker_symbol":"VTI","type":"etf"`),
			"VTI 200 at 250 cost 40000, asked: cash"},
		{"an option's quantity is multiplied already", Plaid,
			plaidHolding(`"quantity":200,"institution_price":3,"institution_value":600,"cost_basis":500`, `"ticker_symbol":"AAPL271217C00240000","type":"derivative","option_contract":{}`),
			"AAPL271217C00240000 200 at 3 cost 500, asked: cash"},
		{"but not by every institution", Plaid,
			plaidHolding(`"quantity":2,"institution_price":3,"institution_value":600,"cost_basis":500`, `"ticker_symbol":"AAPL271217C00240000","type":"derivative","option_contract":{}`),
			"AAPL271217C00240000 200 at 3 cost 500, asked: cash"},
		{"currencies are cash, not holdings", Plaid,
			plaidHolding(`"quantity":100,"institution_price":1,"institution_value":100,"cost_basis":null`, `"ticker_symbol":"CUR:USD","type":"cash","is_cash_equivalent":true`),
			"cash USD 100"},
		{"foreign money is a quantity, its value is in dollars", Plaid,
			plaidHolding(`"quantity":100,"institution_price":1.16,"institution_value":116,"cost_basis":null`, `"ticker_symbol":"CUR:EUR","type":"cash","is_cash_equivalent":true`),
			"cash EUR 100"},
		{"a coin goes by its code", Plaid,
			plaidHolding(`"quantity":0.5,"institution_price":60000,"institution_value":30000,"cost_basis":null`, `"ticker_symbol":"CUR:BTC","type":"cash","subtype":"cryptocurrency"`),
			"BTC 0.5 at 60000, asked: cash"},

		{"the balance of an account shows what is not held", Plaid, plaidAccount(`"current":900,"margin_loan_amount":250`), "VTI 2 at 250, left out: other_balance, left out: total_differs, asked: cash"},
		{"or that all of it is", Plaid, plaidAccount(`"current":500,"margin_loan_amount":null`), "VTI 2 at 250"},

		{"no balances", SnapTrade, snapAccount(`"balances":null`, "0", ""), "VTI 4 at 250, left out: total_differs, asked: cash"},
		{"a total that the holdings make alone", SnapTrade, snapAccount(`"balances":null`, "1000", ""), "VTI 4 at 250"},
		{"a total with the cash, and an order under way", SnapTrade, snapAccount(`"balances":[{"currency":{"code":"USD"},"cash":500}]`, "1500", `{"status":"PENDING"},{"status":"EXECUTED"}`),
			"cash USD 500, VTI 4 at 250, left out: pending_activity"},
		{"a total in another currency", SnapTrade, snapAccount(`"balances":[{"currency":{"code":"CAD"},"cash":500}]`, "7", ""), "cash CAD 500, VTI 4 at 250"},
		{"older positions alone", SnapTrade, `[{"symbol":{"symbol":{"symbol":"VTI","currency":{"code":"USD"}}},"units":4,"price":250,"average_purchase_price":200}]`,
			"VTI 4 at 250 average 200, asked: cash"},
		{"cost_basis is per unit", SnapTrade, `{"results":[{"instrument":{"kind":"stock","symbol":"AAPL"},"units":"10","price":"120","cost_basis":"100","currency":"USD"}]}`,
			"AAPL 10 at 120 average 100, asked: cash"},
		{"an option's is per share, its units are contracts", SnapTrade, `{"results":[{"instrument":{"kind":"option","symbol":"AAPL  271217C00240000","multiplier":"100"},"units":"-2","price":"3","cost_basis":"2.5","currency":"USD"}]}`,
			"AAPL271217C00240000 -200 at 3 average 2.5, asked: cash"},
		{"the older one's is per contract", SnapTrade, `{"positions":[],"option_positions":[{"symbol":{"option_symbol":{"ticker":"AAPL  271217C00240000"}},"units":2,"price":3,"average_purchase_price":250,"currency":{"code":"USD"}}]}`,
			"AAPL271217C00240000 200 at 3 average 2.5, asked: cash"},
		{"a money market fund is in the cash as well", SnapTrade, `{"balances":[{"currency":{"code":"USD"},"cash":500}],"positions":[{"symbol":{"symbol":{"symbol":"SPAXX"}},"units":500,"price":1,"currency":{"code":"USD"},"cash_equivalent":true}]}`,
			"cash USD 500, left out: counted_in_cash"},
		{"a future is not worth its notional", SnapTrade, `{"results":[{"instrument":{"kind":"future","symbol":"ESM27","multiplier":"50"},"units":"1","price":"6100","currency":"USD"}]}`,
			"left out: not_valued_by_price, asked: cash"},

		{"options are counted in contracts", Alpaca, `[{"symbol":"AAPL271217C00240000","asset_class":"us_option","qty":"3","current_price":"4","market_value":"1200","cost_basis":"1500","side":"long"}]`,
			"AAPL271217C00240000 300 at 4 cost 1500, asked: cash"},
		{"a short position has its sign in side", Alpaca, `[{"symbol":"TSLA","asset_class":"us_equity","qty":"2","current_price":"250","market_value":"-500","cost_basis":"-600","side":"short"}]`,
			"TSLA -2 at 250 cost -600, asked: cash"},

		{"a position has no price", FDC3, `{"type":"fdc3.portfolio","positions":[{"instrument":{"id":{"ticker":"IBM"}},"holding":3}]}`,
			"IBM 3 without a price, asked: cash"},
		{"the market's country is not the issuer's", FDC3, `{"type":"fdc3.portfolio","positions":[{"instrument":{"id":{"ISIN":"US5949181045"},"market":{"COUNTRY_ISOALPHA2":"DE"}},"holding":3}]}`,
			"US5949181045 3 without a price, asked: cash"},

		{"purchases add up, prices are not told", Ghostfolio, `{"activities":[` + activity("BUY", 5, "2024-01-02", "USD") + `,` + activity("BUY", 2, "2025-01-02", "USD") + `]}`,
			"MSFT 7 without a price 2 lots, asked: cash"},
		{"after a sale the lots are not known", Ghostfolio, `{"activities":[` + activity("BUY", 5, "2024-01-02", "USD") + `,` + activity("SELL", 2, "2025-01-02", "USD") + `]}`,
			"MSFT 3 without a price, asked: cash"},
		{"a balance without its history", Ghostfolio, `{"accounts":[{"id":"a","currency":"USD","balance":2000}],"activities":[` + activity("BUY", 5, "2024-01-02", "USD") + `]}`,
			"cash USD 2000, MSFT 5 without a price 1 lots"},
		{"dividends are no holdings", Ghostfolio, `{"activities":[` + activity("DIVIDEND", 5, "2024-01-02", "USD") + `]}`, "asked: cash"},
		{"activities to come are drafts", Ghostfolio, `{"meta":{"date":"2024-06-01T00:00:00Z"},"activities":[` + activity("BUY", 5, "2025-01-02", "USD") + `]}`,
			"left out: draft, asked: cash"},

		{"bonds are priced in percent", OFX, ofxStatement(`<POSDEBT>`+ofxPosition("5000", "98.75", "4937.5")+`</POSDEBT>`, "0", ""),
			"912810TM0 5000 at 0.9875"},
		{"options are in contracts", OFX, ofxStatement(`<POSOPT>`+ofxPosition("2", "3.15", "630")+`</POSOPT>`, "0", ""), "912810TM0 200 at 3.15"},
		{"the sign is in POSTYPE", OFX, ofxStatement(strings.Replace(`<POSSTOCK>`+ofxPosition("10", "5", "-50")+`</POSSTOCK>`, "LONG", "SHORT", 1), "0", ""), "912810TM0 -10 at 5"},
		{"available cash includes sweep funds", OFX, ofxStatement(`<POSMF>`+ofxPosition("500", "1", "500")+`</POSMF>`, "500", moneyMarket),
			"cash USD 500, left out: counted_in_cash"},
		{"but not those that are worth more", OFX, ofxStatement(`<POSMF>`+ofxPosition("500", "1", "500")+`</POSMF>`, "499", moneyMarket),
			"cash USD 499, 912810TM0 500 at 1"},

		{"a 401(k) has its cash in a balance of its own", OFX, plan(ofxPosition("10", "400", "4000"), "<CASHBAL>50000<PRETAX>4000<TOTAL>54000", ""),
			"cash USD 50000, 912810TM0 10 at 400"},
		{"and a total that shows what is not there", OFX, plan(ofxPosition("10", "400", "4000"), "<CASHBAL>100<TOTAL>54000", ""),
			"cash USD 100, 912810TM0 10 at 400, left out: total_differs"},
		{"which tells that the cash is not the sweep fund", OFX, plan(ofxPosition("500", "1", "500"), "<CASHBAL>800<TOTAL>1300", moneyMarket),
			"cash USD 800, 912810TM0 500 at 1"},
		{"or that it is", OFX, plan(ofxPosition("500", "1", "500"), "<CASHBAL>800<TOTAL>800", moneyMarket), "cash USD 800, left out: counted_in_cash"},
		{"cash that nothing tells is asked for", OFX, plan(ofxPosition("10", "400", "4000"), "", ""), "912810TM0 10 at 400, asked: cash"},
		{"but not when the positions make the total", OFX, plan(ofxPosition("10", "400", "4000"), "<TOTAL>4000", ""), "912810TM0 10 at 400"},
		{"a credit on margin that the cash cannot have in it", OFX, strings.Replace(ofxStatement("", "5", ""), "</INVBAL>", "<MARGINBALANCE>70</INVBAL>", 1),
			"cash USD 5, left out: other_balance"},
		{"a second document", OFX, strings.Repeat(ofxStatement("", "5", ""), 2), "cash USD 5, left out: second_document"},

		{"separators, parentheses, totals and cash", Schwab, "\"Symbol\",\"Qty (Quantity)\",\"Price\",\"Mkt Val (Market Value)\",\"Cost Basis\",\"Security Type\",\n" +
			"\"TSLA\",\"(1,050)\",\"$2.00\",\"($2,100.00)\",\"--\",\"Equity\",\n\"Cash & Cash Investments\",\"--\",\"--\",\"$3,100.00\",\"--\",\"Cash\",\n\"Account Total\",\"\",\"\",\"$1,000.00\",\"\",\"\",\n",
			"cash USD 3100, TSLA -1050 at 2"},
		{"an option's multiplier", Schwab, "Symbol,Quantity,Price,Market Value,Security Type\nAAPL 12/17/2027 150.00 C,5,2,\"$1,000.00\",Option\n",
			"AAPL271217C00150000 500 at 2, asked: cash"},
		{"a future is not worth its notional, wherever the total has it", Schwab, "Symbol,Quantity,Price,Market Value,Security Type\nVTI,1,2,2,ETF\n/ESZ26,1,6000,300000,Future\n/MESZ26,1,6000,6000,Futures\n" +
			"Account Total,,,306002\nOther\nSymbol,Quantity,Price,Market Value,Security Type\nVTI,1,2,2,ETF\n/ESZ26,1,6000,300000,Future\nAccount Total,,,2\n",
			"VTI 1 at 2, VTI 1 at 2, left out: not_valued_by_price, left out: not_valued_by_price, left out: not_valued_by_price"},
		{"a total that differs", Schwab, "Symbol,Quantity,Price,Market Value\nVTI,1,2,2\nAccount Total,,,3\n", "VTI 1 at 2, left out: total_differs, asked: cash"},

		{"the core fund, pending rows and prose", Fidelity, "Symbol,Description,Quantity,Last Price,Current Value\nSPAXX**,HELD IN MONEY MARKET,,,$770.41\nPending activity,,,,-$5.00\n\"Some prose, with commas\"\n",
			"cash USD 770.41, left out: pending_activity"},
		{"the total beside the cost per share", Fidelity, "Symbol,Quantity,Last Price,Current Value,Cost Basis Total,Average Cost Basis\nAAPL,10,$175,$1750,\"$1,500.00\",$150.00\n",
			"AAPL 10 at 175 cost 1500, asked: cash"},
		{"a linked account that the file does not have", Fidelity, "Symbol,Description,Quantity,Current Value\n,BROKERAGELINK,,$100\n", "left out: value_without_holdings, asked: cash"},
		{"and one that the file has", Fidelity, "Account Number,Symbol,Description,Quantity,Current Value\n1,,BROKERAGELINK,,$100\n2,SPAXX**,HELD IN MONEY MARKET,,$100\n",
			"cash USD 100, left out: counted_elsewhere"},

		{"a row of cash with a quantity alone", Fidelity, "Symbol,Description,Quantity,Current Value\nSPAXX**,HELD IN MONEY MARKET,100.5,--\nFDRXX**,HELD IN MONEY MARKET,,--\n",
			"cash USD 100.5, left out: no_quantity"},
		{"a total that the holdings make alone", Schwab, "Symbol,Quantity,Price,Market Value\nVTI,1,2,2\nAccount Total,,,2\n", "VTI 1 at 2"},
		{"no cash in an account that has none", Schwab, "Symbol,Quantity,Price,Market Value\nVTI,1,2,2\nCash & Cash Investments,--,--,$0.00\n", "VTI 1 at 2"},
		{"a settlement fund among the holdings", Vanguard, "Symbol,Shares,Share Price\nVMFXX,9,1\n", "VMFXX 9 at 1"},
		{"a table of funds without symbols", Vanguard, "Fund Account Number,Fund Name,Price,Shares,Total Value\n1,500 Index,$400,2,$800\n\nAccount Number,Investment Name,Symbol,Shares,Share Price,Total Value,\n1,Fed,VMFXX,9,1,9,\n",
			" 2 at 400, VMFXX 9 at 1"},
		{"a table below the transactions", Vanguard, "Account Number,Symbol,Shares,Share Price\n1,VMFXX,2,1\n\nAccount Number,Trade Date,Symbol,Shares,Share Price\n1,2026-01-02,VTSAX,9,3\n\nAccount Number,Symbol,Shares,Share Price\n2,VMFXX,7,1\n",
			"VMFXX 2 at 1, VMFXX 7 at 1"},
		{"a second table below the first", Vanguard, "Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,\n1,Fund,VTSAX,2,3,6,\n\nAccount Number,Trade Date,Symbol,Shares,Share Price\n1,2026-01-02,VTSAX,9,3\n",
			"VTSAX 2 at 3, asked: cash"},

		{"a summary and its lots are one position", IBKR, ibkrPositions("Data,Summary,Stocks,USD,AMZN,-,15,1,150,2250,200,3000", "Data,Lot,Stocks,USD,AMZN,\"2023-07-07, 15:39:46\",15,,150,2250,200,3000"),
			"AMZN 15 at 200 cost 2250 1 lots, asked: cash"},
		{"Mult stands beside the quantity", IBKR, ibkrPositions("Data,Summary,Equity and Index Options,USD,TQQQ 20AUG27 70 P,-,-1,100,1,-100,1.5,-150"),
			"TQQQ270820P00070000 -100 at 1.5 cost -100, asked: cash"},
		{"money is no position", IBKR, ibkrPositions("Data,Summary,Forex,USD,EUR,-,500,1,1.1,550,1.1,550"), "left out: counted_in_cash, asked: cash"},
		{"cash stands there once more in the base currency", IBKR, "Cash Report,Header,Currency Summary,Currency,Total\nCash Report,Data,Ending Cash,Base Currency Summary,110\nCash Report,Data,Ending Cash,EUR,100\n",
			"cash EUR 100"},
		{"the net asset value has the cash without a report", IBKR, ibkrValue("Cash ,200", "Stock,3000", "Total,3200") + ibkrPositions("Data,Summary,Stocks,USD,AMZN,-,15,1,150,2250,200,3000"),
			"cash USD 200, AMZN 15 at 200 cost 2250"},
		{"and shows what no section lists", IBKR, ibkrValue("Cash ,200", "Stock,3000", "Crypto,90000", "Interest Accruals,33", "Total,93233") + ibkrPositions("Data,Summary,Stocks,USD,AMZN,-,15,1,150,2250,200,3000"),
			"cash USD 200, AMZN 15 at 200 cost 2250, left out: accrual, left out: value_without_holdings, left out: total_differs"},
		{"or lists in part", IBKR, ibkrValue("Cash ,200", "Stock,4000", "Total,4200") + ibkrPositions("Data,Summary,Stocks,USD,AMZN,-,15,1,150,2250,200,3000"),
			"cash USD 200, AMZN 15 at 200 cost 2250, left out: total_differs, left out: total_differs"},
		{"accruals alone explain the rest", IBKR, ibkrValue("Cash ,200", "Stock,3000", "Dividend Accruals,-5", "Total,3195") + ibkrPositions("Data,Summary,Stocks,USD,AMZN,-,15,1,150,2250,200,3000"),
			"cash USD 200, AMZN 15 at 200 cost 2250, left out: accrual"},
		{"classes that the total does not tell apart", IBKR, ibkrValue("Cash ,200", "Exotics,3000", "Total,3200") + ibkrPositions("Data,Summary,Stocks,USD,AMZN,-,15,1,150,2250,200,3000"),
			"cash USD 200, AMZN 15 at 200 cost 2250"},
		{"a rate is rounded", IBKR, ibkrValue("Cash ,200", "Stock,3401", "Total,3601") + "Base Currency Exchange Rate,Header,Currency,Rate\nBase Currency Exchange Rate,Data,EUR,1.13\n" +
			ibkrPositions("Data,Summary,Stocks,EUR,SAP,-,15,1,150,2250,200,3000"), "cash USD 200, SAP 15 at 200 cost 2250"},
		{"a balance of nothing needs no rate", IBKR, ibkrValue("Cash ,200", "Total,200") + "Cash Report,Header,Currency Summary,Currency,Total\nCash Report,Data,Ending Cash,GBP,0\nCash Report,Data,Ending Cash,USD,50\n",
			"cash USD 50, left out: total_differs, left out: total_differs"},
		{"accruals without a net asset value", IBKR, "Cash Report,Header,Currency Summary,Currency,Total\nCash Report,Data,Ending Cash,USD,50\nInterest Accruals,Header,Currency,Field Name,Field Value\n" +
			"Interest Accruals,Data,Base Currency Summary,Ending Accrual Balance,33\nInterest Accruals,Data,USD,Ending Accrual Balance,33\nOpen Dividend Accruals,Header,Symbol,Quantity,Net Amount\nOpen Dividend Accruals,Data,KO,5,2.4\n",
			"cash USD 50, left out: accrual, left out: accrual"},
		{"holdings in a section of their own", IBKR, "Cash Report,Header,Currency Summary,Currency,Total\nCash Report,Data,Ending Cash,USD,50\nCrypto Holdings,Header,Asset,Quantity,Value\nCrypto Holdings,Data,BTC,1,90000\n" +
			"Corporate Actions,Header,Symbol,Quantity,Proceeds,Value\nCorporate Actions,Data,KO,5,0,60\n", "cash USD 50, left out: unknown_section"},
		{"a lot without its summary", IBKR, ibkrPositions("Data,Lot,Stocks,USD,AMZN,-,15,,150,2250,200,3000"), "left out: unknown_row, asked: cash"},
	} {
		res, err := Read(c.format, []byte(c.file), Known{})
		if got := inShort(&res); got != c.want || err != nil {
			t.Errorf("%s: %s:\n%s (%v), want\n%s", c.format, c.trap, got, err, c.want)
		}
	}
}

// mapped is inShort without what is asked for.
func mapped(res *Result) string {
	return strings.TrimSuffix(inShort(res), ", asked: cash")
}

// inShort writes what counts of a result in a line.
func inShort(res *Result) string {
	var parts []string
	for _, c := range res.Portfolio.Cash {
		parts = append(parts, "cash "+string(c.Currency)+" "+c.Amount.String())
	}
	required := res.Required()
	for i := range res.Portfolio.Positions {
		p := &res.Portfolio.Positions[i]
		s := p.Instrument.Ref() + " " + p.Quantity.String() + " at " + p.Price.String()
		if required[positionPointer(i)+"/price"] {
			s = p.Instrument.Ref() + " " + p.Quantity.String() + " without a price"
		}
		if p.CostBasis != nil {
			s += " cost " + p.CostBasis.String()
		}
		if p.AverageCost != nil {
			s += " average " + p.AverageCost.String()
		}
		if n := len(p.TaxLots); n > 0 {
			s += " " + string(rune('0'+n)) + " lots"
		}
		if p.Instrument.Country != "" {
			s += " in " + p.Instrument.Country
		}
		parts = append(parts, s)
	}
	for _, u := range res.Unmapped {
		parts = append(parts, "left out: "+u.Code)
	}
	if slices.ContainsFunc(res.Missing, func(q Question) bool { return q.Code == "cash" }) {
		parts = append(parts, "asked: cash")
	}
	return strings.Join(parts, ", ")
}

func plaidHolding(holding, security string) string {
	return `{"accounts":[{"account_id":"a"}],"holdings":[{"account_id":"a","security_id":"s","iso_currency_code":"USD",` + holding +
		`}],"securities":[{"security_id":"s",` + security + `}]}`
}

// plaidAccount is an account with balances and two shares of VTI at 250.
func plaidAccount(balances string) string {
	h := plaidHolding(`"quantity":2,"institution_price":250,"institution_value":500`, `"ticker_symbol":"VTI","type":"etf"`)
	return strings.Replace(h, `{"account_id":"a"}`, `{"account_id":"a","balances":{"iso_currency_code":"USD",`+balances+`}}`, 1)
}

// snapAccount has four shares of VTI at 250, and a total.
func snapAccount(balances, total, orders string) string {
	return `{"account":{"id":"a"},` + balances + `,"positions":[{"symbol":{"symbol":{"symbol":"VTI"}},"units":4,"price":250,"currency":{"code":"USD"}}],` +
		`"orders":[` + orders + `],"total_value":{"value":` + total + `,"currency":"USD"}}`
}

func activity(kind string, quantity int, date, currency string) string {
	return `{"type":"` + kind + `","quantity":` + string(rune('0'+quantity)) + `,"unitPrice":300,"date":"` + date +
		`T00:00:00Z","currency":"` + currency + `","dataSource":"YAHOO","symbol":"MSFT","accountId":null}`
}

// moneyMarket marks the security of an ofxStatement as a money market fund.
const moneyMarket = "<ASSETCLASS>MONEYMRKT"

func ofxStatement(positions, cash, class string) string {
	return `<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><DTASOF>20261120<CURDEF>USD<INVPOSLIST>` + positions +
		`</INVPOSLIST><INVBAL><AVAILCASH>` + cash + `</INVBAL></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1><SECLISTMSGSRSV1><SECLIST>` +
		`<MFINFO><SECINFO><SECID><UNIQUEID>912810TM0<UNIQUEIDTYPE>CUSIP</SECID></SECINFO>` + class + `</MFINFO></SECLIST></SECLISTMSGSRSV1></OFX>`
}

// plan is a statement of a 401(k), which has its balances elsewhere.
func plan(position, balances, class string) string {
	s := ofxStatement("<POSMF>"+position+"</POSMF>", "", class)
	return strings.Replace(s, "<INVBAL><AVAILCASH></INVBAL>", "<INV401KBAL>"+balances+"</INV401KBAL>", 1)
}

func ofxPosition(units, price, value string) string {
	return `<INVPOS><SECID><UNIQUEID>912810TM0<UNIQUEIDTYPE>CUSIP</SECID><POSTYPE>LONG<UNITS>` + units + `<UNITPRICE>` + price +
		`<MKTVAL>` + value + `<DTPRICEASOF>19900101</INVPOS>`
}

// ibkrValue is a Net Asset Value, whose rows have what is there at the end.
func ibkrValue(rows ...string) string {
	file := "Account Information,Header,Field Name,Field Value\nAccount Information,Data,Base Currency,USD\nNet Asset Value,Header,Asset Class,Current Total\n"
	for _, r := range rows {
		file += "Net Asset Value,Data," + r + "\n"
	}
	return file
}

func ibkrPositions(rows ...string) string {
	file := "Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Open,Quantity,Mult,Cost Price,Cost Basis,Close Price,Value\n"
	for _, r := range rows {
		file += "Open Positions," + r + "\n"
	}
	return file
}
