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
	words         []string // one of which comes next, where there are any
}

func commands() []command {
	return []command{
		{"recommend", "one recommendation for a portfolio file, on the terminal", runRecommend, nil},
		{"analyze", "the computed analysis of a portfolio file alone: no model, no spend", runAnalyze, nil},
		{"estimate", "tokens and cost of a portfolio file before anything is spent", runEstimate, nil},
		{"batch", "answer a file of requests as one job, here or on a running server", runBatch, nil},
		{"import", "turn a broker's or aggregator's file into a request body, and list what it leaves open", runImport, nil},
		{"emulator", "the Bedrock Runtime emulator alone", runEmulator, nil},
		{"verify", "check the AWS side and say what to do", runVerify, nil},
		{"iam", "print, lint and explain IAM policies", runIAM, []string{"policy", "lint", "explain", "setup"}},
		{"journal", "verify or show the journal", runJournal, []string{"verify", "show"}},
		{"ledger", "prove that the ledger adds up", runLedger, []string{"verify"}},
		{"keys", "make or hash an API key", runKeys, []string{"new", "hash", "pepper"}},
		{"config", "check a configuration file", runConfig, []string{"check"}},
		{"version", "the commit or release that this program was built from", runVersion, nil},
	}
}

// usageError is the caller's mistake: exit code 2.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run dispatches to a subcommand, or serves.
func run(ctx context.Context, args []string, env environment) int {
	if len(args) > 0 && args[0] == "help" {
		args = append(slices.Clone(args[1:]), "-h")
	}
	name, do := "server", runServe
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		do = unknownCommand
		if c, ok := commandOf(args[0]); ok {
			name, do, args = c.title(args[1:]), c.run, args[1:]
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

// commandOf finds a subcommand by its name.
func commandOf(name string) (command, bool) {
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == name })
	if i < 0 {
		return command{}, false
	}
	return all[i], true
}

// title is the command with the word that comes next, as it stands before errors.
func (c command) title(args []string) string {
	if len(args) > 0 && slices.Contains(c.words, args[0]) {
		return "server " + c.name + " " + args[0]
	}
	return "server " + c.name
}

func unknownCommand(_ context.Context, args []string, _ environment) error {
	return usagef("there is no command %q; see -h", args[0])
}

// newFlags returns a flag set that reports its faults through parse. It is named
// by the first line of usage, which it prints on stdout where that is asked for.
func newFlags(env environment, usage string) *flag.FlagSet {
	first, _, _ := strings.Cut(usage, "\n")
	fs := flag.NewFlagSet(first, flag.ContinueOnError)
	faults := &faultWriter{Writer: env.stderr}
	fs.SetOutput(faults)
	fs.Usage = func() {
		if !faults.used { // whoever asks for help may want to page through it
			fs.SetOutput(env.stdout)
		}
		fmt.Fprintf(fs.Output(), "Usage: %s\n", usage)
		fs.PrintDefaults()
	}
	return fs
}

// faultWriter notes whether a fault was written, which comes before the usage.
type faultWriter struct {
	io.Writer
	used bool
}

func (w *faultWriter) Write(p []byte) (int, error) {
	w.used = true
	return w.Writer.Write(p)
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
	switch {
	case fs.NArg() < positional:
		return usagef("want: %s", fs.Name())
	case fs.NArg() > positional:
		return usagef("%q is an argument too many; want: %s", fs.Arg(positional), fs.Name())
	}
	return nil
}

// subcommand is the first of args, which has to be one of the command's words. The
// first line of usage says which there are.
func subcommand(name string, args []string, env environment, usage string) (string, error) {
	if c, _ := commandOf(name); len(args) > 0 && slices.Contains(c.words, args[0]) {
		return args[0], nil
	}
	fs := newFlags(env, usage)
	if err := parse(fs, args, len(args)); err != nil {
		return "", err
	}
	return "", usagef("want: %s", fs.Name())
}
