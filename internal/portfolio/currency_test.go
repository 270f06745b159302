package portfolio

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"golang.org/x/text/currency"
	"golang.org/x/text/language"
)

func TestCurrencyDigits(t *testing.T) {
	for code, want := range map[Currency]int32{"USD": 2, "JPY": 0, "KWD": 3, "ISK": 0, "CLF": 4, "HUF": 2, "ZWG": 2, "SLE": 2} {
		if got := code.MinorDigits(); !code.Valid() || got != want {
			t.Errorf("%s: valid %v, %d digits, want %d", code, code.Valid(), got, want)
		}
	}
	for _, code := range []Currency{"", "usd", "GBX", "GBp", "XAU", "XXX", "DEM", "HRK", "USDT", "BTC"} {
		if code.Valid() {
			t.Errorf("%q passes for an active currency", code)
		}
	}
	if n := len(minorDigits); n != 166 {
		t.Errorf("the table has %d codes, want 166", n)
	}
}

// What CLDR does not know, youngest codes apart, is a slip.
func TestCurrenciesAreKnownElsewhere(t *testing.T) {
	young := map[Currency]bool{"MRU": true, "SLE": true, "UYW": true, "VED": true, "VES": true, "XAD": true, "XCG": true, "ZWG": true}
	for code := range minorDigits {
		if _, err := currency.ParseISO(string(code)); err != nil && !young[code] {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestCurrencyFormat(t *testing.T) {
	for _, tc := range []struct {
		code         Currency
		amount, want string
	}{
		{"USD", "26.7", "26.70"},
		{"USD", "0.005", "0.01"},
		{"USD", "-0.005", "-0.01"},
		{"USD", "-0.004", "0.00"},
		{"USD", "1.015", "1.02"},
		{"JPY", "2669.5", "2670"},
		{"KWD", "1.0005", "1.001"},
		{"USD", "100000", "100000.00"},
	} {
		amount := decimal.RequireFromString(tc.amount)
		if got := tc.code.Format(amount); got != tc.want {
			t.Errorf("%s %s: %s, want %s", tc.code, tc.amount, got, tc.want)
		}
	}
}

// CLDR is the oracle for the codes; ISO 3166-1 has 249, and XK comes on top.
func TestEveryCountryHasOneRegion(t *testing.T) {
	listed := 0
	for region, countries := range countriesByRegion {
		for _, code := range strings.Fields(countries) {
			listed++
			if known, err := language.ParseRegion(code); err != nil || !known.IsCountry() || RegionOf(code) != region {
				t.Errorf("%s: country %v of %q, listed under %q", code, known, RegionOf(code), region)
			}
		}
	}
	if listed != 250 || len(regionOf) != 250 {
		t.Errorf("%d codes listed for %d countries, want 250", listed, len(regionOf))
	}
}
