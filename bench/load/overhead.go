package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"ballast.internal/ballast/bench/rig"
)

// goalInFlight is how many requests are in flight where the goals are set.
const goalInFlight = 50

// pair is one round of the bare service and of Ballast.
type pair struct{ bare, ours sample }

// overhead compares Ballast with the bare service, on the same emulator with the
// same prompt.
func overhead(ctx context.Context, b *bench) ([]table, error) {
	cost := table{
		title: "Overhead of a recommendation",
		note: "CPU and allocations of one request to Ballast with every control on (key, limits, budget, SQLite with `synchronous=FULL`, encrypted journal, " +
			"verification, metrics, log), divided by those of a bare service that makes the same call with the same prompt to the same emulator.",
		head: []string{"model, in flight", "CPU, bare ms", "CPU, ours ms", "CPU ratio", "allocations ratio", "bytes ratio"},
	}
	wait := table{
		title: "Latency added to a recommendation",
		note: "Latency of Ballast minus that of the bare service. Where the model takes no time the callers keep both CPUs busy, and what is added is the queue " +
			"for them; emulator, service and callers share the machine. With a slower model the callers are spread over its time. A p99 of fewer than 100 requests is left out.",
		head: []string{"model, in flight", "p50 added ms", "p99 added ms", "requests/s, bare", "requests/s, ours"},
	}
	for _, model := range b.modelTimes {
		if err := b.overheadWith(ctx, model, &cost, &wait); err != nil {
			return nil, err
		}
	}
	durable, err := disk()
	return []table{cost, wait, durable}, err
}

// overheadWith measures every number of callers with a model that takes so long.
func (b *bench) overheadWith(ctx context.Context, model time.Duration, cost, wait *table) (err error) {
	s, err := openSite(ctx, b.server, model)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	serve, err := b.addBareTo(ctx, s)
	if err != nil {
		return err
	}
	serve.apart = model // or all would come at once, and again whenever the model has answered
	for _, n := range b.inFlights {
		var rounds []pair
		for range b.rounds {
			var r pair
			if r.bare, err = measure(ctx, s.bare, serve, n, b.lasting(model)); err != nil {
				return err
			}
			if r.ours, err = measure(ctx, s.server, serve, n, b.lasting(model)); err != nil {
				return err
			}
			rounds = append(rounds, r)
		}
		name := fmt.Sprintf("%s, %d", model, n)
		if n == goalInFlight {
			b.goal("CPU of a recommendation / of the bare call: "+name, 1.5, column(rounds, cpuRatio), "%.2f")
			b.goal("p99 added, ms: "+name, 2, p99Added(rounds), "%.1f")
		}
		cost.row(append([]string{name}, costOf(rounds)...)...)
		wait.row(append([]string{name}, waitOf(rounds)...)...)
	}
	return nil
}

// lasting is how long one measurement takes: some calls of the model at least.
func (b *bench) lasting(model time.Duration) time.Duration { return max(b.span, 4*model) }

// addBareTo starts the bare service with the call that Ballast makes for the
// example, and returns the request that leads to it.
func (b *bench) addBareTo(ctx context.Context, s *site) (shot, error) {
	body, err := exampleBody()
	if err != nil {
		return shot{}, err
	}
	serve := served(s, body)
	call, err := captureCall(ctx, b.server, serve)
	if err != nil {
		return shot{}, err
	}
	return serve, s.addBare(ctx, b.bare, call)
}

// served is a request for which the model is asked.
func served(s *site, body []byte) shot {
	return shot{key: s.key, path: "/v1/recommendations", body: distinct(body), want: http.StatusOK}
}

// exampleBody is the example of the README with a place for distinct's ids.
func exampleBody() ([]byte, error) {
	return rig.Body("examples/p0.json", 0, func(doc map[string]any) {
		doc["portfolio"].(map[string]any)["positions"].([]any)[0].(map[string]any)["position_id"] = placeholder
	})
}

func costOf(rounds []pair) []string {
	return []string{
		spread(column(rounds, func(r pair) float64 { return millis(r.bare.cpu) }), "%.2f"),
		spread(column(rounds, func(r pair) float64 { return millis(r.ours.cpu) }), "%.2f"),
		spread(column(rounds, cpuRatio), "%.2f"),
		spread(column(rounds, func(r pair) float64 { return r.ours.mallocs / r.bare.mallocs }), "%.1f"),
		spread(column(rounds, func(r pair) float64 { return r.ours.bytes / r.bare.bytes }), "%.1f"),
	}
}

func cpuRatio(r pair) float64 { return float64(r.ours.cpu) / float64(r.bare.cpu) }

// p99Added leaves out the rounds that are too short for it.
func p99Added(rounds []pair) (out []float64) {
	for _, r := range rounds {
		if min(r.bare.count, r.ours.count) >= 100 {
			out = append(out, millis(r.ours.p99-r.bare.p99))
		}
	}
	return out
}

func waitOf(rounds []pair) []string {
	return []string{
		spread(column(rounds, func(r pair) float64 { return millis(r.ours.p50 - r.bare.p50) }), "%.1f"),
		spread(p99Added(rounds), "%.1f"),
		spread(column(rounds, func(r pair) float64 { return r.bare.perSecond }), "%.0f"),
		spread(column(rounds, func(r pair) float64 { return r.ours.perSecond }), "%.0f"),
	}
}
