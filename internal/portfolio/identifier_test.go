package portfolio

import (
	"testing"

	"pgregory.net/rapid"
)

func TestIdentifiers(t *testing.T) {
	for _, tc := range []struct {
		name  string
		check func(string) bool
		id    string
		want  bool
	}{
		{"Apple", ValidISIN, "US0378331005", true},
		{"Microsoft", ValidISIN, "US5949181045", true},
		{"iShares Core MSCI World", ValidISIN, "IE00B4L5Y983", true},
		{"Vanguard Total Stock Market", ValidISIN, "US9229087690", true},
		{"international bond", ValidISIN, "XS0203470157", true},
		{"wrong check digit", ValidISIN, "US0378331006", false},
		{"lower case", ValidISIN, "us0378331005", false},
		{"short", ValidISIN, "US037833100", false},
		{"letter for check digit", ValidISIN, "US037833100A", false},
		{"digits for country", ValidISIN, "000378331005", false},
		{"empty", ValidISIN, "", false},

		{"Apple", ValidCUSIP, "037833100", true},
		{"Cisco", ValidCUSIP, "17275R102", true},
		{"Google, with a letter", ValidCUSIP, "38259P508", true},
		{"wrong check digit", ValidCUSIP, "037833101", false},
		{"short", ValidCUSIP, "03783310", false},

		{"BAE Systems", ValidSEDOL, "0263494", true},
		{"B and letters", ValidSEDOL, "B0YBKJ7", true},
		{"wrong check digit", ValidSEDOL, "0263495", false},
		{"vowel", ValidSEDOL, "A263494", false},

		{"IBM", ValidFIGI, "BBG000BLNNH6", true},
		{"Apple", ValidFIGI, "BBG000B9XRY4", true},
		{"wrong check digit", ValidFIGI, "BBG000B9XRY5", false},
		{"reserved prefix", ValidFIGI, "GBG000B9XRY4", false},
		{"no G", ValidFIGI, "BBB000B9XRY4", false},

		{"share class", ValidTicker, "BRK.B", true},
		{"pair", ValidTicker, "BTC-USD", true},
		{"rate", ValidTicker, "EURUSD=X", true},
		{"index", ValidTicker, "^GSPC", false},
		{"lower case", ValidTicker, "vti", false},
		{"sentence", ValidTicker, "BUY NOW", false},
		{"line break", ValidTicker, "VTI\n", false},
		{"twenty-one", ValidTicker, "AAAAAAAAAAAAAAAAAAAAA", false},
		{"empty", ValidTicker, "", false},
	} {
		if got := tc.check(tc.id); got != tc.want {
			t.Errorf("%s %q: %v, want %v", tc.name, tc.id, got, tc.want)
		}
	}
}

// A check digit exists to find the commonest slip: one digit for another.
func TestSingleDigitErrorIsFound(t *testing.T) {
	for _, kind := range []struct {
		name, form string
		check      func(string) bool
	}{
		{"ISIN", `[A-Z]{2}[A-Z0-9]{9}`, ValidISIN},
		{"CUSIP", `[A-Z0-9]{8}`, ValidCUSIP},
		{"SEDOL", `[B-DF-HJ-NP-TV-Z0-9]{6}`, ValidSEDOL},
		{"FIGI", `BBG[B-DF-HJ-NP-TV-Z0-9]{8}`, ValidFIGI},
	} {
		t.Run(kind.name, rapid.MakeCheck(func(t *rapid.T) {
			id := []byte(withCheckDigit(t, rapid.StringMatching(kind.form).Draw(t, "id"), kind.check))
			digits := positionsOfDigits(id)
			at := digits[rapid.IntRange(0, len(digits)-1).Draw(t, "at")]
			id[at] = '0' + (id[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
			if kind.check(string(id)) {
				t.Fatalf("%s passes with a wrong digit at %d", id, at)
			}
		}))
	}
}

// withCheckDigit completes id with its check digit, of which there must be one
// and only one.
func withCheckDigit(t *rapid.T, id string, check func(string) bool) string {
	var valid []string
	for d := '0'; d <= '9'; d++ {
		if check(id + string(d)) {
			valid = append(valid, id+string(d))
		}
	}
	if len(valid) != 1 {
		t.Fatalf("%s has %d check digits", id, len(valid))
	}
	return valid[0]
}

func positionsOfDigits(id []byte) (at []int) {
	for i, c := range id {
		if c >= '0' && c <= '9' {
			at = append(at, i)
		}
	}
	return at
}

// Whatever the bytes, a valid identifier has its fixed length and no other
// character than its alphabet's.
func FuzzIdentifiers(f *testing.F) {
	for _, seed := range []string{"US0378331005", "037833100", "0263494", "BBG000B9XRY4", "", "\xff", "ＵＳ0378331005"} {
		f.Add(seed)
	}
	lengths := map[int]func(string) bool{12: ValidISIN, 9: ValidCUSIP, 7: ValidSEDOL}
	f.Fuzz(func(t *testing.T, s string) {
		for n, check := range lengths {
			if check(s) && len(s) != n {
				t.Errorf("%q passes with length %d, want %d", s, len(s), n)
			}
		}
		if ValidFIGI(s) && (len(s) != 12 || s[2] != 'G') {
			t.Errorf("%q passes for a FIGI", s)
		}
		if ValidISIN(s) && !ValidTicker(s) {
			t.Errorf("%q is an ISIN and yet no plain symbol", s)
		}
	})
}
