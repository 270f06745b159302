package analysis

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// A judged is a finding and how many times its limit the figure is; zero where that
// says nothing.
type judged struct {
	Finding
	times decimal.Decimal
}

// worstFirst lists findings by their severity, and those of one by how far beyond
// their limits the figures are; what has no such measure comes last. Equal ones stay
// in their order.
func worstFirst(list []judged) []Finding {
	slices.SortStableFunc(list, func(a, b judged) int {
		return cmp.Or(cmp.Compare(b.Severity.Rank(), a.Severity.Rank()), b.times.Cmp(a.times))
	})
	findings := make([]Finding, len(list))
	for i := range list {
		findings[i] = list[i].Finding
	}
	return findings
}

// beyond is how many times the threshold a figure is, and how many times the figure
// a threshold is that is a minimum: nothing at all falls short beyond measure. What is
// wrong with the data is no risk, however much it is.
func (m *model) beyond(line Line, figure, threshold decimal.Decimal, d direction) decimal.Decimal {
	switch line.Name {
	case lineWatch, lineConcentrated, lineHigh:
		// Steps of one ladder. A name to be watched is not yet too large, but every sector
		// found is.
		threshold = m.limit(lineConcentrated)
	}
	if strings.HasPrefix(line.Name, "quality.") || !threshold.IsPositive() {
		return decimal.Decimal{}
	}
	if d == above {
		return over(figure, threshold)
	}
	if times, ok := ratio(threshold, figure); ok {
		return times
	}
	return decimal.New(1, ratioPlaces)
}
