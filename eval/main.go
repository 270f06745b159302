package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
)

// The goals, and the size and seed of the run that docs/evaluation.md keeps.
const (
	goalPass     = 0.98 // of the honest answers, kept
	fullHostile  = 6000
	fullBenign   = 640
	standardSeed = 20261120
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	fs := flag.NewFlagSet("eval", flag.ContinueOnError)
	fs.SetOutput(stderr)
	root := fs.String("root", ".", "`folder` of the repository")
	hostile := fs.Int("hostile", fullHostile, "`number` of hostile answers")
	benign := fs.Int("benign", fullBenign, "`number` of honest answers")
	seed := fs.Uint64("seed", standardSeed, "`seed` of everything that is drawn")
	held := fs.Bool("held", true, "measure the held-out sets too, which the document always has")
	write := fs.Bool("write", false, "write docs/evaluation.md")
	check := fs.Bool("check", false, "fail when docs/evaluation.md is stale")
	if err := fs.Parse(args); err != nil {
		return 2
	}
	r, err := evaluate(context.Background(), *root, *hostile, *benign, *seed)
	if err == nil && (*held || *write || *check) {
		err = r.evaluateHeld(context.Background(), *root)
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	r.print(stdout)
	if *write {
		if err := os.WriteFile(docPath(*root), []byte(r.document()), 0o600); err != nil {
			fmt.Fprintln(stderr, err)
			return 1
		}
	}
	if kept, err := os.ReadFile(docPath(*root)); *check && (err != nil || string(kept) != r.document()) {
		fmt.Fprintln(stderr, "docs/evaluation.md is stale: make eval writes it")
		return 1
	}
	if !r.met() {
		fmt.Fprintln(stderr, "a goal is missed")
		return 1
	}
	return 0
}
