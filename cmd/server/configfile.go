package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"time"

	"go.yaml.in/yaml/v4"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/httpapi/apikey"
	"ballast.internal/ballast/internal/ratelimit"
)

// fileConfig is the strict YAML file of clients, limits and budgets.
type fileConfig struct {
	TimeZone       string         `yaml:"time_zone"` // IANA name; days and months begin there
	Budgets        fileBudgets    `yaml:"budgets"`
	Clients        []fileClient   `yaml:"clients"`
	AddressLimit   fileRate       `yaml:"address_limit"` // of one address, before authentication
	BedrockQuota   fileQuota      `yaml:"bedrock_quota"`
	ModelsFile     string         `yaml:"models_file"` // catalogue in place of the embedded one
	PolicyFile     string         `yaml:"policy_file"` // thresholds in place of the embedded ones
	CORSOrigins    []string       `yaml:"cors_origins"`
	TrustedProxies []netip.Prefix `yaml:"trusted_proxies"`
}

type fileBudgets struct {
	Global fileBudget `yaml:"global"`
}

// fileBudget is in USD; a window without an amount allows nothing.
type fileBudget struct {
	Day   budget.Nano `yaml:"day_usd"`
	Month budget.Nano `yaml:"month_usd"`
}

func (b fileBudget) limit() budget.Limit { return budget.Limit{Day: b.Day, Month: b.Month} }

type fileClient struct {
	Name   string      `yaml:"name"`
	Role   apikey.Role `yaml:"role"` // "": client
	Keys   []fileKey   `yaml:"keys"`
	Budget fileBudget  `yaml:"budget"`
	Limits fileLimits  `yaml:"limits"`
}

type fileKey struct {
	Prefix  string    `yaml:"prefix"`
	Hash    string    `yaml:"hash"`
	Expires time.Time `yaml:"expires"`
}

// fileRate is a request rate; zero means no limit.
type fileRate struct {
	RequestsPerSecond int `yaml:"requests_per_second"`
	Burst             int `yaml:"burst"` // never below the requests of a second
}

func (r fileRate) rate() ratelimit.Rate {
	return ratelimit.Rate{Count: r.RequestsPerSecond, Per: time.Second, Burst: max(r.Burst, r.RequestsPerSecond)}
}

// fileLimits bound one client; zero means no limit of that kind.
type fileLimits struct {
	fileRate        `yaml:",inline"`
	InFlight        int `yaml:"in_flight"`
	TokensPerMinute int `yaml:"tokens_per_minute"` // input plus max_tokens of model calls
}

// fileQuota is the part of the account's Bedrock quota that may be used.
type fileQuota struct {
	RequestsPerMinute int `yaml:"requests_per_minute"`
	TokensPerMinute   int `yaml:"tokens_per_minute"`
	InFlight          int `yaml:"in_flight"`
}

// readConfigFile reads and checks the file at path.
func readConfigFile(path string) (fileConfig, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return fileConfig{}, err
	}
	c, err := parseConfig(data)
	if err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// parseConfig decodes the file strictly and reports every fault.
func parseConfig(data []byte) (fileConfig, error) {
	var c fileConfig
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&c); err != nil {
		return c, err
	}
	for i := range c.Clients {
		if c.Clients[i].Role == "" {
			c.Clients[i].Role = apikey.RoleClient
		}
	}
	return c, c.validate()
}

func (c *fileConfig) validate() error {
	var faults []error
	if _, err := c.location(); err != nil {
		faults = append(faults, err)
	}
	if len(c.Clients) == 0 {
		faults = append(faults, errors.New("clients: want at least one"))
	}
	for _, cl := range c.Clients {
		l := cl.Limits
		if l.RequestsPerSecond < 0 || l.Burst < 0 || l.InFlight < 0 || l.TokensPerMinute < 0 {
			faults = append(faults, fmt.Errorf("clients: %q: limits: a limit is negative", cl.Name))
		}
	}
	if l := c.AddressLimit; l.RequestsPerSecond < 0 || l.Burst < 0 {
		faults = append(faults, errors.New("address_limit: a limit is negative"))
	}
	if q := c.BedrockQuota; q.RequestsPerMinute < 0 || q.TokensPerMinute < 0 || q.InFlight < 0 {
		faults = append(faults, errors.New("bedrock_quota: a quota is negative"))
	}
	if err := c.limits().Validate(); err != nil {
		faults = append(faults, fmt.Errorf("budgets: %w", err))
	}
	return errors.Join(faults...)
}

func (c *fileConfig) location() (*time.Location, error) {
	loc, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("time_zone: %q is not an IANA time zone", c.TimeZone)
	}
	return loc, nil
}

// limits are the budgets of the ledger. A client that is not listed has none.
func (c *fileConfig) limits() budget.Limits {
	l := budget.Limits{Global: c.Budgets.Global.limit(), Clients: map[string]budget.Limit{}}
	for _, cl := range c.Clients {
		l.Clients[cl.Name] = cl.Budget.limit()
	}
	return l
}

// ring checks the clients' keys.
func (c *fileConfig) ring(pepper []byte, now time.Time) (*apikey.Ring, error) {
	clients := make([]apikey.Client, 0, len(c.Clients))
	for _, cl := range c.Clients {
		out := apikey.Client{Name: cl.Name, Role: cl.Role}
		for _, k := range cl.Keys {
			out.Keys = append(out.Keys, apikey.Key{Stored: apikey.Stored{Prefix: k.Prefix, Hash: k.Hash}, Expires: k.Expires})
		}
		clients = append(clients, out)
	}
	return apikey.NewRing(pepper, clients, now)
}
