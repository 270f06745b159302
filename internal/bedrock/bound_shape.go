package bedrock

import (
	"cmp"
	"hash/maphash"
	"iter"
	"slices"
	"strings"
)

// A shape is a prompt taken to pieces whose tokens do not depend on what stands
// around them, so that the tokens of prompts can be compared: what two have in
// common is billed the same in both.
//
// A piece ends before a blank, after a line, and between digits and what is
// none. The tokenizers that are public split there before they merge anything:
// over a thousand of our prompts the pieces of Claude 2's and of two of OpenAI's
// add up to the token. Claude 3's is not public, so a bill that does not fit ends
// the trust; see bills.
type shape []piece

// piece is one text and how often a prompt has it. Each is a token at least.
type piece struct {
	id    uint64 // of the text
	most  int32  // tokens of one
	count int32
}

// kind keeps a part of a prompt apart from the words of others.
type kind uint64

const (
	wordPart kind = iota
	systemPart
	userPart
	prefillPart
	toolPart
	quotedPart
)

// seed differs in each process, so that nobody can make up two texts with one id.
var seed = maphash.MakeSeed()

// shaper collects pieces.
type shaper struct{ pieces []piece }

// newShaper has room for the pieces of so many bytes of prompt.
func newShaper(bytes int) *shaper {
	const perPiece = 3 // bytes, in ours
	return &shaper{make([]piece, 0, bytes/perPiece+8)}
}

// whole adds a text that is one piece.
func (b *shaper) whole(k kind, text string, most int) {
	id := maphash.String(seed, text) + uint64(k)
	b.pieces = append(b.pieces, piece{id, int32(most), 1})
}

// text adds the pieces of a text. What is quoted in it stays whole: whoever
// wrote it could make pieces of it that count less together than apart.
func (b *shaper) text(s, quoted string) {
	if before, after, found := strings.Cut(s, quoted); found && quoted != "" {
		b.text(before, "")
		b.whole(quotedPart, quoted, longest(quoted))
		s = after
	}
	for p := range pieces(s) {
		b.whole(wordPart, p, longest(p))
	}
}

// pieces cuts a text.
func pieces(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		start := 0
		for i := 1; i < len(s); i++ {
			if splits(s[i-1], s[i]) {
				if !yield(s[start:i]) {
					return
				}
				start = i
			}
		}
		if start < len(s) {
			yield(s[start:])
		}
	}
}

// splits reports whether no token has both of two neighbours.
func splits(before, after byte) bool {
	switch {
	case before == ' ':
		return false // a blank belongs to what follows
	case after == ' ':
		return true
	case before == '\n':
		return after != '\n'
	}
	return isDigit(before) != isDigit(after)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// shape counts the pieces that were collected.
func (b *shaper) shape() shape {
	slices.SortFunc(b.pieces, func(x, y piece) int { return cmp.Compare(x.id, y.id) })
	s := b.pieces[:0]
	for _, p := range b.pieces {
		if last := len(s) - 1; last >= 0 && s[last].id == p.id {
			s[last].count++
			continue
		}
		s = append(s, p)
	}
	return s
}

// most is the hard bound.
func (s shape) most() int {
	n := 0
	for _, p := range s {
		n += int(p.most) * int(p.count)
	}
	return n
}

// least is what is billed in any case.
func (s shape) least() int {
	n := 0
	for _, p := range s {
		n += int(p.count)
	}
	return n
}

// beyond is how many tokens s can have at the most beyond those of t.
func (s shape) beyond(t shape) int {
	n := 0
	for len(s) > 0 || len(t) > 0 {
		switch {
		case len(t) == 0 || len(s) > 0 && s[0].id < t[0].id:
			n += int(s[0].most) * int(s[0].count)
			s = s[1:]
		case len(s) == 0 || t[0].id < s[0].id:
			n -= int(t[0].count)
			t = t[1:]
		default:
			if d := int(s[0].count - t[0].count); d > 0 {
				n += int(s[0].most) * d
			} else {
				n += d
			}
			s, t = s[1:], t[1:]
		}
	}
	return n
}
