package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"

	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/telemetry"
)

// errChecks says that a check of the AWS side failed.
var errChecks = errors.New("a check failed")

// runVerify checks the AWS side: whose credentials, which model, and with
// -prove that what must be denied is denied. It spends a fraction of a cent
// outside of the budgets.
func runVerify(ctx context.Context, args []string, env environment) error {
	var asJSON, prove bool
	set, err := loadTerminalSettings(args, env, "server verify", func(fs *flag.FlagSet) {
		fs.BoolVar(&asJSON, "json", false, "print the checks as JSON")
		fs.BoolVar(&prove, "prove", false, "also try what must be denied")
	})
	if err != nil {
		return err
	}
	log, err := telemetry.NewLogger(env.stderr, "text", "error")
	if err != nil {
		return err
	}
	a, c, err := newModel(ctx, set, log)
	if err != nil {
		return err
	}
	checks := c.model.Verify(ctx, bedrock.VerifyOptions{Prove: prove})
	return errors.Join(printChecks(env.stdout, checks, asJSON), a.release())
}

func printChecks(w io.Writer, checks []bedrock.Check, asJSON bool) error {
	if asJSON {
		if err := json.NewEncoder(w).Encode(checks); err != nil {
			return err
		}
	}
	marks := map[bedrock.CheckStatus]string{bedrock.CheckOK: "✓", bedrock.CheckWarning: "!", bedrock.CheckFailed: "✗"}
	failed := false
	for _, c := range checks {
		failed = failed || c.Status == bedrock.CheckFailed
		if asJSON {
			continue
		}
		if _, err := fmt.Fprintf(w, "%s %s: %s\n", marks[c.Status], c.Name, c.Detail); err != nil {
			return err
		}
		if c.Advice != "" {
			if _, err := fmt.Fprintf(w, "  %s\n", c.Advice); err != nil {
				return err
			}
		}
	}
	if failed {
		return errChecks
	}
	return nil
}
