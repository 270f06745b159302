package main

import (
	"context"

	"ballast.internal/ballast/bench/rig"
	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/recommend/wording"
)

// recorder notes the bound and the bill of every call that was answered.
type recorder struct {
	recommend.Model
	calls []call
}

// Invoke implements recommend.Model. The requests come one after the other.
func (r *recorder) Invoke(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
	bound := r.Bound(req) // before the bill teaches the model a better one
	ans, err := r.Model.Invoke(ctx, req)
	if err == nil && ans.Usage != nil {
		r.calls = append(r.calls, call{bound, *ans.Usage})
	}
	return ans, err
}

// requests are the examples in every language for every audience, and one of
// them with up to 400 holdings.
func requests() ([]recommend.Request, error) {
	names, err := rig.Examples()
	if err != nil {
		return nil, err
	}
	var reqs []recommend.Request
	for _, name := range names {
		for _, language := range wording.Languages() {
			for _, audience := range []string{"client", "adviser"} {
				req, err := request(name, 0, map[string]any{"language": language, "audience": audience})
				if err != nil {
					return nil, err
				}
				reqs = append(reqs, req)
			}
		}
	}
	for n := 10; n <= 400; n += 30 {
		req, err := request("examples/p0.json", n, nil)
		if err != nil {
			return nil, err
		}
		reqs = append(reqs, req)
	}
	return reqs, nil
}

// request is an example with n more holdings and these options.
func request(name string, n int, options map[string]any) (recommend.Request, error) {
	body, err := rig.Body(name, n, func(doc map[string]any) {
		if options != nil {
			doc["options"] = options
		}
	})
	if err != nil {
		return recommend.Request{}, err
	}
	return rig.Decode(body)
}
