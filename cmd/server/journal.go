package main

import (
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"ballast.internal/ballast/internal/store"
)

// runJournal proves the journal's chain, or shows its records as JSON Lines.
func runJournal(ctx context.Context, args []string, env environment) error {
	const usage = "server journal verify | show [flags]"
	what, err := subcommand("journal", args, env, usage)
	if err != nil {
		return err
	}
	var noted notedHead
	set, err := loadTerminalSettings(args[1:], env, "server journal "+what+" [flags]", func(fs *flag.FlagSet) {
		if what == "verify" {
			fs.Var(&noted, "noted", "`RECORDS:HEAD` of an earlier proof, kept elsewhere: detects a chain that was truncated, rewritten or replaced by an older copy")
		}
	})
	if err != nil {
		return err
	}
	s, err := openBooks(ctx, set)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // nothing was written
	if what == "show" {
		return s.Export(ctx, env.stdout)
	}
	head, err := s.Head(ctx) // before the proof, which then covers it: a server may go on writing
	if err != nil {
		return err
	}
	if err := noted.verify(ctx, s); err != nil {
		return err
	}
	said := fmt.Sprintf("the chain of %d records holds; its head is %x\n", head.Seq, head.Hash)
	if head.Seq > 0 {
		said += fmt.Sprintf("keep elsewhere, for a later proof: -noted %s\n", notedHead{&head})
	}
	_, err = io.WriteString(env.stdout, said)
	return err
}

// openBooks opens ledger and journal for reading, beside a server that may be at
// work.
func openBooks(ctx context.Context, set settings) (*store.Store, error) {
	keys, err := set.journalKeys()
	if err != nil {
		return nil, usageError{err}
	}
	return store.Open(ctx, store.Config{
		DSN: set.DatabaseURL, Dir: set.DataDir, Replicas: set.Replicas, Location: time.UTC, Keys: keys, Existing: true,
		Logger: slog.New(slog.DiscardHandler),
	})
}

// notedHead is a head that an earlier proof printed; nil: none is given.
type notedHead struct{ *store.Head }

// String writes the head as the flag takes it.
func (n notedHead) String() string {
	if n.Head == nil {
		return ""
	}
	return fmt.Sprintf("%d:%x", n.Seq, n.Hash)
}

// Set reads RECORDS:HEAD.
func (n *notedHead) Set(text string) error {
	number, hash, _ := strings.Cut(text, ":")
	seq, err := strconv.ParseInt(number, 10, 64)
	sum, bad := hex.DecodeString(hash)
	var head store.Head
	if err != nil || bad != nil || seq < 1 || len(sum) != len(head.Hash) {
		return errors.New("want the number of records, a colon and the head in hexadecimal")
	}
	head.Seq = seq
	copy(head.Hash[:], sum)
	n.Head = &head
	return nil
}

// verify proves the chain, and that it continues the noted head.
func (n notedHead) verify(ctx context.Context, s *store.Store) error {
	if n.Head == nil {
		return s.VerifyChain(ctx)
	}
	return s.VerifyFrom(ctx, *n.Head)
}
