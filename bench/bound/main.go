// Command bound reports how far above the bill the reservations are: for every
// example in every language, for every audience and up to hundreds of holdings,
// it makes the call and divides what was bounded by what was billed. Run it in
// the root of the repository.
//
// The calls go to the emulator, so the tokens are those of its tokenizer, which
// is as dense as Claude's on such text and not the same.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"

	"ballast.internal/ballast/bench/rig"
	"ballast.internal/ballast/internal/recommend"
)

func main() {
	if err := report(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bound:", err)
		os.Exit(1)
	}
}

// rounds is how often each request is made: the expected bound learns from the
// first calls, and they are not to be what is reported.
const rounds = 4

// errBeaten says that a bound was below the bill.
var errBeaten = errors.New("a call was billed at more than its bound")

// report makes the calls and prints the ratios. It fails when a bound was
// beaten by a bill.
func report(ctx context.Context, w io.Writer) (err error) {
	calls := &recorder{}
	r, err := rig.New(ctx, rig.Config{CacheTTL: -1, Wrap: func(m recommend.Model) recommend.Model { calls.Model = m; return calls }})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	reqs, err := requests()
	if err != nil {
		return err
	}
	for range rounds {
		for _, req := range reqs {
			if _, err := r.Service.Recommend(ctx, req, nil); err != nil {
				return err
			}
		}
	}
	return calls.print(w)
}

// call is one model call: what was bounded, and what was billed.
type call struct {
	bound  recommend.Bound
	billed recommend.TokenUsage
}

// ratio divides two of a call's figures.
type ratio struct {
	name string
	of   func(call) float64
}

var ratios = []ratio{
	{"cost reserved / cost billed", func(c call) float64 { return float64(c.bound.CostNano) / float64(c.billed.CostNano) }},
	{"  of it input: bytes / tokens", func(c call) float64 { return float64(c.bound.InputTokens) / float64(c.billed.InputTokens) }},
	{"  of it output: max_tokens / tokens", func(c call) float64 { return float64(c.bound.OutputTokens) / float64(c.billed.OutputTokens) }},
	{"input expected (quota) / tokens", func(c call) float64 { return float64(c.bound.ExpectedInputTokens) / float64(c.billed.InputTokens) }},
	{"tokens taken from the quota / billed", func(c call) float64 {
		return float64(c.bound.ExpectedInputTokens+c.bound.OutputTokens) / float64(c.billed.InputTokens+c.billed.OutputTokens)
	}},
}

// print writes a line per ratio. Its least is never to be below one.
func (r *recorder) print(w io.Writer) error {
	if len(r.calls) == 0 {
		return errors.New("no call was made")
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(tw, "%d calls\tleast\tmedian\tp95\tmost\t\n", len(r.calls))
	beaten := false
	for _, q := range ratios {
		values := make([]float64, len(r.calls))
		for i, c := range r.calls {
			values[i] = q.of(c)
		}
		slices.SortFunc(values, cmp.Compare[float64])
		beaten = beaten || values[0] < 1
		fmt.Fprintf(tw, "%s\t%.2f\t%.2f\t%.2f\t%.2f\t\n", q.name,
			values[0], quantile(values, .5), quantile(values, .95), values[len(values)-1])
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	if beaten {
		return errBeaten
	}
	return nil
}

// quantile is the least of the sorted values that at least the part q does not
// exceed.
func quantile(sorted []float64, q float64) float64 {
	for i, v := range sorted {
		if float64(i+1) >= q*float64(len(sorted)) {
			return v
		}
	}
	return sorted[len(sorted)-1]
}
