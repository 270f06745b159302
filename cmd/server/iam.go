package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/iam"
)

const iamUsage = "server iam policy [flags] | lint FILE | explain [flags] FILE ACTION RESOURCE REGION | setup [flags]"

// runIAM prints, lints and explains IAM policies without calling AWS.
func runIAM(_ context.Context, args []string, env environment) error {
	what, err := subcommand("iam", args, env, iamUsage)
	if err != nil {
		return err
	}
	return map[string]func([]string, environment) error{
		"policy": iamPolicy, "lint": iamLint, "explain": iamExplain, "setup": iamSetup,
	}[what](args[1:], env)
}

func iamPolicy(args []string, env environment) error {
	fs := newFlags(env, "server iam policy [flags]")
	option := fs.String("option", string(iam.Recommended), "exact, haiku, claude, any or recommended")
	target := targetFlags(fs, env)
	if err := parse(fs, args, 0); err != nil {
		return err
	}
	text, err := iam.Generate(iam.Option(*option), target())
	if err != nil {
		return usageError{err}
	}
	fmt.Fprintf(env.stderr, "%s\n", iam.Option(*option).Summary())
	_, err = env.stdout.Write(text)
	return err
}

// targetFlags adds the flags that say which call a policy is for. They default
// to the call that this environment configures.
func targetFlags(fs *flag.FlagSet, env environment) func() iam.Target {
	region := fs.String("region", cmp.Or(env.getenv(envPrefix+"REGION"), bedrock.DefaultRegion), "AWS `region`")
	model := fs.String("model", cmp.Or(env.getenv(envPrefix+"MODEL_ID"), bedrock.DefaultModelID), "`model` as the service calls it")
	profile := fs.String("profile", "", "inference profile `prefix`, such as us, when the model is called without one")
	account := fs.String("account", "", "AWS account `number`, for an inference profile")
	routes := fs.String("regions", "", "`list` of regions that the inference profile routes to, such as eu-central-1,eu-west-1; known for us")
	return func() iam.Target {
		t := iam.TargetOf(*region, *model, *account)
		t.Regions = strings.FieldsFunc(*routes, func(r rune) bool { return r == ',' })
		t.Profile = cmp.Or(*profile, t.Profile)
		return t
	}
}

func iamLint(args []string, env environment) error {
	fs := newFlags(env, "server iam lint [flags] FILE")
	target := targetFlags(fs, env)
	if err := parse(fs, args, 1); err != nil {
		return err
	}
	data, err := os.ReadFile(fs.Arg(0))
	if err != nil {
		return usageError{err}
	}
	problems, err := iam.Lint(data, target())
	if err != nil {
		return usageError{err}
	}
	for _, p := range problems {
		fmt.Fprintf(env.stdout, "%s:%d: %s: %s (%s)\n", fs.Arg(0), p.Line, p.Severity, p.Message, p.Code)
	}
	if len(problems) > 0 {
		return fmt.Errorf("problems: %d", len(problems))
	}
	return nil
}

const iamExplainUsage = `server iam explain [flags] FILE ACTION RESOURCE REGION
Says whether the policy in FILE allows a call, and why: exit code 0 if it does, 1 if
it does not, and 2 if the question or the file cannot be read.`

func iamExplain(args []string, env environment) error {
	fs := newFlags(env, iamExplainUsage)
	keys := map[string][]string{}
	fs.Func("context", "a further condition `key=value` of the request, such as bedrock:InferenceProfileArn=arn:…; may be repeated", func(s string) error {
		key, value, ok := strings.Cut(s, "=")
		if !ok || key == "" {
			return errors.New("want key=value")
		}
		if strings.EqualFold(key, "aws:RequestedRegion") {
			return errors.New("give it as REGION")
		}
		keys[key] = append(keys[key], value)
		return nil
	})
	if err := parse(fs, args, 4); err != nil {
		return err
	}
	req := iam.Request{Action: fs.Arg(1), Resource: fs.Arg(2), Context: keys}
	keys["aws:RequestedRegion"] = []string{fs.Arg(3)}
	if err := req.Check(); err != nil {
		return usageError{err}
	}
	data, err := os.ReadFile(fs.Arg(0))
	if err != nil {
		return usageError{err}
	}
	policy, err := iam.ParsePolicy(data)
	if err != nil {
		return usageError{err}
	}
	x := iam.Explain([]*iam.Policy{policy}, req)
	if _, err := fmt.Fprintln(env.stdout, x); err != nil {
		return err
	}
	if !x.Decision.Allowed {
		return errors.New("denied") // a script goes by the exit code
	}
	return nil
}

func iamSetup(args []string, env environment) error {
	fs := newFlags(env, "server iam setup [flags]")
	method := fs.String("method", string(iam.Inline), "inline or managed")
	var in iam.SetupInput
	fs.StringVar(&in.User, "user", iam.DefaultUser, "IAM `user`")
	fs.StringVar(&in.PolicyFile, "policy", "", "policy `file`; empty: "+iam.DefaultPolicyFile+", or for any other call a file that the first command writes")
	fs.StringVar(&in.Account, "account", "", "AWS account `number`; empty: the commands ask AWS")
	fs.StringVar(&in.KeyFile, "key-file", iam.DefaultKeyFile, "credentials `file` that the new key is written to")
	fs.StringVar(&in.Region, "region", cmp.Or(env.getenv(envPrefix+"REGION"), bedrock.DefaultRegion), "AWS `region`")
	fs.StringVar(&in.Model, "model", cmp.Or(env.getenv(envPrefix+"MODEL_ID"), bedrock.DefaultModelID), "`model` as the service calls it")
	if err := parse(fs, args, 0); err != nil {
		return err
	}
	text, err := iam.Setup(iam.Method(*method), in)
	if err != nil {
		return usageError{err}
	}
	_, err = fmt.Fprint(env.stdout, text)
	return err
}
