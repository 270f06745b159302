package analysis

import (
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

var allocationMeasures = []measure{
	{
		// The sum of quantity times price times exchange rate, plus cash: money in
		// the base currency, above zero.
		code: FactTotalValue, unit: Money,
		value: func(m *model, _ string) (decimal.Decimal, bool) { return m.val.Total, true },
	},
	{
		// A class's value over the total, with look-through; 0..1 without shorts and
		// margin.
		code: FactClassWeight, unit: Ratio,
		subjects: func(m *model) []string { return m.classKeys() },
		value:    func(m *model, class string) (decimal.Decimal, bool) { return m.classWeight(class), true },
	},
	{
		// Weight less target, in points, -1..1 without shorts and margin: 0.26 is 26
		// points too much. The threshold is half the width of the 5/25 band.
		code: FactClassDrift, unit: Ratio,
		subjects: func(m *model) []string { return m.classKeys() },
		value:    (*model).classDrift,
		limit:    func(m *model, class string) (decimal.Decimal, bool) { return m.band(class), m.target != nil },
	},
	{
		// Drift over target, from -1 (none held) without an upper end: 0.4333 is
		// 43.33 % more than wanted. A class without a target has none.
		code: FactClassDriftRelative, unit: Ratio,
		subjects: func(m *model) []string { return m.classKeys() },
		value: func(m *model, class string) (decimal.Decimal, bool) {
			aim := m.target[portfolio.AssetClass(class)].Mul(m.val.Total)
			return ratio(minus(m.classes().value(class), aim), aim)
		},
	},
	{
		// Half the sum of absolute drifts (Betterment's definition), 0..1 without
		// shorts and margin: the share of the portfolio that would have to move.
		code: FactPortfolioDrift, unit: Ratio,
		value: (*model).portfolioDrift,
		limit: limitOf(linePortfolioDrift),
	},
}

// targetClasses are the classes that a target may name.
var targetClasses = []portfolio.AssetClass{
	portfolio.ClassEquity, portfolio.ClassFixedIncome, portfolio.ClassCash, portfolio.ClassRealEstate,
	portfolio.ClassCommodity, portfolio.ClassCryptocurrency, portfolio.ClassAlternative, portfolio.ClassOther,
}

// classKeys lists the classes held, largest first, then those that are only
// aimed at. The list is shared.
func (m *model) classKeys() []string {
	return m.classNames.get(func() []string {
		keys := m.classes().keys(-1)
		for _, class := range slices.Sorted(maps.Keys(m.target)) {
			if _, held := m.classes().find(string(class)); !held && m.target[class].IsPositive() {
				keys = append(keys, string(class))
			}
		}
		return keys
	})
}

// classWeight is a class's value over the total, with look-through; 0..1
// without shorts and margin.
func (m *model) classWeight(class string) decimal.Decimal {
	return m.weight(m.classes().value(class))
}

// classDrift is the class's weight less its target, a ratio in -1..1 without
// shorts and margin; false without a target.
func (m *model) classDrift(class string) (decimal.Decimal, bool) {
	if m.target == nil {
		return decimal.Decimal{}, false
	}
	return minus(m.classWeight(class), m.target[portfolio.AssetClass(class)]), true
}

// band is half the width of the 5/25 band around a class's target, 0..1: 5
// points or 25 % of the target, whichever is less (the Bogleheads' rule), so
// that 60 % may be 55..65 % and 10 % may be 7.5..12.5 %. A class without a target has a band of its own,
// because a quarter of nothing would have every cent of it sold.
func (m *model) band(class string) decimal.Decimal {
	target := m.target[portfolio.AssetClass(class)]
	if target.IsZero() {
		return m.limit(lineUntargetedBand)
	}
	return decimal.Min(m.limit(lineAbsoluteBand), target.Mul(m.limit(lineRelativeBand)))
}

// inBand reports whether the class is within its band.
func (m *model) inBand(class string) bool {
	drift, ok := m.classDrift(class)
	return !ok || !crosses(m.policy.Line(m.bandLine(class)), drift.Abs(), m.band(class), above)
}

// bandLine is the policy line that decides the class's band.
func (m *model) bandLine(class string) string {
	target := m.target[portfolio.AssetClass(class)]
	switch {
	case target.IsZero():
		return lineUntargetedBand
	case target.Mul(m.limit(lineRelativeBand)).LessThan(m.limit(lineAbsoluteBand)):
		return lineRelativeBand
	default:
		return lineAbsoluteBand
	}
}

// portfolioDrift is the sum of |weight - target| over all classes, halved
// (Betterment's definition), 0..1 without shorts and margin; false without a
// target.
func (m *model) portfolioDrift(string) (decimal.Decimal, bool) {
	if m.target == nil {
		return decimal.Decimal{}, false
	}
	return m.drifted.get(func() decimal.Decimal {
		var total sum
		for _, class := range m.classKeys() {
			aim := m.target[portfolio.AssetClass(class)].Mul(m.val.Total)
			total.add(absolute(minus(m.classes().value(class), aim)))
		}
		return m.weight(total.decimal().Mul(half))
	}), true
}

var half = decimal.New(5, -1)
