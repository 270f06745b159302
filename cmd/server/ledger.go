package main

import (
	"context"
	"fmt"

	"ballast.internal/ballast/internal/store"
)

// runLedger proves that the ledger adds up, and that the journal says the same.
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
	compared, err := s.VerifyCosts(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.stdout, "the ledger of %d calls adds up: USD %s spent and %s reserved, in %d entries\n%s\n",
		sum.Calls, sum.Spent, sum.Reserved, sum.Entries, told(compared))
	return err
}

// told says of how many calls the journal says what the ledger says, and of how
// many nothing could be compared, and why.
func told(c store.Compared) string {
	said := fmt.Sprintf("%d calls cost in the journal what the ledger charged", c.Same)
	for _, rest := range []struct {
		n   int64
		why string
	}{
		{c.Open, "calls are not settled yet"},
		{c.Expired, "calls expired and were charged in full"},
		{c.Unnamed, "calls are of records that name no reservation"},
		{c.Sealed, "records are under a key that is not given"},
		{c.Elsewhere, "calls of the ledger are in no record that was read"},
	} {
		if rest.n > 0 {
			said += fmt.Sprintf("; %d %s", rest.n, rest.why)
		}
	}
	return said
}
