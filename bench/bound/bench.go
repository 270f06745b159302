package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"ballast.internal/ballast/bench/rig"
	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/recommend/wording"
)

// requests are the examples in every language for every audience, and one of
// them with up to 400 holdings. No two seeds have a figure in common: amounts,
// horizons and how much is asked for are drawn anew for each request.
func requests(seed uint64) ([]recommend.Request, error) {
	names, err := rig.Examples()
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // the same requests in each run
	var reqs []recommend.Request
	add := func(name string, holdings int, language, audience string) error {
		body, err := rig.Body(name, holdings, func(doc map[string]any) {
			vary(doc, random)
			doc["options"] = map[string]any{"language": language, "audience": audience, "max_recommendations": 2 + random.IntN(7)}
		})
		if err != nil {
			return err
		}
		req, err := rig.Decode(body)
		reqs = append(reqs, req)
		return err
	}
	for _, name := range names {
		for _, language := range wording.Languages() {
			for _, audience := range []string{"client", "adviser"} {
				if err := add(name, 0, language, audience); err != nil {
					return nil, fmt.Errorf("%s: %w", name, err)
				}
			}
		}
	}
	for n := 10; n <= 400; n += 30 {
		if err := add("examples/p0.json", n, "en", "client"); err != nil {
			return nil, err
		}
	}
	random.Shuffle(len(reqs), func(i, j int) { reqs[i], reqs[j] = reqs[j], reqs[i] })
	return reqs, nil
}

// vary makes another portfolio and another investor of an example.
func vary(doc map[string]any, random *rand.Rand) {
	p, _ := doc["portfolio"].(map[string]any)
	for _, list := range []string{"positions", "cash", "liabilities"} {
		items, _ := p[list].([]any)
		for _, item := range items {
			m, _ := item.(map[string]any)
			delete(m, "tax_lots") // which would have to add up
			for _, field := range []string{"quantity", "cost_basis", "amount", "balance"} {
				scale(m, field, random)
			}
		}
	}
	delete(doc, "target_allocation")
	if profile, ok := doc["investor_profile"].(map[string]any); ok {
		profile["time_horizon_years"] = 2 + random.IntN(28)
		profile["risk_tolerance"] = []string{"conservative", "moderately_conservative", "moderate", "moderately_aggressive", "aggressive"}[random.IntN(5)]
	}
}

// scale multiplies a decimal by something between a third and two.
func scale(m map[string]any, field string, random *rand.Rand) {
	text, _ := m[field].(string)
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		m[field] = strconv.Itoa(1 + int(n*(0.3+1.7*random.Float64())))
	}
}
