package main

import (
	"context"
	"errors"
	"fmt"
)

// compare measures another build of the server beside this one, for what was
// changed between them; nothing without -against.
func compare(ctx context.Context, b *bench) (tables []table, err error) {
	if b.against == "" {
		return nil, nil
	}
	t := table{
		title: "Before and after",
		note: fmt.Sprintf("The server of `-against` (before) and this one (after), each with every control on, on SQLite, beside the bare service; %d in flight, "+
			"a model that takes no time. CPU is that of the bare service's request.", throughputInFlight),
		head: []string{"request", "CPU before", "CPU after", "after / before", "allocated before KiB", "after KiB", "requests/s before", "after"},
	}
	var sites [2]*site
	for i, program := range []string{b.against, b.server} {
		if sites[i], err = openSite(ctx, program, 0); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, sites[i].close()) }()
	}
	bare, err := b.addBareTo(ctx, sites[1])
	if err != nil {
		return nil, err
	}
	body, err := exampleBody()
	if err != nil {
		return nil, err
	}
	before, after := kinds(sites[0], body), kinds(sites[1], body)
	for i := range before {
		var rounds []contest
		for range b.rounds {
			r, err := b.contest(ctx, sites, [3]shot{bare, before[i].shot, after[i].shot})
			if err != nil {
				return nil, err
			}
			rounds = append(rounds, r)
		}
		t.row(append([]string{before[i].name}, contestCells(rounds)...)...)
	}
	return []table{t}, nil
}

// contest is one round of three servers.
type contest struct{ bare, before, after sample }

func (b *bench) contest(ctx context.Context, sites [2]*site, shots [3]shot) (c contest, err error) {
	for i, p := range []*process{sites[1].bare, sites[0].server, sites[1].server} {
		into := []*sample{&c.bare, &c.before, &c.after}[i]
		if *into, err = measure(ctx, p, shots[i], throughputInFlight, b.span); err != nil {
			return c, err
		}
	}
	return c, nil
}

func contestCells(rounds []contest) []string {
	of := func(format string, f func(c contest) float64) string { return spread(column(rounds, f), format) }
	return []string{
		of("%.2f", func(c contest) float64 { return float64(c.before.cpu) / float64(c.bare.cpu) }),
		of("%.2f", func(c contest) float64 { return float64(c.after.cpu) / float64(c.bare.cpu) }),
		of("%.2f", func(c contest) float64 { return float64(c.after.cpu) / float64(c.before.cpu) }),
		of("%.0f", func(c contest) float64 { return c.before.bytes / 1024 }),
		of("%.0f", func(c contest) float64 { return c.after.bytes / 1024 }),
		of("%.0f", func(c contest) float64 { return c.before.perSecond }),
		of("%.0f", func(c contest) float64 { return c.after.perSecond }),
	}
}
