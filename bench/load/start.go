package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// startup measures how long it takes until the server is ready, and how much
// memory it takes with a thousand requests in flight.
func startup(ctx context.Context, b *bench) ([]table, error) {
	t := table{
		title: "Start and memory",
		note: fmt.Sprintf("From the start of the process until `/readyz` answers 200, with a new database and with one that is there. "+
			"Memory is the most that was resident with so many requests in flight to a model that takes %s, and at rest before.", b.crowdModel),
		head: []string{"what", "figure"},
	}
	for _, add := range []func(context.Context, *table) error{b.addStarts, b.addMemory} {
		if err := add(ctx, &t); err != nil {
			return nil, err
		}
	}
	return []table{t}, nil
}

func (b *bench) addStarts(ctx context.Context, t *table) (err error) {
	s, err := openSite(ctx, b.server, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	var fresh, again []float64
	for i := range b.starts {
		data := "BALLAST_DATA_DIR=" + filepath.Join(s.dir, "data", string(rune('a'+i)))
		for _, times := range []*[]float64{&fresh, &again} {
			took, err := b.timeToReady(ctx, s, data)
			if err != nil {
				return err
			}
			*times = append(*times, millis(took))
		}
	}
	b.goal("ready after the start, ms, with a new database", 150, fresh, "%.0f")
	t.row("ready with a new database, ms", spread(fresh, "%.0f"))
	t.row("ready with an old database, ms", spread(again, "%.0f"))
	return nil
}

func (b *bench) timeToReady(ctx context.Context, s *site, data string) (took time.Duration, err error) {
	start := time.Now()
	p, err := startServer(ctx, s.dir, b.server, append(s.env, data))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, p.kill()) }()
	for {
		if _, err := p.get(ctx, "/readyz"); err == nil || ctx.Err() != nil {
			return time.Since(start), ctx.Err()
		}
		time.Sleep(time.Millisecond)
	}
}

func (b *bench) addMemory(ctx context.Context, t *table) (err error) {
	s, err := openSite(ctx, b.server, b.crowdModel)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	load, err := b.addBareTo(ctx, s)
	if err != nil {
		return err
	}
	rest, err := s.server.peak()
	if err != nil {
		return err
	}
	var most [2]float64
	for i, p := range []*process{s.bare, s.server} {
		load.url = p.lines["api"]
		if _, err := load.fire(ctx, b.crowd, b.lasting(b.crowdModel)); err != nil {
			return err
		}
		peak, err := p.peak()
		if err != nil {
			return err
		}
		most[i] = mebi(peak)
	}
	crowd := fmt.Sprintf("resident with %d in flight, MiB", b.crowd)
	b.goal(crowd, 100, most[1:], "%.0f")
	t.row("resident at rest, MiB", spread([]float64{mebi(rest)}, "%.0f"))
	t.row(crowd, spread(most[1:], "%.0f"))
	t.row(crowd+", the bare service", spread(most[:1], "%.0f"))
	return nil
}

func mebi(n int64) float64 { return float64(n) / (1 << 20) }
