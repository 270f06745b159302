package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ballast.internal/ballast/internal/budget"
)

// runConfig checks a configuration file as the server would at its start,
// including the files it names and the clients' keys. It warns on stderr of keys
// that expire and of budgets that others hold back, which are no faults.
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
	for _, warning := range append(c.keyWarnings(now()), c.budgetWarnings()...) {
		fmt.Fprintf(env.stderr, "warning: %s\n", warning)
	}
	_, err = fmt.Fprintf(env.stdout, "%s: no faults; clients: %d\n", file, len(c.Clients))
	return err
}

// budgetWarnings tells of amounts that can never be spent: another is used up first.
func (c *fileConfig) budgetWarnings() (warnings []string) {
	note := func(path string, amount, most budget.Nano, other string) {
		if amount > most {
			warnings = append(warnings, fmt.Sprintf("%s: USD %s is more than the %s of %s, which is used up first", path, amount, most, other))
		}
	}
	global := c.Budgets.Global
	note("budgets.global.day_usd", global.Day, global.Month, "budgets.global.month_usd")
	for _, cl := range c.Clients {
		path := fmt.Sprintf("clients: %q: budget", cl.Name)
		note(path+".day_usd", cl.Budget.Day, cl.Budget.Month, "its month_usd")
		note(path+".day_usd", cl.Budget.Day, global.Day, "budgets.global.day_usd")
		note(path+".month_usd", cl.Budget.Month, global.Month, "budgets.global.month_usd")
	}
	return warnings
}
