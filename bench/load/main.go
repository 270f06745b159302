// Command load measures what a recommendation costs in CPU, latency, memory and
// money, as ratios within one run, and prints them as Markdown. Run it in the
// root of the repository.
//
// Every figure is the median of some rounds with the least and the most of
// them. Nothing is asserted: a busy machine makes other figures, not errors.
// The model is the emulator in a process of its own; its tokens are those of
// its tokenizer, which is as dense as Claude's on such text and not the same.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// bench is what the sections measure, and how much of it.
type bench struct {
	programs
	scale
	against string // another build of the server; "": none
	goals   [][]string
}

// notMet leads from a goal that is not met to what is said about it.
const notMet = "[no](docs/performance.md#where-the-goals-are-not-met-and-why)"

// goal notes the most that was aimed at, what was found, and whether its median
// is within.
func (b *bench) goal(what string, aim float64, rounds []float64, format string) {
	met := "yes"
	switch {
	case len(rounds) == 0:
		met = "–"
	case median(rounds) > aim:
		met = notMet
	}
	b.goals = append(b.goals, []string{what, strconv.FormatFloat(aim, 'f', -1, 64), spread(rounds, format), met})
}

// scale says how long and how far is measured.
type scale struct {
	rounds     int           // how often each measurement is made
	span       time.Duration // of one measurement
	modelTimes []time.Duration
	inFlights  []int
	starts     int
	backends   []backend
	crowd      int           // requests in flight when memory is measured
	crowdModel time.Duration // how long the model takes then
	positions  []int
	keys       int // of clients
	rows       int // of journal and ledger, each
	views      int // moments of the day
	lines      int // of a job
}

// full is what the README shows.
var full = scale{
	rounds: 3, span: time.Second,
	modelTimes: []time.Duration{0, 20 * time.Millisecond, 800 * time.Millisecond}, inFlights: []int{1, 10, 50, 200},
	starts: 9, backends: backends, crowd: 1000, crowdModel: 800 * time.Millisecond,
	positions: []int{10, 100, 1000, 5000}, // the contract's limit
	keys:      1_000_000, rows: 1_000_000, views: 1000, lines: 500,
}

// section is a part of the measurements that can be run alone.
type section struct {
	name string
	run  func(ctx context.Context, b *bench) ([]table, error)
}

var sections = []section{
	{"overhead", overhead},
	{"start", startup},
	{"throughput", throughput},
	{"growth", growth},
	{"rows", rows},
	{"money", money},
	{"bound", bound},
	{"compare", compare},
}

func run(ctx context.Context, args []string, w io.Writer) (err error) {
	b := &bench{scale: full}
	fs := flag.NewFlagSet("load", flag.ContinueOnError)
	only := fs.String("only", "", "comma-separated `sections` to run: "+strings.Join(names(), ", "))
	var to documents
	fs.StringVar(&to.sections, "write", "", "a Markdown `file` whose figures are replaced, of the sections that are run")
	fs.StringVar(&to.goals, "goals", "", "a Markdown `file` whose table of goals is replaced after a run of all sections")
	fs.IntVar(&b.rounds, "rounds", b.rounds, "how often each measurement is made")
	fs.DurationVar(&b.span, "span", b.span, "how long one measurement takes")
	fs.StringVar(&b.against, "against", "", "another build of the server, for the section compare")
	profile := fs.String("profile", "", "`file` for a CPU profile of one span, in place of all else")
	fs.IntVar(&b.rows, "rows", b.rows, "`rows` of the journal and of the ledger; ten million take many minutes and several GB of disk")
	if err := fs.Parse(args); err != nil {
		return err
	}
	chosen, err := choose(*only)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "ballast-load-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := b.build(ctx, dir); err != nil {
		return err
	}
	if *profile != "" {
		return b.profile(ctx, *profile)
	}
	command := "go run ./bench/load " + strings.Join(args, " ")
	if b.against != "" {
		command = strings.ReplaceAll(command, b.against, "BEFORE")
	}
	return b.report(ctx, w, chosen, command, to)
}

func names() []string {
	var out []string
	for _, s := range sections {
		out = append(out, s.name)
	}
	return out
}

// choose are the named sections, or all.
func choose(list string) ([]section, error) {
	if list == "" {
		return sections, nil
	}
	var out []section
	for name := range strings.SplitSeq(list, ",") {
		i := slices.IndexFunc(sections, func(s section) bool { return s.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no section %q, only %s", name, strings.Join(names(), ", "))
		}
		out = append(out, sections[i])
	}
	return out, nil
}

// build compiles the programs.
func (b *bench) build(ctx context.Context, dir string) error {
	b.server, b.bare = filepath.Join(dir, "server"), filepath.Join(dir, "bare")
	for path, pkg := range map[string]string{b.server: "./cmd/server", b.bare: "./bench/bare"} {
		cmd := exec.CommandContext(ctx, "go", "build", "-o", path, pkg) //nolint:gosec // packages of this module
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", pkg, err, out)
		}
	}
	return nil
}
