package recommend

import (
	"strings"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/portfolio"
)

// safeWords keeps the words of a closed vocabulary.
func safeWords(words []string) []string {
	var out []string
	for _, w := range words {
		if s := safeWord(w); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// safeWord returns w if it may stand in a prompt, and "" otherwise: only words
// that this package lists, ISO currencies and small counts pass. Sectors come
// from the caller, so an unusual one is left out; its fact still renders with
// the caller's word in the answer.
func safeWord(w string) string {
	if vocabulary[w] || isCurrency(w) || isSmallCount(w) {
		return w
	}
	return ""
}

var vocabulary = wordSet(
	// asset classes
	`equity fixed_income cash real_estate commodity cryptocurrency alternative other unclassified`,
	// risk levels, objectives, needs
	`short_term conservative moderately_conservative moderate moderately_aggressive aggressive
	capital_preservation income balanced growth aggressive_growth low medium high`,
	// regions
	`north_america latin_america europe middle_east africa asia_pacific`,
	// the eleven GICS sectors, and bonds' usual ones
	`energy materials industrials consumer_discretionary consumer_staples health_care financials
	information_technology communication_services utilities technology government corporate municipal`,
	`portfolio household developed emerging`,
)

func wordSet(lists ...string) map[string]bool {
	set := map[string]bool{}
	for _, l := range lists {
		for _, w := range strings.Fields(l) {
			set[w] = true
		}
	}
	return set
}

// isCurrency reports whether w has the form of an ISO 4217 code that
// portfolio.Validate let pass.
func isCurrency(w string) bool {
	return portfolio.Currency(w).Valid()
}

func isSmallCount(w string) bool {
	return len(w) > 0 && len(w) <= 3 && strings.Trim(w, "0123456789") == ""
}

// promptValue shortens a fact's value for the model, which only weighs it: the
// answer shows the exact one. Ratios become percentages with one decimal, or
// two below one percent; money loses its decimals.
func promptValue(value string, unit analysis.Unit, currency portfolio.Currency) string {
	if value == "" {
		return ""
	}
	if unit == analysis.Level {
		return safeWord(value)
	}
	d, err := decimal.NewFromString(value)
	if err != nil {
		return ""
	}
	switch unit {
	case analysis.Ratio:
		return promptPercent(d)
	case analysis.Money:
		return joinWords([]string{portfolio.Plain(portfolio.Within(d, 0)), safeWord(string(currency))})
	default:
		return joinWords([]string{portfolio.Plain(portfolio.Within(d, 1)), promptUnit(unit)})
	}
}

func promptPercent(ratio decimal.Decimal) string {
	p := ratio.Shift(2)
	places := int32(1)
	if p.Abs().LessThan(decimal.NewFromInt(1)) {
		places = 2
	}
	return portfolio.Plain(portfolio.Within(p, places)) + "%"
}

func promptUnit(u analysis.Unit) string {
	if u == analysis.Count {
		return ""
	}
	return string(u)
}
