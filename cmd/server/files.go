package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/httpapi/apikey"
)

// readConfig reads the file of clients, limits and budgets. With -local it has
// a default, and its clients get their keys.
func (a *app) readConfig() (fileConfig, error) {
	var c fileConfig
	var err error
	if a.set.ConfigFile != "" {
		var data []byte
		c, data, err = readConfigFile(a.set.ConfigFile, time.Now())
		a.watched.last, a.watched.decided = string(data), string(data)
		if err != nil {
			err = fmt.Errorf(envPrefix+"CONFIG: %w", err)
		}
	} else {
		c, err = parseConfig(localConfig, time.Now())
	}
	if err != nil || a.local == nil {
		return c, err
	}
	return a.local.withKeys(c)
}

// ring builds the key ring under the pepper of this process.
func (a *app) ring(c fileConfig) (*apikey.Ring, error) {
	pepper, err := a.pepper()
	if err != nil {
		return nil, err
	}
	return c.ring(pepper, time.Now())
}

// pepper is the secret of the API keys, which all replicas share.
func (a *app) pepper() ([]byte, error) {
	if a.local != nil {
		return a.local.pepper, nil
	}
	return a.set.pepper()
}

// readNamedFiles reads the files that the configuration names, or what is
// embedded in their place.
func readNamedFiles(c fileConfig) (bedrock.Catalogue, *analysis.Policy, error) {
	catalogue, err := readCatalogue(c.ModelsFile)
	if err != nil {
		err = fmt.Errorf("models_file: %w", err)
	}
	policy, policyErr := readPolicy(c.PolicyFile)
	if policyErr != nil {
		policyErr = fmt.Errorf("policy_file: %w", policyErr)
	}
	return catalogue, policy, errors.Join(err, policyErr)
}

// readCatalogue reads a catalogue of models, or the embedded one.
func readCatalogue(path string) (bedrock.Catalogue, error) {
	if path == "" {
		return bedrock.DefaultCatalogue(), nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return bedrock.Catalogue{}, err
	}
	return bedrock.ParseCatalogue(data)
}

// readPolicy reads a policy file, or the embedded one.
func readPolicy(path string) (*analysis.Policy, error) {
	if path == "" {
		return analysis.DefaultPolicy(), nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return analysis.ParsePolicy(data)
}

// providerAt tells where answers come from: an endpoint that is not AWS's own
// is an emulator, and its answers say so.
func providerAt(endpoint string) string {
	if endpoint == "" {
		return bedrock.ProviderBedrock
	}
	u, err := url.Parse(endpoint)
	if err == nil && u.Scheme == "https" {
		for _, domain := range []string{".amazonaws.com", ".amazonaws.com.cn", ".api.aws"} {
			if strings.HasSuffix(u.Hostname(), domain) {
				return bedrock.ProviderBedrock
			}
		}
	}
	return bedrock.ProviderEmulator
}

// release is the commit that an image was built from, where the build sees no
// checkout: linked by -X main.release=….
var release string

// runVersion prints the version that answers and records name.
func runVersion(_ context.Context, args []string, env environment) error {
	if err := parse(newFlags(env, "server version"), args, 0); err != nil {
		return err
	}
	_, err := fmt.Fprintln(env.stdout, version())
	return err
}

// version names the build in each record: its commit or release.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if release != "" || !ok {
		return cmp.Or(release, "dev")
	}
	return versionOf(info)
}

// versionOf marks a commit whose files had been changed.
func versionOf(info *debug.BuildInfo) string {
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	commit := settings["vcs.revision"]
	switch {
	case len(commit) >= 12 && settings["vcs.modified"] == "true":
		return commit[:12] + "-dirty"
	case len(commit) >= 12:
		return commit[:12]
	case info.Main.Version != "(devel)":
		return cmp.Or(info.Main.Version, "dev")
	}
	return "dev"
}
