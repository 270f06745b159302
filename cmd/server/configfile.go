package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"net/netip"
	"os"
	"reflect"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/httpapi"
	"ballast.internal/ballast/internal/httpapi/apikey"
	"ballast.internal/ballast/internal/ratelimit"
)

// fileConfig is the strict YAML file of clients, limits and budgets.
type fileConfig struct {
	TimeZone       string         `yaml:"time_zone"` // IANA name; days and months begin there
	Budgets        fileBudgets    `yaml:"budgets"`
	OIDC           *fileOIDC      `yaml:"oidc"` // nil: API keys alone
	Clients        []fileClient   `yaml:"clients"`
	AddressLimit   fileRate       `yaml:"address_limit"` // of one address, before authentication
	BedrockQuota   fileQuota      `yaml:"bedrock_quota"`
	Batches        fileBatches    `yaml:"batches"`
	ModelsFile     string         `yaml:"models_file"` // catalogue in place of the embedded one
	PolicyFile     string         `yaml:"policy_file"` // thresholds in place of the embedded ones
	CORSOrigins    []string       `yaml:"cors_origins"`
	TrustedProxies []netip.Prefix `yaml:"trusted_proxies"`
	RetainYears    int            `yaml:"retain_years"` // see retainYears
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
	Tokens []string    `yaml:"tokens"` // values of the claim of oidc that stand for it
	Budget fileBudget  `yaml:"budget"`
	Limits fileLimits  `yaml:"limits"`
}

type fileKey struct {
	Prefix  string    `yaml:"prefix"`
	Hash    string    `yaml:"hash"`
	Expires time.Time `yaml:"expires,omitempty"` // zero: never
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

// readConfigFile reads and checks the file at path, and returns what it says
// too. Keys are judged as of now.
func readConfigFile(path string, now time.Time) (fileConfig, []byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return fileConfig{}, nil, err
	}
	c, err := parseConfig(data, now)
	if err != nil {
		return c, data, fmt.Errorf("%s: %w", path, err)
	}
	return c, data, nil
}

// parseConfig decodes the file strictly and reports every fault. What could be
// read is checked although other parts could not be.
func parseConfig(data []byte, now time.Time) (fileConfig, error) {
	c := fileConfig{Batches: fileBatches{SharePercent: 50}}
	empty := c
	unfit, err := decodeConfig(data, &c)
	if err != nil {
		return c, err
	}
	if unfit != nil && reflect.DeepEqual(c, empty) {
		return c, brief(unfit) // nothing could be read, so that nothing is known to be missing
	}
	for i := range c.Clients {
		if c.Clients[i].Role == "" {
			c.Clients[i].Role = apikey.RoleClient
		}
	}
	return c, brief(errors.Join(unfit, c.validate(now)))
}

// maxFaultText is how much is said of a file, which may have a fault in each of
// its lines.
const maxFaultText = 16 << 10

func brief(err error) error {
	if err == nil || len(err.Error()) <= maxFaultText {
		return err
	}
	return errors.New(strings.ToValidUTF8(err.Error()[:maxFaultText], "") + " … and more")
}

// decodeConfig takes exactly one document without unknown fields. unfit are the
// fields that could not be read, beside those that could.
func decodeConfig(data []byte, c *fileConfig) (unfit, err error) {
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err = dec.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, notYAML(err)
	}
	if !errors.Is(dec.Decode(new(yaml.Node)), io.EOF) {
		return nil, errors.New("want one YAML document, got more")
	}
	strict := yaml.NewDecoder(bytes.NewReader(data))
	strict.KnownFields(true)
	err = strict.Decode(c)
	var fields *yaml.LoadErrors
	if err == nil {
		return nil, nil
	}
	if !errors.As(err, &fields) {
		return nil, notYAML(err)
	}
	return cmp.Or(misfits(&doc, c), err), nil
}

// notYAML is the parser's error in the words of this program.
func notYAML(err error) error {
	return fmt.Errorf("the file is not YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
}

func (c *fileConfig) validate(now time.Time) error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if _, err := c.location(); err != nil {
		faults = append(faults, err)
	}
	if len(c.Clients) == 0 {
		fault("clients: want at least one")
	}
	for _, n := range c.amounts() {
		switch {
		case n.value < 0:
			fault("%s: want 0 or more", n.path)
		case n.value > n.most:
			fault("%s: want %d at the most", n.path, n.most)
		}
	}
	for _, b := range c.Batches.bounds() {
		if b.value < b.least || b.value > b.most {
			fault("%s: want %d to %d", b.path, b.least, b.most)
		}
	}
	if c.RetainYears < 0 || c.RetainYears > 100 {
		fault("retain_years: want 0 to 100")
	}
	for _, o := range c.CORSOrigins {
		if !httpapi.ValidOrigin(o) {
			fault("cors_origins: %q is not an origin such as https://app.example.com", o)
		}
	}
	// Any pepper will do: hashes are checked for their form alone.
	if _, err := c.ring(make([]byte, 32), now); err != nil {
		fault("clients: %w", err)
	}
	faults = append(faults, c.validateTokens()...)
	return errors.Join(faults...)
}

// amount is a number of the file that must not be negative.
type amount struct {
	path        string
	value, most int64
}

// units are an amount of what a limit counts.
func units(path string, n int) amount { return amount{path, int64(n), ratelimit.MostUnits} }

func (c *fileConfig) amounts() []amount {
	q := c.BedrockQuota
	out := c.Budgets.Global.amounts("budgets.global")
	for _, cl := range c.Clients {
		path := fmt.Sprintf("clients: %q", cl.Name)
		out = append(out, cl.Budget.amounts(path+": budget")...)
		out = append(out, cl.Limits.amounts(path+": limits")...)
		out = append(out,
			units(path+": limits.in_flight", cl.Limits.InFlight),
			units(path+": limits.tokens_per_minute", cl.Limits.TokensPerMinute))
	}
	return append(append(out, c.AddressLimit.amounts("address_limit")...),
		units("bedrock_quota.requests_per_minute", q.RequestsPerMinute),
		units("bedrock_quota.tokens_per_minute", q.TokensPerMinute),
		units("bedrock_quota.in_flight", q.InFlight))
}

func (b fileBudget) amounts(path string) []amount {
	return []amount{{path + ".day_usd", int64(b.Day), math.MaxInt64}, {path + ".month_usd", int64(b.Month), math.MaxInt64}}
}

func (r fileRate) amounts(path string) []amount {
	return []amount{units(path+".requests_per_second", r.RequestsPerSecond), units(path+".burst", r.Burst)}
}

// retainYears is how long records are kept.
func (c *fileConfig) retainYears() int { return cmp.Or(c.RetainYears, 6) }

func (c *fileConfig) location() (*time.Location, error) {
	loc, err := time.LoadLocation(c.TimeZone)
	if err != nil || c.TimeZone == "Local" { // it would be another zone on another machine
		return nil, fmt.Errorf("time_zone: %q is not an IANA time zone", c.TimeZone)
	}
	return loc, nil
}

// limits are the budgets of the ledger. A client that is not listed has none.
func (c *fileConfig) limits() budget.Limits {
	l := budget.Limits{
		Global: c.Budgets.Global.limit(), Clients: map[string]budget.Limit{},
		BatchPercent: c.Batches.SharePercent,
	}
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
