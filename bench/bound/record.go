package main

import (
	"context"
	"errors"

	"ballast.internal/ballast/bench/rig"
	"ballast.internal/ballast/internal/recommend"
)

// call is one model call: what was bounded, what was billed, and for what.
type call struct {
	bound  recommend.Bound
	billed recommend.TokenUsage
	sent   recommend.ModelRequest
	said   string
}

// recorder notes every call that was answered.
type recorder struct {
	recommend.Model
	// bounds gives the bounds if it is set, and nobody is told what is billed:
	// a service on its first call, again and again.
	bounds recommend.Model
	calls  []call
}

// Bound implements recommend.Model.
func (r *recorder) Bound(req recommend.ModelRequest) recommend.Bound {
	if r.bounds != nil {
		return r.bounds.Bound(req)
	}
	return r.Model.Bound(req)
}

// Invoke implements recommend.Model. The requests come one after the other.
func (r *recorder) Invoke(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
	bound := r.Bound(req) // before the bill teaches the model a better one
	ans, err := r.Model.Invoke(ctx, req)
	if err != nil || ans.Usage == nil {
		return ans, err
	}
	r.calls = append(r.calls, call{bound, *ans.Usage, req, ans.Text})
	if r.bounds != nil {
		ans.Usage = nil
	}
	return ans, nil
}

// record makes the requests of each seed, one after the other, and returns their
// calls. wrap says how the model is to be changed; nil: not at all.
func record(ctx context.Context, seeds []uint64, bounds recommend.Model, wrap func(recommend.Model) recommend.Model) (calls []call, err error) {
	rec := &recorder{bounds: bounds}
	r, err := rig.New(ctx, rig.Config{CacheTTL: -1, Wrap: func(m recommend.Model) recommend.Model {
		if wrap != nil {
			m = wrap(m)
		}
		rec.Model = m
		return rec
	}})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for _, seed := range seeds {
		reqs, err := requests(seed)
		if err != nil {
			return nil, err
		}
		for _, req := range reqs {
			if _, err := r.Service.Recommend(ctx, req, nil); err != nil {
				return nil, err
			}
		}
	}
	return rec.calls, nil
}
