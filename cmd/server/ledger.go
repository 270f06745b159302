package main

import (
	"context"
	"fmt"
)

// runLedger proves that the ledger adds up.
func runLedger(ctx context.Context, args []string, env environment) error {
	const usage = "server ledger verify [flags]"
	if _, err := subcommand("ledger", args, env, usage); err != nil {
		return err
	}
	set, err := loadTerminalSettings(args[1:], env, usage, nil)
	if err != nil {
		return err
	}
	s, err := openBooks(ctx, set)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // nothing was written
	sum, err := s.Sum(ctx)           // before the proof, which then covers it: a server may go on writing
	if err != nil {
		return err
	}
	if err := s.Verify(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.stdout, "the ledger of %d calls adds up: USD %s spent and %s reserved, in %d entries\n",
		sum.Calls, sum.Spent, sum.Reserved, sum.Entries)
	return err
}
