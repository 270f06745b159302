package bedrock

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"ballast.internal/ballast/internal/recommend"
)

// The hard bound cannot be beaten by any text: byte-level BPE never makes more
// than one token of a byte, and what Bedrock wraps around each part is a
// constant. It is two to three times what is billed; see bills for the bound
// that takes its place as soon as something has been billed.
const (
	// partOverhead is for the role and the separators of one part (system, user
	// or prefill). Measured on Claude 3 Haiku: 8 for a whole one-message prompt.
	partOverhead = 16
	// toolOverhead is what a forced tool adds before its schema: 340 on Claude
	// 3 Haiku, at most 530 on any model of its generation.
	toolOverhead = 544
	// toolRewriting bounds how much longer the schema gets when it is rewritten
	// for the model.
	toolRewriting = 2
)

// measure takes a request apart.
func measure(req recommend.ModelRequest) shape {
	b := newShaper(len(req.User))
	for _, part := range []struct {
		kind kind
		text string
	}{{systemPart, req.System}, {prefillPart, req.Prefill}} {
		if part.text != "" {
			b.whole(part.kind, part.text, longest(part.text)+partOverhead)
		}
	}
	if t := req.Tool; t != nil {
		schema := string(t.InputSchema)
		bytes := longest(t.Name) + longest(t.Description) + longest(schema)
		b.whole(toolPart, t.Name+t.Description+schema, toolRewriting*bytes+toolOverhead)
	}
	if req.User != "" {
		b.whole(userPart, "", partOverhead)
		b.text(req.User, req.Quoted)
	}
	return b.shape()
}

// longest is the length of s in bytes, or of its NFKC form if that is longer: a
// tokenizer that normalises first makes some characters longer.
func longest(s string) int {
	if isASCII(s) || norm.NFKC.IsNormalString(s) {
		return len(s)
	}
	return max(len(s), len(norm.NFKC.String(s)))
}

// isASCII spares nearly every piece of a prompt the search for a normal form,
// which allocates.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Bound returns what one attempt can be billed at the most: see
// recommend.Model.
func (c *Client) Bound(req recommend.ModelRequest) recommend.Bound {
	most, expected := c.bills.bound(measure(req))
	return recommend.Bound{
		InputTokens:         most,
		OutputTokens:        req.MaxTokens,
		CostNano:            c.mostCost(most, req.MaxTokens),
		ExpectedInputTokens: expected,
	}
}

// learn compares a bill with what it could be at the most. One that cannot be
// true of a tokenizer that bills the same text the same is told once, and from
// then on the hard bound counts.
func (c *Client) learn(prompt shape, billed int) {
	if c.bills.observe(prompt, billed) {
		return
	}
	c.metrics.boundDoubted.Set(1)
	c.cfg.Logger.Error("a bill contradicts earlier ones: a byte counts as a token from now on")
}
