package bedrock

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// wireUsage has pointers to tell a missing count from zero.
type wireUsage struct {
	Input      *int `json:"input_tokens"`
	Output     *int `json:"output_tokens"`
	CacheWrite int  `json:"cache_creation_input_tokens"`
	CacheRead  int  `json:"cache_read_input_tokens"`
}

// decodeUsage reads what was billed, or nil when that is not certain: a count
// is missing or negative, or tokens were cached, which is never asked for and has
// other prices. The reservation is charged then. The cost is left to the caller,
// and so is whether it can be true.
func decodeUsage(raw json.RawMessage) *recommend.TokenUsage {
	var u wireUsage
	if len(raw) == 0 || json.Unmarshal(raw, &u) != nil || u.Input == nil || u.Output == nil {
		return nil
	}
	if u.CacheWrite != 0 || u.CacheRead != 0 || *u.Input < 1 || *u.Output < 0 {
		return nil
	}
	return &recommend.TokenUsage{InputTokens: *u.Input, OutputTokens: *u.Output}
}

// bill is what is charged for an answer to a request that was sent at a time: what
// the provider says that it bills, and where body and headers differ the greater
// count. It is nil when no tokenizer makes so many tokens of the request, or the
// answer has more than were asked for: the reservation, which is all that can be,
// is charged then, nothing is learnt, and what was learnt is not relied on for money.
func (c *Client) bill(ctx context.Context, req recommend.ModelRequest, answer recommend.ModelAnswer, h http.Header, sent time.Time) *recommend.TokenUsage {
	u := answer.Usage
	if u == nil {
		return nil
	}
	u.InputTokens = max(u.InputTokens, counted(h, "Input"))
	u.OutputTokens = max(u.OutputTokens, counted(h, "Output"))
	prompt := measure(req)
	if u.InputTokens > min(prompt.most(), c.spec.ContextTokens) || u.OutputTokens > min(req.MaxTokens, c.spec.MaxOutputTokens) {
		c.bills.doubt()
		c.metrics.boundDoubted.Set(1)
		c.cfg.Logger.ErrorContext(ctx, "a usage that cannot be true: the reservation is charged",
			slog.Int("input_tokens", u.InputTokens), slog.Int("output_tokens", u.OutputTokens), slog.Int("max_tokens", req.MaxTokens))
		return nil
	}
	c.learn(prompt, u.InputTokens)
	u.CostNano = c.dearest(sent, c.cfg.Now(), u.InputTokens, u.OutputTokens)
	return u
}

// counted reads one of the headers in which Bedrock repeats the usage; 0 without.
func counted(h http.Header, of string) int {
	n, _ := strconv.Atoi(h.Get("X-Amzn-Bedrock-" + of + "-Token-Count"))
	return n
}
