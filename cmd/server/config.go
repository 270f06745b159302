package main

import (
	"context"
	"errors"
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
	c, _, err := readConfigFile(fs.Arg(1), time.Now())
	if _, _, named := readNamedFiles(c); named != nil || err != nil {
		return usageError{errors.Join(err, named)}
	}
	_, err = fmt.Fprintf(env.stdout, "%s: %d clients, no faults\n", fs.Arg(1), len(c.Clients))
	return err
}
