package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"ballast.internal/ballast/internal/httpapi"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/telemetry"
)

// terminalClient is whose budget a command on the terminal spends.
const terminalClient = demoClient

// terminal is one command on a portfolio file.
type terminal struct {
	source source
	client string
	asJSON bool
	set    settings
	req    recommend.Request
	log    *slog.Logger
}

// newTerminal reads the flags, those of more included, and the request.
func newTerminal(name string, args []string, env environment, more func(*flag.FlagSet)) (t terminal, err error) {
	t.set, err = loadTerminalSettings(args, env, "server "+name+" -f FILE [flags]", func(fs *flag.FlagSet) {
		t.source.bind(fs)
		fs.BoolVar(&t.asJSON, "json", false, "print the answer of the API")
		fs.StringVar(&t.client, "client", terminalClient, "configured `client` whose budget is spent")
		if more != nil {
			more(fs)
		}
	})
	if err != nil {
		return t, err
	}
	if t.log, err = telemetry.NewLogger(env.stderr, "text", "error"); err != nil {
		return t, err
	}
	body, err := t.source.read(env)
	if err != nil {
		return t, usageError{err}
	}
	if t.req, err = httpapi.DecodeRequest(body); err != nil {
		return t, usageError{t.source.explain(err)}
	}
	if faults := portfolio.CheckDate(&t.req.Portfolio, time.Now()); len(faults) > 0 {
		return t, usageError{t.source.explain(faults)}
	}
	t.req.Client = t.client
	return t, nil
}

// withService runs f on what is behind the API, and waits for what f started.
func (t terminal) withService(ctx context.Context, f func(a *app) error) error {
	a, _, err := newBackend(ctx, t.set, t.log)
	if err != nil {
		return err
	}
	err = f(a)
	stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.set.ShutdownTimeout)
	defer cancel()
	return errors.Join(err, a.service.Close(stopCtx), a.release())
}

func runAnalyze(ctx context.Context, args []string, env environment) error {
	t, err := newTerminal("analyze", args, env, nil)
	if err != nil {
		return err
	}
	return t.withService(ctx, func(a *app) error {
		res, err := a.service.Analyze(ctx, t.req)
		if err != nil {
			return err
		}
		if t.asJSON {
			return json.NewEncoder(env.stdout).Encode(res)
		}
		return printAnalysis(env.stdout, res, t.req.Options.Language)
	})
}

func runEstimate(ctx context.Context, args []string, env environment) error {
	t, err := newTerminal("estimate", args, env, nil)
	if err != nil {
		return err
	}
	return t.withService(ctx, func(a *app) error {
		e, err := a.service.Estimate(ctx, t.req)
		if err != nil {
			return err
		}
		if t.asJSON {
			return t.printEstimate(ctx, a, e, env)
		}
		if !e.NeedsModel {
			_, err = fmt.Fprintln(env.stdout, "no model call is needed: USD 0")
			return err
		}
		_, err = fmt.Fprintf(env.stdout, "model          %s (%s)\ninput tokens   %d at the most\noutput tokens  %d at the most\none call       USD %s at the most\nall %d calls    USD %s at the most\n",
			e.ModelID, e.Provider, e.InputTokens, e.OutputTokens, e.CostUSD(), e.MaxAttempts, e.WorstCaseUSD())
		return err
	})
}

// printEstimate writes the answer of the API, by the client's budgets.
func (t terminal) printEstimate(ctx context.Context, a *app, e recommend.Estimate, env environment) error {
	if err := a.checkSpender(t.client); err != nil {
		return err
	}
	out, err := httpapi.EstimateOut(ctx, a.store, t.client, a.limitsOf(t.client).TokensPerMinute, e, a.set.now())
	if err != nil {
		return err
	}
	return json.NewEncoder(env.stdout).Encode(out)
}

// checkSpender refuses a client that the configuration does not have: it has no
// budget, and every answer would be by rules.
func (a *app) checkSpender(client string) error {
	known := a.inForce.Load().limits
	if _, ok := known[client]; ok {
		return nil
	}
	return usagef("-client: the configuration has no client of this name; it has %s", strings.Join(slices.Sorted(maps.Keys(known)), ", "))
}
