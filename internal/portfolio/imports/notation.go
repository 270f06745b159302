package imports

import (
	"regexp"
	"strings"
)

// notation is how the numbers of a table are written.
type notation int

const (
	pointed   notation = iota // 1,234.56
	commaed                   // 1.234,56, as spreadsheets in Europe save it
	undecided                 // nothing tells which of the two 1,234 is in
)

// Numbers that one notation alone has, and those that are another number in
// the other one.
var (
	pointedForm   = regexp.MustCompile(`^(?:[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*|[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]*\.(?:[0-9]{1,2}|[0-9]{4,})|(?:0+|[0-9]{4,})?\.[0-9]{3})$`)
	commaedForm   = regexp.MustCompile(`^(?:[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]*|[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]*,(?:[0-9]{1,2}|[0-9]{4,})|(?:0+|[0-9]{4,})?,[0-9]{3})$`)
	ambiguousForm = regexp.MustCompile(`^[1-9][0-9]{0,2}[.,][0-9]{3}$`)
	// spaced is a number whose thousands stand apart, with blanks or apostrophes.
	spaced = regexp.MustCompile(`^[^0-9]*[0-9]{1,3}(?:[ '\x{a0}\x{2019}\x{202f}][0-9]{3})+(?:[.,][0-9]*)?[^0-9]*$`)
)

// notationOf finds it out by the numbers that only one of them has. Brokers of
// the United States separate cells by commas and write a point: only against
// that does a table need a proof, and one with both is theirs.
func notationOf(records []record, separator rune) notation {
	var point, comma bool
	for _, r := range records {
		for _, c := range r.cells {
			bare := bareNumber(c)
			point = point || pointedForm.MatchString(bare)
			comma = comma || commaedForm.MatchString(bare)
		}
	}
	switch {
	case comma && !point:
		return commaed
	case point, separator == ',':
		return pointed
	default:
		return undecided
	}
}

// bareNumber is a cell without what stands around its digits.
func bareNumber(s string) string {
	return strings.Trim(closeUp(s), "()+-\u2212$% \u00a0\u202f")
}

// closeUp takes the blanks and apostrophes out of a number.
func closeUp(s string) string {
	if !spaced.MatchString(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" '\u00a0\u2019\u202f", r) {
			return -1
		}
		return r
	}, s)
}

var swapped = strings.NewReplacer(".", ",", ",", ".")

// plain writes a cell with a point for its decimals. It reports false for a
// number that may be either of two.
func (n notation) plain(s string) (string, bool) {
	s = closeUp(s)
	if amount, found := strings.CutSuffix(s, "$"); found && amount != "" { // 1.234,56 $
		s = strings.TrimRight(amount, " \u00a0\u202f")
	}
	switch {
	case n == commaed:
		return swapped.Replace(s), true
	case n == undecided && ambiguousForm.MatchString(bareNumber(s)):
		return "", false
	default:
		return s, true
	}
}
