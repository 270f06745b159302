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
	const usage = "server config check FILE"
	if _, err := subcommand("config", args, env, usage); err != nil {
		return err
	}
	fs := newFlags(env, usage)
	if err := parse(fs, args[1:], 1); err != nil {
		return err
	}
	file := fs.Arg(0)
	now := time.Now
	if env.now != nil {
		now = env.now
	}
	c, _, err := readConfigFile(file, now())
	if _, _, named := readNamedFiles(c); named != nil || err != nil {
		return usageError{errors.Join(err, named)}
	}
	for _, warning := range c.keyWarnings(now()) {
		fmt.Fprintf(env.stderr, "warning: %s\n", warning)
	}
	_, err = fmt.Fprintf(env.stdout, "%s: no faults; clients: %d\n", file, len(c.Clients))
	return err
}
