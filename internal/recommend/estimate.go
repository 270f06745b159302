package recommend

import "context"

// Estimate bounds the tokens and the cost of a request without spending
// anything. It fails with what Analyze fails with.
func (s *Service) Estimate(ctx context.Context, req Request) (Estimate, error) {
	e := Estimate{ModelID: s.info.ID, Provider: s.info.Provider}
	if err := ctx.Err(); err != nil {
		return e, err
	}
	res, err := s.analyze(&req)
	if err != nil {
		return e, err
	}
	j := s.newJob(req, res)
	if !j.needsModel() {
		return e, nil
	}
	bound := s.cfg.Model.Bound(buildPrompt(j.brief, j.style, nil))
	e.NeedsModel, e.MaxAttempts = true, maxAttempts
	e.InputTokens, e.OutputTokens, e.CostNano = bound.InputTokens, bound.OutputTokens, bound.CostNano
	key := s.key(&req)
	if _, e.Cached = s.cache.get(key); !e.Cached && s.cfg.Peers != nil {
		e.Cached = s.cfg.Peers.Kept(ctx, key.String())
	}
	return e, nil
}
