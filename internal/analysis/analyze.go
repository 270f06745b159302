package analysis

import (
	"errors"
	"slices"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// ErrNoValue says that there is no portfolio, or one whose total value is not
// above zero, so that nothing has a weight. portfolio.Validate refuses these.
var ErrNoValue = errors.New("the portfolio has no value above zero to analyse")

// Analyze computes the whole analysis. It is a pure function of its input: the
// same portfolio, profile and policy give the same result, whatever the order
// of the positions, and nothing in the input is changed. Texts are left empty.
//
// Facts are in the order of their definitions, and within one code mostly by
// falling value; findings the worst first. When a mandatory factor of the
// profile is missing, or only a description is wanted, there are no actions.
// It fails only with ErrNoValue.
func Analyze(in Input) (*Result, error) {
	if in.Valuation == nil || in.Valuation.Portfolio == nil || !in.Valuation.Total.IsPositive() {
		return nil, ErrNoValue
	}
	m := newModel(in)
	m.buildFacts()
	result := &Result{
		AsOf:         in.Valuation.Portfolio.AsOf.String(),
		BaseCurrency: m.base(),
		TotalValue:   m.base().Format(in.Valuation.Total),
		RiskLevel:    string(m.level),
		Allocation:   m.allocation(),
		Facts:        slices.Clone(m.facts), // without the room: they are held while the model is awaited
		Findings:     m.judge(),
		Actions:      []Action{},
		Insufficient: missingFactors(&in.Profile, m.policy),
	}
	if result.Findings == nil {
		result.Findings = []Finding{}
	}
	for _, x := range in.Valuation.Excluded {
		result.Excluded = append(result.Excluded, Excluded{x.Pointer, x.Ref, x.Currency, "missing_fx_rate"})
	}
	if len(result.Insufficient) == 0 && !in.Descriptive {
		p, left := planned(in, m)
		result.Actions, result.Plan, result.LeftOut = append(result.Actions, p.actions...), p.total(), left
	}
	return result, nil
}

// allocation lists the shares along each dimension; those of one dimension add
// up to one.
func (m *model) allocation() []AllocationLine {
	lines := m.classLines()
	for _, d := range [...]struct {
		by, fact  string
		breakdown *breakdown
	}{
		{"sector", FactSectorWeight, m.sectors()}, {"region", FactRegionWeight, m.regions()},
		{"currency", FactCurrencyWeight, m.currencies()},
	} {
		for i := range d.breakdown.parts {
			p := &d.breakdown.parts[i]
			lines = append(lines, m.line(d.by, d.fact, p.key, p.value))
		}
	}
	return lines
}

// classLines lists the classes with their values, shares and targets.
func (m *model) classLines() []AllocationLine {
	var lines []AllocationLine
	for _, class := range m.classKeys() {
		line := m.line("asset_class", FactClassWeight, class, m.classes().value(class))
		if m.target != nil {
			// With the digits that the target was told in: 0.60 stays 0.60.
			target := m.target[portfolio.AssetClass(class)]
			line.Target = target.StringFixed(max(0, -target.Exponent()))
		}
		lines = append(lines, line)
	}
	return lines
}

// line is one share, whose weight is the figure called fact.
func (m *model) line(by, fact, key string, value decimal.Decimal) AllocationLine {
	weight, _ := m.value(fact, key)
	return AllocationLine{By: by, Key: key, Value: m.base().Format(value), Weight: weight}
}
