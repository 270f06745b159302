package analysis

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"
)

var concentrationMeasures = []measure{
	{
		// What is held of a single issuer over the total, 0..1 without shorts and
		// margin; see singleIssuers. Its lines follow the 5 and 10 of UCITS 5/10/40.
		code: FactIssuerWeight, unit: Ratio,
		subjects: (*model).notableIssuers,
		value: func(m *model, issuer string) (decimal.Decimal, bool) {
			return m.weight(m.singleIssuers().value(issuer)), true
		},
		limit:   limitOf(lineConcentrated),
		holding: func(m *model, issuer string) int { return m.singleIssuers().lead(issuer) },
	},
	{
		// What is short of a single issuer, less what is held of it, over the total,
		// above zero: a loss on it has no bound. The same lines.
		code: FactShortIssuerWeight, unit: Ratio,
		subjects: (*model).shortIssuers,
		value: func(m *model, issuer string) (decimal.Decimal, bool) {
			weight := m.weight(m.singleIssuers().value(issuer)).Neg()
			return weight, weight.IsPositive()
		},
		limit:   limitOf(lineConcentrated),
		holding: func(m *model, issuer string) int { return m.singleIssuers().lead(issuer) },
	},
	{
		// The value of the n largest instruments, funds included and cash not, over
		// the total; 0..1 without shorts and margin.
		code: FactTopNWeight, unit: Ratio,
		subjects: func(*model) []string { return []string{"1", "3", "5", "10"} },
		value:    (*model).topWeight,
	},
	{
		// Herfindahl-Hirschman index as the CFA study guides define it: the sum of
		// the squared weights of the instruments and of cash as one holding, 1/n..1;
		// see sizes.
		code: FactHHI, unit: Ratio,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			s := m.sizes().with(m.val.CashTotal)
			return ratio(s.squares, s.gross.Mul(s.gross))
		},
	},
	{
		// The same over the invested value, without cash, 1/n..1.
		code: FactHHIInvested, unit: Ratio,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			s := m.sizes()
			return ratio(s.squares, s.gross.Mul(s.gross))
		},
	},
	{
		// 1/HHI: as many equal holdings would be as concentrated. A count, 1..n.
		code: FactEffectiveNumber, unit: Count,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			s := m.sizes().with(m.val.CashTotal)
			return ratio(s.gross.Mul(s.gross), s.squares)
		},
	},
	{
		// The same over the invested value, without cash, 1..n.
		code: FactEffectiveInvested, unit: Count,
		value: func(m *model, _ string) (decimal.Decimal, bool) {
			s := m.sizes()
			return ratio(s.gross.Mul(s.gross), s.squares)
		},
	},
}

// notableIssuers are the single issuers above the watch line, and the largest
// in any case: a thousand holdings do not make a thousand facts.
func (m *model) notableIssuers() []string {
	parts := m.singleIssuers().parts
	watch := m.limit(lineWatch).Mul(m.val.Total)
	n := 0
	for n < len(parts) && parts[n].value.GreaterThanOrEqual(watch) {
		n++
	}
	if n == 0 && len(parts) > 0 && parts[0].value.IsPositive() {
		n = 1
	}
	return m.singleIssuers().keys(n)
}

// shortIssuers are the single issuers of which as much is short as would be watched
// if it were held, the most first.
func (m *model) shortIssuers() (short []string) {
	watch := m.limit(lineWatch).Mul(m.val.Total)
	for _, p := range slices.Backward(m.singleIssuers().parts) {
		if !p.value.IsNegative() || p.value.Neg().LessThan(watch) {
			break
		}
		short = append(short, p.key)
	}
	return short
}

// topWeight is the value of the n largest long instruments, or of all if there
// are fewer, over the total: a ratio of 0 or more, above 1 on margin.
func (m *model) topWeight(n string) (decimal.Decimal, bool) {
	count, err := strconv.Atoi(n)
	if err != nil || len(m.val.Holdings) == 0 {
		return decimal.Decimal{}, false
	}
	parts := m.holdings().parts
	var total decimal.Decimal
	for i := 0; i < min(count, len(parts)) && parts[i].value.IsPositive(); i++ {
		total = total.Add(parts[i].value)
	}
	return m.weight(total), true
}

// sizes are the sums of the absolute values of the instruments, in the base
// currency, and of their squares. Shorts and margin count by what they are worth:
// against a net value that they make small, an index would be above one and the
// effective number of holdings below it.
type sizes struct{ gross, squares decimal.Decimal }

func (m *model) sizes() sizes {
	return m.spread.get(func() sizes {
		var gross, squares sum
		for _, p := range m.holdings().parts {
			gross.add(absolute(p.value))
			squares.add(p.value.Mul(p.value))
		}
		return sizes{gross.decimal(), squares.decimal()}
	})
}

// with adds one more holding.
func (s sizes) with(value decimal.Decimal) sizes {
	return sizes{s.gross.Add(value.Abs()), s.squares.Add(value.Mul(value))}
}
