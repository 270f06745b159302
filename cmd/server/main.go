// Command server is Ballast: portfolio in, checked recommendation out.
//
// Without a subcommand it serves; see the help (-h) for the others.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(mainCode()) }

// mainCode exists so that deferred calls run before the process exits. It goes on
// catching signals after its return: a second one that comes while the process is
// about to exit well must not make that a death by signal.
func mainCode() int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() { <-signals; cancel() }()
	return run(ctx, os.Args[1:], environment{getenv: os.Getenv, environ: os.Environ(), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr})
}
