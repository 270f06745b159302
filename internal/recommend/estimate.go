package recommend

import (
	"context"
	"slices"
	"strings"
)

// Estimate bounds the tokens and the cost of a request without spending
// anything. It fails with what Analyze fails with.
func (s *Service) Estimate(ctx context.Context, req Request) (Estimate, error) {
	e := Estimate{ModelID: s.info.ID, Provider: s.info.Provider}
	if err := ctx.Err(); err != nil {
		return e, err
	}
	res, err := s.analyze(&req, req.Options.MaxRecommendations)
	if err != nil {
		return e, err
	}
	j := s.newJob(req, res)
	if !j.needsModel() {
		return e, nil
	}
	first, _ := s.request(j, nil)
	bound := s.cfg.Model.Bound(first)
	e.NeedsModel, e.MaxAttempts = true, maxAttempts
	e.InputTokens, e.OutputTokens, e.CostNano = bound.InputTokens, bound.OutputTokens, bound.CostNano
	e.QuotaTokens, e.MaxCostNano = bound.QuotaTokens(), s.worstCase(j)
	key := s.key(&req)
	if _, e.Cached = s.cache.get(key); !e.Cached && s.cfg.Peers != nil {
		e.Cached = s.cfg.Peers.Kept(ctx, key.String())
	}
	return e, nil
}

// worstCase is the most that all calls of a request cost: each has room for any
// answer, and the second says as much as there is room for of what was wrong.
func (s *Service) worstCase(j *job) int64 {
	wrong := slices.Repeat([]string{strings.Repeat("x", longestReason)}, mostReasons)
	return s.cfg.Model.Bound(j.prompt(nil)).CostNano + s.cfg.Model.Bound(j.prompt(wrong)).CostNano
}
