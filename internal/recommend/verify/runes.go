package verify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// checkRunes looks at single characters, of the text as it was written and
// after NFKC, which turns other digits, letters and signs into plain ones.
func checkRunes(written, normal string, japanese bool, f findings) {
	f.addIf(!utf8.ValidString(written), ReasonCharacter)
	for _, r := range written {
		if r < 0x80 && plain(byte(r)) {
			continue
		}
		f.addIf(hidden(r), ReasonCharacter)
		f.addIf(isNumeral(r), ReasonDigit)
		f.addIf(r != blank && unicode.Is(unicode.So, r), ReasonSymbol) // NFKC spells some out
	}
	for _, r := range normal {
		if isBlank(r) || r < 0x80 && plain(byte(r)) {
			continue
		}
		checkRune(r, japanese, f)
	}
}

func plain(b byte) bool {
	return b >= 'a' && b <= 'z' || b == ' ' || b >= 'A' && b <= 'Z' || b == '.' || b == ','
}

func checkRune(r rune, japanese bool, f findings) {
	switch {
	case isNumeral(r):
		f[ReasonDigit] = true
	case strings.ContainsRune("%‰‱٪؉؊⁒", r):
		f[ReasonPercent] = true
	case unicode.Is(unicode.Sc, r):
		f[ReasonCurrency] = true
	case strings.ContainsRune("*_`#|~\\[]<>^=", r):
		f[ReasonMarkup] = true
	case unicode.IsMark(r): // composed letters have none left
		f[ReasonCharacter] = true
	case unicode.IsSymbol(r), strings.ContainsRune("•‣⁃◦※†‡", r):
		f[ReasonSymbol] = true
	case unicode.IsLetter(r) && !ownLetter(r, japanese):
		f[ReasonMixedScript] = true
	}
}

// isNumeral reports a digit or other numeral of any script.
func isNumeral(r rune) bool { return unicode.Is(unicode.N, r) }

// hidden reports what a reader does not see, or sees in another order: control
// and format characters (zero-width, bidirectional, tags), fillers, variation
// selectors, line separators, private and unassigned code points.
func hidden(r rune) bool {
	return !isBlank(r) && (unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) ||
		unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point,
			unicode.Noncharacter_Code_Point) || r == '\u2800' || r == utf8.RuneError)
}

// ownLetter reports whether a letter belongs to the script: a to z with
// accents and the ligatures of the languages supported, and kana and kanji in
// Japanese. Letters that only look like them do not.
func ownLetter(r rune, japanese bool) bool {
	if japanese && kanaOrKanji(r) {
		return true
	}
	if strings.ContainsRune("ßæœÆŒẞ", r) {
		return true
	}
	base := fold(string(r))
	return len(base) == 1 && (base[0]|0x20) >= 'a' && (base[0]|0x20) <= 'z'
}
