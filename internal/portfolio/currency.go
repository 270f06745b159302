package portfolio

import (
	"strings"

	"github.com/shopspring/decimal"
)

// activeCurrencies are the active codes of ISO 4217 list one that have a minor
// unit, by number of minor digits. BGN, replaced by the euro in 2026, stays for
// portfolios of earlier dates. The metals and testing codes (XAU, XDR, XXX, …)
// are no currencies anybody keeps accounts in.
//
// The table is our own because golang.org/x/text/currency v0.43 carries CLDR
// 32: it lacks MRU, SLE, UYW, VED, VES, XAD, XCG and ZWG, and its digits are those used in
// display, not ISO's.
var activeCurrencies = map[int32]string{
	0: `BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF`,
	2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
		CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL
		GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR
		LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD
		PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC
		SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR
		ZMW ZWG`,
	3: `BHD IQD JOD KWD LYD OMR TND`,
	4: `CLF UYW`,
}

var minorDigits = indexCurrencies()

func indexCurrencies() map[Currency]int32 {
	index := make(map[Currency]int32)
	for digits, codes := range activeCurrencies {
		for _, code := range strings.Fields(codes) {
			index[Currency(code)] = digits
		}
	}
	return index
}

// Valid reports whether c is an active ISO 4217 code in upper case.
func (c Currency) Valid() bool {
	_, ok := minorDigits[c]
	return ok
}

// MinorDigits is the number of decimal places of c's minor unit, 0 to 4: 2 for
// USD, 0 for JPY. An unknown code has 2.
func (c Currency) MinorDigits() int32 {
	if n, ok := minorDigits[c]; ok {
		return n
	}
	return 2
}

// Format writes an amount of c rounded to its minor unit, half away from zero,
// with trailing zeros kept and without a symbol: "26.70", or "2670" for JPY.
func (c Currency) Format(amount decimal.Decimal) string {
	return Fixed(Settled(amount), c.MinorDigits())
}
