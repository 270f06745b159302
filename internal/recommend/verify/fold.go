package verify

import (
	"strings"
	"unicode"
)

// accented are the letters with accents that the languages use, and what they
// fold to. Any other letter outside ASCII is foreign to a Latin text.
var accented = foldTable(
	"àáâãäå", "a", "æ", "ae", "ç", "c", "èéêë", "e", "ìíîï", "i", "ñ", "n", "òóôõöø", "o", "œ", "oe",
	"ùúûü", "u", "ýÿ", "y", "ß", "ss",
)

func foldTable(pairs ...string) map[rune]string {
	table := make(map[rune]string)
	for i := 0; i < len(pairs); i += 2 {
		for _, r := range pairs[i] {
			table[r] = pairs[i+1]
			table[unicode.ToUpper(r)] = pairs[i+1]
		}
	}
	table['ẞ'] = "ss"
	return table
}

// fold takes case and accents off a word.
func fold(word string) string {
	if isLowerASCII(word) {
		return word
	}
	var out strings.Builder
	for _, r := range word {
		switch plain, ok := accented[r]; {
		case ok:
			out.WriteString(plain)
		case r < unicode.MaxASCII:
			out.WriteByte(lowerASCII(byte(r)))
		default:
			out.WriteRune(unicode.ToLower(r))
		}
	}
	return out.String()
}

func isLowerASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 || 'A' <= s[i] && s[i] <= 'Z' {
			return false
		}
	}
	return true
}

func lowerASCII(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// isCJK reports whether a rune is written without blanks between words.
func isCJK(r rune) bool {
	return r == 'ー' || r == '々' || r == '〆' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// isLatin reports whether a letter is one that the Latin languages use.
func isLatin(r rune) bool {
	if r < 0x80 {
		return 'a' <= r|0x20 && r|0x20 <= 'z'
	}
	_, ok := accented[r]
	return ok
}
