package imports

import (
	"maps"
	"slices"
)

// outside lists what other sections have: accruals, where no net asset value
// has named them, and holdings in a section that is not known.
func (r *ibkrReader) outside(s sections, valued bool) {
	if !valued {
		for _, l := range s["Interest Accruals"] {
			if l.get("Field Name") == "Ending Accrual Balance" && l.get("Currency") != ibkrAllCurrencies {
				r.accrued(l, "Field Value")
			}
		}
		for _, l := range s["Open Dividend Accruals"] {
			r.accrued(l, "Net Amount")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if l := s[name][0]; !ibkrPositionSections[name] && listsHoldings(l) {
			r.skip(l.at(), "unknown_section", "The section is left out: it seems to list holdings, and is not one that is known.")
		}
	}
}

func (r *ibkrReader) accrued(l line, heading string) {
	if amount := r.amountOf(l, heading); !l.head && amount != nil && !amount.IsZero() {
		r.skip(l.at(), "accrual", "The accrual is left out: it is not paid yet.")
	}
}

var ibkrPositionSections = map[string]bool{"Open Positions": true, "Long Open Positions": true, "Short Open Positions": true}

// listsHoldings reports whether a line has what a holding has, and not what a
// trade or a corporate action has.
func listsHoldings(l line) bool {
	_, counted := l.cols["Quantity"]
	_, valued := l.cols["Value"]
	_, traded := l.cols["Proceeds"]
	return counted && valued && !traded && !l.head
}
