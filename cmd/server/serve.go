package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

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
	tuneCollector(env.getenv)
	a, err := newApp(ctx, set, log)
	if err != nil {
		return err
	}
	if err := a.announce(env.stdout); err != nil {
		return errors.Join(err, a.release())
	}
	log.InfoContext(ctx, "serving", append(set.logAttrs(), slog.Any("configuration", a.inForce.Load().file.masked()))...)
	return a.Serve(ctx)
}

// announce prints where the server is, and with -local a request that works
// when pasted. The auditor's key comes last, for whoever reads up to the request.
func (a *app) announce(w io.Writer) error {
	api := "http://" + a.apiLn.Addr().String()
	text := fmt.Sprintf("api %s\nadmin http://%s\n", api, a.adminLn.Addr())
	if a.local != nil {
		text += fmt.Sprintf("key %s\n", a.local.key)
		text += fmt.Sprintf("curl -sS '%s/v1/recommendations' -H 'Authorization: Bearer %s' -H 'Content-Type: application/json' -d %s\n", api, a.local.key, exampleBody())
		if file := a.inForce.Load().file; file.auditor() != nil {
			text += fmt.Sprintf("auditor %s\n", a.local.auditor)
		}
	}
	_, err := io.WriteString(w, text)
	return err
}

// exampleBody is what curl sends: an example where the program runs in the
// repository, and elsewhere a request of its own.
func exampleBody() string {
	const file = "examples/p0.json"
	if _, err := os.Stat(file); err == nil {
		return "@" + file
	}
	return `'{"portfolio": {"as_of": "2026-11-20", "base_currency": "USD", "cash": [{"currency": "USD", "amount": "5000"}], ` +
		`"positions": [{"instrument": {"id": {"ticker": "AAPL"}, "type": "equity", "country": "US"}, "quantity": "100", "price": "180", "currency": "USD"}, ` +
		`{"instrument": {"id": {"ticker": "BND"}, "type": "etf", "asset_class": "fixed_income"}, "quantity": "40", "price": "72", "currency": "USD"}]}, ` +
		`"investor_profile": {"age": 42, "risk_tolerance": "moderate", "time_horizon_years": 15, "objectives": ["growth"], "liquidity_needs": "low"}}'`
}

// logAttrs is every setting of the process, by its name in the environment, with
// secrets masked.
func (s *settings) logAttrs() []any {
	out := []any{slog.String("version", version()), slog.Bool("local", s.Local)}
	v := reflect.ValueOf(*s)
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name := field.Tag.Get("env")
		if name == "" {
			continue
		}
		text := fmt.Sprint(v.Field(i).Interface())
		if field.Tag.Get("secret") != "" && text != "" {
			text = maskedText
		}
		out = append(out, slog.String(strings.ToLower(name), text))
	}
	return out
}

// maskedText stands in a log for a secret that is set.
const maskedText = "masked"

// masked is the file as it is in force, defaults included, without the hashes of
// the keys.
func (c *fileConfig) masked() any {
	out := *c
	out.Batches, out.RetainYears = c.Batches.withDefaults(), c.retainYears()
	out.Clients = slices.Clone(c.Clients)
	for i := range out.Clients {
		out.Clients[i].Keys = slices.Clone(out.Clients[i].Keys)
		for j := range out.Clients[i].Keys {
			out.Clients[i].Keys[j].Hash = maskedText
		}
	}
	text, err := yaml.Marshal(out)
	if err != nil {
		return err.Error()
	}
	var shown map[string]any
	if err := yaml.Unmarshal(text, &shown); err != nil {
		return err.Error()
	}
	return shown
}
