package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/telemetry"
)

// errChecks says that a check of the AWS side failed.
var errChecks = errors.New("a check failed")

// runVerify checks the AWS side: whose credentials, which model, and with
// -prove that what must be denied is denied. It spends a fraction of a cent
// that no budget counts.
func runVerify(ctx context.Context, args []string, env environment) error {
	var asJSON, prove bool
	set, err := loadVerifySettings(args, env, func(fs *flag.FlagSet) {
		fs.BoolVar(&asJSON, "json", false, "print the checks as JSON")
		fs.BoolVar(&prove, "prove", false, "also send requests that must be denied, and stop at the first that is not")
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

// loadVerifySettings reads what a call of AWS needs, and asks for nothing else
// of the server's settings. It is local unless the environment says where AWS
// or its keys are.
func loadVerifySettings(args []string, e environment, bind func(*flag.FlagSet)) (settings, error) {
	s, faults := readEnvironment(e)
	aws := s.ConfigFile != "" || s.Endpoint != "" || s.CredentialsFile != "" || namesKeys(e.getenv)
	fs := newFlags(e, "server verify [flags]")
	fs.BoolVar(&s.Local, "local", !aws, "the Bedrock emulator in place of Bedrock; the default without "+
		envPrefix+"CONFIG, an endpoint and AWS keys in the environment")
	bind(fs)
	if err := parse(fs, args, 0); err != nil {
		return s, err
	}
	asLocal := s // so that nothing is required that only a production server needs
	asLocal.Local = true
	asLocal.validate(e.getenv, faults)
	if err := bedrock.CheckBearerToken(e.getenv, s.AllowBearerToken); err != nil && !s.Local {
		faults.all = append(faults.all, err)
	}
	return s, faults.err()
}

// namesKeys reports whether one of the SDK's own sources of keys is named.
func namesKeys(getenv func(string) string) bool {
	return slices.ContainsFunc([]string{
		"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_WEB_IDENTITY_TOKEN_FILE",
	}, func(name string) bool { return getenv(name) != "" })
}

// printChecks writes each check as one line: whether it holds, what was found,
// what that means and what to do. A warning holds.
func printChecks(w io.Writer, checks []bedrock.Check, asJSON bool) error {
	failed := slices.ContainsFunc(checks, func(c bedrock.Check) bool { return c.Status == bedrock.CheckFailed })
	if asJSON {
		if err := json.NewEncoder(w).Encode(checks); err != nil {
			return err
		}
	} else if err := printCheckLines(w, checks); err != nil {
		return err
	}
	if failed {
		return errChecks
	}
	return nil
}

func printCheckLines(w io.Writer, checks []bedrock.Check) error {
	before := map[bedrock.CheckStatus]string{bedrock.CheckOK: " → ", bedrock.CheckWarning: " → warning: ", bedrock.CheckFailed: " → "}
	for _, c := range checks {
		line := "✓ "
		if c.Status == bedrock.CheckFailed {
			line = "✗ "
		}
		line += c.Name + ": " + c.Detail
		if c.Advice != "" {
			line += before[c.Status] + c.Advice
		}
		if _, err := fmt.Fprintln(w, strings.ReplaceAll(line, "\n", " ")); err != nil {
			return err
		}
	}
	return nil
}
