package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"ballast.internal/ballast/internal/ratelimit/redistest"
	"ballast.internal/ballast/internal/store/storetest"
)

// backend is what the server keeps its state in, beside its own memory.
type backend struct {
	name            string
	postgres, redis bool
}

var backends = []backend{
	{name: "SQLite"}, {name: "SQLite, Redis", redis: true}, {name: "PostgreSQL", postgres: true}, {name: "PostgreSQL, Redis", postgres: true, redis: true},
}

// throughputInFlight keeps both CPUs busy without a long queue.
const throughputInFlight = 16

// throughput measures what needs no model beside what does, on every backend.
func throughput(ctx context.Context, b *bench) ([]table, error) {
	t := table{
		title: "Throughput without the model",
		note: fmt.Sprintf("%d in flight. CPU is that of the server's process alone: the databases have their own. The last column divides it by the CPU of a "+
			"recommendation by the model (which takes no time) on the same backend. PostgreSQL and Redis are on Unix sockets of this machine, and PostgreSQL "+
			"waits for the disk as SQLite does. Of the refused client one request a second is served, from the cache. A job has %d lines, each a recommendation "+
			"by the model, and as many under way; its CPU is with its upload and its end.", throughputInFlight, b.lines),
		head: []string{"backend, request", "requests/s", "CPU ms", "of a recommendation's CPU"},
	}
	for _, kind := range b.backends {
		if err := b.throughputOn(ctx, kind, &t); err != nil {
			return nil, fmt.Errorf("%s: %w", kind.name, err)
		}
	}
	return []table{t}, nil
}

// kinds are the requests whose throughput is measured; the first is what the
// others are divided by.
func kinds(s *site, body []byte) []named {
	fixed := always(body)
	return []named{
		{"a recommendation", served(s, body)},
		{"the same one, cached", shot{key: s.key, path: "/v1/recommendations", body: fixed, want: http.StatusOK}},
		{"an analysis", shot{key: s.key, path: "/v1/analyses", body: fixed, want: http.StatusOK}},
		{"refused by the limit", shot{key: s.refused, path: "/v1/recommendations", body: fixed, want: http.StatusTooManyRequests, or: http.StatusOK}},
	}
}

type named struct {
	name string
	shot shot
}

func (b *bench) throughputOn(ctx context.Context, kind backend, t *table) (err error) {
	env, stop, err := kind.start()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	s, err := openSite(ctx, b.server, 0, env...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	body, err := exampleBody()
	if err != nil {
		return err
	}
	shots := kinds(s, body)
	rounds, jobs := make([][]sample, len(shots)), make([]sample, b.rounds)
	for r := range b.rounds {
		for i, k := range shots {
			got, err := measure(ctx, s.server, k.shot, throughputInFlight, b.span)
			if err != nil {
				return fmt.Errorf("%s: %w", k.name, err)
			}
			rounds[i] = append(rounds[i], got)
		}
		if jobs[r], err = measureBatch(ctx, s, shots[0].shot.body, b.lines); err != nil {
			return fmt.Errorf("a job: %w", err)
		}
	}
	for i, k := range shots {
		part := throughputRow(t, kind.name+": "+k.name, rounds[i], rounds[0])
		if k.shot.want == http.StatusTooManyRequests {
			b.goal("CPU of a refusal / of a recommendation: "+kind.name, 0.05, part, "%.3f")
		}
	}
	throughputRow(t, kind.name+": a line of a job", jobs, rounds[0])
	return nil
}

// throughputRow adds the rounds of one request, and returns what part of a
// recommendation's CPU it took in each.
func throughputRow(t *table, name string, rounds, recommendations []sample) (part []float64) {
	for r := range rounds {
		part = append(part, float64(rounds[r].cpu)/float64(recommendations[r].cpu))
	}
	t.row(name,
		spread(column(rounds, func(s sample) float64 { return s.perSecond }), "%.0f"),
		spread(column(rounds, func(s sample) float64 { return millis(s.cpu) }), "%.3f"),
		spread(part, "%.3f"))
	return part
}

// start starts the servers of a backend and returns the settings that name
// them.
func (k backend) start() (env []string, stop func() error, err error) {
	var stops []func() error
	stop = func() error {
		var errs []error
		for _, f := range slices.Backward(stops) {
			errs = append(errs, f())
		}
		return errors.Join(errs...)
	}
	if k.postgres {
		server, err := storetest.New("-c", "fsync=on")
		if err != nil {
			return nil, stop, err
		}
		stops = append(stops, server.Close)
		env = append(env, "BALLAST_DATABASE_URL="+server.DSN("postgres"))
	}
	if k.redis {
		server, err := redistest.New()
		if err != nil {
			return nil, stop, errors.Join(err, stop())
		}
		stops = append(stops, server.Close)
		env = append(env, "BALLAST_REDIS_URL="+server.URL())
	}
	return env, stop, nil
}
