package verify

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// blank stands for a holding, and blankFigure for a fact, in a text under
// check: they are part of no word.
const (
	blank       = '\uFFFC'
	blankFigure = '\uFFFB'
)

func isBlank(r rune) bool { return r == blank || r == blankFigure }

var placeholderForm = regexp.MustCompile(`\{([FH][1-9][0-9]{0,3})\}`)

// Citable are the placeholders that a text may hold, such as "F3", and what each
// is a figure of: an asset class, or one of the things below, or "" for a holding's
// placeholder and for a figure of which anything may be said. Measured adds what it
// tells of that.
type Citable map[string]string

// Measured is what a figure is of and what it tells of it, as Citable has it: a gain
// of a holding.
func Measured(of, measure string) string { return of + measureMark + measure }

const measureMark = ": "

// What a figure tells.
const (
	MeasureWorth    = sortWorth // what all is worth
	MeasureGain     = objectGain
	MeasureLoss     = objectLoss
	MeasureCost     = "cost"
	MeasureTax      = "tax"
	MeasureDebt     = objectDebt
	MeasureInterest = "interest"
)

// What a figure may be of besides an asset class.
const (
	FigureLevel   = "level"   // the risk level that fits the investor
	FigureHolding = "holding" // one holding, whose name is added where it is not plain
	FigureOther   = "other"   // anything else, such as the portfolio
)

// checkPlaceholders returns text with every well-formed placeholder blanked
// out, and the class of each. A brace that is left over, or a placeholder glued
// to a word, is malformed.
func checkPlaceholders(text string, cite Citable, f findings) (blanked string, classes []string) {
	var out strings.Builder
	rest := 0
	for _, m := range placeholderForm.FindAllStringSubmatchIndex(text, -1) {
		class, ok := cite[text[m[2]:m[3]]]
		f.addIf(!ok, ReasonUnknownPlaceholder)
		classes = append(classes, class)
		f.addIf(glued(text[:m[0]], text[m[1]:]), ReasonMalformedPlaceholder)
		out.WriteString(text[rest:m[0]])
		out.WriteRune(map[byte]rune{'F': blankFigure, 'H': blank}[text[m[2]]])
		rest = m[1]
	}
	out.WriteString(text[rest:])
	blanked = out.String()
	f.addIf(strings.ContainsAny(blanked, "{}｛｝﹛﹜"), ReasonMalformedPlaceholder)
	f.addIf(strings.ContainsFunc(text, isBlank), ReasonCharacter)
	return blanked, classes
}

// glued reports whether a Latin word touches a placeholder, which a genitive s
// may, or a minus sign stands before it.
func glued(before, after string) bool {
	b, _ := utf8.DecodeLastRuneInString(before)
	a, size := utf8.DecodeRuneInString(after)
	if a == 's' {
		a, _ = utf8.DecodeRuneInString(after[size:])
	}
	return b == '-' || unicode.Is(unicode.Latin, b) || unicode.Is(unicode.Latin, a)
}
