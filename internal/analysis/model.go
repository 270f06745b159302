package analysis

import (
	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

var one = decimal.NewFromInt(1)

// model is one valued portfolio seen with one profile, target and policy. Its
// figures are computed when first asked for and kept, so that asking a model
// for one figure costs no more than that figure. It belongs to one goroutine.
//
// Every figure has one definition, a measure, whichever way it is asked for:
//
//	m.figure(code, subject)  the exact number, e.g. the weight of one issuer
//	m.value(code, subject)   the same as a fact writes it
//	m.fact(code, subject)    the fact with its id, after m.buildFacts
//	m.on(v).value(…)         the same figure of the portfolio as traded: the
//	                         "after" of an Impact; a figure that needs a holding
//	                         which is gone is zero, not absent, where zero is true
//
// A traded Valuation is a copy of the old one with its own Holdings and Cash
// slices, whose positions, values, costs and totals have been brought up to
// date. Debts are read from its Portfolio, so that paying one off takes a copy
// of that as well.
type model struct {
	in     Input
	val    *portfolio.Valuation
	policy *Policy
	level  portfolio.RiskLevel  // effective; "" when the profile does not tell
	target portfolio.Allocation // nil when neither target nor level is known

	facts     []Fact
	exact     []decimal.Decimal         // the values of facts
	complete  bool                      // facts has all of them
	written   map[[2]string]string      // figures asked for of a portfolio without facts, by code and subject
	factIndex map[string]map[string]int // into facts, by code and subject; see fact
	factRange map[string][2]int         // of facts, by code
	findings  []judged

	// Figures, by what they divide or add up.
	byClass, bySector, byRegion, byCurrency, byMarket, byAccount lazy[*breakdown]
	equities                                                     lazy[[]decimal.Decimal]
	instruments, issuers                                         lazy[*breakdown]
	spread                                                       lazy[sizes]
	near, drifted                                                lazy[decimal.Decimal]
	classNames                                                   lazy[[]string]
	merged                                                       lazy[[]portfolio.Holding]
	gains                                                        lazy[*gainTable]
	fees                                                         lazy[*feeTotals]
	household                                                    lazy[*household]
	quality                                                      lazy[*quality]
	risk                                                         lazy[*riskFigures]
}

// lazy is a value computed on first use.
type lazy[T any] struct {
	known bool
	value T
}

func (l *lazy[T]) get(compute func() T) T {
	if !l.known {
		l.value, l.known = compute(), true
	}
	return l.value
}

// newModel sees in's portfolio with its profile. The target is the caller's
// or, without one, the model allocation of the effective level.
func newModel(in Input) *model {
	m := &model{in: in, val: in.Valuation, policy: in.Policy}
	if m.policy == nil {
		m.policy = DefaultPolicy()
	}
	m.level = effectiveLevel(&in.Profile, m.policy)
	m.target = in.Target
	if m.target == nil && m.level != "" {
		m.target = m.policy.Model(m.level)
	}
	return m
}

// on is the same view of the portfolio as it would be valued after trades.
func (m *model) on(traded *portfolio.Valuation) *model {
	in := m.in
	in.Valuation = traded
	return &model{in: in, val: traded, policy: m.policy, level: m.level, target: m.target}
}

// limit is the value of a policy line for this investor.
func (m *model) limit(line string) decimal.Decimal {
	l := m.policy.Line(line)
	if v, ok := l.ByCurrency[m.base()]; ok {
		return v
	}
	return l.At(m.level)
}

// weight is an amount as a share of the total value. A caller's portfolio is
// above zero; of one whose last cent repaid a debt there are no shares.
func (m *model) weight(amount decimal.Decimal) decimal.Decimal {
	share, _ := ratio(amount, m.val.Total)
	return share
}

// base is the base currency.
func (m *model) base() portfolio.Currency { return m.val.Portfolio.BaseCurrency }

// fact returns the fact of that code and subject, if there is one.
func (m *model) fact(code, subject string) (*Fact, bool) {
	i, ok := m.find(code, subject)
	if !ok {
		return nil, false
	}
	return &m.facts[i], true
}

// find is the index of a fact. A code of many is indexed when it is first
// looked up: most never are.
func (m *model) find(code, subject string) (int, bool) {
	r := m.factRange[code]
	if r[1]-r[0] <= fewKeys {
		for i := r[0]; i < r[1]; i++ {
			if m.facts[i].Subject == subject {
				return i, true
			}
		}
		return 0, false
	}
	index, ok := m.factIndex[code]
	if !ok {
		index = make(map[string]int, r[1]-r[0])
		for i := r[0]; i < r[1]; i++ {
			index[m.facts[i].Subject] = i
		}
		m.factIndex[code] = index
	}
	i, ok := index[subject]
	return i, ok
}

// factsOf lists the facts of one code.
func (m *model) factsOf(code string) []Fact {
	r := m.factRange[code]
	return m.facts[r[0]:r[1]]
}

// figure computes one figure exactly. It is false where the figure does not
// exist: no target, no cost, no history, a ratio to nothing.
func (m *model) figure(code, subject string) (decimal.Decimal, bool) {
	def, ok := measureByCode[code]
	if !ok {
		return decimal.Decimal{}, false
	}
	if m.complete {
		if i, ok := m.find(code, subject); ok {
			return m.exact[i], true
		}
	}
	return def.value(m, subject)
}

// value is figure written as a fact writes it.
func (m *model) value(code, subject string) (string, bool) {
	if m.complete && measureByCode[code] != nil {
		if f, ok := m.fact(code, subject); ok {
			return f.Value, true
		}
	}
	asked := [2]string{code, subject}
	if text, ok := m.written[asked]; ok {
		return text, true
	}
	v, ok := m.figure(code, subject)
	if !ok {
		return "", false
	}
	if m.written == nil {
		m.written = make(map[[2]string]string)
	}
	text := m.write(measureByCode[code].unit, v)
	m.written[asked] = text
	return text, true
}

// write gives money its minor digits, rounded half away from zero, and leaves
// everything else unrounded.
func (m *model) write(unit Unit, v decimal.Decimal) string {
	if unit == Money {
		return m.base().Format(v)
	}
	return portfolio.Plain(v)
}
