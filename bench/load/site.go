package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"ballast.internal/ballast/internal/httpapi/apikey"
)

// programs are the binaries that are measured.
type programs struct{ server, bare string }

// site is the emulator, the server with every control on, and the bare
// service, each a process of its own.
type site struct {
	cloud, server, bare *process
	env                 []string // of the server
	key                 string   // of the client that is served
	refused             string   // key of the client that has used up its requests
	dir                 string
}

// siteConfig has every limit and budget, too wide to be met, but for the
// client refused.
const siteConfig = `
time_zone: America/New_York
budgets: {global: {day_usd: 100000, month_usd: 1000000}}
clients:
  - name: bench
    keys: [{prefix: %s, hash: %s}]
    budget: {day_usd: 100000, month_usd: 1000000}
    limits: {requests_per_second: 100000, burst: 100000, in_flight: 4000, tokens_per_minute: 1000000000}
  - name: refused
    keys: [{prefix: %s, hash: %s}]
    budget: {day_usd: 1, month_usd: 1}
    limits: {requests_per_second: 1, burst: 1}
address_limit: {requests_per_second: 100000, burst: 100000}
bedrock_quota: {requests_per_minute: 10000000, tokens_per_minute: 1000000000, in_flight: 2000}
`

// openSite writes the files of a site and starts its emulator and its server.
// The model takes latency. env is added to the server's own.
func openSite(ctx context.Context, server string, latency time.Duration, env ...string) (s *site, err error) {
	s = &site{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.dir, err = os.MkdirTemp("", "ballast-site-"); err != nil {
		return s, err
	}
	s.cloud, err = startProcess(ctx, s.dir, "AWS_DEFAULT_REGION", nil, server, "emulator",
		"-addr", "127.0.0.1:0", "-log-level", "error", "-faults", "latency="+latency.String())
	if err != nil {
		return s, err
	}
	if err = s.configure(s.cloud.lines["emulator"]); err != nil {
		return s, err
	}
	s.env = append(s.env, env...)
	s.server, err = startServer(ctx, s.dir, server, s.env)
	return s, err
}

func startServer(ctx context.Context, dir, program string, env []string) (*process, error) {
	return startProcess(ctx, dir, "admin", env, program)
}

// configure writes the server's files and sets its environment.
func (s *site) configure(endpoint string) error {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails: crypto/rand aborts the program instead
	var stored [2]apikey.Stored
	for i, key := range []*string{&s.key, &s.refused} {
		var err error
		if *key, err = apikey.Generate(rand.Reader); err != nil {
			return err
		}
		if stored[i], err = apikey.Hash(secret, *key); err != nil {
			return err
		}
	}
	config, credentials := filepath.Join(s.dir, "ballast.yaml"), filepath.Join(s.dir, "credentials")
	text := fmt.Sprintf(siteConfig, stored[0].Prefix, stored[0].Hash, stored[1].Prefix, stored[1].Hash)
	keys := fmt.Sprintf("[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n",
		s.cloud.lines["AWS_ACCESS_KEY_ID"], s.cloud.lines["AWS_SECRET_ACCESS_KEY"])
	encoded := base64.StdEncoding.EncodeToString(secret)
	s.env = []string{
		"BALLAST_ADDR=127.0.0.1:0", "BALLAST_ADMIN_ADDR=127.0.0.1:0", "BALLAST_DATA_DIR=" + filepath.Join(s.dir, "data"),
		"BALLAST_CONFIG=" + config, "BALLAST_KEY_PEPPER=" + encoded, "BALLAST_JOURNAL_KEYS=k1:" + encoded,
		"BALLAST_AWS_CREDENTIALS_FILE=" + credentials, "BALLAST_BEDROCK_ENDPOINT=" + endpoint,
	}
	return errors.Join(os.WriteFile(config, []byte(text), 0o600), os.WriteFile(credentials, []byte(keys), 0o600))
}

// addBare starts the bare service on the same emulator with this body.
func (s *site) addBare(ctx context.Context, program string, body []byte) (err error) {
	file := filepath.Join(s.dir, "call.json")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		return err
	}
	env := []string{
		"BARE_ENDPOINT=" + s.cloud.lines["emulator"], "AWS_ACCESS_KEY_ID=" + s.cloud.lines["AWS_ACCESS_KEY_ID"],
		"AWS_SECRET_ACCESS_KEY=" + s.cloud.lines["AWS_SECRET_ACCESS_KEY"], "AWS_REGION=us-east-2",
	}
	s.bare, err = startProcess(ctx, s.dir, "admin", env, program, file)
	return err
}

func (s *site) close() error {
	return errors.Join(s.bare.kill(), s.server.kill(), s.cloud.kill(), os.RemoveAll(s.dir))
}
