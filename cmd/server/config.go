package main

import (
	"context"
	"fmt"
	"time"
)

// runConfig checks a configuration file as the server would at its start, the
// files it names and the clients' keys included.
func runConfig(_ context.Context, args []string, env environment) error {
	fs := newFlags("server config", env.stderr, "server config check FILE")
	if err := parse(fs, args, 2); err != nil {
		return err
	}
	if fs.Arg(0) != "check" {
		return usagef("want: server config check FILE")
	}
	c, err := readConfigFile(fs.Arg(1))
	if err != nil {
		return usageError{err}
	}
	if _, err := readCatalogue(c.ModelsFile); err != nil {
		return usageError{fmt.Errorf("models_file: %w", err)}
	}
	if _, err := readPolicy(c.PolicyFile); err != nil {
		return usageError{fmt.Errorf("policy_file: %w", err)}
	}
	// Any pepper will do: hashes are checked for their form alone.
	if _, err := c.ring(make([]byte, 32), time.Now()); err != nil {
		return usageError{err}
	}
	_, err = fmt.Fprintf(env.stdout, "%s: %d clients, no faults\n", fs.Arg(1), len(c.Clients))
	return err
}
