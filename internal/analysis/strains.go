package analysis

import (
	"iter"
	"slices"

	"github.com/shopspring/decimal"
)

// strainable are the figures that say what a portfolio is exposed to and what it
// costs. Those of the quality of the data are none of an investor's risks.
var strainable = []string{
	FactIssuerWeight, FactShortIssuerWeight, FactClassDrift, FactPortfolioDrift, FactSectorWeight, FactRegionWeight, FactCurrencyWeight,
	FactMarketWeight, FactHomeBias, FactAccountWeight, FactExpenseRatio, FactFundExpenseRatio,
}

// A strain is a figure out of its limit: the subject of a finding.
type strain struct{ finding, subject string }

// strains are the figures of m that are out of their limits, each the larger the
// worse it is.
func (m *model) strains() map[strain]decimal.Decimal {
	found := make(map[strain]decimal.Decimal)
	for r, subject := range m.exposures() {
		if figure, crossed := m.strained(r, subject); crossed {
			found[strain{r.finding, subject}] = figure
		}
	}
	return found
}

// exposures are the rules on what is strainable, in their order, each with every subject
// of its fact; "" is the portfolio.
func (m *model) exposures() iter.Seq2[*rule, string] {
	return func(yield func(*rule, string) bool) {
		for i := range rules {
			r, subjects := &rules[i], []string{""}
			if !slices.Contains(strainable, r.fact) {
				continue
			}
			if list := measureByCode[r.fact].subjects; list != nil {
				subjects = list(m)
			}
			for _, subject := range subjects {
				if !yield(r, subject) {
					return
				}
			}
		}
	}
}

// strained is the figure that a rule judges, below a minimum with its sign turned,
// and whether it is out of its limit.
func (m *model) strained(r *rule, subject string) (figure decimal.Decimal, crossed bool) {
	name := r.line(m, subject)
	figure, known := m.figure(r.fact, subject)
	if name == "" || !known {
		return figure, false
	}
	if r.figure != nil {
		figure = r.figure(figure)
	}
	line := m.policy.Line(name)
	crossed = crosses(line, figure, r.threshold(m, line, subject), r.direction)
	if r.direction == below {
		figure = figure.Neg()
	}
	return figure, crossed
}

// unfelt is how much a share of the total may grow beyond its limit before it is
// worse: what a fraction of a share leaves in cash does not count.
var unfelt = decimal.New(5, -3)

// relieved reports whether no figure is out of its limit that was not before, and
// none felt to be further out.
func relieved(was, is map[strain]decimal.Decimal) bool {
	for s, figure := range is {
		tolerance := unfelt
		if s.finding == FindingPortfolioFees || s.finding == FindingFundFees {
			tolerance = decimal.Decimal{}
		}
		if before, met := was[s]; !met || figure.Sub(before).GreaterThan(tolerance) {
			return false
		}
	}
	return true
}
