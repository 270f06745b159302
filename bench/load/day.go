package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/bench/rig"
	"ballast.internal/ballast/internal/recommend"
)

// view is a moment at which somebody looks at a household's portfolio: so many
// equal requests at once.
type view struct {
	at        time.Duration // of the day
	household int
	requests  int
}

// households is how many portfolios are looked at in a day.
const households = 100

// newDay is a working day from nine to five: most views are of few households,
// and every third is asked for two to four times at once, by a reload, a second
// tab or a caller that is impatient.
func newDay(views int) []view {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same day in every run
	often := rand.NewZipf(random, 1.2, 4, households-1)
	day := make([]view, views)
	for i := range day {
		day[i] = view{at: 9*time.Hour + time.Duration(random.Int64N(int64(8*time.Hour))), household: int(often.Uint64()), requests: 1}
		if random.IntN(3) == 0 {
			day[i].requests = 2 + random.IntN(3)
		}
	}
	slices.SortFunc(day, func(a, b view) int { return int(a.at - b.at) })
	return day
}

// moneyOfDay replays a day without cache and coalescing, with coalescing, and
// with both.
func moneyOfDay(ctx context.Context, b *bench) (table, error) {
	day := newDay(b.views)
	asked := 0
	for _, v := range day {
		asked += v.requests
	}
	t := table{
		title: "A day of repeated requests",
		note: fmt.Sprintf("%d requests in %d moments of eight hours, of %d households: a made-up day, the same in every run, on the service's clock. "+
			"Answers are kept for 15 minutes. Without cache and coalescing each request has an id of its own.", asked, len(day), households),
		head: []string{"cache and coalescing", "calls of the model", "USD", "ratio"},
	}
	var all decimal.Decimal
	for i, mode := range []struct {
		name     string
		ttl      time.Duration
		distinct bool
	}{{"neither", -1, true}, {"coalescing", -1, false}, {"both", 0, false}} {
		calls, spent, err := replay(ctx, day, mode.ttl, mode.distinct)
		if err != nil {
			return t, err
		}
		if i == 0 {
			all = spent
		}
		t.row(mode.name, fmt.Sprint(calls), spent.StringFixed(4), spent.DivRound(all, 3).String())
	}
	return t, nil
}

// dayBegins is a Monday.
var dayBegins = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// replay sends the requests of a day, those of one moment at once, and adds up
// what they cost.
func replay(ctx context.Context, day []view, ttl time.Duration, apart bool) (calls int, spent decimal.Decimal, err error) {
	now := dayBegins // set between the moments alone
	r, err := rig.New(ctx, rig.Config{CacheTTL: ttl, Latency: 10 * time.Millisecond, Now: func() time.Time { return now }})
	if err != nil {
		return 0, spent, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	n := 0
	for _, v := range day {
		now = dayBegins.Add(v.at)
		reqs, err := v.ask(&n, apart)
		if err != nil {
			return 0, spent, err
		}
		results, err := together(ctx, r.Service, reqs)
		if err != nil {
			return 0, spent, err
		}
		for _, u := range results {
			cost, err := decimal.NewFromString(u.CostUSD)
			if err != nil {
				return 0, spent, err
			}
			calls, spent = calls+u.Attempts, spent.Add(cost)
		}
	}
	return calls, spent, nil
}

// ask makes the requests of a view; n counts the ids of requests that are to
// be apart.
func (v view) ask(n *int, apart bool) ([]recommend.Request, error) {
	reqs := make([]recommend.Request, v.requests)
	for i := range reqs {
		id := fmt.Sprintf("h%d", v.household)
		if apart {
			*n++
			id += fmt.Sprintf("-%d", *n)
		}
		body, err := exampleBody()
		if err != nil {
			return nil, err
		}
		if reqs[i], err = rig.Decode([]byte(strings.Replace(string(body), placeholder, id, 1))); err != nil {
			return nil, err
		}
	}
	return reqs, nil
}

// together asks for all at once and returns what each was charged.
func together(ctx context.Context, s *recommend.Service, reqs []recommend.Request) ([]recommend.Usage, error) {
	var wg sync.WaitGroup
	usages, errs := make([]recommend.Usage, len(reqs)), make([]error, len(reqs))
	for i, req := range reqs {
		wg.Go(func() {
			out, err := s.Recommend(ctx, req, nil)
			usages[i], errs[i] = out.Usage, err
		})
	}
	wg.Wait()
	return usages, errors.Join(errs...)
}
