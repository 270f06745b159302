// Command bound reports how far above the bill the reservations are: for every
// example in every language, for every audience and up to hundreds of holdings,
// it makes the call and divides what was bounded by what was billed. It does so
// for a service that has learnt nothing, and for one that has answered as many
// requests of other investors. It fails when a bill beats a bound or a goal is
// missed. Run it in the root of the repository.
//
// The calls go to the emulator, so the tokens are those of its tokenizer, which
// is as dense as Claude's on such text and not the same. With -claude they are
// counted by the tokenizer of the models before Claude 3 as well, which
// Anthropic has published; that needs node and npm ci.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"

	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/recommend"
)

func main() {
	claude := flag.Bool("claude", false, "count the tokens by Claude 2's tokenizer, too")
	flag.Parse()
	if err := report(context.Background(), os.Stdout, *claude); err != nil {
		fmt.Fprintln(os.Stderr, "bound:", err)
		os.Exit(1)
	}
}

// goal is the most that the reservations of a service that has learnt may be
// above the bills, at the 95th percentile.
const goal = 1.6

var (
	errBeaten = errors.New("a call was billed at more than its bound")
	errMissed = fmt.Errorf("reservations are above %.1f times the bill", goal)
)

// The seeds of the requests that are reported, and of those that a service has
// answered before.
var (
	reported = []uint64{1, 2}
	earlier  = []uint64{3, 4, 5, 6}
)

// report makes the calls and prints the ratios.
func report(ctx context.Context, w io.Writer, claude bool) error {
	fresh, err := bedrock.New(ctx, bedrock.Config{})
	if err != nil {
		return err
	}
	start, err := record(ctx, reported, fresh, nil)
	if err != nil {
		return err
	}
	errs := []error{table(w, "at the start", start, 0)}
	learnt, err := record(ctx, slices.Concat(earlier, reported), nil, nil)
	if err != nil {
		return err
	}
	errs = append(errs, table(w, "learnt", learnt[len(learnt)-len(start):], goal))
	if claude {
		errs = append(errs, reportClaude(ctx, w, learnt, len(start)))
	}
	return errors.Join(errs...)
}

// reportClaude makes the calls again at the price that Claude 2's tokenizer puts
// on them, and reports the last of them.
func reportClaude(ctx context.Context, w io.Writer, calls []call, last int) error {
	replies, err := counted(ctx, ".", calls)
	if err != nil {
		return err
	}
	m, stop, err := biller(replies).model(ctx)
	defer stop()
	if err != nil {
		return err
	}
	again, err := record(ctx, slices.Concat(earlier, reported), nil, func(recommend.Model) recommend.Model { return m })
	if err != nil {
		return err
	}
	return table(w, "learnt, Claude 2's tokens", again[len(again)-last:], goal)
}

// ratio divides two of a call's figures.
type ratio struct {
	name string
	of   func(call) float64
}

var ratios = []ratio{
	{"cost", func(c call) float64 { return float64(c.bound.CostNano) / float64(c.billed.CostNano) }},
	{"of it input", func(c call) float64 { return float64(c.bound.InputTokens) / float64(c.billed.InputTokens) }},
	{"of it output", func(c call) float64 { return float64(c.bound.OutputTokens) / float64(c.billed.OutputTokens) }},
	{"tokens of the quota", func(c call) float64 {
		return float64(c.bound.ExpectedInputTokens+c.bound.OutputTokens) / float64(c.billed.InputTokens+c.billed.OutputTokens)
	}},
}

// table writes a line per ratio: the least, which is never to be below one, the
// median, the 95th percentile and the most. The first is held to a goal, 0: none.
func table(w io.Writer, title string, calls []call, goal float64) error {
	if len(calls) == 0 {
		return errors.New("no call was made")
	}
	var errs []error
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(tw, "%s, %d calls\tleast\tmedian\tp95\tmost\t\n", title, len(calls))
	for i, q := range ratios {
		values := make([]float64, len(calls))
		for i, c := range calls {
			values[i] = q.of(c)
		}
		slices.SortFunc(values, cmp.Compare[float64])
		least, p95 := values[0], quantile(values, .95)
		fmt.Fprintf(tw, "%s\t%.2f\t%.2f\t%.2f\t%.2f\t\n", q.name, least, quantile(values, .5), p95, values[len(values)-1])
		if least < 1 {
			errs = append(errs, fmt.Errorf("%s, %s: %w", title, q.name, errBeaten))
		}
		if i == 0 && goal > 0 && p95 > goal {
			errs = append(errs, fmt.Errorf("%s: %w", title, errMissed))
		}
	}
	return errors.Join(append(errs, tw.Flush())...)
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
