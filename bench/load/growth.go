package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"ballast.internal/ballast/bench/rig"
)

// growth measures what a larger portfolio costs, and more keys.
func growth(ctx context.Context, b *bench) ([]table, error) {
	var out []table
	for _, part := range []func(context.Context, *bench) (table, error){growthOfPositions, growthOfKeys} {
		t, err := part(ctx, b)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func growthOfPositions(ctx context.Context, b *bench) (t table, err error) {
	t = table{
		title: "Growth with positions",
		note: "Recommendations by a model that takes no time, one at a time. Bytes are all that is allocated for a request. The tokens are those of the prompt: " +
			"the largest holdings by relevance and one line for the others.",
		head: []string{"positions", "body KiB", "CPU ms", "CPU per position µs", "allocated KiB", "input tokens"},
	}
	s, err := openSite(ctx, b.server, 0)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	for _, n := range b.positions {
		body, err := bodyOf(n)
		if err != nil {
			return t, err
		}
		load := served(s, body)
		tokens, err := inputTokens(ctx, s, load)
		if err != nil {
			return t, err
		}
		var rounds []sample
		for range b.rounds {
			got, err := measure(ctx, s.server, load, 1, b.span)
			if err != nil {
				return t, err
			}
			rounds = append(rounds, got)
		}
		t.row(fmt.Sprint(n), fmt.Sprint(len(body)>>10),
			spread(column(rounds, func(s sample) float64 { return millis(s.cpu) }), "%.2f"),
			spread(column(rounds, func(s sample) float64 { return millis(s.cpu) * 1000 / float64(n) }), "%.0f"),
			spread(column(rounds, func(s sample) float64 { return s.bytes / 1024 }), "%.0f"),
			fmt.Sprint(tokens))
	}
	return t, nil
}

// bodyOf is the example with n positions, the first of them with a place for
// distinct's ids.
func bodyOf(n int) ([]byte, error) {
	return rig.Body("examples/p0.json", n, func(doc map[string]any) {
		portfolio := doc["portfolio"].(map[string]any)
		all := portfolio["positions"].([]any)[:n]
		all[0].(map[string]any)["position_id"] = placeholder
		portfolio["positions"] = all
	})
}

// inputTokens is what one answer was billed for.
func inputTokens(ctx context.Context, s *site, load shot) (int, error) {
	load.url = s.server.lines["api"]
	body, err := load.send(ctx, http.DefaultClient)
	if err != nil {
		return 0, err
	}
	var a struct {
		Usage struct {
			InputTokens int `json:"input_tokens"`
		}
	}
	err = json.Unmarshal(body, &a)
	return a.Usage.InputTokens, err
}
