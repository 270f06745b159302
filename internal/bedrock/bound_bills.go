package bedrock

import (
	"cmp"
	"slices"
	"sync"
)

const (
	billsKept = 32 // about 4 KB each
	// spare tokens are added to what was learnt: a fixed number, and one of so
	// many. A tokenizer that uses half of it up is not the one that we think.
	spareFixed = 16
	sparePart  = 64
	// A bill is kept when what was learnt before is above it by one of so many.
	tellingPart = 20
)

// bills are what was billed for earlier prompts. A prompt has at most the tokens
// of an earlier one, a token less for each piece that only the earlier one has,
// and a token more for each byte that is new. So the constant parts count what
// they really have after one call, and whatever a caller can change still counts
// a token a byte: it cannot be made to cost more than was reserved.
type bills struct {
	mu      sync.Mutex
	kept    []bill
	clock   uint64
	doubted bool // money is reserved at the hard bound
}

type bill struct {
	shape  shape
	tokens int
	used   uint64 // when it was the closest last
}

// bound is the most that a prompt can be billed, and what is expected for it.
// They differ when the bills have contradicted one another: then the first
// counts bytes and the second is still good enough for a quota.
func (b *bills) bound(s shape) (most, expected int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	hard := s.most()
	expected = min(hard, withSpare(b.closestLocked(s, hard)))
	if b.doubted {
		return hard, expected
	}
	return expected, expected
}

func withSpare(tokens int) int { return tokens + spare(tokens) }

func spare(tokens int) int { return spareFixed + tokens/sparePart }

// closestLocked is the least that any bill allows for s, hard without one.
func (b *bills) closestLocked(s shape, hard int) int {
	best, at := hard, -1
	for i := range b.kept {
		if n := b.kept[i].tokens + s.beyond(b.kept[i].shape); n < best {
			best, at = n, i
		}
	}
	if at >= 0 {
		b.clock++
		b.kept[at].used = b.clock
	}
	return best
}

// observe learns from a bill. It reports false for the first one that cannot be
// true if the others are.
func (b *bills) observe(s shape, billed int) (plausible bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	known := b.closestLocked(s, s.most())
	tooMuch := billed > known+spare(known)/2
	before := b.doubted
	b.doubted = b.doubted || tooMuch || billed < s.least()
	switch {
	case billed < s.least(): // is no lesson
	case tooMuch:
		b.kept = []bill{{s, billed, b.clock}}
	case known-billed > billed/tellingPart:
		b.keepLocked(bill{s, billed, b.clock})
	}
	return b.doubted == before
}

// doubt ends the trust in bills, where money is reserved.
func (b *bills) doubt() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.doubted = true
}

// keepLocked takes the place of the bill that has been of no use for longest.
func (b *bills) keepLocked(x bill) {
	if len(b.kept) < billsKept {
		b.kept = append(b.kept, x)
		return
	}
	oldest := slices.MinFunc(b.kept, func(x, y bill) int { return cmp.Compare(x.used, y.used) })
	for i := range b.kept {
		if b.kept[i].used == oldest.used {
			b.kept[i] = x
			return
		}
	}
}
