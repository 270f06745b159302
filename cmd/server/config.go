package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// runConfig checks a configuration file as the server would at its start,
// including the files it names and the clients' keys. It warns on stderr of keys
// that expire, which are no fault.
func runConfig(_ context.Context, args []string, env environment) error {
	fs := newFlags("server config", env.stderr, "server config check FILE")
	if err := parse(fs, args, 2); err != nil {
		return err
	}
	if fs.Arg(0) != "check" {
		return usagef("want: server config check FILE")
	}
	now := time.Now
	if env.now != nil {
		now = env.now
	}
	c, _, err := readConfigFile(fs.Arg(1), now())
	if _, _, named := readNamedFiles(c); named != nil || err != nil {
		return usageError{errors.Join(err, named)}
	}
	for _, warning := range c.keyWarnings(now()) {
		fmt.Fprintf(env.stderr, "warning: %s\n", warning)
	}
	_, err = fmt.Fprintf(env.stdout, "%s: %d clients, no faults\n", fs.Arg(1), len(c.Clients))
	return err
}
