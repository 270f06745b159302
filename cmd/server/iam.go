package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/iam"
)

const iamUsage = "server iam policy [flags] | lint FILE | explain FILE ACTION RESOURCE REGION | setup [flags]"

// runIAM prints, lints and explains IAM policies without calling AWS.
func runIAM(_ context.Context, args []string, env environment) error {
	if len(args) > 0 {
		switch args[0] {
		case "policy":
			return iamPolicy(args[1:], env)
		case "lint":
			return iamLint(args[1:], env)
		case "explain":
			return iamExplain(args[1:], env)
		case "setup":
			return iamSetup(args[1:], env)
		}
	}
	fs := newFlags("server iam", env.stderr, iamUsage)
	if err := parse(fs, args, 0); err != nil {
		return err
	}
	return usagef("want policy, lint, explain or setup")
}

func iamPolicy(args []string, env environment) error {
	fs := newFlags("server iam policy", env.stderr, "server iam policy [flags]")
	option := fs.String("option", string(iam.Recommended), "exact, haiku, claude, any or recommended")
	target, bind := targetFlags()
	bind(fs)
	if err := parse(fs, args, 0); err != nil {
		return err
	}
	text, err := iam.Generate(iam.Option(*option), *target)
	if err != nil {
		return usageError{err}
	}
	_, err = env.stdout.Write(text)
	return err
}

// targetFlags are the flags that say what a policy is for.
func targetFlags() (*iam.Target, func(fs *flag.FlagSet)) {
	t := &iam.Target{}
	return t, func(fs *flag.FlagSet) {
		fs.StringVar(&t.Region, "region", bedrock.DefaultRegion, "AWS `region`")
		fs.StringVar(&t.Model, "model", bedrock.DefaultModelID, "foundation `model`")
		fs.StringVar(&t.Profile, "profile", "", "inference profile `prefix`, such as us")
		fs.StringVar(&t.Account, "account", "", "AWS account `number`, for an inference profile")
	}
}

func iamLint(args []string, env environment) error {
	fs := newFlags("server iam lint", env.stderr, "server iam lint [flags] FILE")
	target, bind := targetFlags()
	bind(fs)
	if err := parse(fs, args, 1); err != nil {
		return err
	}
	data, err := os.ReadFile(fs.Arg(0))
	if err != nil {
		return usageError{err}
	}
	problems, err := iam.Lint(data, *target)
	if err != nil {
		return usageError{err}
	}
	for _, p := range problems {
		fmt.Fprintf(env.stdout, "%s:%d: %s: %s (%s)\n", fs.Arg(0), p.Line, p.Severity, p.Message, p.Code)
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d problems", len(problems))
	}
	return nil
}

func iamExplain(args []string, env environment) error {
	fs := newFlags("server iam explain", env.stderr, "server iam explain FILE ACTION RESOURCE REGION")
	if err := parse(fs, args, 4); err != nil {
		return err
	}
	data, err := os.ReadFile(fs.Arg(0))
	if err != nil {
		return usageError{err}
	}
	policy, err := iam.ParsePolicy(data)
	if err != nil {
		return usageError{err}
	}
	e := iam.Explain([]*iam.Policy{policy}, iam.Request{
		Action: fs.Arg(1), Resource: fs.Arg(2), Context: map[string][]string{"aws:RequestedRegion": {fs.Arg(3)}},
	})
	_, err = fmt.Fprintln(env.stdout, e)
	return err
}

func iamSetup(args []string, env environment) error {
	fs := newFlags("server iam setup", env.stderr, "server iam setup [flags]")
	method := fs.String("method", string(iam.Inline), "inline or managed")
	in := iam.SetupInput{PolicyFile: "deploy/iam-policy.json"}
	fs.StringVar(&in.User, "user", iam.DefaultUser, "IAM `user`")
	fs.StringVar(&in.PolicyFile, "policy", in.PolicyFile, "policy `file`")
	fs.StringVar(&in.Account, "account", "", "AWS account `number`; empty: the commands ask AWS")
	fs.StringVar(&in.Region, "region", bedrock.DefaultRegion, "AWS `region`")
	fs.StringVar(&in.Model, "model", bedrock.DefaultModelID, "`model` of the test call")
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
