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
	value  decimal.Decimal // in the base currency, unrounded
	count  int             // contributions added up
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
		b.parts = append(b.parts, part{key: key, value: amount, count: 1, lead: holding, leadBy: amount.Abs()})
		return
	}
	p := &b.parts[i]
	p.value = p.value.Add(amount)
	p.count++
	if size := amount.Abs(); holding >= 0 && (p.lead < 0 || size.GreaterThan(p.leadBy)) {
		p.lead, p.leadBy = holding, size
	}
}

// sort brings the parts into order once all amounts have been added.
func (b *breakdown) sort() *breakdown {
	slices.SortFunc(b.parts, func(x, y part) int {
		return cmp.Or(y.value.Cmp(x.value), cmp.Compare(x.key, y.key))
	})
	for i := range b.parts {
		b.index[b.parts[i].key] = i
	}
	return b
}
