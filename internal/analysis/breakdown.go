package analysis

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"
)

// A breakdown divides the portfolio along one dimension. The parts are in
// descending order of value, equal ones by key, whatever the order of the
// positions, and add up to the whole that was divided.
type breakdown struct {
	parts []part
	index map[string]int // of parts, by key
}

// part is one share of a breakdown.
type part struct {
	key    string
	times  int             // contributions
	value  decimal.Decimal // in the base currency, unrounded
	total  *sum            // of value, from the second contribution until sort
	lead   int             // the holding that contributes most, by size; -1 for cash
	leadBy decimal.Decimal // and how much
}

// value is the amount under key, zero if there is none.
func (b *breakdown) value(key string) decimal.Decimal {
	if i, ok := b.index[key]; ok {
		return b.parts[i].value
	}
	return decimal.Decimal{}
}

// lead is the holding that contributes most to key, or -1.
func (b *breakdown) lead(key string) int {
	if i, ok := b.index[key]; ok {
		return b.parts[i].lead
	}
	return -1
}

// times is the number of contributions to key.
func (b *breakdown) times(key string) int {
	if i, ok := b.index[key]; ok {
		return b.parts[i].times
	}
	return 0
}

// keys lists the first n keys, or all of them for n < 0.
func (b *breakdown) keys(n int) []string {
	parts := b.parts
	if n >= 0 && n < len(parts) {
		parts = parts[:n]
	}
	keys := make([]string, len(parts))
	for i := range parts {
		keys[i] = parts[i].key
	}
	return keys
}

func newBreakdown() *breakdown { return &breakdown{index: make(map[string]int)} }

// add puts an amount under key; holding is its index, or -1 for cash.
func (b *breakdown) add(key string, amount decimal.Decimal, holding int) {
	i, ok := b.index[key]
	if !ok {
		b.index[key] = len(b.parts)
		b.parts = append(b.parts, part{key: key, times: 1, value: amount, lead: holding, leadBy: amount.Abs()})
		return
	}
	p := &b.parts[i]
	p.times++
	if p.total == nil {
		p.total = new(sum)
		p.total.add(p.value)
	}
	p.total.add(amount)
	if size := amount.Abs(); holding >= 0 && (p.lead < 0 || size.GreaterThan(p.leadBy)) {
		p.lead, p.leadBy = holding, size
	}
}

// sort brings the parts into order once all amounts have been added. It gives
// them one exponent first, because comparing decimals of different ones
// multiplies each time.
func (b *breakdown) sort() *breakdown {
	exponent := int32(0)
	for i := range b.parts {
		p := &b.parts[i]
		if p.total != nil {
			p.value, p.total = p.total.decimal(), nil
		}
		exponent = min(exponent, p.value.Exponent())
	}
	unit := decimal.New(0, exponent)
	for i := range b.parts {
		b.parts[i].value, _ = decimal.RescalePair(b.parts[i].value, unit)
	}
	slices.SortFunc(b.parts, func(x, y part) int {
		return cmp.Or(y.value.Cmp(x.value), cmp.Compare(x.key, y.key))
	})
	for i := range b.parts {
		b.index[b.parts[i].key] = i
	}
	return b
}
