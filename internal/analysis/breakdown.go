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
	index map[string]int // of parts, by key; nil for a few
}

// fewKeys is up to how many keys are found faster without an index.
const fewKeys = 8

// part is one share of a breakdown.
type part struct {
	key    string
	times  int             // contributions
	value  decimal.Decimal // in the base currency, unrounded
	total  *sum            // of value, from the second contribution until sort
	lead   int             // the holding that contributes most, by size; -1 for cash
	leadBy decimal.Decimal // and how much
	about  float64         // value, once sorted
}

// value is the amount under key, zero if there is none.
func (b *breakdown) value(key string) decimal.Decimal {
	if i, ok := b.find(key); ok {
		return b.parts[i].value
	}
	return decimal.Decimal{}
}

// lead is the holding that contributes most to key, or -1.
func (b *breakdown) lead(key string) int {
	if i, ok := b.find(key); ok {
		return b.parts[i].lead
	}
	return -1
}

// times is the number of contributions to key.
func (b *breakdown) times(key string) int {
	if i, ok := b.find(key); ok {
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

// newBreakdown makes room for so many parts.
func newBreakdown(room int) *breakdown { return &breakdown{parts: make([]part, 0, room)} }

// find is the place of the part under key.
func (b *breakdown) find(key string) (int, bool) {
	if b.index != nil {
		i, ok := b.index[key]
		return i, ok
	}
	for i := range b.parts {
		if b.parts[i].key == key {
			return i, true
		}
	}
	return 0, false
}

// note enters a new part into the index, which there is from the first key on
// that is one too many to search.
func (b *breakdown) note(i int) {
	switch {
	case b.index != nil:
		b.index[b.parts[i].key] = i
	case i == fewKeys:
		b.index = make(map[string]int, cap(b.parts))
		for k := range b.parts {
			b.index[b.parts[k].key] = k
		}
	}
}

// add puts an amount under key, and returns the place of its part until sort;
// holding is its index, or -1 for cash.
func (b *breakdown) add(key string, amount decimal.Decimal, holding int) int {
	i, ok := b.find(key)
	if !ok {
		i = len(b.parts)
		b.parts = append(b.parts, part{key: key, times: 1, value: amount, lead: holding, leadBy: absolute(amount)})
		b.note(i)
		return i
	}
	p := &b.parts[i]
	p.times++
	if p.total == nil {
		p.total = new(sum)
		p.total.add(p.value)
	}
	p.total.add(amount)
	if size := absolute(amount); holding >= 0 && (p.lead < 0 || size.GreaterThan(p.leadBy)) {
		p.lead, p.leadBy = holding, size
	}
	return i
}

// settle computes the value of the part from its contributions.
func (p *part) settle() {
	if p.total != nil {
		p.value, p.total = p.total.decimal(), nil
	}
}

// rename gives the parts other keys before they are sorted; those of one key
// become one.
func (b *breakdown) rename(key func(i int) string) *breakdown {
	renamed := newBreakdown(len(b.parts))
	for i := range b.parts {
		p := &b.parts[i]
		p.settle()
		renamed.add(key(i), p.value, p.lead)
	}
	return renamed
}

// sort brings the parts into order once all amounts have been added.
func (b *breakdown) sort() *breakdown {
	for i := range b.parts {
		b.parts[i].settle()
		b.parts[i].about = approximately(b.parts[i].value)
	}
	slices.SortFunc(b.parts, func(x, y part) int {
		if c := compare(y.value, x.value, y.about, x.about); c != 0 {
			return c
		}
		return cmp.Compare(x.key, y.key)
	})
	if b.index != nil {
		for i := range b.parts {
			b.index[b.parts[i].key] = i
		}
	}
	return b
}
