package portfolio

import (
	"regexp"
	"strings"
)

// tickerPattern admits exchange suffixes, share classes and pairs (BRK.B,
// 7203.T, BTC-USD), and nothing that could be read as a sentence.
var tickerPattern = regexp.MustCompile(`^[A-Z0-9][A-Z0-9.\-^=/]{0,19}$`)

// ValidTicker reports whether s is an exchange symbol in upper case of at most
// 20 characters.
func ValidTicker(s string) bool { return tickerPattern.MatchString(s) }

var isinPattern = regexp.MustCompile(`^[A-Z]{2}[A-Z0-9]{9}[0-9]$`)

// ValidISIN checks the form and the check digit of ISO 6166: Luhn over the
// digits that remain when each letter is replaced by its two-digit value,
// A = 10 to Z = 35.
func ValidISIN(s string) bool {
	if !isinPattern.MatchString(s) {
		return false
	}
	digits := make([]int, 0, 2*len(s))
	for i := range len(s) {
		if v := charValue(s[i]); v > 9 {
			digits = append(digits, v/10, v%10)
		} else {
			digits = append(digits, v)
		}
	}
	return luhn(digits)
}

// luhn reports whether the digits, check digit last, add up to a multiple of
// ten when every second one from the right counts double, digit by digit.
func luhn(digits []int) bool {
	sum := 0
	for i, d := range digits {
		if (len(digits)-i)%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0
}

var cusipPattern = regexp.MustCompile(`^[A-Z0-9*@#]{8}[0-9]$`)

// ValidCUSIP checks the form and the modulus 10 double-add-double check digit
// of a nine-character CUSIP.
func ValidCUSIP(s string) bool {
	return cusipPattern.MatchString(s) && doubleAddDouble(s)
}

// FIGI: two consonants, G, eight characters without vowels, a check digit.
var figiPattern = regexp.MustCompile(`^[B-DF-HJ-NP-TV-Z]{2}G[B-DF-HJ-NP-TV-Z0-9]{8}[0-9]$`)

// figiReserved are the country prefixes that ISINs own.
const figiReserved = " BS BM GG GB GH KY VG "

// ValidFIGI checks the form and the check digit of a twelve-character OMG
// Financial Instrument Global Identifier.
func ValidFIGI(s string) bool {
	return figiPattern.MatchString(s) && !strings.Contains(figiReserved, " "+s[:2]+" ") && doubleAddDouble(s)
}

// doubleAddDouble checks s against its last digit: the values of the others,
// every second one doubled, are added digit by digit.
func doubleAddDouble(s string) bool {
	last := len(s) - 1
	sum := 0
	for i := range last {
		v := charValue(s[i])
		if i%2 == 1 {
			v *= 2
		}
		sum += v/10 + v%10
	}
	return (10-sum%10)%10 == charValue(s[last])
}

var sedolPattern = regexp.MustCompile(`^[B-DF-HJ-NP-TV-Z0-9]{6}[0-9]$`)

var sedolWeights = [...]int{1, 3, 1, 7, 3, 9, 1}

// ValidSEDOL checks the form and the weighted check digit of a seven-character
// London Stock Exchange SEDOL.
func ValidSEDOL(s string) bool {
	if !sedolPattern.MatchString(s) {
		return false
	}
	sum := 0
	for i, w := range sedolWeights {
		sum += w * charValue(s[i])
	}
	return sum%10 == 0
}

// charValue is the value that ISIN, CUSIP, FIGI and SEDOL give a character:
// 0 to 9, A = 10 to Z = 35, and CUSIP's * = 36, @ = 37, # = 38.
func charValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	case c == '*':
		return 36
	case c == '@':
		return 37
	default:
		return 38
	}
}
