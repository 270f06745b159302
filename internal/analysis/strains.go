package analysis

import (
	"slices"

	"github.com/shopspring/decimal"
)

// strainable are the figures that say what a portfolio is exposed to and what it
// costs. Those of the quality of the data are none of an investor's risks.
var strainable = []string{
	FactIssuerWeight, FactClassDrift, FactPortfolioDrift, FactSectorWeight, FactRegionWeight, FactCurrencyWeight,
	FactMarketWeight, FactHomeBias, FactAccountWeight, FactExpenseRatio, FactFundExpenseRatio,
}

// A strain is a figure out of its limit: the subject of a finding.
type strain struct{ finding, subject string }

// strains are the figures of m that are out of their limits, each the larger the
// worse it is.
func (m *model) strains() map[strain]decimal.Decimal {
	found := make(map[strain]decimal.Decimal)
	for i := range rules {
		r := &rules[i]
		if !slices.Contains(strainable, r.fact) {
			continue
		}
		for _, subject := range r.subjects(m) {
			if figure, crossed := m.strained(r, subject); crossed {
				found[strain{r.finding, subject}] = figure
			}
		}
	}
	return found
}

// subjects are those of the rule's fact; "" is the portfolio.
func (r *rule) subjects(m *model) []string {
	if list := measureByCode[r.fact].subjects; list != nil {
		return list(m)
	}
	return []string{""}
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
