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
// is missing, negative or beyond any model, or tokens were cached, which is
// never asked for and has other prices. The reservation is charged then. The
// cost is left to the caller.
func decodeUsage(raw json.RawMessage) *recommend.TokenUsage {
	var u wireUsage
	if len(raw) == 0 || json.Unmarshal(raw, &u) != nil || u.Input == nil || u.Output == nil {
		return nil
	}
	if u.CacheWrite != 0 || u.CacheRead != 0 {
		return nil
	}
	if !plausible(*u.Input, 1) || !plausible(*u.Output, 0) {
		return nil
	}
	return &recommend.TokenUsage{InputTokens: *u.Input, OutputTokens: *u.Output}
}

func plausible(tokens, least int) bool { return tokens >= least && tokens <= plausibleTokens }

// bill is what is charged for an answer to a request that was sent at a time: what
// the provider says that it bills, and where body and headers differ the greater
// count. It is nil when that is more than the model reads or writes: the
// reservation is charged then.
func (c *Client) bill(ctx context.Context, req recommend.ModelRequest, answer recommend.ModelAnswer, h http.Header, sent time.Time) *recommend.TokenUsage {
	u := answer.Usage
	if u == nil {
		return nil
	}
	u.InputTokens = max(u.InputTokens, counted(h, "Input"))
	u.OutputTokens = max(u.OutputTokens, counted(h, "Output"))
	c.learn(measure(req), u.InputTokens)
	if u.InputTokens > c.spec.ContextTokens || u.OutputTokens > c.spec.MaxOutputTokens {
		c.cfg.Logger.ErrorContext(ctx, "a usage that cannot be true: the reservation is charged",
			slog.Int("input_tokens", u.InputTokens), slog.Int("output_tokens", u.OutputTokens))
		return nil
	}
	u.CostNano = c.dearest(sent, c.cfg.Now(), u.InputTokens, u.OutputTokens)
	return u
}

// counted reads one of the headers in which Bedrock repeats the usage; 0 without.
func counted(h http.Header, of string) int {
	n, _ := strconv.Atoi(h.Get("X-Amzn-Bedrock-" + of + "-Token-Count"))
	return n
}
