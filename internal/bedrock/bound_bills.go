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
// they really have after one call.
//
// That is as true as the bills are, which is good enough for a quota of tokens
// and not for money.
type bills struct {
	mu      sync.Mutex
	kept    []bill
	clock   uint64
	doubted bool // they have contradicted one another
}

type bill struct {
	shape  shape
	tokens int
	used   uint64 // when it was the closest last
}

// expect is the most that is expected for a prompt.
func (b *bills) expect(s shape) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	hard := s.most()
	return min(hard, withSpare(b.closestLocked(s, hard)))
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
