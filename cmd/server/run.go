package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// The exit codes.
const (
	exitOK    = 0
	exitFail  = 1 // it was tried and did not work
	exitUsage = 2 // wrong flags, settings or input
)

// environment is everything a command takes from the process.
type environment struct {
	getenv         func(string) string
	environ        []string
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time // nil: time.Now. What was signed is dated by the machine's clock.
}

// command is one subcommand. It returns an exit code only through its error.
type command struct {
	name, summary string
	run           func(ctx context.Context, args []string, env environment) error
}

func commands() []command {
	return []command{
		{"recommend", "one recommendation for a portfolio file, on the terminal", runRecommend},
		{"analyze", "the computed analysis of a portfolio file alone: no model, no spend", runAnalyze},
		{"estimate", "tokens and cost of a portfolio file before anything is spent", runEstimate},
		{"batch", "answer a file of requests as one job, here or on a running server", runBatch},
		{"import", "turn a broker's or aggregator's file into a request body, and list what it leaves open", runImport},
		{"emulator", "the Bedrock Runtime emulator alone", runEmulator},
		{"verify", "check the AWS side and say what to do", runVerify},
		{"iam", "print, lint and explain IAM policies", runIAM},
		{"journal", "verify or show the journal", runJournal},
		{"ledger", "prove that the ledger adds up", runLedger},
		{"keys", "make or hash an API key", runKeys},
		{"config", "check a configuration file", runConfig},
	}
}

// usageError is the caller's mistake: exit code 2.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run dispatches to a subcommand, or serves.
func run(ctx context.Context, args []string, env environment) int {
	name, do := "server", runServe
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		do = unknownCommand
		for _, c := range commands() {
			if c.name == args[0] {
				name, do, args = "server "+c.name, c.run, args[1:]
				break
			}
		}
	}
	err := do(ctx, args, env)
	var usage usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.As(err, &usage):
		fmt.Fprintf(env.stderr, "%s: %v\n", name, err)
		return exitUsage
	}
	fmt.Fprintf(env.stderr, "%s: %v\n", name, err)
	return exitFail
}

func unknownCommand(_ context.Context, args []string, _ environment) error {
	return usagef("there is no command %q; see -h", args[0])
}

// newFlags returns a flag set that reports its faults through parse.
func newFlags(name string, out io.Writer, usage string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(out)
	fs.Usage = func() {
		fmt.Fprintf(out, "Usage: %s\n", usage)
		fs.PrintDefaults()
	}
	return fs
}

// parse reads the flags, and wants exactly as many arguments after them as the
// command takes.
func parse(fs *flag.FlagSet, args []string, positional int) error {
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return usageError{err}
	}
	if fs.NArg() != positional {
		noun := "arguments"
		if positional == 1 {
			noun = "argument"
		}
		return usagef("want %d %s after the flags, got %d; see -h", positional, noun, fs.NArg())
	}
	return nil
}

// subcommand is the first of args, which has to be one of known. The first line of
// usage says which there are.
func subcommand(name string, args []string, env environment, usage string, known ...string) (string, error) {
	if len(args) > 0 && slices.Contains(known, args[0]) {
		return args[0], nil
	}
	if err := parse(newFlags(name, env.stderr, usage), args, len(args)); err != nil {
		return "", err
	}
	first, _, _ := strings.Cut(usage, "\n")
	return "", usagef("want: %s", first)
}
