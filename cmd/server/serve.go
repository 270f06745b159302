package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"ballast.internal/ballast/internal/telemetry"
)

// runServe is the program without a subcommand.
func runServe(ctx context.Context, args []string, env environment) error {
	set, err := loadSettings(args, env)
	if err != nil {
		return err
	}
	log, err := telemetry.NewLogger(env.stderr, set.LogFormat, set.LogLevel)
	if err != nil {
		return usageError{err}
	}
	a, err := newApp(ctx, set, log)
	if err != nil {
		return err
	}
	if err := a.announce(env.stdout); err != nil {
		return errors.Join(err, a.release())
	}
	log.InfoContext(ctx, "serving", set.logAttrs()...)
	return a.Serve(ctx)
}

// announce prints where the server is, and with -local a request that works
// when pasted.
func (a *app) announce(w io.Writer) error {
	api := "http://" + a.apiLn.Addr().String()
	text := fmt.Sprintf("api %s\nadmin http://%s\n", api, a.adminLn.Addr())
	if a.local != nil {
		text += fmt.Sprintf("key %s\n", a.local.key)
		text += fmt.Sprintf("curl -sS %s/v1/recommendations -H 'Authorization: Bearer %s' -H 'Content-Type: application/json' -d @examples/p0.json\n", api, a.local.key)
	}
	_, err := io.WriteString(w, text)
	return err
}

// logAttrs is the effective configuration with secrets masked.
func (s *settings) logAttrs() []any {
	mask := func(v string) string {
		if v == "" {
			return "unset"
		}
		return "set"
	}
	return []any{
		"local", s.Local, "addr", s.Addr, "admin_addr", s.AdminAddr, "region", s.Region, "model_id", s.ModelID,
		"replicas", s.Replicas, "database", mask(s.DatabaseURL), "redis", mask(s.RedisURL), "data_dir", s.DataDir, "config", s.ConfigFile,
		"credentials_file", s.CredentialsFile, "key_pepper", mask(s.KeyPepper), "journal_keys", mask(s.JournalKeys),
		"model_timeout", s.ModelTimeout.String(), "version", version(),
	}
}
