package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"ballast.internal/ballast/internal/store"
)

// runJournal proves the journal's chain, or shows its records as JSON Lines.
func runJournal(ctx context.Context, args []string, env environment) error {
	const usage = "server journal verify | show [flags]"
	if len(args) == 0 || args[0] != "verify" && args[0] != "show" {
		if err := parse(newFlags("server journal", env.stderr, usage), args, len(args)); err != nil {
			return err
		}
		return usagef("want: %s", usage)
	}
	what := args[0]
	set, err := loadTerminalSettings(args[1:], env, "server journal "+what, nil)
	if err != nil {
		return err
	}
	keys, err := set.journalKeys()
	if err != nil {
		return usageError{err}
	}
	s, err := store.Open(ctx, store.Config{
		DSN: set.DatabaseURL, Dir: set.DataDir, Replicas: set.Replicas, Location: time.UTC, Keys: keys,
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // nothing was written
	if what == "show" {
		return s.Export(ctx, env.stdout)
	}
	if err := s.VerifyChain(ctx); err != nil {
		return err
	}
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.stdout, "the chain of %d records holds; its head is %x\n", head.Seq, head.Hash)
	return err
}
