package bedrock

import (
	"math"
	"slices"
	"sync"

	"golang.org/x/text/unicode/norm"

	"ballast.internal/ballast/internal/recommend"
)

// Two bounds on the input tokens of a request.
//
// The hard bound cannot be beaten by any text: byte-level BPE never makes more
// than one token of a byte, and what Bedrock wraps around each part is a
// constant. Money is reserved at it. It is two to three times what is billed,
// which costs little: the surplus is given back when the call settles, a second
// later.
//
// The expected bound follows what was billed for prompts of this kind. It is
// close, and text of another kind could beat it, so it is used where an error
// costs a throttled call and not an overspent budget: for the
// tokens-per-minute quota, and as an estimate for people.
const (
	// partOverhead is for the role and the separators of one part (system, user
	// or prefill). Measured on Claude 3 Haiku: 8 for a whole one-message prompt.
	partOverhead = 16
	// toolOverhead is what a forced tool adds before its schema: 340 on Claude
	// 3 Haiku, at most 530 on any model of its generation.
	toolOverhead = 544
	// toolCertain is the least that a tool adds.
	toolCertain = 264
	// toolRewriting bounds how much longer the schema gets when it is rewritten
	// for the model.
	toolRewriting = 2
)

// size is what of a request decides its tokens.
type size struct {
	bytes    int // of all texts, as long as they can get
	overhead int // tokens that are not text, at most
	certain  int // of the overhead, what is always billed
}

// measure adds a request up. A tokenizer that normalises to NFKC first makes
// some characters longer, so the longer of both forms counts.
func measure(req recommend.ModelRequest) size {
	var s size
	for _, part := range []string{req.System, req.User, req.Prefill} {
		if part != "" {
			s.bytes += longest(part)
			s.overhead += partOverhead
		}
	}
	if t := req.Tool; t != nil {
		s.bytes += toolRewriting * (longest(t.Name) + longest(t.Description) + longest(string(t.InputSchema)))
		s.overhead += toolOverhead
		s.certain += toolCertain
	}
	return s
}

// longest is the length of s in bytes, or of its NFKC form if that is longer.
func longest(s string) int {
	if norm.NFKC.IsNormalString(s) {
		return len(s)
	}
	return max(len(s), len(norm.NFKC.String(s)))
}

// Bound returns the hard bound, and beside it the expected input. The cost is
// that of the hard bound: it is never less than what is billed.
func (c *Client) Bound(req recommend.ModelRequest) recommend.Bound {
	s := measure(req)
	hard := s.bytes + s.overhead
	return recommend.Bound{
		InputTokens:         hard,
		OutputTokens:        req.MaxTokens,
		CostNano:            c.mostCost(hard, req.MaxTokens),
		ExpectedInputTokens: c.gauge.expect(s),
	}
}

const (
	window       = 256       // observations kept
	enough       = 16        // observations before they are trusted
	margin       = 1.125     // above the densest prompt observed
	initialRatio = 1.0 / 1.3 // tokens per byte of the densest texts measured: identifiers, tag characters
)

// calibration learns how many tokens are billed per byte of text.
type calibration struct {
	mu     sync.Mutex
	start  float64         // tokens per byte while there are not enough observations
	ratios [window]float64 // the last observations, a ring
	count  int             // of all observations since trust was last lost
}

func newCalibration() *calibration { return &calibration{start: initialRatio} }

// observe learns from one billed request. One that was billed more than
// expected ends the trust in what was learnt; one that beats the start as well
// leaves the hard bound for good.
func (c *calibration) observe(s size, billed int) {
	if s.bytes == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if billed > s.tokens(c.ratioLocked()) {
		c.count = 0
	}
	if billed > s.tokens(c.start) {
		c.start = 1
	}
	c.ratios[c.count%window] = float64(billed-s.certain) / float64(s.bytes)
	c.count++
}

// expect is the expected bound of a request, never above the hard one.
func (c *calibration) expect(s size) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return s.tokens(c.ratioLocked())
}

// ratioLocked is the densest observation in the window plus the margin.
func (c *calibration) ratioLocked() float64 {
	if c.count < enough {
		return c.start
	}
	return margin * slices.Max(c.ratios[:min(c.count, window)])
}

// tokens is the size at so many tokens per byte. The overhead is added whole
// although the ratio holds some of it too: a short prompt has more of it per
// byte than a long one.
func (s size) tokens(ratio float64) int {
	text := int(math.Ceil(max(0, ratio) * float64(s.bytes)))
	return min(s.bytes, text) + s.overhead
}
