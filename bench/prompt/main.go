// Command prompt reports what the prompt costs beside the same request as
// pretty JSON, compact JSON and CSV, in tokens and bytes: for the examples, and
// for up to a thousand holdings. Run it in the root of the repository; -write
// keeps the report in docs/prompt-economy.md.
//
// Tokens are counted by the npm package @anthropic-ai/tokenizer, which needs
// node and npm ci. It is the tokenizer of the models before Claude 3: good to
// compare forms with, and not what is billed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// The goals, in tokens.
const (
	goalShare  = 0.25 // of pretty JSON, at goalAt holdings
	goalAt     = 15
	goalGrowth = 1.5 // 1,000 holdings over 10
)

func main() { os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	fs := flag.NewFlagSet("prompt", flag.ContinueOnError)
	fs.SetOutput(stderr)
	root := fs.String("root", ".", "`folder` of the repository")
	write := fs.Bool("write", false, "write docs/prompt-economy.md")
	check := fs.Bool("check", false, "fail when docs/prompt-economy.md is stale")
	if err := fs.Parse(args); err != nil {
		return 2
	}
	r, err := measure(ctx, *root)
	if err == nil {
		_, err = io.WriteString(stdout, r.document())
	}
	path := filepath.Join(*root, "docs", "prompt-economy.md")
	if err == nil && *write {
		err = os.WriteFile(path, []byte(r.document()), 0o600)
	}
	if err == nil && *check {
		err = r.same(path)
	}
	if err = errors.Join(err, r.judge()); err != nil {
		fmt.Fprintln(stderr, "prompt:", err)
		return 1
	}
	return 0
}

// same compares the report with the file that keeps it.
func (r report) same(path string) error {
	kept, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if string(kept) != r.document() {
		return fmt.Errorf("%s is stale: go run ./bench/prompt -write makes it", path)
	}
	return nil
}

// judge fails when a goal is missed.
func (r report) judge() error {
	if r.share() > goalShare || r.growth() > goalGrowth {
		return fmt.Errorf("a goal is missed: %.3f of pretty JSON, growth %.2f", r.share(), r.growth())
	}
	return nil
}
